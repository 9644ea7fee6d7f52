"""Money back. Our own row first, then Stripe; what Stripe's charge says is what counts in the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from shop.catalog import stock
from shop.core import log, outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, Invalid
from shop.core.i18n import _, format_money
from shop.core.money import Money
from shop.orders import services as orders
from shop.orders.models import Order
from shop.orders.states import Status
from shop.payments import bookings, gateway, refund_parts
from shop.payments.gateway import GatewayBroke, GatewayRefused, RefundSeen
from shop.payments.models import COME_TO_NOTHING, Dispute, Payment, Refund, RefundPart, RefundStatus

KEY_IS_KEPT = timedelta(hours=12)  # for at least 24 by Stripe


class NotRefundable(Conflict):
    code = "not_refundable"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to go back: pieces by line, of the delivery, and a mere amount; or all that is left."""

    lines: Mapping[int, int] = field(default_factory=dict)
    delivery: Money | None = None
    amount: Money | None = None
    everything: bool = False


EVERYTHING = Asked(everything=True)


def refund(
    order_id: int,
    asked: Asked,
    *,
    reason: str,
    by: str,
    form_token: str,
    restock: bool = False,
    return_id: int | None = None,
) -> int:
    """Asks for money to go back to the shopper; the worker carries it to Stripe.

    Pieces that were not sent are never sent then; with `restock`, what did not come back by a return goes back on the
    shelf. Returns the refund's id; the same form sent twice is one refund. Raises NotRefundable above what is left.
    """
    with transaction():
        order = orders.lock(order_id)
        known = of_form(form_token)
        if known is not None:
            return known
        payment = payment_of(order_id)
        if payment is None:
            raise NotRefundable(_("Nothing was paid for this order, so nothing can be refunded."))
        left = refundable(payment)
        parts = _parts(order, asked, left)
        amount = _checked(asked, parts, left)
        row = _request(payment, amount, reason=reason, by=by, form_token=form_token, return_id=return_id, parts=parts)
        what = f"{amount.minor} {amount.currency}: {reason}"
        orders.note(order_id, "refund_requested", by=by, note=what, refund_id=row.id)
        refund_parts.count(order, parts, 1)
        if return_id is None:  # what came back by a return has been sent, and received
            _take_back(order, parts, by=by, restock=restock)
        return row.id


def quote(order: Order, asked: Asked) -> Money:
    """What would go back to the shopper if this were asked for now. Reads only; needs the order's lines.

    Raises as `refund` does.
    """
    left = left_of(order)
    if left is None:
        raise NotRefundable(_("Nothing was paid for this order, so nothing can be refunded."))
    return _checked(asked, _parts(order, asked, left), left)


def left_of(order: Order) -> Money | None:
    """What can still be refunded of what was paid for an order; None when nothing was. Reads only."""
    payment = db.session.scalar(_paying(order.id))
    return refundable(payment) if payment is not None else None


def given_back(order_id: int, *, but: Iterable[RefundStatus] = ()) -> Sequence[RefundPart]:
    """What the refunds of an order that stand are for, but for those of some status."""
    return db.session.scalars(
        select(RefundPart)
        .join(Refund, Refund.id == RefundPart.refund_id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id == order_id, Refund.status.not_in((*COME_TO_NOTHING, *but)))
        .order_by(RefundPart.id)
    ).all()


def parts_of(order: Order, row: Refund) -> Sequence[RefundPart]:
    """What a refund is for. Of one from before that was written down, its share of each tax rate, written down now.

    What was asked for while the order was in review stays for nothing that was sold, though it be accepted since; and
    what was posted stays as it was posted.
    """
    parts = _parts_of(row.id)
    in_review = order.paid_at is None or row.created_at < order.paid_at
    if not parts and not in_review and sold(order, row.payment) and not bookings.is_sent_back(row):
        parts = refund_parts.of_amount(order, given_back(order.id), row.amount_minor)
        for part in parts:
            part.refund_id = row.id
        db.session.add_all(parts)
    return parts


