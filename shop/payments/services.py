"""Being paid. `start` sends the shopper to Stripe; `sync` reads what came of it, whoever asks for it and however often.

Order of locks: the order, then its payment.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from shop.catalog.stock import full_name
from shop.core import log, outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, Invalid, ShopError
from shop.core.i18n import _, format_money
from shop.orders import services as orders
from shop.orders.models import Order
from shop.orders.states import Status
from shop.payments import gateway, refunds
from shop.payments.gateway import Event, GatewayAway, GatewayBroke, GatewayRefused, SessionSeen
from shop.payments.models import Dispute, Payment, PaymentStatus, WebhookEvent

SESSION_LASTS = timedelta(minutes=35)  # Stripe allows 30 minutes to 24 hours
SYNC_TRIES = 5
AWAY_TIMES = 3  # so often without an answer, and the sweeper leaves the rest for its next round
LIVE = [status for status in PaymentStatus if status.live]


class BelowMinimum(Invalid):
    code = "below_minimum"


class PaymentUnderWay(Conflict):
    code = "payment_under_way"


class UnknownAtStripe(GatewayAway):
    """Stripe answers, but not under this key: the session was made with another one."""


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
            _open(payment_id)
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
        if payment.session_id is None:
            with suppress(GatewayBroke):  # given up then
                _open(payment_id)
        _expire(payment_id)
        sync(payment_id)
        payment = db.session.get_one(Payment, payment_id, populate_existing=True)
        if payment.status == PaymentStatus.PAID:
            raise PaymentUnderWay(_("This order has just been paid, so it was not cancelled."))
    with transaction():  # the shopper may have begun to pay in another window meanwhile
        order = orders.lock(order_id)
        if order.status == Status.REVIEW or _may_be_paid(order_id):
            raise PaymentUnderWay(_("Your payment for this order is under way, so it cannot be cancelled now."))
        orders.cancel(order_id, by=by, reason=reason)


def sync(payment_id: int) -> None:
    """Reads the payment's session from Stripe and applies what it finds.

    An answer that was read before another was applied may be older than it: it is thrown away and read again.
    """
    for _try in range(SYNC_TRIES):
        before = db.session.get_one(Payment, payment_id, populate_existing=True)
        version, session_id, order_id = before.sync_version, before.session_id, before.order_id
        if session_id is None:
            return
        try:
            seen = gateway.read_session(session_id)
        except GatewayRefused as error:
            if error.code == "resource_missing" and _end_unknown(payment_id):
                return
            raise UnknownAtStripe(_("We cannot look up this payment for a moment.")) from error
        with transaction():
            order = orders.lock(order_id)
            payment = _lock(payment_id)
            if payment.sync_version == version:
                payment.sync_version += 1
                _apply(order, payment, seen)
                return
    raise GatewayAway(_("This payment is changing quickly. Try again in a moment."))


def sync_session(session_id: str) -> Payment | None:
    """`sync` by Stripe's id; None for a session that is not ours."""
    payment = by_session(session_id)
    if payment is None:
        return None
    payment_id = payment.id
    sync(payment_id)
    return db.session.get_one(Payment, payment_id)


def receive(event: Event, *, swept: bool = False) -> None:
    """Keeps what Stripe told us, once, and leaves the work to the worker. `swept`: found by asking, not sent to us."""
    with transaction():
        try:
            with db.session.begin_nested():
                row = WebhookEvent(
                    gateway_id=event.id, type=event.type, payload=event.payload, swept=swept, received_at=now()
                )
                db.session.add(row)
        except IntegrityError:
            return
        outbox.emit("webhook.received", event_id=row.id)


def handle(event_id: int) -> None:
    """Acts on a kept event. Only its ids are believed; everything else is read from Stripe."""
    row = db.session.get_one(WebhookEvent, event_id)
    if row.handled_at is not None:
        return
    payment_id = _concerned(row.type, row.payload["data"]["object"])
    if payment_id is not None:
        sync(payment_id)
    with transaction():
        db.session.get_one(WebhookEvent, event_id, with_for_update=True).handled_at = now()


def send_refund(refund_id: int) -> None:
    """Carries a refund to Stripe and reads the charge again: totals come from there, never from adding up."""
    payment_id = refunds.send(refund_id)
    if payment_id is not None:
        sync(payment_id)


