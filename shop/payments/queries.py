from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.core.clock import now
from shop.core.db import db
from shop.core.money import Money
from shop.orders.models import Order
from shop.orders.states import Status
from shop.payments.models import Payment, PaymentStatus, Refund, RefundStatus


@dataclass(frozen=True, slots=True)
class PaymentState:
    """How it stands with an order's money, in the words its page needs."""

    state: str
    kept_until: datetime | None
    refunded: Money | None
    refunds: Sequence[Refund]


def current_payment(order_id: int) -> Payment | None:
    """The order's newest attempt to be paid."""
    return db.session.scalar(
        select(Payment).where(Payment.order_id == order_id).order_by(Payment.attempt.desc()).limit(1)
    )


def by_session(session_id: str) -> Payment | None:
    return db.session.scalar(select(Payment).where(Payment.session_id == session_id))


def of_order(order_id: int) -> Sequence[Payment]:
    """An order's payments in the order of its attempts, with their refunds."""
    return db.session.scalars(
        select(Payment)
        .where(Payment.order_id == order_id)
        .order_by(Payment.attempt)
        .options(selectinload(Payment.refunds))
    ).all()


def state_of(order: Order, *, just_returned: bool = False) -> PaymentState:
    payments = of_order(order.id)
    refunds = [refund for payment in payments for refund in payment.refunds]
    standing = [r for r in refunds if r.status not in (RefundStatus.FAILED, RefundStatus.CANCELED)]
    given_back = Money.sum((r.amount for r in standing if r.currency == order.currency), order.currency)
    captured = Money.sum((p.captured for p in payments if p.currency == order.currency), order.currency)
    newest = payments[-1] if payments else None
    state = _state(order, newest, kept=captured - given_back, just_returned=just_returned)
    kept_until = newest.expires_at if newest is not None and state == "open" else None
    return PaymentState(state, kept_until, given_back or None, standing)


def _state(order: Order, newest: Payment | None, *, kept: Money, just_returned: bool) -> str:
    if order.paid_at is not None:
        return "paid" if kept >= order.total else "part_refunded" if kept.minor > 0 else "refunded"
    if order.status != Status.PENDING or newest is None:
        return "none"
    if newest.status == PaymentStatus.PROCESSING:
        return "processing"
    if newest.session_id is None:
        return "unreachable"
    if just_returned and newest.expires_at > now():
        return "confirming"
    return "open"
