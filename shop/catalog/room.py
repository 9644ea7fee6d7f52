"""Sizes drawn to scale above a sofa of two metres, so that they can be judged by eye. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

UNITS_A_METRE = 280  # of a drawing 800 wide and 1000 high, in which the sofa is 560 wide
MIDDLE = 400
HANG = 560  # the line on which all of them stand
GAP = 34
WIDEST = 740


@dataclass(frozen=True, slots=True)
class Size:
    slug: str
    label: str
    hint: str
    width_mm: int
    height_mm: int


@dataclass(frozen=True, slots=True)
class Hung:
    """A size as it hangs: the upper left corner and the extent, in units of the drawing."""

    slug: str
    label: str
    hint: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Room:
    option: str  # the slug of the option whose values these are
    hung: tuple[Hung, ...]


def room(option: str, sizes: Sequence[Size]) -> Room | None:
    """The sizes side by side above the sofa, or None where fewer than two are known or they do not fit the wall."""
    measures = [(_units(size.width_mm), _units(size.height_mm)) for size in sizes]
    across = sum(width for width, _ in measures) + GAP * (len(sizes) - 1)
    if len(sizes) < 2 or across > WIDEST or max(height for _, height in measures) > HANG - GAP:  # noqa: PLR2004
        return None
    x, hung = MIDDLE - across // 2, []
    for size, (width, height) in zip(sizes, measures, strict=True):
        hung.append(Hung(size.slug, size.label, size.hint, x, HANG - height, width, height))
        x += width + GAP
    return Room(option, tuple(hung))


def _units(millimetres: int) -> int:
    return round(millimetres * UNITS_A_METRE / 1000)
