"""What a backup says of itself: `manifest.json` beside its files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from shop.core.errors import Invalid
from shop.core.i18n import _

NAME = "manifest.json"
FORMAT = 1
PIECE = 1 << 20  # bytes read at a time
MEDIA = "media/"  # how the names of the shop's pictures and files begin


class Damaged(Invalid):
    """It is no backup, or not one that this version can read."""

    code = "damaged_backup"


@dataclass(frozen=True, slots=True)
class File:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    shop: str
    made_at: datetime
    version: str  # of Vitrine
    migration: str
    database: str  # sqlite or postgresql
    bucket: str  # where the pictures are kept that are not in here; empty when they are
    files: dict[str, File]  # by their names in the folder, parted by /

    @property
    def dump(self) -> str:
        return dump_name(self.database)

    @property
    def media(self) -> list[str]:
        """As the storage names them."""
        return [name.removeprefix(MEDIA) for name in self.files if name.startswith(MEDIA)]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files.values())


def dump_name(database: str) -> str:
    return "database.sqlite" if database == "sqlite" else "database.dump"


def write(folder: Path, manifest: Manifest) -> None:
    said = {"format": FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
    (folder / NAME).write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Raises Damaged."""
    try:
        said: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if said.pop("format") != FORMAT:
            raise Damaged(_("%(folder)s was made by a version of the shop that this one cannot read.", folder=folder))
        files = {name: File(**file) for name, file in said.pop("files").items()}
        found = Manifest(**{**said, "made_at": datetime.fromisoformat(said["made_at"]), "files": files})
    except OSError:
        raise Damaged(_("%(folder)s is no backup: there is no %(name)s in it.", folder=folder, name=NAME)) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(_("%(path)s is damaged.", path=folder / NAME)) from None
    if found.dump not in files or any(_leads_out(name) for name in files):
        raise Damaged(_("%(path)s is damaged.", path=folder / NAME))
    return found


def mistakes(folder: Path, manifest: Manifest) -> Iterator[str]:
    """What is not there, or not as it was written."""
    for name, file in manifest.files.items():
        try:
            same = (folder / name).stat().st_size == file.size and checksum(folder / name) == file.sha256
        except OSError:
            yield f"{name} is missing"
        else:
            if not same:
                yield f"{name} is not what was written"


def checksum(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts
