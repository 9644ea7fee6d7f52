"""Building blocks on a strict grid: every cell one simple shape, turned by a quarter or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import pi

import numpy as np

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.shapes import moved
from shop.demo.art.sheet import Pen, Points, Sheet

CELL, MARGIN = 292, 124


def bauhaus(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    box = sheet.grid(CELL, MARGIN)
    grounds, shapes = _plan(sheet, box.rows, box.columns, inks)
    rng = sheet.rng("turns")
    turns = rng.integers(0, 4, (box.rows, box.columns)) * pi / 2

    def plate(ink: str) -> Field:
        def paint(pen: Pen) -> None:
            for row in range(box.rows):
                for column in range(box.columns):
                    x, y = box.left + (column + 0.5) * box.cell, box.top + (row + 0.5) * box.cell
                    here = grounds[row][column], shapes[row][column]
                    if here[0] == ink:
                        pen.polygon(np.array(_SQUARE) * box.cell + (x, y))
                    name, colour, bare = here[1]
                    if colour == ink or (bare and here[0] == ink):
                        for part in SHAPES[name]():
                            pen.polygon(moved(part * box.cell, x, y, turn=float(turns[row, column])), bare=colour != ink)

        return sheet.drawn(paint)

    return sheet.artwork(PAPERS["cream"], *((ink, plate(ink)) for ink in inks))


def _plan(
    sheet: Sheet, rows: int, columns: int, inks: Sequence[str]
) -> tuple[list[list[str]], list[list[tuple[str, str, bool]]]]:
    """Shape and ground of every cell: no shape beside its like, no ink beside itself where it can be helped."""
    rng = sheet.rng("blocks")
    names, weights = list(SHAPES), np.array([weight for _, weight in WEIGHTS])
    grounds: list[list[str]] = []
    shapes: list[list[tuple[str, str, bool]]] = []
    for row in range(rows):
        grounds.append([])
        shapes.append([])
        for column in range(columns):
            near = [shapes[row][column - 1]] if column else []
            near += [shapes[row - 1][column]] if row else []
            used = {shape for shape, *_ in near}
            odds = weights * [0.0 if name in used else 1.0 for name in names]
            name = str(rng.choice(names, p=odds / odds.sum()))
            fresh = [ink for ink in inks if ink not in {ink for _, ink, _ in near}]
            colour = str(rng.choice(fresh))
            others = [ink for ink in inks if ink != colour]
            ground = str(rng.choice(["", *others], p=[0.5, *[0.5 / len(others)] * len(others)]))
            grounds[-1].append(ground)
            shapes[-1].append((name, colour, bool(rng.random() < 0.62)))
    return grounds, shapes


# ---- the shapes, on a cell from -0.5 to 0.5 ----

_SQUARE = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))


def _wedge(x: float, y: float, radius: float, start: float, end: float) -> Points:
    turns = np.linspace(start, end, 64)
    return np.vstack([np.column_stack([np.cos(turns), np.sin(turns)]) * radius + (x, y), (x, y)])


def _quarter() -> list[Points]:
    return [_wedge(-0.5, -0.5, 1, 0, pi / 2)]


def _disc() -> list[Points]:
    return [_wedge(0, 0, 0.5, 0, 2 * pi)]



def _two_halves() -> list[Points]:
    return [_wedge(0, -0.5, 0.5, 0, pi), _wedge(0, 0, 0.5, 0, pi)]


def _triangle() -> list[Points]:
    return [np.array([(-0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])]


def _stripes() -> list[Points]:
    return [np.array([(-0.5, y), (0.5, y), (0.5, y + 0.1), (-0.5, y + 0.1)]) for y in np.arange(5) * 0.2 - 0.45]


def _petal() -> list[Points]:
    turns = np.linspace(0, pi / 2, 48)
    one = np.column_stack([np.cos(turns), np.sin(turns)]) + (-0.5, -0.5)
    return [np.vstack([one, -one])]


def _rings() -> list[Points]:
    parts = []
    for out in (1.0, 0.6, 0.2):
        arc = _wedge(-0.5, -0.5, out, 0, pi / 2)[:-1]
        inner = _wedge(-0.5, -0.5, max(out - 0.2, 0), 0, pi / 2)[:-1]
        parts.append(np.vstack([arc, inner[::-1]]))
    return parts


def _dots() -> list[Points]:
    return [_wedge(x, y, 0.14, 0, 2 * pi) for x in (-0.25, 0.25) for y in (-0.25, 0.25)]


SHAPES: dict[str, Callable[[], list[Points]]] = {
    "quarter": _quarter,
    "disc": _disc,
    "halves": _two_halves,
    "triangle": _triangle,
    "stripes": _stripes,
    "petal": _petal,
    "rings": _rings,
    "dots": _dots,
}
WEIGHTS = tuple(zip(SHAPES, (5, 3, 2, 2, 2, 2, 2, 1), strict=True))
