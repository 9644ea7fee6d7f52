"""One tile with two arcs, laid one way or the other, until the arcs join into loops."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

TILE, MARGIN = 255, 112


def truchet(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    """A dark band with a bright thread in it, and a dot in the eye of every loop."""
    band, thread = inks
    box = sheet.grid(TILE, MARGIN)
    column = np.clip((sheet.x - box.left) // box.cell, 0, box.columns - 1).astype(int)
    row = np.clip((sheet.y - box.top) // box.cell, 0, box.rows - 1).astype(int)
    turned = _turns(sheet, box.rows, box.columns)[row, column]
    across, down = (sheet.x - box.left) / box.cell - column, (sheet.y - box.top) / box.cell - row
    across = np.where(turned, 1 - across, across)
    corners = np.hypot(across, down), np.hypot(1 - across, 1 - down)
    others = np.hypot(1 - across, down), np.hypot(across, 1 - down)
    off_arc = np.minimum(*(np.abs(corner - 0.5) for corner in corners))
    off_corner = np.minimum(np.minimum(*corners), np.minimum(*others))

    def ring(off: np.ndarray, half: float) -> np.ndarray:
        return sheet.cut(((half - off) * box.cell).astype(np.float32))

    inside = (across > 0) & (across < 1) & (down > 0) & (down < 1)
    dark = ring(off_arc, 0.235) - ring(off_arc, 0.105) + ring(np.abs(off_corner - 0.0), 0.085)
    bright = ring(off_arc, 0.058)
    return sheet.artwork(PAPERS["blush"], (thread, bright * inside), (band, dark * inside))


def _turns(sheet: Sheet, rows: int, columns: int) -> np.ndarray:
    """Chance, with a leaning to the checkered order that closes loops."""
    checkered = np.add.outer(np.arange(rows), np.arange(columns)) % 2 == 1
    return checkered ^ (sheet.rng("tiles").random((rows, columns)) < 0.34)
