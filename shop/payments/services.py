"""Being paid: the ways to Stripe and back out again. What came of a payment is `sync`'s to find out.

Order of locks: the order, then its payment.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from shop.catalog.stock import full_name
from shop.core import log, outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, Invalid
from shop.core.i18n import _, format_money
from shop.core.outbox import Other
from shop.orders import services as orders
from shop.orders.models import Order
from shop.orders.services import CANCEL_ASKED, WrongState
from shop.orders.states import Status
from shop.payments import gateway, refunds
from shop.payments.gateway import GatewayAway, GatewayBroke, GatewayRefused
from shop.payments.models import Payment, PaymentStatus
from shop.payments.queries import captured, current_payment, disputed
from shop.payments.sync import lock, sync

SESSION_LASTS = timedelta(minutes=35)  # Stripe allows 30 minutes to 24 hours


class BelowMinimum(Invalid):
    code = "below_minimum"


class PaymentUnderWay(Conflict):
    code = "payment_under_way"


def check_chargeable(order_total_minor: int, currency: str) -> None:
    """Raises BelowMinimum for a total that Stripe would refuse. Nothing to pay is fine."""
    least = gateway.least_charge(currency)
    if 0 < order_total_minor < least.minor:
        raise BelowMinimum(
            _("The least we can charge is %(least)s. Add something small to your bag.", least=format_money(least))
        )


def start(order_id: int) -> str | None:
    """The address at which the shopper pays, or None when there is nothing to pay there any more.

    Reuses the open session; an attempt that Stripe refuses, as when its time is nearly over, is followed by the next.
    Raises GatewayAway; the order stays as it is, and starting again later goes on.
    """
    for _try in range(2):
        payment = _attempt(order_id)
        if payment is None:
            return None
        payment_id = payment.id
        if payment.session_id is None:
            open_session(payment_id)
        else:
            sync(payment_id)
        payment = db.session.get_one(Payment, payment_id, populate_existing=True)
        if PaymentStatus(payment.status).live:
            return payment.session_url if payment.status == PaymentStatus.OPEN else None
    raise GatewayAway(_("We cannot take payments for a moment. Your order is kept; nothing has been charged."))


def cancel_unpaid(order_id: int, *, by: str, reason: str = "") -> None:
    """Ends an unpaid order for good: first at Stripe, so that no money can come any more, then here.

    Raises PaymentUnderWay when it turns out paid or about to be, GatewayAway when Stripe cannot be asked.
    """
    payment = current_payment(order_id)
    if payment is not None and PaymentStatus(payment.status).live:
        payment_id = payment.id
        orders.note(order_id, CANCEL_ASKED, by=by, note=reason)  # whoever first hears from Stripe that it has ended
        if payment.session_id is None:
            with suppress(GatewayBroke):  # given up then
                open_session(payment_id)
        _expire(payment_id)
        sync(payment_id)
        payment = db.session.get_one(Payment, payment_id, populate_existing=True)
        if payment.status == PaymentStatus.PAID:
            raise PaymentUnderWay(_("This order has just been paid, so it was not cancelled."))
    with transaction():  # the shopper may have begun to pay in another window meanwhile
        order = orders.lock(order_id)
        if order.status == Status.REVIEW or may_be_paid(order_id):
            raise PaymentUnderWay(_("Your payment for this order is under way, so it cannot be cancelled now."))
        orders.cancel(order_id, by=by, reason=reason)


def cancel_paid(order_id: int, *, by: str, reason: str, form_token: str) -> None:
    """A paid order of which nothing was sent ends: its money goes back, and its goods. A second time changes nothing.

    Raises WrongState when something was sent, or the order is not a paid one.
    """
    with transaction():
        order = orders.lock(order_id)
        if order.status == Status.CANCELLED or refunds.of_form(form_token) is not None:
            return
        if order.status != Status.PAID or any(line.shipped for line in order.lines):
            raise WrongState(_("This order cannot be cancelled any more: something of it has been sent."))
        paying = refunds.payment_of(order_id)
        if paying is not None and refunds.refundable(paying):
            refunds.refund(order_id, refunds.EVERYTHING, reason=reason, by=by, form_token=form_token, restock=True)
        left = {line.id: line.quantity - line.cancelled for line in order.lines}
        orders.cancel_pieces(order, left, by=by, restock=True)


def refuse_review(order_id: int, *, by: str, reason: str) -> None:
    """A person has looked: the money that came goes back, and the order ends. Raises WrongState."""
    with transaction():
        order = orders.lock(order_id)
        if order.status != Status.REVIEW:
            raise WrongState(_("This order is not in review."))
        for payment in captured(order_id):
            refunds.all_of(payment, reason=reason, by=by, form_token=f"review-{payment.id}")
        orders.cancel(order_id, by=by, reason=reason)


def release(order_id: int, *, by: str, reason: str) -> None:
    """An order that was held back may be sent again. Raises WrongState while its payment is disputed."""
    with transaction():
        orders.lock(order_id)
        if disputed(order_id):
            raise WrongState(_("The payment is disputed. Nothing may be sent until that is decided."))
        orders.release(order_id, by=by, reason=reason)


def send_refund(refund_id: int) -> None:
    """Carries a refund to Stripe and reads the charge again: totals come from there, never from adding up."""
    payment_id = refunds.send(refund_id)
    if payment_id is not None:
        sync(payment_id)
        outbox.wake(Other.STRIPE)


def _attempt(order_id: int) -> Payment | None:
    """The attempt to be paid that is under way, a new one when the last has come to nothing."""
    with transaction():
        order = orders.lock(order_id)
        if order.status != Status.PENDING:
            return None
        payment = current_payment(order_id)
        if payment is not None and PaymentStatus(payment.status).live:
            return payment
        check_chargeable(order.total_minor, order.currency)
        return _new_attempt(order, (payment.attempt if payment else 0) + 1)


def _new_attempt(order: Order, attempt: int) -> Payment:
    key = f"order-{order.number}-attempt-{attempt}"
    expires_at = now() + SESSION_LASTS
    items = [
        gateway.Item(
            f"{line.quantity} × {full_name(line.product_name, line.variant_name)}"
            if line.quantity > 1
            else full_name(line.product_name, line.variant_name),
            line.amount,
        )
        for line in order.lines
    ]
    items.append(gateway.Item(order.delivery_name or _("Delivery"), order.delivery))
    payment = Payment(
        order_id=order.id,
        attempt=attempt,
        idempotency_key=key,
        currency=order.currency,
        amount_minor=order.total_minor,
        created_at=now(),
        expires_at=expires_at,
        params=gateway.session_params(
            items,
            number=order.number,
            token=order.token,
            email=order.email,
            language=order.language,
            idempotency_key=key,
            expires_at=expires_at,
        ),
    )
    db.session.add(payment)
    db.session.flush()
    return payment


def open_session(payment_id: int) -> None:
    """Has Stripe make the session, or tell of the one it made when its answer was lost.

    A session whose address nobody has been told cannot be paid: an attempt that Stripe refuses, or whose fault it
    keeps under the key, is given up without risk, and the next gets a new key.
    """
    payment = db.session.get_one(Payment, payment_id)
    params, key = payment.params, payment.idempotency_key
    try:
        seen = gateway.open_session(params, idempotency_key=key)
    except GatewayRefused as error:
        give_up(payment_id, why=str(error))
        return
    except GatewayBroke as error:
        give_up(payment_id, why=str(error))
        raise
    with transaction():
        payment = lock(payment_id)
        payment.session_id = seen.id
        payment.session_url = seen.url or payment.session_url
        payment.expires_at = seen.expires_at
        if payment.status == PaymentStatus.NEW:
            payment.status = PaymentStatus.OPEN


def give_up(payment_id: int, *, why: str) -> None:
    with transaction():
        payment = lock(payment_id)
        if payment.session_id is None and payment.status == PaymentStatus.NEW:
            payment.status = PaymentStatus.FAILED
            log.get().error("payment.refused_by_stripe", payment=payment.idempotency_key, why=why)


def _expire(payment_id: int) -> None:
    payment = db.session.get_one(Payment, payment_id)
    session_id, key = payment.session_id, payment.idempotency_key
    if session_id is None:
        return
    try:
        gateway.expire_session(session_id)
    except GatewayRefused:
        log.get().info("session.not_open_any_more", payment=key)  # sync says what it is


def may_be_paid(order_id: int) -> bool:
    """Whether money may still come of the order's payments. Asked under its lock, that stays so."""
    payment = current_payment(order_id)
    return payment is not None and PaymentStatus(payment.status).live