def sweep(*, older_than: timedelta = timedelta(minutes=1)) -> None:
    """Looks after everything that a lost message could have left behind. One failure does not stop the rest."""
    before = now() - older_than
    left: list[tuple[Callable[[int], None], int]] = [
        (sync if has_session else _mend_unopened, payment_id) for payment_id, has_session in _unsettled(before)
    ]
    left += [(send_refund, refund_id) for refund_id in refunds.unsent(before)]
    away = 0
    for act, row_id in left:
        away = 0 if _carefully(act, row_id) else away + 1
        if away == AWAY_TIMES:
            break
    for order_id in _never_paid():
        _carefully(_end_never_paid, order_id)
    if away < AWAY_TIMES:
        _receive_undelivered()


def current_payment(order_id: int) -> Payment | None:
    return db.session.scalar(
        select(Payment).where(Payment.order_id == order_id).order_by(Payment.attempt.desc()).limit(1)
    )


def by_session(session_id: str) -> Payment | None:
    return db.session.scalar(select(Payment).where(Payment.session_id == session_id))


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
            idempotency_key=key,
            expires_at=expires_at,
        ),
    )
    db.session.add(payment)
    db.session.flush()
    return payment


def _open(payment_id: int) -> None:
    """Has Stripe make the session, or tell of the one it made when its answer was lost.

    A session whose address nobody has been told cannot be paid: an attempt that Stripe refuses, or whose fault it
    keeps under the key, is given up without risk, and the next gets a new key.
    """
    payment = db.session.get_one(Payment, payment_id)
    params, key = payment.params, payment.idempotency_key
    try:
        seen = gateway.open_session(params, idempotency_key=key)
    except GatewayRefused as error:
        _give_up(payment_id, why=str(error))
        return
    except GatewayBroke as error:
        _give_up(payment_id, why=str(error))
        raise
    with transaction():
        payment = _lock(payment_id)
        payment.session_id = seen.id
        payment.session_url = seen.url or payment.session_url
        payment.expires_at = seen.expires_at
        if payment.status == PaymentStatus.NEW:
            payment.status = PaymentStatus.OPEN


def _give_up(payment_id: int, *, why: str) -> None:
    with transaction():
        payment = _lock(payment_id)
        if payment.session_id is None and payment.status == PaymentStatus.NEW:
            payment.status = PaymentStatus.FAILED
            log.get().error("payment.refused_by_stripe", payment=payment.idempotency_key, why=why)


def _mend_unopened(payment_id: int) -> None:
    """An attempt that was never answered: ask again, as long as there is time."""
    if db.session.get_one(Payment, payment_id, populate_existing=True).expires_at > now():
        _open(payment_id)
    else:
        _give_up(payment_id, why="never answered in time")


def _end_never_paid(order_id: int) -> None:
    with transaction():
        if orders.lock(order_id).status == Status.PENDING and not _may_be_paid(order_id):
            orders.cancel(order_id, by="shop", reason="never paid")


def _end_unknown(payment_id: int) -> bool:
    """A session that Stripe has not heard of, long after its time: its order must not hold goods for ever."""
    with transaction():
        order = orders.lock(db.session.get_one(Payment, payment_id).order_id)
        payment = _lock(payment_id)
        if payment.status != PaymentStatus.OPEN or payment.expires_at > now() - timedelta(days=1):
            return False
        _came_to_nothing(order, payment, PaymentStatus.EXPIRED, reason="not known at Stripe")
        return True


def _expire(payment_id: int) -> None:
    session_id = db.session.get_one(Payment, payment_id).session_id
    if session_id is None:
        return
    try:
        gateway.expire_session(session_id)
    except GatewayRefused:
        log.get().info("session.not_open_any_more", session=session_id)  # sync says what it is


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
        refunds.apply(order, payment, seen.refunds)
        _apply_disputes(order, payment, seen)
        if payment.paid_at is None:
            payment.paid_at = now()
            payment.status = PaymentStatus.PAID
            _money_is_in(order, payment, as_asked=as_asked)
    elif seen.failed:
        _came_to_nothing(order, payment, PaymentStatus.FAILED, reason="the payment failed")
    elif seen.status == "expired":
        _came_to_nothing(order, payment, PaymentStatus.EXPIRED, reason="not paid in time")
    elif seen.status == "complete":
        payment.status = PaymentStatus.PROCESSING


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
        row.status, row.due_at = dispute.status, dispute.due_at
        if dispute.status in ("won", "lost", "warning_closed") and row.closed_at is None:
            row.closed_at = now()
            if not _disputed(order.id):
                orders.release(order.id, by="stripe", reason="dispute won")


