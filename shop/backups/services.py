"""Making a backup, and putting a shop back as it was in one.

A backup is a folder: the database, the shop's pictures and files, and a manifest with a checksum of each. It is written
under another name and renamed at its end, so what has a backup's name is whole. The database comes first: a file is
written before the row that names it, and is never changed, so the pictures copied after it are all that it names.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import delete, inspect, select, text

from shop.backups import copies, manifest
from shop.backups.manifest import File, Manifest
from shop.backups.models import Backup
from shop.core import log, outbox, store
from shop.core.clock import now
from shop.core.db import db, end_read, transaction
from shop.core.errors import Conflict, Invalid, ShopError, Unavailable
from shop.core.i18n import _
from shop.downloads.models import DigitalFile
from shop.media import storage
from shop.media.models import Asset
from shop.settings import ROOT, VERSION, Bucket, Settings

HOUR = 4  # by UTC, the night's backup is due
NOTED = timedelta(days=90)
_HALF = ".half-"
_NAME = re.compile(r"vitrine-\d{4}-\d\d-\d\d-\d{6}(-\d+)?")


class AtWork(Conflict):
    """Somebody is making one in the same folder."""

    code = "backup_at_work"


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    manifest: Manifest
    forgotten: int  # old ones that went


def make(settings: Settings, folder: Path | None = None, *, by: str) -> Made:
    """Copies the shop into a folder of its own in `folder`, while it runs, and notes how it went.

    Left out it is the one of the settings, where those older than the settings say go afterwards. Raises AtWork,
    Invalid without any folder, and Unavailable when the database or the disk refuses.
    """
    begun = now()
    if folder is None and settings.backups is None:
        raise Invalid(_("Say in which folder, or set BACKUPS."))
    there = folder or settings.backups
    assert there is not None
    try:
        with _alone_in(there):
            path, made = _make(settings, there.resolve(), begun)
            gone = 0 if folder else _forget(there, begun - timedelta(days=settings.backups_kept), keep=path)
    except AtWork:
        raise
    except (ShopError, OSError) as error:
        refused = error if isinstance(error, ShopError) else _refused(there, error)
        _note(Backup(by=by, error=refused.message, started_at=begun, finished_at=now()))
        log.get().error("backup.failed", error=refused.message)
        raise refused from error
    _note(Backup(path=str(path), size=made.size, files=len(made.files), by=by, started_at=begun, finished_at=now()))
    log.get().info("backup.made", path=str(path), size=made.size, files=len(made.files))
    return Made(path, made, gone)


def make_due(settings: Settings) -> None:
    """Makes the night's, unless there is one since HOUR, or nobody has said where. What goes wrong is noted."""
    if settings.backups is None:
        return
    moment = now()
    night = moment.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    since = night if night <= moment else night - timedelta(days=1)
    made = select(Backup.id).where(Backup.error == "", Backup.started_at >= since).limit(1)
    if db.session.scalar(made) is None:
        with suppress(AtWork, Unavailable):
            make(settings, by="shop")


def ask(staff_id: int) -> None:
    """Has the worker make one now."""
    with transaction():
        outbox.emit("backup.asked", staff_id=staff_id)


def restore(settings: Settings, folder: Path, *, over: str = "") -> Manifest:
    """Puts the shop back as it was in a backup, after looking at all of it.

    `over` is the name of the shop that is replaced. Raises Invalid for a backup that is damaged or not for this shop,
    Conflict while another shop is there, and Unavailable when the database or the storage refuses: nothing of the
    database has changed then.
    """
    found = check(folder)
    if found.database != copies.kind_of(settings.database_url):
        raise Invalid(_("This backup is of a shop on %(database)s; DATABASE_URL is not.", database=found.database))
    standing = shop_here()
    if standing and standing != over:
        raise Conflict(
            _("There is a shop in this database, %(name)s. Type its name to have it replaced.", name=standing)
        )
    for name in found.media:
        _put_back(name, folder / manifest.MEDIA / name)
    end_read()
    db.engine.dispose()
    copies.load(folder / found.dump, settings.database_url)
    return found


def check(folder: Path) -> Manifest:
    """Compares a backup's files with its manifest. Raises Invalid when one differs, or this shop cannot read it."""
    found = manifest.read(folder)
    wrong = list(manifest.mistakes(folder, found))
    if wrong:
        raise Invalid(_("This backup is damaged: %(wrong)s.", wrong="; ".join(wrong[:10])))
    known = {script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()}
    if found.migration not in known:
        raise Invalid(
            _("This backup was made by a newer version, %(version)s. Install that one first.", version=found.version)
        )
    return found


