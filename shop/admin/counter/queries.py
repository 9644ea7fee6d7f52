"""Lists of orders, read by indexes: what a row shows comes with it, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from shop.core import lists
from shop.core.db import db
from shop.core.lists import Piece
from shop.core.money import Money
from shop.ledger import queries as ledger
from shop.ledger.models import Account
from shop.orders.models import Order, OrderAddress, OrderLine, Return, ReturnLine, Shipment
from shop.orders.numbers import tidy
from shop.orders.queries import matching
from shop.orders.states import ReturnStatus, Status
from shop.payments.models import COME_TO_NOTHING, Dispute, Payment, PaymentStatus, Refund, WebhookEvent

TO_PACK, UNPAID, REVIEW, POSTED = "to-pack", "unpaid", "review", "posted"
HELD, DISPUTED, RETURNS, CANCELLED, ALL = "held", "disputed", "returns", "cancelled", "all"
BY_STATUS = {
    UNPAID: Status.PENDING,
    REVIEW: Status.REVIEW,
    POSTED: Status.SHIPPED,
    CANCELLED: Status.CANCELLED,
}
TABS = (TO_PACK, HELD, UNPAID, REVIEW, POSTED, DISPUTED, RETURNS, CANCELLED, ALL)
WAITING = (ReturnStatus.REQUESTED, ReturnStatus.APPROVED)  # returns that somebody has yet to do something about
MOST_FOUND = 200  # by words alone; whoever looks for others adds a word, or a filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; nothing given narrows nothing. `since` is in it, `until` is not."""

    tab: str = ALL
    q: str = ""
    since: datetime | None = None
    until: datetime | None = None
    fulfilment: str = ""
    method_id: int | None = None
    country: str = ""
    held: bool | None = None

    @property
    def narrow(self) -> bool:
        """Whether it is more than the choice of a tab."""
        return self != Filters(tab=self.tab)


@dataclass(frozen=True, slots=True)
class Row:
    """An order in a list."""

    id: int
    number: str
    placed_at: datetime
    status: str
    fulfilment: str
    held: bool
    paid: bool
    name: str
    items: int
    total: Money
    captured: Money
    given_back: Money
    failed: bool  # its last payment came to nothing
    disputed: bool


def page(
    filters: Filters, *, after: int | None, before: int | None, oldest_first: bool
) -> tuple[Piece[Row], int | None]:
    """A piece of the list, the newest first unless said otherwise, and how many there are of a narrowed one.

    Which orders these are is found first: what else a row shows would be read of all that had to be sorted.
    """
    found: Any = select(Order.id, Order.placed_at).where(*_narrowed(filters))
    piece = lists.piece(
        found,
        Order.placed_at,
        Order.id,
        after=after,
        before=before,
        descending=not oldest_first,
    )
    ids = [each.id for each in piece.rows]
    rows = {row.id: _row(row) for row in db.session.execute(_rows().where(Order.id.in_(ids)))} if ids else {}
    narrowed = lists.count(found) if filters.narrow else None
    return Piece([rows[each] for each in ids], piece.before, piece.after, piece.lost), narrowed


def counts() -> dict[str, int]:
    """How many orders each tab has."""
    return lists.counts({tab: select(Order.id).where(*_of_tab(tab)) for tab in TABS})


