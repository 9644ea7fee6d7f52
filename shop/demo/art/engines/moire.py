"""Two sets of rings, and the third pattern where they meet."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, sin

import numpy as np

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

RADIUS, PITCH = 535, 18.0


def moire(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    rng = sheet.rng("hums")
    way, other_pitch = rng.uniform(0.9, 1.15), PITCH + rng.uniform(0.9, 1.5)
    x, y, off_x, off_y = sheet.width / 2, sheet.height / 2, 205 * cos(way), 205 * sin(way)
    hums = (
        _rings(sheet, x - off_x, y - off_y, pitch=PITCH, lean=0.26),
        _rings(sheet, x + off_x, y + off_y, pitch=other_pitch, lean=-0.26),
    )
    return sheet.printed(PAPERS["white"], dict(zip(inks, hums, strict=True)))


def _rings(sheet: Sheet, x: float, y: float, *, pitch: float, lean: float) -> Field:
    """Inner rings are set off from the middle, so that the set seems to tilt; outer ones are drawn finer."""
    right, down, away = sheet.x - x, sheet.y - y, sheet.away(x, y)
    ring = away - lean * (0.35 * right + 0.94 * down) * np.clip(1 - away / RADIUS, 0, 1)
    half = pitch * (0.22 + 0.1 * np.cos(3.1 * ring / RADIUS))
    off_line = np.abs((ring / pitch + 0.5) % 1 - 0.5) * pitch
    return sheet.cut(half - off_line) * sheet.cut(RADIUS + pitch * 0.3 - away)
