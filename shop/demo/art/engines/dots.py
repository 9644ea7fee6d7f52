"""Dots that swell and shrink across the sheet like a tide, and a second tide a little behind the first."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi, sin, sqrt

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

PITCH = 92.0


def dots(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    front, back = inks
    phase = sheet.rng("tide").uniform(0, 2 * pi)
    behind = _rows(sheet, phase + 2, largest=PITCH * 0.46, off=(PITCH * 0.2, PITCH * 0.13))
    return sheet.printed(PAPERS["white"], {back: behind, front: _rows(sheet, phase, largest=PITCH * 0.43, off=(0, 0))})


def _rows(sheet: Sheet, phase: float, *, largest: float, off: tuple[float, float]) -> Field:
    pen, rise = sheet.pen(), PITCH * sqrt(3) / 2
    for row in range(-1, int(sheet.height / rise) + 2):
        for column in range(-1, int(sheet.width / PITCH) + 2):
            x, y = (column + row % 2 / 2) * PITCH + off[0], row * rise + off[1]
            tide = 0.5 + 0.5 * sin(phase + y / 190 + 0.9 * sin(x / 330 + y / 900))
            pen.disc(x, y, largest * (0.2 + 0.8 * tide))
    return pen.coverage()
