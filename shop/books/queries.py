from __future__ import annotations

from sqlalchemy import select

from shop.books.models import BookCheck
from shop.core.db import db


def newest(kind: str) -> BookCheck | None:
    """The last check of that kind that came to an end."""
    return db.session.scalar(
        select(BookCheck)
        .where(BookCheck.kind == kind, BookCheck.finished_at.is_not(None))
        .order_by(BookCheck.id.desc())
        .limit(1)
    )
