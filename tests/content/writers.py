"""People who write pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from shop.content import services
from shop.content.models import Entry, Kind
from shop.content.services import Manuscript
from shop.core.db import db


def draft(slug: str, *, kind: Kind = Kind.PAGE, **more: object) -> int:
    """A text that nobody is shown yet; returns its id."""
    values = {"title": slug.replace("-", " ").capitalize(), "body": "Something to read."} | more
    return services.write(kind, Manuscript(slug=slug, **values)).id  # type: ignore[arg-type]


def publish(slug: str, *, kind: Kind = Kind.PAGE, since: datetime | None = None, **more: object) -> int:
    """A text that is shown; returns its id."""
    entry_id = draft(slug, kind=kind, **more)
    services.publish(entry_id, since=since)
    return entry_id


def the(entry_id: int) -> Entry:
    """As it is now."""
    db.session.rollback()
    return db.session.scalars(select(Entry).where(Entry.id == entry_id)).one()


def revised(entry_id: int, **changes: object) -> Manuscript:
    """What the entry says, with changes."""
    entry = the(entry_id)
    kept = {name: getattr(entry, name) for name in Manuscript.__dataclass_fields__}
    return Manuscript(**(kept | changes))