def of_form(form_token: str) -> int | None:
    """The id of the refund that a form has become."""
    return db.session.scalar(select(Refund.id).where(Refund.form_token == form_token))


def automatic(payment: Payment, *, reason: str) -> None:
    """Money that came too late or twice goes back whole. Inside the transaction that finds it."""
    payment.surplus = True
    row = all_of(payment, reason=reason, by="shop", form_token=f"auto-{reason}-{payment.id}")
    if row is not None:
        outbox.emit("payment.sent_back", refund_id=row.id)
        outbox.emit("order.needs_attention", order_id=payment.order_id, reason=reason, about=row.id)


def all_of(payment: Payment, *, reason: str, by: str, form_token: str) -> Refund | None:
    """Sends all that is left of a payment back that was never a sale. Inside the transaction that decides it."""
    left = refundable(payment)
    if left.minor <= 0:
        return None
    return _request(payment, left, reason=reason, by=by, form_token=form_token)


def rest(order: Order, payment: Payment) -> None:
    """What is left of money that was never a sale goes back too: what Stripe would not send while it was disputed, or
    because part of it had been sent back there meanwhile. A refund that failed for itself is not asked for again.
    """
    left = refundable(payment)
    token = f"rest-{payment.id}-{left.minor}"
    if left.minor <= 0 or sold(order, payment) or of_form(token) is not None:
        return
    failed = select(Refund.id).where(
        Refund.payment_id == payment.id, Refund.amount_minor == left.minor, Refund.status == RefundStatus.FAILED
    )
    was_disputed = select(Dispute.id).where(Dispute.payment_id == payment.id)
    if db.session.scalar(select(or_(~failed.exists(), was_disputed.exists()))):
        _request(payment, left, reason="what was left", by="shop", form_token=token)


def sold(order: Order, payment: Payment) -> bool:
    """Whether a payment is what the order was sold for: not one that came late, twice, or is being looked at."""
    paying = payment_of(order.id)
    return order.paid_at is not None and not payment.surplus and paying is not None and paying.id == payment.id


