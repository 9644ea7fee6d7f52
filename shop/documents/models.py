from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.db import Code, Id, Model


class Kind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    CORRECTION = "correction"  # takes a credit note back


SERIES = {Kind.INVOICE: "INV", Kind.CREDIT_NOTE: "CN", Kind.CORRECTION: "CC"}
DIGITS = 5  # at least


class DocumentSeries(Model):
    """Numbers without a gap: the next one is taken in the transaction that writes its document, or not at all."""

    __tablename__ = "document_series"
    __table_args__ = (CheckConstraint("next_number > 0", name="numbers_are_positive"),)

    code: Mapped[Code] = mapped_column(primary_key=True)
    next_number: Mapped[int]


class Document(Model):
    """An invoice, a credit note or what takes one back, with all that it says.

    Triggers see to it that it is never changed or deleted.
    """

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("series", "number"),
        UniqueConstraint("refund_id", "kind"),
        CheckConstraint("kind IN ('invoice', 'credit_note', 'correction')", name="kind_is_known"),
        CheckConstraint("(kind = 'invoice') = (refund_id IS NULL)", name="credits_a_refund"),
        CheckConstraint("number > 0", name="number_is_positive"),
        Index("ix_documents_order_id", "order_id"),
        Index(
            "uq_documents_one_invoice_per_order",
            "order_id",
            unique=True,
            postgresql_where=text("kind = 'invoice'"),
            sqlite_where=text("kind = 'invoice'"),
        ),
    )

    id: Mapped[Id]
    series: Mapped[Code]
    number: Mapped[int]
    kind: Mapped[Code]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refunds.id", ondelete="RESTRICT"))
    issued_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]  # a `contents.Contents`

    @property
    def name(self) -> str:
        """As people call it: INV-00042."""
        return f"{self.series}-{self.number:0{DIGITS}d}"
