from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from shop.books.models import BookCheck
from shop.core.db import db


def checks() -> Select[Any]:
    return select(BookCheck)


def get(check_id: int) -> BookCheck | None:
    return db.session.get(BookCheck, check_id)


def newest_of_each() -> dict[str, BookCheck]:
    """The last check of each kind that came to an end, by kind."""
    last = select(func.max(BookCheck.id)).where(BookCheck.finished_at.is_not(None)).group_by(BookCheck.kind)
    return {check.kind: check for check in db.session.scalars(select(BookCheck).where(BookCheck.id.in_(last)))}


def of_job(job_id: int) -> BookCheck | None:
    """What a job has found, or is finding."""
    theirs = BookCheck.about["job_id"].as_integer() == job_id
    return db.session.scalar(select(BookCheck).where(theirs).order_by(BookCheck.id.desc()).limit(1))


def newest(kind: str) -> BookCheck | None:
    """The last check of that kind that came to an end."""
    return db.session.scalar(
        select(BookCheck)
        .where(BookCheck.kind == kind, BookCheck.finished_at.is_not(None))
        .order_by(BookCheck.id.desc())
        .limit(1)
    )
