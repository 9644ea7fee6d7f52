from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import selectinload

from shop.core.clock import now
from shop.core.db import db
from shop.core.money import Money
from shop.orders.models import Order
from shop.orders.states import Status
from shop.payments.models import COME_TO_NOTHING, Dispute, Payment, PaymentStatus, Refund, WebhookEvent

# What the shopper has just been told by Stripe, or by its silence, for the page they see next. Nothing is kept of it:
# it counts while the payment is open, and the address of that page carries it.
SAID = {"declined": "declined", "unfinished": "unfinished", "late": "confirming", "away": "unreachable"}

STANDS = Dispute.status.not_in(("won", "warning_closed"))  # open, or lost


@dataclass(frozen=True, slots=True)
class PaymentState:
    """How it stands with an order's money, in the words its page needs."""

    state: str
    kept_until: datetime | None
    refunded: Money | None
    refunds: Sequence[Refund]
    kept: Money  # of what was charged, in the order's currency


def current_payment(order_id: int) -> Payment | None:
    """The order's newest attempt to be paid."""
    return db.session.scalar(
        select(Payment).where(Payment.order_id == order_id).order_by(Payment.attempt.desc()).limit(1)
    )


def by_session(session_id: str) -> Payment | None:
    return db.session.scalar(select(Payment).where(Payment.session_id == session_id))


def by_order_token(token: str) -> Payment | None:
    """The newest attempt of the order whose secret this is."""
    of_token = select(Payment).join(Payment.order).where(Order.token == token)
    return db.session.scalar(of_token.order_by(Payment.attempt.desc()).limit(1))


def of_order(order_id: int) -> Sequence[Payment]:
    """An order's payments in the order of its attempts, with their refunds and what those are for."""
    return db.session.scalars(
        select(Payment)
        .where(Payment.order_id == order_id)
        .order_by(Payment.attempt)
        .options(selectinload(Payment.refunds).joinedload(Refund.parts))
    ).all()


def said_about(payment_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """What Stripe told us about these payments, without its words: id, type, received_at, handled_at, did, error."""
    row = WebhookEvent
    told = select(row.id, row.type, row.received_at, row.handled_at, row.did, row.error)
    return db.session.execute(told.where(row.payment_id.in_(payment_ids)).order_by(row.id)).all()


def captured(order_id: int) -> Sequence[Payment]:
    """Those of an order's payments that money came of."""
    paid = select(Payment).where(Payment.order_id == order_id, Payment.captured_minor > 0)
    return db.session.scalars(paid.order_by(Payment.attempt)).all()


def disputed(order_id: int) -> bool:
    """Whether a dispute about the order is open or lost."""
    of_order = select(Dispute.id).join(Payment).where(Payment.order_id == order_id)
    return bool(db.session.scalar(select(of_order.where(STANDS).exists())))


def taken_back(payment_ids: Sequence[int]) -> dict[int, int]:
    """Of each payment, the minor units under disputes that are open or lost."""
    found = select(Dispute.payment_id, func.sum(Dispute.amount_minor)).where(
        Dispute.payment_id.in_(payment_ids), STANDS
    )
    return {payment_id: int(minor) for payment_id, minor in db.session.execute(found.group_by(Dispute.payment_id))}


def state_of(order: Order, *, said: str = "") -> PaymentState:
    """`said` is one of SAID, or anything."""
    payments = of_order(order.id)
    refunds = [refund for payment in payments for refund in payment.refunds]
    standing = [r for r in refunds if r.status not in COME_TO_NOTHING]
    given_back = Money.sum((r.amount for r in standing if r.currency == order.currency), order.currency)
    captured = Money.sum((p.captured for p in payments if p.currency == order.currency), order.currency)
    newest = payments[-1] if payments else None
    kept_until = _open_until(newest) if newest is not None else None
    state = _state(order, newest, kept=captured - given_back, said=said if kept_until else "")
    return PaymentState(state, kept_until, given_back or None, standing, captured - given_back)


def _open_until(payment: Payment) -> datetime | None:
    """How long Stripe's page waits for it."""
    return payment.expires_at if payment.status == PaymentStatus.OPEN and payment.expires_at > now() else None


def _state(order: Order, newest: Payment | None, *, kept: Money, said: str) -> str:
    if order.paid_at is not None:
        return "paid" if kept >= order.total else "part_refunded" if kept.minor > 0 else "refunded"
    if newest is None:
        return "none"
    if order.status != Status.PENDING:
        return "failed" if newest.status == PaymentStatus.FAILED and newest.session_id else "none"
    if newest.status == PaymentStatus.PROCESSING:
        return "processing"
    if newest.session_id is None:
        return "unreachable"
    return SAID.get(said, "open")