def whole(number: str) -> Order | None:
    """The order with all that its page shows. What its history does not speak of is not looked for."""
    order = db.session.scalar(
        select(Order)
        .where(Order.number == tidy(number))
        .options(
            joinedload(Order.lines),
            joinedload(Order.addresses),
            joinedload(Order.adjustments),
            selectinload(Order.events),
        )
    )
    if order is None:
        return None
    kinds = {event.kind for event in order.events}
    shipments: Sequence[Shipment] = ()
    if "shipment" in kinds:
        own = select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.id)
        shipments = db.session.scalars(own.options(joinedload(Shipment.lines))).unique().all()
    returned: Sequence[Return] = ()
    if kinds & {"return_requested", "return_approved", "withdrawn"}:
        back = select(Return).where(Return.order_id == order.id).order_by(Return.id)
        returned = db.session.scalars(back.options(joinedload(Return.lines))).unique().all()
    set_committed_value(order, "shipments", list(shipments))
    set_committed_value(order, "returns", list(returned))
    return order


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A return in a list."""

    id: int
    number: str
    name: str
    kind: str
    status: str
    reason: str
    requested_at: datetime
    pieces: int


def returns(status: str, *, after: int | None, before: int | None) -> Piece[ReturnRow]:
    """A piece of the returns that are in this state, or in any; who waits the longest comes first where one waits."""
    pieces = select(func.sum(ReturnLine.quantity)).where(ReturnLine.return_id == Return.id).scalar_subquery()
    name = select(OrderAddress.name).where(OrderAddress.order_id == Return.order_id, OrderAddress.kind == "delivery")
    found = select(
        Return.id,
        Return.kind,
        Return.status,
        Return.reason,
        Return.requested_at,
        select(Order.number).where(Order.id == Return.order_id).scalar_subquery().label("number"),
        name.scalar_subquery().label("name"),
        pieces.label("pieces"),
    )
    if status:
        found = found.where(Return.status == status)
    piece = lists.piece(
        found, Return.requested_at, Return.id, after=after, before=before, descending=status not in WAITING
    )
    rows = [
        ReturnRow(r.id, r.number, r.name or "", r.kind, r.status, r.reason, r.requested_at, int(r.pieces or 0))
        for r in piece.rows
    ]
    return Piece(rows, piece.before, piece.after, piece.lost)


def return_counts() -> dict[str, int]:
    """How many returns are in each state."""
    return lists.counts({status: select(Return.id).where(Return.status == status) for status in ReturnStatus})


def a_return(return_id: int) -> tuple[Return, Order] | None:
    """A return with its lines, and its order with lines and addresses."""
    row = db.session.scalar(select(Return).where(Return.id == return_id).options(selectinload(Return.lines)))
    if row is None:
        return None
    of = select(Order).where(Order.id == row.order_id).options(selectinload(Order.lines), selectinload(Order.addresses))
    return row, db.session.scalars(of).one()


def refunds_of_return(return_id: int) -> Sequence[Refund]:
    return db.session.scalars(select(Refund).where(Refund.return_id == return_id).order_by(Refund.id)).all()


def payments_of(order_id: int) -> Sequence[Payment]:
    """In the order of their attempts, with their refunds."""
    own = select(Payment).where(Payment.order_id == order_id).options(joinedload(Payment.refunds))
    return db.session.scalars(own.order_by(Payment.attempt)).unique().all()


def disputes_about(order: Order, payment_ids: Sequence[int]) -> Sequence[Dispute]:
    """A dispute puts its order on hold, so nobody looks for one of an order that never was."""
    if not any(event.kind == "held" for event in order.events):
        return []
    return db.session.scalars(select(Dispute).where(Dispute.payment_id.in_(payment_ids)).order_by(Dispute.id)).all()


def has_dispute(order_id: int, gateway_id: str) -> bool:
    """Whether it is about one of the order's payments."""
    of_order = select(Dispute.id).join(Payment).where(Payment.order_id == order_id, Dispute.gateway_id == gateway_id)
    return bool(db.session.scalar(select(of_order.exists())))


def number_of_webhook(webhook_id: int) -> str | None:
    """The number of the order that a message of Stripe's was about."""
    about = select(Order.number).join(Payment, Payment.order_id == Order.id)
    about = about.join(WebhookEvent, WebhookEvent.payment_id == Payment.id)
    return db.session.scalar(about.where(WebhookEvent.id == webhook_id))


def kept_by_others(order_id: int, currency: str) -> tuple[Money, Money]:
    """What Stripe has kept for itself of an order's payments, and what banks have taken back."""
    sums = [each for each in ledger.of_orders([order_id])[order_id] if each.currency == currency]
    fees, disputed = (
        Money(sum(each.minor for each in sums if each.account == account), currency)
        for account in (Account.FEES, Account.DISPUTES)
    )
    return fees, disputed


