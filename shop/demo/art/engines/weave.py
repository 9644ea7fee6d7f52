"""A twill, thread by thread: over two, under two, one step to the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shop.demo.art.press import PAPERS, Artwork, rgb
from shop.demo.art.sheet import Pen, Sheet

THREAD, MARGIN = 74, 170
HALF, ROUND = 0.43, 0.2
"""Half the width of a thread, and how round its ends are, in cells."""


def weave(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    box = sheet.grid(THREAD, MARGIN)
    column = np.floor((sheet.x - box.left) / box.cell).astype(int)
    row = np.floor((sheet.y - box.top) / box.cell).astype(int)
    inside = (column >= 0) & (column < box.columns) & (row >= 0) & (row < box.rows)
    across, down = (sheet.x - box.left) / box.cell - column, (sheet.y - box.top) / box.cell - row
    phase = (column - row) % 4
    upright = phase < 2
    along = np.where(upright, 1 - phase + down, phase - 2 + across) - 1
    aside = np.where(upright, across + 0 * down, down + 0 * across) - 0.5
    reach = np.hypot(np.maximum(np.abs(along) - (0.93 - ROUND), 0), np.maximum(np.abs(aside) - (HALF - ROUND), 0))
    thread = sheet.cut(((ROUND - reach) * box.cell).astype(np.float32)) * inside
    fibres = np.max([sheet.cut(((0.013 - np.abs(aside - at)) * box.cell).astype(np.float32)) for at in (-0.15, 0.15)], axis=0)
    dive = np.clip((np.abs(along) - 0.5) / 0.45, 0, 1) ** 1.5

    warp, weft = _plans(sheet, box.columns, box.rows, len(inks))
    colour = np.where(upright, warp[column % box.columns], weft[row % box.rows])
    plates = {ink: thread * (colour == n) * (1 - fibres) for n, ink in enumerate(inks)}
    dark = min(inks, key=lambda ink: float(rgb(ink).sum()))
    plates[dark] = np.maximum(plates[dark], sheet.screen(0.55 * dive * thread, "shade") * thread)
    if not sheet.bleeds:
        _fringe(sheet, inks, warp, weft, plates)
    return sheet.artwork(PAPERS["cream"], *plates.items())


def _plans(sheet: Sheet, columns: int, rows: int, inks: int) -> tuple[np.ndarray, np.ndarray]:
    """The ink of every upright and of every lying thread, in stripes of four, as a weaver sets them up."""
    rng = sheet.rng("stripes")
    first, second, third = rng.permutation(inks) if inks == 3 else (0, 1, 2)
    warp = np.array([third, third, third, third, first, first, first, first])
    weft = np.array([second, second, second, second, third, third, first, first])
    return warp[np.arange(columns) % 8], weft[np.arange(rows) % 8]


def _fringe(sheet: Sheet, inks: Sequence[str], warp: np.ndarray, weft: np.ndarray, plates: dict) -> None:
    """The loose ends of the upright threads."""
    box, rng = sheet.grid(THREAD, MARGIN), sheet.rng("fringe")
    ends = [(n, side, rng.uniform(0.35, 0.75)) for n in range(box.columns) for side in (-1, 1)]
    for k, ink in enumerate(inks):

        def paint(pen: Pen, k: int = k) -> None:
            for n, side, length in ends:
                if warp[n] == k:
                    x = box.left + (n + 0.5) * box.cell
                    foot = box.top - 8 if side < 0 else box.bottom + 8
                    for strand in (-0.27, 0.0, 0.27):
                        tip = foot + side * box.cell * (length + 0.16 * strand)
                        pen.line(np.array([(x + strand * box.cell, foot), (x + strand * box.cell * 1.1, tip)]), box.cell * 0.17)

        plates[ink] = np.maximum(plates[ink], sheet.drawn(paint))
