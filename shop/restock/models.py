from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.catalog.models import Variant
from shop.core.db import Code, Id, Line, Model


class StockWarning(Model):
    """A variant that has become scarce or has sold out since the last mail that told the staff."""

    __tablename__ = "stock_warnings"

    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), unique=True)
    at: Mapped[datetime]


class RestockRequest(Model):
    """Somebody asked for one mail when a variant is there again. `due_at` is when it was; then the mail goes."""

    __tablename__ = "restock_requests"
    __table_args__ = (
        Index(
            "uq_restock_requests_waiting",
            "variant_id",
            "email",
            unique=True,
            sqlite_where=text("notified_at IS NULL"),
            postgresql_where=text("notified_at IS NULL"),
        ),
        Index("ix_restock_requests_email", "email"),
        Index(
            "ix_restock_requests_told",
            "notified_at",
            "id",
            sqlite_where=text("notified_at IS NOT NULL"),
            postgresql_where=text("notified_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    email: Mapped[Line]
    language: Mapped[Code]
    token: Mapped[Code] = mapped_column(unique=True)  # in the mail: whoever has it may stop such mails
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    notified_at: Mapped[datetime | None]

    variant: Mapped[Variant] = relationship(lazy="raise_on_sql")
