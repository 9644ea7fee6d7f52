"""One tile with two arcs, laid one way or the other, until the arcs join into loops."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

TILE, MARGIN = 255, 112
BAND, BARE, THREAD, DOT = 0.235, 0.105, 0.058, 0.085
"""Half the width of the dark band, of the bare line in it and of the bright thread in that, and a dot's radius: as
shares of the tile."""


def truchet(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    """A dark band with a bright thread in it, and a dot at every corner, where the arcs have their middles."""
    band, thread = inks
    grid = sheet.grid(TILE, MARGIN)
    right, down = (sheet.x - grid.left) / grid.cell, (sheet.y - grid.top) / grid.cell
    column = np.clip(np.floor(right), 0, grid.columns - 1).astype(int)
    row = np.clip(np.floor(down), 0, grid.rows - 1).astype(int)
    across, over = right - column, down - row
    inside = (across > 0) & (across < 1) & (over > 0) & (over < 1)

    upper_left, lower_right = np.hypot(across, over), np.hypot(1 - across, 1 - over)
    lower_left, upper_right = np.hypot(across, 1 - over), np.hypot(1 - across, over)
    turned = _turns(sheet, grid.rows, grid.columns)[row, column]
    falling = _nearer(upper_left - 0.5, lower_right - 0.5)
    rising = _nearer(upper_right - 0.5, lower_left - 0.5)
    off_arc = np.where(turned, rising, falling)
    off_corner = _nearer(_nearer(upper_left, lower_right), _nearer(upper_right, lower_left))

    def within(off: Field, half: float) -> Field:
        return sheet.cut((half - off) * grid.cell) * inside

    dark = within(off_arc, BAND) - within(off_arc, BARE) + within(off_corner, DOT)
    return sheet.printed(PAPERS["blush"], {thread: within(off_arc, THREAD), band: dark})


def _nearer(one: Field, other: Field) -> Field:
    return np.minimum(np.abs(one), np.abs(other))


def _turns(sheet: Sheet, rows: int, columns: int) -> NDArray[np.bool_]:
    """Which tiles are turned: chance, with a leaning to the checkered order that closes loops."""
    checkered = np.add.outer(np.arange(rows), np.arange(columns)) % 2 == 1
    return checkered ^ (sheet.rng("tiles").random((rows, columns)) < 0.34)
