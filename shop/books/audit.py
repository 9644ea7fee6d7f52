"""Proof that nothing was lost: the books against themselves, the shelf, the ratings, the customers, and Stripe."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from shop.catalog.models import Hold, StockMovement, Variant
from shop.core.db import db
from shop.customers import queries as customers
from shop.documents import queries as documents
from shop.documents.models import Document, Kind
from shop.ledger import queries as ledger
from shop.ledger.models import Account
from shop.ledger.queries import Sum
from shop.ledger.services import Entry as PostedEntry
from shop.orders import bookings
from shop.orders.models import Order, OrderEvent
from shop.orders.states import Status, Stock, fulfilment
from shop.payments import gateway
from shop.payments import queries as payments_queries
from shop.payments.bookings import of_capture, of_refund
from shop.payments.gateway import SessionSeen
from shop.payments.models import COME_TO_NOTHING, Payment, Refund
from shop.reviews import queries as reviews

BATCH = 500
_Sums = Counter[tuple[Account, Decimal | None, str]]  # by account, rate and currency


@dataclass(frozen=True, slots=True)
class Finding:
    what: str  # an order's number, a SKU, a posting's key or a session of Stripe's
    wrong: str

    def __str__(self) -> str:
        return f"{self.what}: {self.wrong}"


@dataclass(frozen=True, slots=True)
class Report:
    orders: int
    variants: int
    sessions: int | None  # None: Stripe was not asked
    findings: tuple[Finding, ...]


def run(*, ask_stripe: bool) -> Report:
    """Reads everything, changes nothing. Raises GatewayAway when Stripe is asked and does not answer."""
    sessions = {seen.id: seen for seen in gateway.all_sessions()} if ask_stripe else None
    moved = _moved() if ask_stripe else None
    findings: list[Finding] = []
    orders = 0
    for entry in _entries(0, BATCH):
        orders += 1
        number = entry.order.number
        findings += _mistakes(entry)
        if sessions is not None and moved is not None:
            findings += [Finding(number, wrong) for p in entry.payments for wrong in _against_stripe(p, sessions)]
            findings += [Finding(number, wrong) for wrong in _balance_of(entry, moved)]
    for look in WHOLE:
        findings += look()
    if sessions is not None:
        findings += _orphans(sessions)
    return Report(orders, variants(), None if sessions is None else len(sessions), tuple(findings))


def of_orders(after: int, most: int) -> tuple[list[Finding], int, int | None]:
    """A piece of the audit, without Stripe: what is wrong with the next orders after that id, how many these were, and
    the last one's id unless there is none behind it."""
    findings, seen, last = list[Finding](), 0, after
    for entry in islice(_entries(after, most), most):
        findings += _mistakes(entry)
        seen, last = seen + 1, entry.order.id
    return findings, seen, last if seen == most else None


def variants() -> int:
    return db.session.scalar(select(func.count()).select_from(Variant)) or 0


@dataclass(frozen=True, slots=True)
class _Entry:
    """An order and what there is to it. `held` and `sold` are pieces by variant."""

    order: Order
    payments: list[Payment]
    posted: list[Sum]
    papers: list[Document]
    held: dict[int, int]
    sold: dict[int, int]
    taken: dict[int, int]  # by payment, what a bank has or may yet take back by a dispute
    accepted: bool  # by a person, who had looked at another amount than was agreed


def _mistakes(entry: _Entry) -> Iterator[Finding]:
    """What is wrong with an order by our own books."""
    of_order = (_arithmetic(entry.order), _money(entry), _stock_of(entry), _ledger_of(entry), _papers_of(entry))
    return (Finding(entry.order.number, wrong) for wrong in chain.from_iterable(of_order))


