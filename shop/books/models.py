from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.db import Code, Id, Model


class BookCheck(Model):
    """One time that the books were checked, and what was found."""

    __tablename__ = "book_checks"
    __table_args__ = (
        CheckConstraint("kind IN ('audit', 'reconcile')", name="kind_is_known"),
        CheckConstraint("mended >= 0", name="mended_is_not_negative"),
        Index("ix_book_checks_newest", "kind", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[Code]
    about: Mapped[dict[str, Any]]  # of an audit, how much was read; of a reconciliation, which time, and whether dry
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # what, wrong, mended
    mended: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]  # None while it goes on, and when it never came to an end
