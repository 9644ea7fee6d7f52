"""Two sets of rings, and the third pattern where they meet."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, sin

import numpy as np

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

RADIUS = 535


def moire(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    rng = sheet.rng("hums")
    lean = rng.uniform(0.9, 1.15)
    off = np.array([cos(lean), sin(lean)]) * 205
    middle = np.array([sheet.width, sheet.height]) / 2
    pitches = 18.0, 18.0 + rng.uniform(0.9, 1.5)
    hums = (_rings(sheet, middle - off, pitches[0], 1.0), _rings(sheet, middle + off, pitches[1], -1.0))
    return sheet.artwork(PAPERS["white"], *zip(inks, hums, strict=True))


def _rings(sheet: Sheet, middle: Field, pitch: float, lean: float) -> Field:
    """Each ring's middle lies a little further along than the last one's, so that the set seems to tilt."""
    x, y = sheet.x - middle[0], sheet.y - middle[1]
    drift = lean * 0.26
    away = np.hypot(x, y)
    # the ring through a point: |p - drift * r| = r, solved for r, with the drift fading towards the rim
    along = (x * 0.35 + y * 0.94) * drift * np.clip(1 - away / RADIUS, 0, 1)
    ring = away - along
    width = pitch * (0.22 + 0.1 * np.cos(ring / RADIUS * 3.1))
    wave = np.abs((ring / pitch + 0.5) % 1 - 0.5) * pitch
    return sheet.cut((width - wave).astype(np.float32)) * sheet.cut(RADIUS + pitch * 0.3 - away)
