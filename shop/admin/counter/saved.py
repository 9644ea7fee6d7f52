"""Views of a list that somebody of the staff has kept for themselves."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from shop.admin.counter.models import SavedView
from shop.core.db import db, take_turns, transaction
from shop.core.errors import Invalid
from shop.core.i18n import _

MOST = 20
LONGEST_NAME = 60
LONGEST_QUERY = 2000


def of(staff_id: int, which: str) -> Sequence[SavedView]:
    """In the order of their names."""
    mine = select(SavedView).where(SavedView.staff_id == staff_id, SavedView.of == which)
    return db.session.scalars(mine.order_by(SavedView.name)).all()


def keep(staff_id: int, which: str, *, name: str, query: str) -> None:
    """Under a name that is there already, the view becomes this one. Raises Invalid."""
    if not name:
        raise Invalid(_("Give the view a name."))
    if len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise Invalid(_("This name is too long. Keep it to %(max)d characters.", max=LONGEST_NAME))
    with transaction():
        take_turns(f"views:{staff_id}")
        mine = (SavedView.staff_id == staff_id, SavedView.of == which)
        known = db.session.scalar(select(SavedView).where(*mine, SavedView.name == name))
        if known is not None:
            known.query = query
            return
        if (db.session.scalar(select(func.count()).select_from(SavedView).where(*mine)) or 0) >= MOST:
            raise Invalid(_("You have kept %(most)s views. Remove one first.", most=MOST))
        db.session.add(SavedView(staff_id=staff_id, of=which, name=name, query=query))


def remove(staff_id: int, view_id: int) -> SavedView | None:
    """Returns what it was, to be kept again should it have been a slip; None for one that is not theirs."""
    with transaction():
        view = db.session.scalar(select(SavedView).where(SavedView.id == view_id, SavedView.staff_id == staff_id))
        if view is not None:
            db.session.execute(delete(SavedView).where(SavedView.id == view_id))
            db.session.expunge(view)
        return view
