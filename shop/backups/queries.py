from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from shop.backups.models import Backup
from shop.core.clock import now
from shop.core.db import db

STALE = timedelta(days=2)


def latest() -> tuple[Backup | None, Backup | None]:
    """The last that was made, and the last try when that has failed since."""
    made = select(Backup).where(Backup.error == "").order_by(Backup.id.desc()).limit(1).subquery()
    last = select(Backup).order_by(Backup.id.desc()).limit(1).subquery()
    either = select(Backup).where(Backup.id.in_(select(made.c.id).union(select(last.c.id)))).order_by(Backup.id)
    rows: Sequence[Backup] = db.session.scalars(either).all()
    whole = next((row for row in rows if not row.error), None)
    failed = next((row for row in rows if row.error), None)
    return whole, failed


def is_stale(made: Backup | None) -> bool:
    """Whether it is time that somebody looked why there is no newer one."""
    return made is None or made.started_at < now() - STALE
