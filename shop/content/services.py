from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from shop.catalog.services import EditedMeanwhile
from shop.content.models import LONGEST_BODY, Entry, FormerSlug, Kind, Status
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, Invalid, NotFound
from shop.core.i18n import _

LONGEST_SLUG = 64
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class AddressTaken(Conflict):
    code = "address_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """What an entry says."""

    slug: str
    title: str
    intro: str = ""
    body: str = ""
    description: str = ""
    asset_id: int | None = None
    alt: str = ""


def write(kind: Kind, text: Manuscript) -> Entry:
    """A draft. Raises Invalid, and AddressTaken when another entry has the slug."""
    _check(text)
    with transaction():
        entry = Entry(kind=kind, **asdict(text))
        _keep(entry)
    return entry


def revise(entry_id: int, text: Manuscript, *, version: int) -> None:
    """A slug that changes leaves its address behind, which leads on to the new one.

    Raises EditedMeanwhile when somebody saved the entry since `version` was shown; nothing is changed then.
    """
    _check(text)
    taken = EditedMeanwhile(
        _("Somebody else has saved this text meanwhile. Yours is still here; compare it and save again.")
    )
    try:
        with transaction():
            entry = _lock(entry_id)
            if entry.version != version:
                raise taken
            if entry.slug != text.slug:
                db.session.merge(FormerSlug(folder=entry.folder, slug=entry.slug, entry_id=entry.id))
            for name, value in asdict(text).items():
                setattr(entry, name, value)
            entry.updated_at = now()
            _keep(entry)
    except StaleDataError:
        raise taken from None


def hang(entry_id: int, asset_id: int | None) -> None:
    """The picture beside its title, or none, whatever it says by now."""
    with transaction():
        entry = _lock(entry_id)
        entry.asset_id, entry.updated_at = asset_id, now()


def publish(entry_id: int, *, since: datetime | None = None) -> None:
    """Everybody may read it from now on, or from a moment to come."""
    with transaction():
        entry = _lock(entry_id)
        entry.status, entry.published_at = Status.PUBLISHED, since or now()


def withdraw(entry_id: int) -> None:
    """Its address says that it is gone. What nobody has seen yet becomes a draft again."""
    with transaction():
        entry = _lock(entry_id)
        if entry.status == Status.PUBLISHED:
            entry.status = Status.WITHDRAWN if entry.is_shown(now()) else Status.DRAFT


def _check(text: Manuscript) -> None:
    wrong = {}
    if len(text.slug) > LONGEST_SLUG or not _SLUG.fullmatch(text.slug):
        wrong["slug"] = _("An address has small letters, digits and hyphens only, %(most)s at most.", most=LONGEST_SLUG)
    if not text.title.strip():
        wrong["title"] = _("A text needs a title.")
    if len(text.body) > LONGEST_BODY:
        wrong["body"] = _("This text is too long. Make two of it.")
    if wrong:
        raise Invalid(_("This cannot be kept as it is."), fields=wrong)


def _lock(entry_id: int) -> Entry:
    entry = db.session.scalar(select(Entry).where(Entry.id == entry_id).with_for_update())
    if entry is None:
        raise NotFound(_("This text is not there any more."))
    return entry


def _keep(entry: Entry) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(entry)
    except IntegrityError as error:
        raise AddressTaken(_("Another text has this address. Choose another one.")) from error
