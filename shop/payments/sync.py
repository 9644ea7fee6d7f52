"""What came of a payment, read from Stripe: by the webhook, the return page and the sweeper alike, however often."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.i18n import _
from shop.orders import services as orders
from shop.orders.models import Order, OrderEvent
from shop.orders.states import Status
from shop.payments import bookings, gateway, refunds
from shop.payments.gateway import GatewayAway, GatewayRefused, SessionSeen
from shop.payments.models import Dispute, Payment, PaymentStatus
from shop.payments.queries import current_payment, disputed

SYNC_TRIES = 5


class UnknownAtStripe(GatewayAway):
    """Stripe answers, but not under this key: the session was made with another one."""

    code = "payment_unknown"
    waits_for = None


def sync(payment_id: int) -> SessionSeen | None:
    """Reads the payment's session from Stripe and applies what it finds. Returns what that was, if there is one."""
    return synced(payment_id)[0]


def synced(payment_id: int) -> tuple[SessionSeen | None, list[int]]:
    """As `sync` does, with the ids of the events in the order's history that came of it.

    An answer that was read before another was applied may be older than it: it is thrown away and read again.
    """
    for _try in range(SYNC_TRIES):
        before = db.session.get_one(Payment, payment_id, populate_existing=True)
        version, session_id, order_id = before.sync_version, before.session_id, before.order_id
        if session_id is None:
            return None, []
        try:
            seen = gateway.read_session(session_id)
        except GatewayRefused as error:
            if error.code == "resource_missing" and _end_unknown(payment_id):
                return None, []
            raise UnknownAtStripe(_("We cannot look up this payment for a moment.")) from error
        with transaction():
            order = orders.lock(order_id)
            payment = lock(payment_id)
            if payment.sync_version == version:
                payment.sync_version += 1
                last = db.session.scalar(select(func.max(OrderEvent.id)).where(OrderEvent.order_id == order_id)) or 0
                _apply(order, payment, seen)
                db.session.flush()
                came = select(OrderEvent.id).where(OrderEvent.order_id == order_id, OrderEvent.id > last)
                return seen, list(db.session.scalars(came))
    raise GatewayAway(_("This payment is changing quickly. Try again in a moment."))


def lock(payment_id: int) -> Payment:
    """The payment, nobody else's to change until the open transaction ends. Its order is locked first."""
    return db.session.scalars(
        select(Payment).where(Payment.id == payment_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _apply(order: Order, payment: Payment, seen: SessionSeen) -> None:
    payment.payment_intent_id = seen.payment_intent_id or payment.payment_intent_id
    payment.charge_id = seen.charge_id or payment.charge_id
    if seen.url:
        payment.session_url = seen.url
    if seen.paid:
        as_asked = seen.amount == seen.captured == payment.amount
        payment.currency = seen.captured.currency  # what was taken in another currency goes back in it
        payment.captured = seen.captured
        payment.refunded = seen.refunded
        if payment.paid_at is None:
            payment.paid_at = now()
            payment.status = PaymentStatus.PAID
            _money_is_in(order, payment, as_asked=as_asked)
        bookings.captured(payment)
        if seen.moved is not None:
            bookings.charged_for(order.id, seen.moved)
        refunds.apply(order, payment, seen.refunds)
        _apply_disputes(order, payment, seen)
        if order.status != Status.REVIEW and not disputed(order.id):
            refunds.rest(order, payment)
    elif seen.failed:
        _came_to_nothing(order, payment, PaymentStatus.FAILED, reason="the payment failed")
    elif seen.status == "expired":
        _came_to_nothing(order, payment, PaymentStatus.EXPIRED, reason="not paid in time")
    elif seen.status == "complete":
        payment.status = PaymentStatus.PROCESSING
        orders.await_money(order.id)


def _money_is_in(order: Order, payment: Payment, *, as_asked: bool) -> None:
    """The first time a payment is seen paid."""
    if order.paid_at is not None:
        refunds.automatic(payment, reason="twice")
        orders.note(order.id, "paid_twice", by="stripe", note=payment.idempotency_key)
    elif not as_asked:
        charged, asked = payment.captured, order.total
        reason = f"charged {charged.minor} {charged.currency}, asked {asked.minor} {asked.currency}"
        orders.send_to_review(order.id, by="stripe", reason=reason)
    elif not orders.mark_paid(order.id, by="stripe", note=payment.idempotency_key):
        refunds.automatic(payment, reason="late")
        orders.note(order.id, "paid_late", by="stripe", note=payment.idempotency_key)


def _came_to_nothing(order: Order, payment: Payment, status: PaymentStatus, *, reason: str) -> None:
    if not PaymentStatus(payment.status).live:
        return
    payment.status = status
    newest = current_payment(order.id)
    if order.status == Status.PENDING and newest is not None and newest.id == payment.id:
        orders.cancel(order.id, by="stripe", reason=reason)


def _apply_disputes(order: Order, payment: Payment, seen: SessionSeen) -> None:
    known = {row.gateway_id: row for row in db.session.scalars(select(Dispute).where(Dispute.payment_id == payment.id))}
    for dispute in seen.disputes:
        row = known.get(dispute.id)
        if row is None:
            row = Dispute(
                payment_id=payment.id,
                gateway_id=dispute.id,
                status=dispute.status,
                reason=dispute.reason,
                currency=dispute.amount.currency,
                amount_minor=dispute.amount.minor,
                opened_at=now(),
            )
            db.session.add(row)
            orders.hold_back(order.id, by="stripe", reason=f"dispute: {dispute.reason}")
            outbox.emit("order.needs_attention", order_id=order.id, reason="dispute", about=dispute.id)
        for moved in dispute.moved:
            bookings.disputed(order.id, moved)
        row.status, row.due_at = dispute.status, dispute.due_at
        if dispute.status in ("won", "lost", "warning_closed") and row.closed_at is None:
            row.closed_at = now()
            if not disputed(order.id):
                orders.release(order.id, by="stripe", reason="dispute won")


def _end_unknown(payment_id: int) -> bool:
    """A session that Stripe has not heard of, long after its time: its order must not hold goods for ever."""
    with transaction():
        order = orders.lock(db.session.get_one(Payment, payment_id).order_id)
        payment = lock(payment_id)
        if payment.status != PaymentStatus.OPEN or payment.expires_at > now() - timedelta(days=1):
            return False
        _came_to_nothing(order, payment, PaymentStatus.EXPIRED, reason="not known at Stripe")
        return True