def payment_of(order_id: int) -> Payment | None:
    """The payment that paid the order or has sent it to review, locked; when only such came as pay for nothing, one of
    those. None when no money came."""
    paying = _paying(order_id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(paying)


def _paying(order_id: int) -> Select[Payment]:
    came = select(Payment).where(Payment.order_id == order_id, Payment.captured_minor > 0)
    return came.order_by(Payment.surplus, Payment.paid_at, Payment.id).limit(1)


def refundable(payment: Payment) -> Money:
    """Captured, less what has gone back or is on its way, by Stripe's count or ours, whichever is more."""
    return payment.captured - Money(max(payment.refunded_minor, _asked(payment)), payment.currency)


def _asked(payment: Payment) -> int:
    """What its refunds that stand come to."""
    standing = Refund.payment_id == payment.id, Refund.status.not_in(COME_TO_NOTHING)
    return int(db.session.scalar(select(func.sum(Refund.amount_minor)).where(*standing)) or 0)


def send(refund_id: int) -> int | None:
    """Carries a requested refund to Stripe. Twice is once: Stripe knows it by our row's id, and for longer than it
    keeps that key its charge does.

    Returns the payment to read again from Stripe, or None when there was nothing to send.
    """
    row = db.session.scalars(select(Refund).where(Refund.id == refund_id).options(joinedload(Refund.payment))).one()
    if row.status != RefundStatus.REQUESTED or row.payment.payment_intent_id is None:
        return None
    payment_id, intent, session_id = row.payment_id, row.payment.payment_intent_id, row.payment.session_id
    amount, attempt = row.amount, row.attempt
    if row.created_at <= now() - KEY_IS_KEPT and _made_at_stripe(refund_id, session_id):
        return payment_id
    try:
        seen = gateway.refund(intent, amount, our_id=refund_id, attempt=attempt)
    except GatewayRefused as error:
        _refused(refund_id, str(error))
        return payment_id
    except GatewayBroke:
        if _made_at_stripe(refund_id, session_id):
            return payment_id
        _try_under_new_key(refund_id, failed=attempt)
        raise
    with transaction():
        order_id = db.session.get_one(Payment, payment_id).order_id
        order = orders.lock(order_id)
        payment = db.session.get_one(Payment, payment_id, with_for_update=True, populate_existing=True)
        _take_over(order, payment, seen)
    return payment_id


def post_old(refund_id: int) -> None:
    """Posts a refund of a time before there was a ledger."""
    with transaction():
        row = db.session.scalars(select(Refund).where(Refund.id == refund_id).options(joinedload(Refund.payment))).one()
        order = orders.lock(row.payment.order_id)
        bookings.sent_back(order.id, row, parts_of(order, row))


def unsent(before: datetime) -> list[int]:
    return list(
        db.session.scalars(
            select(Refund.id)
            .where(Refund.status == RefundStatus.REQUESTED, Refund.created_at <= before)
            .order_by(Refund.id)
            .limit(500)
        )
    )


def apply(order: Order, payment: Payment, seen: Sequence[RefundSeen]) -> None:
    """Brings our rows in line with the charge's refunds, ours first, then those made in Stripe's dashboard."""
    for each in sorted(seen, key=lambda each: each.our_id is None):
        _take_over(order, payment, each)


def _take_over(order: Order, payment: Payment, seen: RefundSeen) -> None:
    row = db.session.scalar(select(Refund).where(Refund.gateway_id == seen.id))
    if row is None and seen.our_id is not None:
        row = db.session.scalar(select(Refund).where(Refund.id == seen.our_id, Refund.payment_id == payment.id))
    if row is None:
        row = Refund(
            payment_id=payment.id,
            currency=seen.amount.currency,
            amount_minor=seen.amount.minor,
            reason="made at Stripe",
            by="stripe",
            created_at=now(),
            parts=_parts_found(order, payment, seen.amount.minor),
        )
        db.session.add(row)
        db.session.flush()
        outbox.emit("refund.found", refund_id=row.id)
        if order.status == Status.PAID and not refundable(payment):
            orders.hold_back(order.id, by="stripe", reason="refunded in full at Stripe")
    row.gateway_id = seen.id
    _become(order, row, seen.status if seen.status in list(RefundStatus) else RefundStatus.PENDING, error=seen.error)


def _parts_found(order: Order, payment: Payment, minor: int) -> list[RefundPart]:
    """What a refund made at Stripe is for. One of ours that there is no money left for beside it will be refused."""
    if not sold(order, payment):
        return []
    refused = _asked(payment) + minor > payment.captured_minor
    given = given_back(order.id, but=[RefundStatus.REQUESTED] if refused else [])
    return refund_parts.of_amount(order, given, minor)


def _become(order: Order, row: Refund, status: str, *, error: str) -> None:
    """What Stripe says of a refund; one that fails was never made, though its goods stay where they are."""
    row.error = error
    before, row.status = row.status, status
    parts = parts_of(order, row)
    if row.at_stripe:
        bookings.sent_back(order.id, row, parts)
    if before == status:
        return
    orders.note(order.id, f"refund_{status}", by="stripe", note=f"{row.amount_minor} {row.currency}", refund_id=row.id)
    if status == RefundStatus.SUCCEEDED:
        row.settled_at = now()
        outbox.emit("refund.settled", refund_id=row.id)
    elif status in COME_TO_NOTHING:
        bookings.not_sent_back(row)
        refund_parts.count(order, parts, -1)
        outbox.emit("refund.failed", refund_id=row.id)
        outbox.emit("order.needs_attention", order_id=order.id, reason="refund_failed", about=row.id)


def _parts(order: Order, asked: Asked, left: Money) -> list[RefundPart]:
    """None for an order that was never a sale."""
    if order.paid_at is None:
        if asked.lines or asked.delivery:
            raise NotRefundable(_("This order is in review. Enter an amount, or send all of its money back."))
        return []
    given = given_back(order.id)
    if asked.everything:
        return refund_parts.of_all(order, given, left.minor)
    return [
        *refund_parts.of_lines(order, given, asked.lines),
        *(refund_parts.of_delivery(order, given, asked.delivery.minor) if asked.delivery else ()),
        *(refund_parts.of_amount(order, given, asked.amount.minor) if asked.amount else ()),
    ]


def _checked(asked: Asked, parts: Sequence[RefundPart], left: Money) -> Money:
    """What goes back in all. Raises Invalid for nothing, and NotRefundable above what is left."""
    amount = left if asked.everything else _amount(asked, parts, left.currency)
    if amount.minor <= 0:
        raise Invalid(_("Choose something to refund, or enter an amount above zero."))
    if amount > left:
        raise NotRefundable(_("At most %(left)s can still be refunded.", left=format_money(left)))
    return amount


def _amount(asked: Asked, parts: Sequence[RefundPart], currency: str) -> Money:
    """What is more than the order's total, as when too much was charged, is no part of it."""
    named = Money(sum(part.amount_minor for part in parts if part.kind != refund_parts.AMOUNT), currency)
    return named + asked.amount if asked.amount is not None and asked.amount.minor > 0 else named


def _parts_of(refund_id: int) -> Sequence[RefundPart]:
    return db.session.scalars(select(RefundPart).where(RefundPart.refund_id == refund_id)).all()


def _take_back(order: Order, parts: Sequence[RefundPart], *, by: str, restock: bool) -> None:
    """Of the pieces refunded, those not sent are cancelled; those sent go back on the shelf if so wanted."""
    stock.lock(line.variant_id for line in order.lines)
    unsent: dict[int, int] = {}
    for line in order.lines:
        pieces = sum(part.quantity for part in parts if part.line_id == line.id)
        unsent[line.id] = min(pieces, line.quantity - line.shipped - line.cancelled)
        if restock and pieces > unsent[line.id]:
            orders.put_back(line, pieces - unsent[line.id], "returned", by=by)
    orders.cancel_pieces(order, unsent, by=by, restock=restock)


def _request(
    payment: Payment,
    amount: Money,
    *,
    reason: str,
    by: str,
    form_token: str,
    return_id: int | None = None,
    parts: Sequence[RefundPart] = (),
) -> Refund:
    row = Refund(
        return_id=return_id,
        parts=list(parts),
        payment_id=payment.id,
        form_token=form_token,
        currency=amount.currency,
        amount_minor=amount.minor,
        reason=reason,
        by=by,
        created_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    outbox.emit("refund.requested", refund_id=row.id)
    return row


def _refused(refund_id: int, why: str) -> None:
    """Stripe will not: the row says so, and staff hear of it."""
    payment = db.session.scalars(select(Payment).join(Refund).where(Refund.id == refund_id)).one()
    order_id = payment.order_id
    with transaction():
        order = orders.lock(order_id)
        row = db.session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
        if row.status == RefundStatus.REQUESTED:
            _become(order, row, RefundStatus.FAILED, error=why)
            log.get().error("refund.refused", refund=refund_id, why=why)


def _made_at_stripe(refund_id: int, session_id: str | None) -> bool:
    if session_id is None:
        return False
    return any(each.our_id == refund_id for each in gateway.read_session(session_id).refunds)


def _try_under_new_key(refund_id: int, *, failed: int) -> None:
    """Stripe keeps its fault under the key of attempt `failed`. Whoever finds that first moves on to the next."""
    with transaction():
        row = db.session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
        if row.attempt == failed:
            row.attempt += 1
