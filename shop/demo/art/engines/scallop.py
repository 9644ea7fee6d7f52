"""A calm sea of overlapping waves that goes from night to sunset."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

WAVES_ACROSS = 6
_RINGS = ((0.9, 0.1), (0.655, 0.075), (0.43, 0.06), (0.12, 0.14))
"""Of each wave: how far out a ring of ink lies and half how wide it is, as shares of the radius."""


def scallop(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    radius = sheet.width / (2 * max(1, round(sheet.width / 1500 * WAVES_ACROSS)))
    rows, columns = int(sheet.height / radius * 2) + 6, int(sheet.width / radius / 2) + 3
    colours = _colours(sheet, rows, columns, len(inks))
    plates = np.zeros((len(inks), *sheet.shape), np.float32)
    back = np.floor((sheet.y - radius) / (radius / 2)).astype(int)  # the row behind all that reach a pixel
    for nearer in range(1, 6):
        row = back + nearer
        half = radius * (row % 2)
        column = np.floor((sheet.x - half) / (2 * radius) + 0.5).astype(int)
        away = np.hypot(sheet.x - half - column * 2 * radius, sheet.y - row * (radius / 2)).astype(np.float32)
        colour = colours[row % rows, column % columns]
        wave = sheet.cut(np.float32(radius) - away)
        rings = np.max([sheet.cut(radius * half - np.abs(away - radius * at)) for at, half in _RINGS], axis=0)
        plates *= 1 - wave
        for n, plate in enumerate(plates):
            plate += wave * rings * (colour == n)
    return sheet.artwork(PAPERS["cool"], *zip(inks, plates, strict=True))


def _colours(sheet: Sheet, rows: int, columns: int, inks: int) -> np.ndarray:
    """For each wave the number of its ink: by the row it is in, and now and then a neighbour's."""
    rng = sheet.rng("tide")
    depth = np.linspace(-0.5, inks - 0.55, rows)[:, None]
    swell = 0.55 * np.sin(np.arange(columns) / columns * 6.3 + rng.uniform(0, 6.3))[None]
    return np.clip(np.round(depth + swell * 0.6 + rng.normal(0, 0.36, (rows, columns))), 0, inks - 1).astype(int)