def _entries(last: int, at_once: int) -> Iterator[_Entry]:
    """All orders after that id, so many at a time, so that as many as there are fit into memory."""
    while True:
        batch = db.session.scalars(
            select(Order)
            .where(Order.id > last)
            .order_by(Order.id)
            .limit(at_once)
            .options(selectinload(Order.lines), selectinload(Order.adjustments), selectinload(Order.shipments))
        ).all()
        if not batch:
            return
        ids = [order.id for order in batch]
        payments: dict[int, list[Payment]] = defaultdict(list)
        for payment in db.session.scalars(
            select(Payment)
            .where(Payment.order_id.in_(ids))
            .options(selectinload(Payment.refunds).selectinload(Refund.parts))
        ):
            payments[payment.order_id].append(payment)
        held = _pieces(select(Hold.order_id, Hold.variant_id, Hold.quantity).where(Hold.order_id.in_(ids)))
        sold = _pieces(
            select(StockMovement.order_id, StockMovement.variant_id, -func.sum(StockMovement.quantity))
            .where(StockMovement.order_id.in_(ids))
            .group_by(StockMovement.order_id, StockMovement.variant_id)
        )
        taken = payments_queries.taken_back([payment.id for paid in payments.values() for payment in paid])
        posted, papers = ledger.of_orders(ids), documents.of_orders(ids)
        accepted = set(
            db.session.scalars(
                select(OrderEvent.order_id).where(
                    OrderEvent.order_id.in_(ids),
                    OrderEvent.from_status == Status.REVIEW,
                    OrderEvent.to_status == Status.PAID,
                )
            )
        )
        for order in batch:
            yield _Entry(
                order,
                payments[order.id],
                posted[order.id],
                papers[order.id],
                held[order.id],
                sold[order.id],
                taken,
                order.id in accepted,
            )
        last = batch[-1].id
        db.session.expunge_all()