def shop_here() -> str:
    """The name of the shop in the database; empty when there is none."""
    if not inspect(db.engine).has_table("store_settings"):
        return ""
    shop = store.load()
    return shop.name if shop else ""


def without_file(found: Manifest) -> list[str]:
    """The files that rows of the database name and a backup does not hold."""
    kept = set(found.media)
    named = [*db.session.scalars(select(DigitalFile.stored))]
    for name, original, widths in db.session.execute(select(Asset.name, Asset.original, Asset.widths)):
        named += [original, *(f"{name}-{width}.avif" for width in widths)]
    return sorted(set(named) - kept)


def _make(settings: Settings, folder: Path, begun: datetime) -> tuple[Path, Manifest]:
    shop = store.load()
    if shop is None:
        raise Conflict(_("There is no shop in this database yet."))
    migration = db.session.scalar(text("SELECT version_num FROM alembic_version")) or ""
    end_read()
    half = folder / f"{_HALF}{secrets.token_hex(4)}"
    half.mkdir(mode=0o700)
    try:
        database = copies.kind_of(settings.database_url)
        dumped = half / manifest.dump_name(database)
        copies.dump(settings.database_url, dumped)
        files = {dumped.name: File(dumped.stat().st_size, manifest.checksum(dumped))}
        bucket = ""
        if isinstance(settings.media, Bucket):
            bucket = f"s3://{settings.media.name}/{settings.media.prefix}"
        else:
            files |= _copy_media(settings.media, half / manifest.MEDIA, _newest(folder))
        made = Manifest(
            shop=shop.name,
            made_at=begun,
            version=VERSION,
            migration=migration,
            database=database,
            bucket=bucket,
            files=files,
        )
        manifest.write(half, made)
        os.sync()  # the name says that it is whole, so all of it is on the disk before
        path = _free_name(folder, begun)
        half.rename(path)
        os.sync()
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    return path, made


def _copy_media(source: Path, target: Path, before: Path | None) -> dict[str, File]:
    """What is as it was in the backup before this one is not written again, where the disk can link it."""
    files = {}
    for path in sorted(source.rglob("*")):
        if path.name.startswith(".") or not path.is_file():  # dotted: somebody is writing it
            continue
        name = path.relative_to(source).as_posix()
        there, last = target / name, before / manifest.MEDIA / name if before else None
        there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        checksum = manifest.checksum(path)
        if last is None or not _link(last, there, checksum):
            shutil.copyfile(path, there)
            there.chmod(0o600)
        files[f"{manifest.MEDIA}{name}"] = File(there.stat().st_size, checksum)
    return files


def _link(last: Path, there: Path, checksum: str) -> bool:
    try:
        if manifest.checksum(last) != checksum:
            return False
        there.hardlink_to(last)
    except OSError:
        return False
    return True


def _put_back(name: str, file: Path) -> None:
    content = file.read_bytes()
    try:
        if sha256(storage.get(name)).digest() == sha256(content).digest():
            return
    except storage.Missing:
        pass
    storage.put(name, content)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Nobody else makes a backup there meanwhile; what somebody left half made is cleared away."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AtWork(_("Another backup is being made there. Wait until it is done.")) from None
        for half in folder.glob(f"{_HALF}*"):
            shutil.rmtree(half, ignore_errors=True)
        yield


def _newest(folder: Path) -> Path | None:
    return max((path for path in folder.iterdir() if _NAME.fullmatch(path.name)), default=None)


def _free_name(folder: Path, moment: datetime) -> Path:
    plain = path = folder / f"vitrine-{moment:%Y-%m-%d-%H%M%S}"
    number = 1
    while path.exists():
        number += 1
        path = plain.with_name(f"{plain.name}-{number}")
    return path


def _forget(folder: Path, before: datetime, *, keep: Path) -> int:
    """Removes old backups. Each loses its name first, so that none is found half removed."""
    gone = 0
    for path in folder.iterdir():
        if not _NAME.fullmatch(path.name) or path.resolve() == keep:
            continue
        try:
            old = manifest.read(path).made_at < before
        except manifest.Damaged:
            continue  # somebody should look at it
        if old:
            shutil.rmtree(path.rename(folder / f"{_HALF}{secrets.token_hex(4)}"), ignore_errors=True)
            gone += 1
    return gone


def _note(row: Backup) -> None:
    with transaction():
        db.session.execute(delete(Backup).where(Backup.finished_at < now() - NOTED))
        db.session.add(row)


def _refused(folder: Path, error: OSError) -> Unavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable(_("There is no room left in %(folder)s.", folder=str(folder)))
    return Unavailable(
        _("%(folder)s cannot be written to: %(why)s.", folder=str(folder), why=error.strerror or str(error))
    )
