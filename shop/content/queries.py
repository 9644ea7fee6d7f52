from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import contains_eager

from shop.catalog.models import Category
from shop.content.models import FOLDERS, Entry, FormerSlug, Kind, MenuItem, Status
from shop.core.clock import now
from shop.core.db import db
from shop.core.lists import Piece, piece

PAGE = 12  # entries on one page of the journal
MOST_TITLES = 200


class Address(NamedTuple):
    """Of an entry that is shown, and since when it is as it is."""

    kind: str
    slug: str
    updated_at: datetime

    @property
    def folder(self) -> str:
        return FOLDERS[Kind(self.kind)]


class Link(NamedTuple):
    """A menu item: `folder` and `slug` of an entry, or the slug of a category, or an address."""

    place: str
    label: str
    folder: str | None
    slug: str | None
    category: str | None
    address: str


@dataclass(frozen=True, slots=True)
class Page:
    entries: Sequence[Entry]
    number: int
    more: bool  # older ones


def shown() -> ColumnElement[bool]:
    """Entries that anyone may read."""
    return and_(Entry.status == Status.PUBLISHED, Entry.published_at <= now())


def entry(folder: str, slug: str) -> Entry | None:
    """An entry that is shown, with its picture."""
    return db.session.scalar(_with_picture().where(Entry.folder == folder, Entry.slug == slug, shown()))


def moved_to(folder: str, slug: str) -> Entry | None:
    """The entry that is shown and stood here before."""
    return db.session.scalar(
        select(Entry)
        .join(FormerSlug, FormerSlug.entry_id == Entry.id)
        .where(FormerSlug.folder == folder, FormerSlug.slug == slug, shown())
    )


def is_withdrawn(folder: str, slug: str) -> bool:
    gone = exists().where(Entry.folder == folder, Entry.slug == slug, Entry.status == Status.WITHDRAWN)
    return bool(db.session.scalar(select(gone)))


def preview(token: str) -> Entry | None:
    """Shown or not."""
    return db.session.scalar(_with_picture().where(Entry.preview_token == token))


def of_kind(kind: Kind, *, after: int | None = None, before: int | None = None) -> Piece[Entry]:
    """For the staff: shown or not, the last written first."""
    return piece(select(Entry).where(Entry.kind == kind), Entry.id, Entry.id, after=after, before=before)


def by_id(entry_id: int) -> Entry | None:
    """With its picture."""
    return db.session.scalar(_with_picture().where(Entry.id == entry_id))


def titles() -> Sequence[Entry]:
    """Pages and legal texts, for menus to lead to."""
    pages = select(Entry).where(Entry.kind.in_([Kind.PAGE, Kind.LEGAL]))
    return db.session.scalars(pages.order_by(Entry.title, Entry.id).limit(MOST_TITLES)).all()


def journal(page: int) -> Page:
    """The newest first."""
    found = db.session.scalars(_newest().limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return Page(found[:PAGE], page, more=len(found) > PAGE)


def others(entry: Entry, count: int) -> Sequence[Entry]:
    """The newest of the journal besides `entry`."""
    return db.session.scalars(_newest().where(Entry.id != entry.id).limit(count)).all()


def menu() -> Sequence[Link]:
    """What stands at the foot of every page, without links to what is not shown."""
    rows = db.session.execute(
        select(MenuItem.place, MenuItem.label, Entry.folder, Entry.slug, Category.slug, MenuItem.address)
        .outerjoin(Entry, Entry.id == MenuItem.entry_id)
        .outerjoin(Category, Category.id == MenuItem.category_id)
        .where(or_(MenuItem.entry_id.is_(None), shown()), Category.hidden_at.is_(None))
        .order_by(MenuItem.place, MenuItem.position, MenuItem.id)
    )
    return [Link(*row) for row in rows]


def published_addresses() -> list[Address]:
    """Every entry that is shown. One that was scheduled is as new as the moment it appeared."""
    rows = db.session.execute(
        select(Entry.kind, Entry.slug, Entry.updated_at, Entry.published_at).where(shown()).order_by(Entry.id)
    )
    return [Address(row.kind, row.slug, max(row.updated_at, row.published_at)) for row in rows]


def _newest() -> Select[Entry]:
    return (
        _with_picture().where(Entry.kind == Kind.JOURNAL, shown()).order_by(Entry.published_at.desc(), Entry.id.desc())
    )


def _with_picture() -> Select[Entry]:
    return select(Entry).outerjoin(Entry.asset).options(contains_eager(Entry.asset))