def _pieces(statement: Select[*tuple[Any, ...]]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for order_id, variant_id, pieces in db.session.execute(statement):
        found[order_id][variant_id] = int(pieces)
    return found


def _arithmetic(order: Order) -> Iterator[str]:
    on_lines: Counter[int] = Counter()
    for adjustment in order.adjustments:
        on_lines[adjustment.line_id or 0] += adjustment.amount_minor
    for line in order.lines:
        if line.amount_minor != line.unit_price_minor * line.quantity + on_lines[line.id]:
            yield f"line {line.sku} is {line.amount_minor}, its price times its quantity and adjustments are not"
        if line.tax_minor != line.amount.tax_contained(line.tax_rate).minor:
            yield f"line {line.sku} bears tax of {line.tax_minor}, not what {line.tax_rate} of it is"
    if order.subtotal_minor != sum(line.amount_minor for line in order.lines):
        yield f"the lines do not add up to the subtotal of {order.subtotal_minor}"
    if order.adjustment_minor != on_lines[0]:
        yield f"the adjustments do not add up to {order.adjustment_minor}"
    if order.total_minor != order.subtotal_minor + order.delivery_minor + order.adjustment_minor:
        yield f"lines, delivery and adjustments do not add up to the total of {order.total_minor}"
    if order.tax_minor != sum(line.tax_minor for line in order.lines) + order.delivery_tax_minor:
        yield f"the taxes do not add up to {order.tax_minor}"
    if order.fulfilment != fulfilment(order.lines, order.shipments):
        yield f"its list says {order.fulfilment}, its lines and shipments {fulfilment(order.lines, order.shipments)}"


def _money(entry: _Entry) -> Iterator[str]:
    order = entry.order
    captured = [payment for payment in entry.payments if payment.captured_minor]
    in_full = (
        entry.accepted
        or not order.total_minor
        or any(payment.captured_minor == order.total_minor for payment in captured)
    )
    if order.paid_at is not None and not in_full:
        yield "it counts as paid, but no payment of its total was captured"
    for payment in captured:
        kept = _kept(entry, payment)
        if order.paid_at is None and order.status != Status.REVIEW and kept:
            yield f"it is {order.status}, yet {kept} of {payment.idempotency_key} was kept"
    keeping = [payment for payment in captured if _kept(entry, payment)]
    if len(keeping) > 1 and order.status != Status.REVIEW:
        yield f"it was paid {len(keeping)} times"


def _kept(entry: _Entry, payment: Payment) -> int:
    back = sum(refund.amount_minor for refund in payment.refunds if _stands(refund))
    return max(0, payment.captured_minor - back - entry.taken.get(payment.id, 0))


def _stands(refund: Refund) -> bool:
    return refund.status not in COME_TO_NOTHING


def _ledger_of(entry: _Entry) -> Iterator[str]:
    """What was posted for an order against what its own rows say should have been."""
    order = entry.order
    refunds = [refund for payment in entry.payments for refund in payment.refunds]
    expected = {
        ("sale",): _sums(bookings.of_sale(order) if order.paid_at is not None else ()),
        ("capture",): _sums(entry for payment in entry.payments for entry in of_capture(payment)),
        ("refund", "refund_failed"): _sums(
            entry for refund in refunds if refund.at_stripe for entry in of_refund(refund, refund.parts)
        ),
    }
    for kinds, due in expected.items():
        posted: _Sums = Counter()
        for each in entry.posted:
            if each.kind in kinds:
                posted[each.account, each.tax_rate, each.currency] += each.minor
        for account, rate, currency in sorted(due.keys() | posted.keys(), key=str):
            is_, ought = posted[account, rate, currency], due[account, rate, currency]
            if is_ != ought:
                of_rate = "" if rate is None else f" at {rate:.5f}"
                yield f"{kinds[0]}: {account}{of_rate} was posted with {is_} {currency}, it should be {ought}"


def _papers_of(entry: _Entry) -> Iterator[str]:
    """What was put on paper, which never changes, against what the order's own rows say."""
    parts_of = {refund.id: refund.parts for payment in entry.payments for refund in payment.refunds}
    for paper in entry.papers:
        total, tax = paper.data["total_minor"], paper.data["tax_minor"]
        if paper.refund_id is None:
            due, due_tax = entry.order.total_minor, entry.order.tax_minor
        elif parts := parts_of.get(paper.refund_id):
            due, due_tax = (sum(getattr(part, name) for part in parts) for name in ("amount_minor", "tax_minor"))
        else:  # of a time before refunds said what they were for
            continue
        if (total, tax) != (due, due_tax):
            yield f"{paper.name} says {total} with {tax} of tax, it should be {due} with {due_tax}"
    by_refund: dict[int, dict[str, Document]] = defaultdict(dict)
    for paper in entry.papers:
        if paper.refund_id is not None:
            by_refund[paper.refund_id][paper.kind] = paper
    standing = {refund.id for payment in entry.payments for refund in payment.refunds if _stands(refund)}
    for refund_id, papers in by_refund.items():
        note, taken_back = papers.get(Kind.CREDIT_NOTE), papers.get(Kind.CORRECTION)
        if note is not None and taken_back is None and refund_id not in standing:
            yield f"{note.name} credits a refund that has failed, and nothing takes it back"
        if taken_back is not None and (note is None or refund_id in standing):
            yield f"{taken_back.name} takes back what is true"


def _sums(entries: Iterable[PostedEntry]) -> _Sums:
    sums: _Sums = Counter()
    for entry in entries:
        sums[entry.account, entry.tax_rate, entry.amount.currency] += entry.amount.minor
    return sums


def _balance_of(entry: _Entry, moved: Mapping[str, Counter[str]]) -> Iterator[str]:
    """The account of our balance at Stripe against what Stripe says moved it. A payment it never saw is left aside."""
    intents = [payment.payment_intent_id for payment in entry.payments if payment.payment_intent_id]
    if not intents:
        return
    theirs: Counter[str] = Counter()
    for intent in intents:
        theirs.update(moved.get(intent, {}))
    ours: Counter[str] = Counter()
    for each in entry.posted:
        if each.account == Account.STRIPE:
            ours[each.currency] += each.minor
    for currency in sorted(theirs.keys() | ours.keys()):
        if theirs[currency] != ours[currency]:
            yield (
                f"it moved our balance at Stripe by {theirs[currency]} {currency}, the ledger says by {ours[currency]}"
            )


def _moved() -> dict[str, Counter[str]]:
    """By payment intent and currency: what Stripe says each payment has moved our balance by, fees included."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for each in gateway.all_movements():
        if each.payment_intent_id is not None:
            found[each.payment_intent_id][each.net.currency] += each.net.minor
    return found


def _stock_of(entry: _Entry) -> Iterator[str]:
    order = entry.order
    expected = {
        Status.PENDING: (Stock.HELD,),
        Status.PAID: (Stock.SOLD,),
        Status.SHIPPED: (Stock.SOLD,),
        Status.REVIEW: (Stock.HELD, Stock.NONE),
        Status.CANCELLED: (Stock.NONE,) if order.paid_at is None else (Stock.SOLD,),
    }[Status(order.status)]
    if order.stock not in expected:
        yield f"it is {order.status}, but its stock is {order.stock}"
    wanted: Counter[int] = Counter()
    for line in order.lines:
        if line.requires_shipping:  # what needs no parcel is endless, and never moved
            wanted[line.variant_id] += line.quantity - line.restocked
    if order.stock != Stock.SOLD and entry.held != (wanted if order.stock == Stock.HELD else {}):
        yield f"it holds {entry.held}, its lines are {dict(wanted)} and its stock is {order.stock}"
    if order.stock != Stock.SOLD and any(entry.sold.values()):
        yield f"the stock ledger sold {entry.sold} for it, and its stock is {order.stock}"
    if order.stock == Stock.SOLD and +(Counter(entry.sold) + Counter(entry.held)) != +wanted:
        yield f"{entry.sold} were sold for it and {entry.held} are owed, its lines that it kept are {dict(wanted)}"


def _against_stripe(payment: Payment, sessions: dict[str, SessionSeen]) -> Iterator[str]:
    key = payment.idempotency_key
    if payment.session_id is None:
        return
    seen = sessions.get(payment.session_id)
    if seen is None:
        yield f"Stripe does not know the session of {key}"
        return
    if seen.captured.minor != payment.captured_minor or seen.refunded.minor != payment.refunded_minor:
        yield (
            f"{key}: Stripe captured {seen.captured.minor} and refunded {seen.refunded.minor}, "
            f"the shop says {payment.captured_minor} and {payment.refunded_minor}"
        )


def _shelf() -> Iterator[Finding]:
    held = select(Hold.variant_id, func.sum(Hold.quantity).label("sum")).group_by(Hold.variant_id).subquery()
    moved = (
        select(StockMovement.variant_id, func.sum(StockMovement.quantity).label("sum"))
        .group_by(StockMovement.variant_id)
        .subquery()
    )
    holds, movements = func.coalesce(held.c.sum, 0), func.coalesce(moved.c.sum, 0)
    rows = db.session.execute(
        select(Variant.sku, Variant.reserved, holds, Variant.on_hand, movements)
        .outerjoin(held, held.c.variant_id == Variant.id)
        .outerjoin(moved, moved.c.variant_id == Variant.id)
        .where(or_(Variant.reserved != holds, Variant.on_hand != movements))
        .order_by(Variant.id)
    )
    for sku, reserved, are_held, on_hand, have_moved in rows:
        if reserved != are_held:
            yield Finding(sku, f"{reserved} are reserved, the orders hold {are_held}")
        if on_hand != have_moved:
            yield Finding(sku, f"{on_hand} are on hand, the movements come to {have_moved}")


# What is looked at as a whole, not order by order.
WHOLE: tuple[Callable[[], Iterable[Finding]], ...] = (
    _shelf,
    lambda: [Finding(*mistake) for mistake in documents.gaps()],
    lambda: [Finding(*mistake) for mistake in ledger.mistaken()],
    lambda: [Finding(*mistake) for mistake in reviews.mistaken()],
    lambda: [Finding(*mistake) for mistake in customers.mistaken()],
)


def _orphans(sessions: dict[str, SessionSeen]) -> Iterator[Finding]:
    """Money at Stripe that carries our mark and that no payment of ours knows."""
    known = set(db.session.scalars(select(Payment.session_id).where(Payment.session_id.is_not(None))))
    for seen in sessions.values():
        if seen.captured and seen.idempotency_key and seen.id not in known:
            yield Finding(seen.id, f"Stripe captured {seen.captured.minor} for {seen.idempotency_key}, unknown here")
