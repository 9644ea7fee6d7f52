"""Takes the pictures and encodes them: an AVIF of each width, and one WebP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import groupby
from math import log2
from multiprocessing import Pool
from pathlib import Path

from PIL import Image

from shop.demo.art.studio import take
from shop.demo.goods import GOODS, Good
from shop.demo.shots import HERO, Kind, Shot, separations, shots

PICTURES = Path(__file__).parents[1] / "pictures"

Job = tuple[Good | None, tuple[Shot, ...]]

_AVIF = {"scene": 57, "glaze": 55, "flat": 45, "detail": 52, "separation": 45, "hero": 68}
_WEBP = {"scene": 72, "glaze": 70, "flat": 60, "detail": 66, "separation": 60, "hero": 82}
_SPEED = {"scene": 6, "glaze": 6, "flat": 8, "detail": 6, "separation": 8, "hero": 6}
"""Of the AVIF encoder: in the grain of flat art its careful search takes seven times as long and finds nothing."""
_CAPS = {400: 26_000, 800: 80_000, 1000: 70_000, 1600: 150_000, 2400: 210_000}
"""Bytes a file of this width may have: quality gives way, but not for ever."""
_POOREST = 24


def render(slugs: Sequence[str], *, draft: Path | None = None) -> None:
    """Renders what is missing, or what is named whether it is there or not; two processes share the work."""
    jobs = list(_jobs(slugs, again=bool(slugs) or draft is not None))
    with Pool(2) as pool:
        for done in pool.imap_unordered(_Work(draft), jobs, chunksize=1):
            print(done, flush=True)  # noqa: T201


class _Work:
    """Renders one job: a process gets all the goods that share costly passes."""

    def __init__(self, draft: Path | None) -> None:
        self.draft = draft

    def __call__(self, job: list[Job]) -> str:
        for good, wanted in job:
            for shot in wanted:
                if self.draft:
                    self.draft.mkdir(parents=True, exist_ok=True)
                    take(shot, good, zoom=0.25).save(self.draft / f"{shot.name}.png")
                else:
                    _encode(take(shot, good, zoom=1.0), shot)
        return ", ".join(good.slug if good else HERO.name for good, _ in job)


def _jobs(slugs: Sequence[str], *, again: bool) -> Iterator[list[Job]]:
    """The long ones first: goods of a shelf whose solid things are traced once for all of them."""
    unknown = set(slugs) - {HERO.name, *(good.slug for good in GOODS)}
    if unknown:
        raise SystemExit(f"No such good: {', '.join(sorted(unknown))}")
    named = [good for good in GOODS if good.slug in slugs or not slugs]
    named.sort(key=lambda good: good.shelf not in _TRACED)
    wanted: list[Job] = [(good, (*shots(good), *separations(good))) for good in named]
    if HERO.name in slugs or not slugs:
        wanted.append((None, (HERO,)))
    for _, group in groupby(wanted, key=lambda job: _together(job[0])):
        job = [(good, _missing(listed, again)) for good, listed in group]
        if any(listed for _, listed in job):
            yield job


_TRACED = {"mugs", "gift-wrap"}


def _together(good: Good | None) -> str:
    if good is None:
        return HERO.name
    return good.shelf if good.shelf in _TRACED else good.slug


def _missing(listed: Iterable[Shot], again: bool) -> tuple[Shot, ...]:
    return tuple(shot for shot in listed if again or not all((PICTURES / file).exists() for file in shot.files))


def _encode(picture: Image.Image, shot: Shot) -> None:
    """As good as the kind of picture asks for; what a width had to give up for its cap, the wider ones do without."""
    PICTURES.mkdir(exist_ok=True)
    quality = {".avif": _AVIF[shot.kind], ".webp": _WEBP[shot.kind]}
    for name in shot.files:
        path = PICTURES / name
        width = int(path.stem.rpartition("-")[2])
        sized = picture.resize((width, round(width * shot.height / shot.width)), Image.Resampling.LANCZOS)
        packed, quality[path.suffix] = _packed(sized, path.suffix, shot.kind, quality[path.suffix])
        path.write_bytes(packed)


def _packed(picture: Image.Image, suffix: str, kind: Kind, quality: int) -> tuple[bytes, int]:
    """The file, and the quality that kept it under its cap."""
    while True:
        packed = BytesIO()
        if suffix == ".avif":
            picture.save(packed, "AVIF", quality=quality, speed=_SPEED[kind], subsampling="4:2:0", max_threads=1)
        else:
            picture.save(packed, "WEBP", quality=quality, method=5)
        over = packed.tell() / _CAPS[picture.width]
        if over <= 1 or quality <= _POOREST:
            return packed.getvalue(), quality
        quality = max(_POOREST, quality - max(4, round(22 * log2(over))))
