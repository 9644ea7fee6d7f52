"""Money back. Our own row first, then Stripe; what Stripe's charge says is what counts in the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from shop.core import log, outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, Invalid
from shop.core.i18n import _, format_money
from shop.core.money import Money
from shop.orders import services as orders
from shop.orders.models import Order
from shop.payments import gateway
from shop.payments.gateway import GatewayBroke, GatewayRefused, RefundSeen
from shop.payments.models import Payment, Refund, RefundStatus

KEY_IS_KEPT = timedelta(hours=12)  # for at least 24 by Stripe


class NotRefundable(Conflict):
    code = "not_refundable"


def refund(order_id: int, amount: Money | None, *, reason: str, by: str, form_token: str) -> int:
    """Asks for `amount` (None: all that is left) to go back to the shopper; the worker carries it to Stripe.

    Returns the refund's id; the same form sent twice is one refund. Raises NotRefundable above what is left.
    """
    with transaction():
        orders.lock(order_id)
        known = db.session.scalar(select(Refund.id).where(Refund.form_token == form_token))
        if known is not None:
            return known
        payment = _captured(order_id)
        if payment is None:
            raise NotRefundable(_("Nothing was paid for this order, so nothing can be refunded."))
        left = refundable(payment)
        amount = left if amount is None else amount
        if amount.minor <= 0:
            raise Invalid(_("Enter an amount above zero."))
        if amount > left:
            raise NotRefundable(_("At most %(left)s can still be refunded.", left=format_money(left)))
        row = _request(payment, amount, reason=reason, by=by, form_token=form_token)
        orders.note(order_id, "refund_requested", by=by, note=f"{amount.minor} {amount.currency}: {reason}")
        return row.id


def automatic(payment: Payment, *, reason: str) -> None:
    """Money that came too late or twice goes back whole. Inside the transaction that finds it."""
    left = refundable(payment)
    if left.minor > 0:
        row = _request(payment, left, reason=reason, by="shop", form_token=f"auto-{reason}-{payment.id}")
        outbox.emit("payment.sent_back", refund_id=row.id)
        outbox.emit("order.needs_attention", order_id=payment.order_id, reason=reason, about=row.id)


def refundable(payment: Payment) -> Money:
    """Captured, less what has gone back or is on its way, by Stripe's count or ours, whichever is more."""
    given = db.session.scalar(
        select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
            Refund.payment_id == payment.id,
            Refund.status.not_in((RefundStatus.FAILED, RefundStatus.CANCELED)),
        )
    )
    return payment.captured - Money(max(payment.refunded_minor, int(given or 0)), payment.currency)


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
    """Brings our rows in line with the charge's refunds, those made in Stripe's dashboard too."""
    for each in seen:
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
        )
        db.session.add(row)
    before = row.status
    row.gateway_id = seen.id
    row.status = seen.status if seen.status in list(RefundStatus) else RefundStatus.PENDING
    row.error = seen.error
    if row.status != before:
        orders.note(order.id, f"refund_{row.status}", by="stripe", note=f"{row.amount_minor} {row.currency}")
        if row.status == RefundStatus.FAILED:
            outbox.emit("order.needs_attention", order_id=order.id, reason="refund_failed", about=row.id)


def _captured(order_id: int) -> Payment | None:
    return db.session.scalar(
        select(Payment)
        .where(Payment.order_id == order_id, Payment.captured_minor > 0)
        .order_by(Payment.paid_at)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _request(payment: Payment, amount: Money, *, reason: str, by: str, form_token: str) -> Refund:
    row = Refund(
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
        orders.lock(order_id)
        row = db.session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
        if row.status == RefundStatus.REQUESTED:
            row.status, row.error = RefundStatus.FAILED, why
            orders.note(order_id, "refund_failed", by="stripe", note=why)
            outbox.emit("order.needs_attention", order_id=order_id, reason="refund_failed", about=refund_id)
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