def _disputed(order_id: int) -> bool:
    """Whether a dispute about the order is open or lost."""
    of_order = select(Dispute.id).join(Payment).where(Payment.order_id == order_id)
    return bool(db.session.scalar(select(of_order.where(Dispute.status.not_in(("won", "warning_closed"))).exists())))


def _concerned(kind: str, about: dict[str, object]) -> int | None:
    """The payment an event is about, or None when it is not ours."""
    if kind.startswith("checkout.session."):
        payment = by_session(str(about["id"])) or _adopt(about)
    else:
        intent = about.get("payment_intent")
        payment = db.session.scalar(select(Payment).where(Payment.payment_intent_id == intent)) if intent else None
        if payment is None and intent:
            session_id = gateway.session_of_intent(str(intent))
            payment = by_session(session_id) if session_id else None
    return payment.id if payment else None


def _adopt(about: dict[str, object]) -> Payment | None:
    """A session of ours whose answer was lost is known by the key in its metadata."""
    metadata = about.get("metadata")
    key = metadata.get("attempt") if isinstance(metadata, dict) else None
    found = db.session.scalar(select(Payment.id).where(Payment.idempotency_key == str(key))) if key else None
    if found is None:
        return None
    try:
        seen = gateway.read_session(str(about["id"]))
    except GatewayRefused:
        return None
    with transaction():
        payment = _lock(found)
        if payment.session_id is None and seen.idempotency_key == payment.idempotency_key:
            payment.session_id, payment.session_url = seen.id, seen.url
            if payment.status == PaymentStatus.NEW:
                payment.status = PaymentStatus.OPEN
    payment = db.session.get_one(Payment, found)
    return payment if payment.session_id == about["id"] else None


def _unsettled(before: datetime) -> list[tuple[int, bool]]:
    """Payments begun before then that may still be paid, as (id, whether Stripe is known to have a session)."""
    rows = db.session.execute(
        select(Payment.id, Payment.session_id.is_not(None))
        .where(Payment.created_at <= before, Payment.status.in_(LIVE))
        .order_by(Payment.id)
        .limit(500)
    )
    return [(row[0], row[1]) for row in rows]


def _never_paid() -> list[int]:
    """Orders that hold stock although no payment of theirs is left, or none was ever begun."""
    may_be_paid = exists().where(Payment.order_id == Order.id, Payment.status.in_(LIVE) | (Payment.expires_at > now()))
    return list(
        db.session.scalars(
            select(Order.id)
            .where(Order.status == Status.PENDING, Order.placed_at <= now() - SESSION_LASTS, ~may_be_paid)
            .order_by(Order.id)
            .limit(500)
        )
    )


def _may_be_paid(order_id: int) -> bool:
    """Whether money may still come of the order's payments. Asked under its lock, that stays so."""
    payment = current_payment(order_id)
    return payment is not None and PaymentStatus(payment.status).live


def _receive_undelivered() -> None:
    last = select(WebhookEvent.gateway_id).where(WebhookEvent.swept).order_by(WebhookEvent.id.desc()).limit(1)
    try:
        for event in gateway.undelivered_events(after=db.session.scalar(last)):
            receive(event, swept=True)
    except GatewayAway:
        log.get().warning("sweep.stripe_away")


def _carefully(act: Callable[[int], None], row_id: int) -> bool:
    """Returns whether Stripe answered, if it was asked."""
    try:
        act(row_id)
    except Exception as error:  # what is wrong with one must not keep the sweeper from the next
        db.session.rollback()
        expected = isinstance(error, GatewayAway | GatewayRefused | ShopError)
        tell = log.get().warning if expected else log.get().error
        tell("sweep.left", row=row_id, act=act.__name__, error=f"{type(error).__name__}: {error}"[:500])
        return type(error) is not GatewayAway
    return True


def _lock(payment_id: int) -> Payment:
    return db.session.scalars(
        select(Payment).where(Payment.id == payment_id).with_for_update().execution_options(populate_existing=True)
    ).one()
