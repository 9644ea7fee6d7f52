from __future__ import annotations

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.db import Code, Id, Line, Model


class SavedView(Model):
    """A list as one of the staff likes to look at it: its address from the question mark on, under a name."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("staff_id", "of", "name"),)

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    of: Mapped[Code]  # which list
    name: Mapped[Line]
    query: Mapped[str] = mapped_column(Text)
