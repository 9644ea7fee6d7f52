"""Where the files of pictures are kept: a folder that the shop serves, or a bucket of an S3-compatible store.

A name that holds the hash of its picture is never given to another, so its file may be kept by anyone for a year.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, Protocol

from flask import Flask, current_app, url_for

from shop.core import log
from shop.core.errors import Unavailable
from shop.core.i18n import _
from shop.settings import Bucket, Settings

PRIVATE = ".private/"  # how the names of files begin that have no address: what is served has no dot in a folder's name
TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "png": "image/png", "svg": "image/svg+xml"}
_HASHED = re.compile(r"[0-9a-f]{32}(-\d+)?\.\w+")


class Missing(LookupError):
    """There is no such file."""


class StorageAway(Unavailable):
    """The file was not kept, or could not be had. Nothing half-written is left."""

    code = "storage_away"


class StorageFull(StorageAway):
    code = "storage_full"


class Storage(Protocol):
    public: str  # where everyone finds the files; empty when the shop hands them out itself

    def put(self, name: str, content: bytes) -> None:
        """Writes a file whole or not at all. Raises StorageAway."""

    def get(self, name: str) -> bytes:
        """Raises Missing or StorageAway."""


def init(app: Flask, settings: Settings) -> None:
    if isinstance(settings.media, Bucket):
        from shop.media.bucket import BucketStorage  # noqa: PLC0415 (boto3 is an extra, for those who have a bucket)

        app.extensions["storage"] = BucketStorage(settings.media)
    else:
        app.extensions["storage"] = FolderStorage(settings.media)
    app.jinja_env.globals["media_url"] = address


def put(name: str, content: bytes) -> None:
    _here().put(name, content)


def get(name: str) -> bytes:
    return _here().get(name)


def address(name: str) -> str:
    """Where browsers find a file."""
    public = _here().public
    return f"{public}/{name}" if public else url_for("media.show", name=name)


def type_of(name: str) -> str | None:
    """As browsers call it; None for what is no picture."""
    return TYPES.get(name.rpartition(".")[2])


def kept_by(name: str) -> str:
    """How long browsers and proxies may keep a file."""
    if name.startswith(PRIVATE):
        return "private, no-store"
    return "public, max-age=31536000, immutable" if _HASHED.fullmatch(name) else "public, max-age=86400"


def _here() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage


class FolderStorage:
    public = ""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, content: bytes) -> None:
        target = self._root / name
        half = target.with_name(f".{target.name}.{secrets.token_hex(4)}")  # two may write the same one at once
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with half.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # the row that names it must not outlive it
            half.replace(target)
        except OSError as error:
            with suppress(OSError):
                half.unlink()
            _refuse(error, full=error.errno in (errno.ENOSPC, errno.EDQUOT))

    def get(self, name: str) -> bytes:
        try:
            return (self._root / name).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise Missing(name) from None
        except OSError as error:
            _refuse(error, full=False)


def _refuse(error: OSError, *, full: bool) -> NoReturn:
    log.get().error("storage.refused", error=str(error))
    if full:
        raise full_up() from error
    raise StorageAway(
        _("The shop’s folder of pictures cannot be used. Whoever runs the shop finds the reason in its log.")
    ) from error


def full_up() -> StorageFull:
    return StorageFull(
        _("There is no room left where pictures are kept, so nothing was saved. Make room there, and send it again.")
    )
