"""A twill, thread by thread: over two, under two, one step to the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shop.demo.art.press import PAPERS, Artwork, rgb
from shop.demo.art.sheet import Pen, Sheet

THREAD, MARGIN = 74, 170
HALF, LONG, ROUND = 0.43, 0.93, 0.2
"""Of what is seen of a thread between two dives: half its width, half its length and how round its ends, in cells."""
FIBRE = 0.013


def weave(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    grid = sheet.grid(THREAD, MARGIN)
    right, down = (sheet.x - grid.left) / grid.cell, (sheet.y - grid.top) / grid.cell
    column, row = np.floor(right).astype(int), np.floor(down).astype(int)
    inside = (column >= 0) & (column < grid.columns) & (row >= 0) & (row < grid.rows)

    phase = (column - row) % 4  # an upright thread is on top for 0 and 1, a lying one for 2 and 3
    upright = phase < 2
    along = np.where(upright, down - row - phase, right - column + phase - 3)
    aside = np.where(upright, right - column, down - row) - 0.5
    off = np.hypot(np.maximum(np.abs(along) - LONG + ROUND, 0), np.maximum(np.abs(aside) - HALF + ROUND, 0))
    thread = sheet.cut((ROUND - off) * grid.cell) * inside
    fibres = sheet.cut((FIBRE - np.abs(np.abs(aside) - 0.15)) * grid.cell)
    dive = np.clip((np.abs(along) - 0.5) / 0.45, 0, 1) ** 1.5

    warp, weft = _stripes(sheet, grid.columns, grid.rows)
    colour = np.where(upright, warp[column % grid.columns], weft[row % grid.rows])
    plates = {ink: thread * (colour == n) * (1 - fibres) for n, ink in enumerate(inks)}
    dark = min(inks, key=lambda ink: float(rgb(ink).sum()))
    plates[dark] = np.maximum(plates[dark], sheet.screen(0.55 * dive * thread, "shade"))
    if not sheet.bleeds:
        for n, ink in enumerate(inks):
            plates[ink] = np.maximum(plates[ink], _fringe(sheet, warp == n).coverage())
    return sheet.printed(PAPERS["cream"], plates)


def _stripes(sheet: Sheet, columns: int, rows: int) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """The number of the ink of every upright and of every lying thread, set up in fours as weavers do."""
    a, b, c = sheet.rng("stripes").permutation(3)
    warp, weft = np.array([c, c, c, c, a, a, a, a]), np.array([b, b, b, b, c, c, a, a])
    return np.resize(warp, columns), np.resize(weft, rows)


def _fringe(sheet: Sheet, ours: NDArray[np.bool_]) -> Pen:
    """The loose ends of our upright threads, three strands to each."""
    grid, rng, pen = sheet.grid(THREAD, MARGIN), sheet.rng("fringe"), sheet.pen()
    bottom = grid.top + grid.rows * grid.cell
    for n in range(grid.columns):
        x = grid.left + (n + 0.5) * grid.cell
        for foot, away in ((grid.top - 8, -1), (bottom + 8, 1)):
            length = rng.uniform(0.35, 0.75)
            for strand in (-0.27, 0.0, 0.27):
                tip = (x + 1.1 * strand * grid.cell, foot + away * grid.cell * (length + 0.16 * strand))
                if ours[n]:
                    pen.line(np.array([(x + strand * grid.cell, foot), tip]), grid.cell * 0.17)
    return pen
