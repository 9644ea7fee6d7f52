"""Looks after everything that a lost message, a dead process or a silent Stripe could have left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from shop.core import log, outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import ShopError
from shop.core.outbox import Other
from shop.orders import services as orders
from shop.orders.models import Order
from shop.orders.states import Status
from shop.payments import gateway, inbox, refunds
from shop.payments.gateway import GatewayAway, GatewayRefused
from shop.payments.models import Payment, PaymentStatus, WebhookEvent
from shop.payments.services import SESSION_LASTS, give_up, may_be_paid, open_session, send_refund
from shop.payments.sync import sync

AWAY_TIMES = 3  # so often without an answer, and the sweeper leaves the rest for its next round
LIVE = [status for status in PaymentStatus if status.live]


def sweep(*, older_than: timedelta = timedelta(minutes=1)) -> None:
    """Looks after everything that a lost message could have left behind. One failure does not stop the rest."""
    before = now() - older_than
    left: list[tuple[Callable[[int], object], int]] = [
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


def _unsettled(before: datetime) -> list[tuple[int, bool]]:
    """Payments begun before then that may still be paid, as (id, whether Stripe is known to have a session)."""
    rows = db.session.execute(
        select(Payment.id, Payment.session_id.is_not(None))
        .where(Payment.created_at <= before, Payment.status.in_(LIVE))
        .order_by(Payment.id)
        .limit(500)
    )
    return [(row[0], row[1]) for row in rows]


def _mend_unopened(payment_id: int) -> None:
    """An attempt that was never answered: ask again, as long as there is time."""
    if db.session.get_one(Payment, payment_id, populate_existing=True).expires_at > now():
        open_session(payment_id)
    else:
        give_up(payment_id, why="never answered in time")


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


def _end_never_paid(order_id: int) -> None:
    with transaction():
        if orders.lock(order_id).status == Status.PENDING and not may_be_paid(order_id):
            orders.cancel(order_id, by="shop", reason="never paid")


def _receive_undelivered() -> None:
    last = select(WebhookEvent.gateway_id).where(WebhookEvent.swept).order_by(WebhookEvent.id.desc()).limit(1)
    try:
        for event in gateway.undelivered_events(after=db.session.scalar(last)):
            inbox.receive(event, swept=True)
        outbox.wake(Other.STRIPE)
    except GatewayAway:
        log.get().warning("sweep.stripe_away")


def _carefully(act: Callable[[int], object], row_id: int) -> bool:
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
