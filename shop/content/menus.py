"""The links at the foot of every page, as staff put them in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select, update

from shop.catalog.models import Category
from shop.content.models import Entry, MenuItem, Place
from shop.core.db import db, take_turns, transaction
from shop.core.errors import Invalid, NotFound
from shop.core.i18n import _

LAST = 10_000


class Item(NamedTuple):
    """A link, and what it leads to in words."""

    row: MenuItem
    leads_to: str
    shown: bool


def items() -> dict[str, list[Item]]:
    """By column, in order, those too that lead to what is not shown."""
    columns: dict[str, list[Item]] = {place: [] for place in Place}
    rows = db.session.execute(
        select(MenuItem, Entry.title, Entry.status, Category.name, Category.hidden_at)
        .outerjoin(Entry, Entry.id == MenuItem.entry_id)
        .outerjoin(Category, Category.id == MenuItem.category_id)
        .order_by(MenuItem.place, MenuItem.position, MenuItem.id)
    )
    for row, title, status, category, hidden_at in rows:
        shown = status == "published" if row.entry_id else hidden_at is None
        columns[row.place].append(Item(row, title or category or row.address, shown))
    return columns


def item(item_id: int) -> MenuItem | None:
    return db.session.get(MenuItem, item_id)


def add(
    place: Place,
    label: str,
    *,
    entry_id: int | None = None,
    category_id: int | None = None,
    address: str = "",
    at: int = LAST,
) -> None:
    """A link, the last of its column or at a place counted from 0. It leads to one thing. Raises Invalid."""
    if [bool(entry_id), bool(category_id), bool(address)].count(True) != 1:
        raise Invalid(_("Choose one thing that it leads to."))
    if address and not (address.startswith("https://") or (address.startswith("/") and address[1:2] != "/")):
        raise Invalid(_("An address begins with https://, or with / for one of this shop."))
    with transaction():
        take_turns("menus")
        for model, found_id in ((Entry, entry_id), (Category, category_id)):
            if found_id and db.session.get(model, found_id) is None:
                raise Invalid(_("What it leads to is not there any more."))
        row = MenuItem(place=place, label=label, entry_id=entry_id, category_id=category_id, address=address)
        db.session.add(row)
        db.session.flush()
        ids = [each for each in _ids(place) if each != row.id]
        _number([*ids[:at], row.id, *ids[at:]])


def shift(item_id: int, *, steps: int) -> None:
    """Up its column when negative."""
    with transaction():
        take_turns("menus")
        ids = _ids(_found(item_id).place)
        at = ids.index(item_id)
        ids.insert(max(0, min(len(ids) - 1, at + steps)), ids.pop(at))
        _number(ids)


def rename(item_id: int, label: str) -> None:
    with transaction():
        _found(item_id).label = label


def remove(item_id: int) -> int:
    """Returns where it stood."""
    with transaction():
        take_turns("menus")
        row = _found(item_id)
        at = _ids(row.place).index(item_id)
        db.session.delete(row)
        return at


def _found(item_id: int) -> MenuItem:
    row = db.session.get(MenuItem, item_id, populate_existing=True)
    if row is None:
        raise NotFound(_("This link is not there any more."))
    return row


def _ids(place: str) -> list[int]:
    column = select(MenuItem.id).where(MenuItem.place == place)
    return list(db.session.scalars(column.order_by(MenuItem.position, MenuItem.id)))


def _number(ids: Sequence[int]) -> None:
    for position, each in enumerate(ids):
        db.session.execute(
            update(MenuItem).where(MenuItem.id == each, MenuItem.position != position).values(position=position)
        )
