"""Building blocks on a strict grid: every cell one simple shape, turned by a quarter or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.random import Generator

from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.shapes import circle, moved
from shop.demo.art.sheet import Points, Sheet

CELL, MARGIN = 292, 124


@dataclass(frozen=True)
class _Block:
    shape: str
    ink: str
    ground: str
    """The ink of its cell; none for bare paper."""
    knocked_out: bool
    """The ground is left bare under the shape, instead of making a third colour with it."""
    turn: float


def bauhaus(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    grid, rng = sheet.grid(CELL, MARGIN), sheet.rng("blocks")
    pens = {ink: sheet.pen() for ink in inks}
    laid: dict[tuple[int, int], _Block] = {}
    for row in range(grid.rows):
        for column in range(grid.columns):
            near = [laid[at] for at in ((row, column - 1), (row - 1, column)) if at in laid]
            block = laid[row, column] = _block(rng, inks, near)
            x, y = grid.left + (column + 0.5) * grid.cell, grid.top + (row + 0.5) * grid.cell
            if block.ground:
                pens[block.ground].polygon(moved(_SQUARE * grid.cell, x, y))
            for part in SHAPES[block.shape]:
                outline = moved(part * grid.cell, x, y, turn=block.turn)
                pens[block.ink].polygon(outline)
                if block.ground and block.knocked_out:
                    pens[block.ground].polygon(outline, bare=True)
    return sheet.printed(PAPERS["cream"], {ink: pen.coverage() for ink, pen in pens.items()})


def _block(rng: Generator, inks: Sequence[str], near: Sequence[_Block]) -> _Block:
    """No shape and no ink beside its like."""
    odds = np.array([0 if name in {block.shape for block in near} else ODDS[name] for name in SHAPES])
    ink = str(rng.choice([ink for ink in inks if ink not in {block.ink for block in near}]))
    others = [other for other in inks if other != ink]
    return _Block(
        shape=str(rng.choice(list(SHAPES), p=odds / odds.sum())),
        ink=ink,
        ground=str(rng.choice(others)) if rng.random() < 0.5 else "",
        knocked_out=bool(rng.random() < 0.62),
        turn=float(rng.integers(4)) * pi / 2,
    )


# ---- the shapes, each in a cell from -0.5 to 0.5 ----


def _wedge(x: float, y: float, radius: float, share: float) -> Points:
    """A slice of a disc, `share` of a whole turn."""
    turns = np.linspace(0, share * 2 * pi, 64)
    return moved(np.vstack([np.column_stack([np.cos(turns), np.sin(turns)]) * radius, (0, 0)]), x, y)


def _ring(radius: float, width: float) -> Points:
    """A quarter of one, about the upper left corner."""
    outer, inner = (_wedge(-0.5, -0.5, reach, 0.25)[:-1] for reach in (radius, radius - width))
    return np.vstack([outer, inner[::-1]])


_SQUARE = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
_ARC = _wedge(-0.5, -0.5, 1, 0.25)[:-1]

SHAPES: dict[str, Sequence[Points]] = {
    "quarter": [_wedge(-0.5, -0.5, 1, 0.25)],
    "disc": [circle(0, 0, 0.5)],
    "halves": [_wedge(0, -0.5, 0.5, 0.5), _wedge(0, 0, 0.5, 0.5)],
    "triangle": [np.array([(-0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])],
    "stripes": [moved(_SQUARE * (1, 0.1), 0, y) for y in np.arange(-0.4, 0.5, 0.2)],
    "petal": [np.vstack([_ARC, -_ARC])],
    "rings": [_ring(1.0, 0.2), _ring(0.6, 0.2), _ring(0.2, 0.2)],
    "dots": [circle(x, y, 0.14) for x in (-0.25, 0.25) for y in (-0.25, 0.25)],
}
ODDS = {"quarter": 5, "disc": 3, "halves": 2, "triangle": 2, "stripes": 2, "petal": 2, "rings": 2, "dots": 1}
