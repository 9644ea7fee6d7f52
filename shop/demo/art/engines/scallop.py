"""A calm sea of overlapping waves that goes from night to sunset."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

RADIUS = 125
RINGS = ((0.9, 0.1), (0.655, 0.075), (0.43, 0.06), (0.12, 0.14))
"""Of each wave: how far out a ring of ink lies and half its width, as shares of the radius."""


def scallop(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    """Painted from the back: every wave first takes away what it covers. Five rows reach any one pixel."""
    radius = sheet.width / (2 * round(sheet.width / RADIUS / 2))
    rise = radius / 2
    rows, columns = int(sheet.height / rise) + 6, int(sheet.width / radius / 2) + 3
    colours = _colours(sheet, rows, columns, len(inks))
    plates = np.zeros((len(inks), *sheet.shape), np.float32)
    hindmost = np.floor((sheet.y - radius) / rise).astype(int)
    for row in (hindmost + nearer for nearer in range(1, 6)):
        start = radius * (row % 2)
        column = np.floor((sheet.x - start) / (2 * radius) + 0.5).astype(int)
        away = np.hypot(sheet.x - start - column * 2 * radius, sheet.y - row * rise).astype(np.float32)
        wave = sheet.cut(radius - away)
        rings = wave * np.max([sheet.cut(radius * half - np.abs(away - radius * at)) for at, half in RINGS], axis=0)
        colour = colours[row % rows, column % columns]
        plates *= 1 - wave
        plates += [rings * (colour == n) for n in range(len(inks))]
    return sheet.printed(PAPERS["cool"], dict(zip(inks, plates, strict=True)))


def _colours(sheet: Sheet, rows: int, columns: int, inks: int) -> NDArray[np.int_]:
    """For each wave the number of its ink: by the row it is in, and now and then a neighbour's."""
    rng = sheet.rng("tide")
    depth = np.linspace(-0.5, inks - 0.55, rows)[:, None]
    swell = 0.33 * np.sin(np.arange(columns) / columns * 2 * np.pi + rng.uniform(0, 2 * np.pi))
    chance = rng.normal(0, 0.36, (rows, columns))
    return np.clip(np.round(depth + swell + chance), 0, inks - 1).astype(int)
