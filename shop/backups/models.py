from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.db import Id, Line, Model


class Backup(Model):
    """One time that the shop was copied, or was to be."""

    __tablename__ = "backups"
    __table_args__ = (
        CheckConstraint("(error = '') = (path <> '')", name="is_made_or_failed"),
        CheckConstraint("size >= 0 AND files >= 0", name="counts_are_not_negative"),
    )

    id: Mapped[Id]
    path: Mapped[str] = mapped_column(Text, default="")  # where it was left; empty when it failed
    size: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes of all its files
    files: Mapped[int] = mapped_column(default=0)
    by: Mapped[Line]
    error: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
