"""How pictures come into the shop, and how their smaller ones are made."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from shop.core import log, outbox
from shop.core.db import db, end_read, transaction
from shop.core.i18n import _
from shop.media import storage
from shop.media.models import Asset, State, middle
from shop.media.storage import Missing, StorageAway

WIDTHS = (400, 800, 1600)
MOST_TRIES = 3


def receive(content: bytes) -> int:
    """Keeps a picture that somebody sent; returns the id of its asset, which is the same for the same picture.

    The file is written before the row: a crash in between leaves a file that nobody names, never a row without its
    file. Raises Unfit for what is no picture, and StorageAway.
    """
    from shop.media import imaging  # noqa: PLC0415 (serving pages needs no Pillow)

    end_read()
    kept = imaging.clean(content)
    name = sha256(kept.content).hexdigest()[:32]
    original = f"{name}.{kept.kind}"
    storage.put(original, kept.content)
    with transaction():
        asset = Asset(name=name, original=original, width=kept.width, height=kept.height, widths=[])
        try:
            with db.session.begin_nested():
                db.session.add(asset)
        except IntegrityError:
            asset_id = db.session.scalars(select(Asset.id).where(Asset.name == name)).one()
            retry(asset_id)
        else:
            asset_id = asset.id
            outbox.emit("asset.received", asset_id=asset_id)
    return asset_id


def retry(asset_id: int) -> None:
    """Has the smaller ones made again after they could not be made; otherwise does nothing."""
    with transaction():
        failed = update(Asset).where(Asset.id == asset_id, Asset.state == State.FAILED)
        if db.session.execute(failed.values(state=State.WAITING, tries=0, error="").returning(Asset.id)).first():
            outbox.emit("asset.retried", asset_id=asset_id)


def derive(asset_id: int) -> None:
    """Makes the smaller ones of a picture: files first, then the row, so that no page names a file that is not there.

    A picture that cannot be made smaller, or that takes its worker down with it, fails after MOST_TRIES. A storage
    that is away is not the picture's fault: the error is raised, and it is tried again for as long as it takes.
    """
    begun = update(Asset).where(Asset.id == asset_id, Asset.state == State.WAITING)
    with transaction():
        row = db.session.execute(
            begun.values(tries=Asset.tries + 1).returning(Asset.name, Asset.original, Asset.width, Asset.tries)
        ).one_or_none()
    if row is None:
        return
    if row.tries > MOST_TRIES:
        _fail(asset_id, _("The shop broke down each time it worked on this picture."))
        return
    widths = widths_for(row.width)
    try:
        _make(row.name, row.original, widths)
    except StorageAway:
        _begin_anew(asset_id)
        raise
    except Missing:
        _fail(asset_id, _("Its file is not there any more. Add the same picture again."))
    except Exception as error:
        if row.tries < MOST_TRIES:
            raise
        log.get().error("picture.failed", asset_id=asset_id, exc_info=error)
        _fail(asset_id, _("Its file cannot be worked on. Open the picture, save it anew, and add that instead."))
    else:
        with transaction():
            ready = {"state": State.READY, "widths": widths, "error": ""}
            db.session.execute(update(Asset).where(Asset.id == asset_id, Asset.state != State.READY).values(ready))


def widths_for(width: int) -> list[int]:
    """Of the smaller ones of a picture: never wider than it is."""
    return sorted({min(each, width) for each in WIDTHS})


def _make(name: str, original: str, widths: list[int]) -> None:
    from shop.media import imaging  # noqa: PLC0415

    for width, kind, file in imaging.smaller(storage.get(original), widths, middle(widths)):
        storage.put(f"{name}-{width}.{kind}", file)


def _fail(asset_id: int, why: str) -> None:
    with transaction():
        waiting = update(Asset).where(Asset.id == asset_id, Asset.state == State.WAITING)
        db.session.execute(waiting.values(state=State.FAILED, error=why))


def _begin_anew(asset_id: int) -> None:
    with transaction():
        db.session.execute(update(Asset).where(Asset.id == asset_id).values(tries=0))
