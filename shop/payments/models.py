from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.core.db import Code, Id, Line, Minor, Model, TaxRateValue, money
from shop.core.money import Money
from shop.orders.models import Order


class PaymentStatus(StrEnum):
    NEW = "new"  # Stripe may or may not know of it yet
    OPEN = "open"  # Stripe's page waits for the shopper
    PROCESSING = "processing"  # a delayed method: the shopper has done their part
    PAID = "paid"
    EXPIRED = "expired"
    FAILED = "failed"

    @property
    def live(self) -> bool:
        """Whether money may still come of it."""
        return self in (PaymentStatus.NEW, PaymentStatus.OPEN, PaymentStatus.PROCESSING)


class Payment(Model):
    """One attempt to be paid: what was asked of Stripe, and what came of it, as last read from Stripe."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("order_id", "attempt"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("refunded_minor >= 0 AND refunded_minor <= captured_minor", name="refunded_is_covered"),
        CheckConstraint("status IN ('new', 'open', 'processing', 'paid', 'expired', 'failed')", name="status_is_known"),
        Index(
            "ix_payments_unsettled",
            "created_at",
            postgresql_where=text("status IN ('new', 'open', 'processing')"),
            sqlite_where=text("status IN ('new', 'open', 'processing')"),
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"))
    attempt: Mapped[int]
    status: Mapped[Code] = mapped_column(default=PaymentStatus.NEW)
    idempotency_key: Mapped[Code] = mapped_column(unique=True)
    params: Mapped[dict[str, Any]]  # as sent: a retry under the same key must be the same to the letter
    session_id: Mapped[Line | None] = mapped_column(unique=True)
    session_url: Mapped[str | None] = mapped_column(Text)
    payment_intent_id: Mapped[Line | None] = mapped_column(unique=True)
    charge_id: Mapped[Line | None] = mapped_column(unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[Minor]
    captured_minor: Mapped[Minor] = mapped_column(default=0)
    refunded_minor: Mapped[Minor] = mapped_column(default=0)
    surplus: Mapped[bool] = mapped_column(default=False)  # came late or twice: it goes back whole and pays for nothing
    sync_version: Mapped[int] = mapped_column(default=0)  # an answer read before another was applied is not applied
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]

    amount: Money = money("amount_minor")
    captured: Money = money("captured_minor")
    refunded: Money = money("refunded_minor")

    order: Mapped[Order] = relationship(lazy="raise_on_sql")
    refunds: Mapped[list[Refund]] = relationship(lazy="raise_on_sql", order_by="Refund.id", back_populates="payment")


class RefundStatus(StrEnum):
    REQUESTED = "requested"  # ours, not yet known to have reached Stripe
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


COME_TO_NOTHING = (RefundStatus.FAILED, RefundStatus.CANCELED)


class Refund(Model):
    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint(
            "status IN ('requested', 'pending', 'succeeded', 'failed', 'canceled')", name="status_is_known"
        ),
        Index("ix_refunds_payment_id", "payment_id"),
        Index(
            "ix_refunds_unsent",
            "created_at",
            postgresql_where=text("status = 'requested'"),
            sqlite_where=text("status = 'requested'"),
        ),
    )

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id", ondelete="RESTRICT"))
    form_token: Mapped[Code | None] = mapped_column(unique=True)  # the same form sent twice is one refund
    gateway_id: Mapped[Line | None] = mapped_column(unique=True)
    attempt: Mapped[int] = mapped_column(default=1)  # part of the idempotency key
    status: Mapped[Code] = mapped_column(default=RefundStatus.REQUESTED)
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[Minor]
    reason: Mapped[Line]
    by: Mapped[Line]
    error: Mapped[str] = mapped_column(Text, default="")
    return_id: Mapped[int | None] = mapped_column(ForeignKey("returns.id", ondelete="RESTRICT"), index=True)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    amount: Money = money("amount_minor")

    @property
    def at_stripe(self) -> bool:
        """Whether it counts there: it has succeeded, or may."""
        return self.status in (RefundStatus.PENDING, RefundStatus.SUCCEEDED)

    payment: Mapped[Payment] = relationship(lazy="raise_on_sql", back_populates="refunds")
    parts: Mapped[list[RefundPart]] = relationship(lazy="raise_on_sql", order_by="RefundPart.id")


class RefundPart(Model):
    """What a refund is for, by tax rate: pieces of a line, delivery, or a mere amount spread over the order's rates.

    A refund of money that was never a sale (paid late or twice) has none.
    """

    __tablename__ = "refund_parts"
    __table_args__ = (
        CheckConstraint("kind IN ('line', 'delivery', 'amount')", name="kind_is_known"),
        CheckConstraint(
            "(kind = 'line') = (line_id IS NOT NULL) AND (kind = 'line') = (quantity > 0)", name="is_whole"
        ),
        CheckConstraint("amount_minor >= 0 AND tax_minor >= 0 AND tax_minor <= amount_minor", name="tax_is_contained"),
    )

    id: Mapped[Id]
    refund_id: Mapped[int] = mapped_column(ForeignKey("refunds.id", ondelete="CASCADE"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[Code]
    quantity: Mapped[int] = mapped_column(default=0)
    tax_rate: Mapped[Decimal] = mapped_column(TaxRateValue)
    amount_minor: Mapped[Minor]
    tax_minor: Mapped[Minor]


class Dispute(Model):
    __tablename__ = "disputes"
    __table_args__ = (
        Index(
            "ix_disputes_open",
            "payment_id",
            postgresql_where=text("closed_at IS NULL"),
            sqlite_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id", ondelete="RESTRICT"), index=True)
    gateway_id: Mapped[Line] = mapped_column(unique=True)
    status: Mapped[Code]  # as Stripe names it
    reason: Mapped[Line]
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[Minor]
    due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    amount: Money = money("amount_minor")


class WebhookEvent(Model):
    """What Stripe told us, kept before anything is done about it, and what was done."""

    __tablename__ = "webhook_events"
    __table_args__ = (
        Index("ix_webhook_events_payment_id", "payment_id", "id"),
        Index(
            "ix_webhook_events_unhandled",
            "id",
            postgresql_where=text("handled_at IS NULL"),
            sqlite_where=text("handled_at IS NULL"),
        ),
        Index(
            "ix_webhook_events_failed",
            "id",
            postgresql_where=text("handled_at IS NULL AND error <> ''"),
            sqlite_where=text("handled_at IS NULL AND error <> ''"),
        ),
    )

    id: Mapped[Id]
    gateway_id: Mapped[Line] = mapped_column(unique=True)
    type: Mapped[Code]
    payload: Mapped[dict[str, Any]]
    swept: Mapped[bool] = mapped_column(default=False)  # found by the sweeper, which goes on from the newest of these
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id", ondelete="SET NULL"))  # that it was about
    did: Mapped[dict[str, Any] | None]  # {"events": ids of the order's events that came of it}
    error: Mapped[str] = mapped_column(Text, default="")  # of the last try that failed
    failed_at: Mapped[datetime | None]
