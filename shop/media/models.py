from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from sqlalchemy import JSON, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.clock import now
from shop.core.db import Code, Id, Line, Model

Widths = Annotated[list[int], mapped_column(JSON)]


class State(StrEnum):
    WAITING = "waiting"  # the smaller ones are not made yet; the original is shown, scaled
    READY = "ready"
    FAILED = "failed"  # they could not be made; `error` says why, and it can be tried again


class Asset(Model):
    """A picture in the store, named by its content, so that the same one sent twice is kept once."""

    __tablename__ = "assets"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'ready', 'failed')", name="state_is_known"),
        CheckConstraint("width > 0 AND height > 0", name="has_a_size"),
    )

    id: Mapped[Id]
    name: Mapped[Code] = mapped_column(unique=True)  # what its files are called, before their width
    original: Mapped[Line]  # the file that was sent, its metadata taken off
    width: Mapped[int]  # of the original, upright
    height: Mapped[int]
    widths: Mapped[Widths]  # of the AVIF files there are, smallest first
    state: Mapped[Code] = mapped_column(default=State.WAITING)
    tries: Mapped[int] = mapped_column(default=0)  # begun to make the smaller ones; counted before the work
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def fallback(self) -> int:
        """The width of the one WebP file, for browsers without AVIF: the middle one."""
        return middle(self.widths)


def middle(widths: list[int]) -> int:
    return widths[len(widths) // 2]