def row_of(order: Order, payments: Sequence[Payment], disputes: Sequence[Dispute]) -> Row:
    """A whole order as lists show it."""
    own = [payment for payment in payments if payment.currency == order.currency]
    refunds = [each for payment in own for each in payment.refunds if each.currency == order.currency]
    return Row(
        id=order.id,
        number=order.number,
        placed_at=order.placed_at,
        status=order.status,
        fulfilment=order.fulfilment,
        held=order.held_at is not None,
        paid=order.paid_at is not None,
        name=order.delivery_address.name,
        items=sum(line.quantity for line in order.lines),
        total=order.total,
        captured=Money.sum((payment.captured for payment in own), order.currency),
        given_back=Money.sum((each.amount for each in refunds if each.status not in COME_TO_NOTHING), order.currency),
        failed=bool(payments) and payments[-1].status == PaymentStatus.FAILED,
        disputed=any(each.closed_at is None for each in disputes),
    )


def _rows() -> Select[Any]:
    """One statement, whose every part reads the rows of one order by an index."""
    of_order = Payment.order_id == Order.id
    own = and_(of_order, Payment.currency == Order.currency)
    last = aliased(Payment)
    newest = select(last.status).where(last.order_id == Order.id).order_by(last.attempt.desc()).limit(1)
    return select(
        Order.id,
        Order.number,
        Order.placed_at,
        Order.status,
        Order.fulfilment,
        Order.held_at,
        Order.paid_at,
        Order.currency,
        Order.total_minor,
        _one(
            select(OrderAddress.name).where(OrderAddress.order_id == Order.id, OrderAddress.kind == "delivery"), "name"
        ),
        _one(select(func.sum(OrderLine.quantity)).where(OrderLine.order_id == Order.id), "items"),
        _one(select(func.sum(Payment.captured_minor)).where(own), "captured"),
        _one(select(func.sum(Payment.refunded_minor)).where(own), "given_back"),
        _one(newest, "payment"),
        exists()
        .where(Dispute.payment_id == Payment.id, Dispute.closed_at.is_(None), of_order)
        .correlate(Order)
        .label("disputed"),
    )


def _one(found: Select[Any], name: str) -> ColumnElement[Any]:
    return found.correlate(Order).scalar_subquery().label(name)


def _row(row: Any) -> Row:
    return Row(
        id=row.id,
        number=row.number,
        placed_at=row.placed_at,
        status=row.status,
        fulfilment=row.fulfilment,
        held=row.held_at is not None,
        paid=row.paid_at is not None,
        name=row.name or "",
        items=int(row.items or 0),
        total=Money(row.total_minor, row.currency),
        captured=Money(int(row.captured or 0), row.currency),
        given_back=Money(int(row.given_back or 0), row.currency),
        failed=row.payment == PaymentStatus.FAILED,
        disputed=row.disputed,
    )


def _of_tab(tab: str) -> list[ColumnElement[bool]]:
    if tab in BY_STATUS:
        return [Order.status == BY_STATUS[tab]]
    if tab == TO_PACK:
        return [Order.status == Status.PAID, Order.held_at.is_(None)]
    if tab == HELD:
        return [Order.held_at.is_not(None)]
    if tab == DISPUTED:
        disputed = select(Payment.order_id).join(Dispute, Dispute.payment_id == Payment.id)
        return [Order.id.in_(disputed.where(Dispute.closed_at.is_(None)))]
    if tab == RETURNS:
        return [Order.id.in_(select(Return.order_id).where(Return.status.in_(WAITING)))]
    return []


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    only_words = replace(filters, q="") == Filters()
    narrowed = [*_of_tab(filters.tab), *matching(filters.q, newest=MOST_FOUND if only_words else None)]
    if filters.since is not None:
        narrowed.append(Order.placed_at >= filters.since)
    if filters.until is not None:
        narrowed.append(Order.placed_at < filters.until)
    for column, value in (
        (Order.fulfilment, filters.fulfilment),
        (Order.delivery_method_id, filters.method_id),
        (Order.country, filters.country),
    ):
        if value:
            narrowed.append(column == value)
    if filters.held is not None:
        narrowed.append(Order.held_at.is_not(None) if filters.held else Order.held_at.is_(None))
    return narrowed
