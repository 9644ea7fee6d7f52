"""Strokes that follow the same wind and never touch, in five widths of pen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from math import atan2, cos, hypot, pi, sin

import numpy as np

from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Points, Sheet

Point = tuple[float, float]
Wind = Callable[[Point], float]

PENS = ((34.0, 60), (23.0, 160), (14.0, 500), (8.0, 1600), (4.5, 3400))
"""Width, and how often it is set down somewhere on a page: the wide ones first, the fine ones in what they leave."""
GAP, STEP, MARGIN = 10.0, 6.0, 125.0


def flow(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    dark, warm, cool = inks
    a, b = sheet.rng("warmth").uniform(0, 2 * pi, 2)
    pens = {ink: sheet.pen() for ink in inks}
    for way, width in _strokes(sheet):
        x, y = way[len(way) // 2]
        warmth = sin(x / 310 + a) + sin(y / 370 + b)
        ink = dark if abs(warmth) < 0.62 or width > 30 else warm if warmth > 0 else cool
        pens[ink].line(way, width)
    return sheet.printed(PAPERS["white"], {ink: pen.coverage() for ink, pen in pens.items()})


def _strokes(sheet: Sheet) -> Iterator[tuple[Points, float]]:
    """Each one runs with the wind and against it until it would come too near to another, then lifts."""
    rng, wind, drawn = sheet.rng("pen"), _wind(sheet), _Drawn()
    for width, tries in PENS:
        inset = width / 2 + (-40 if sheet.bleeds else MARGIN)

        def free(at: Point, inset: float = inset, room: float = width / 2 + GAP) -> bool:
            inside = inset < at[0] < sheet.width - inset and inset < at[1] < sheet.height - inset
            return inside and drawn.leaves(at, room)

        for _ in range(round(tries * sheet.width * sheet.height / 3e6)):
            start = rng.uniform(inset, sheet.width - inset), rng.uniform(inset, sheet.height - inset)
            if not free(start):
                continue
            most = rng.uniform(250, 750)
            ahead, behind = (_run(start, wind, step, free, most) for step in (STEP, -STEP))
            way = np.array([*behind[:0:-1], *ahead])
            if len(way) * STEP > 70 + 4 * width:
                drawn.add(way, width / 2)
                yield way, width


def _run(start: Point, wind: Wind, step: float, free: Callable[[Point], bool], most: float) -> list[Point]:
    at, way = start, [start]
    while (gone := len(way) * abs(step)) < most:
        turn = wind(at)
        at = at[0] + step * cos(turn), at[1] + step * sin(turn)
        back_home = gone > 60 and hypot(at[0] - start[0], at[1] - start[1]) < 40
        if back_home or not free(at):
            break
        way.append(at)
    return way


def _wind(sheet: Sheet) -> Wind:
    """A steady wind, a few slow waves in it, and two places where it turns round."""
    rng = sheet.rng("wind")
    a, b, c = rng.uniform(0, 2 * pi, 3).tolist()
    eyes = (
        (sheet.width * rng.uniform(0.26, 0.4), sheet.height * rng.uniform(0.26, 0.38), 1.2),
        (sheet.width * rng.uniform(0.6, 0.74), sheet.height * rng.uniform(0.62, 0.74), -1.04),
    )

    def wind(at: Point) -> float:
        x, y = at
        waves = 0.55 * sin(x / 330 + a + 0.5 * sin(y / 260)) + 0.5 * sin(y / 390 + b) + 0.25 * sin((x + y) / 210 + c)
        along, down = cos(waves - 0.75), sin(waves - 0.75)
        for eye_x, eye_y, force in eyes:
            right, under = x - eye_x, y - eye_y
            pull = force / (hypot(right, under) + 60)
            along, down = along - pull * under, down + pull * right
        return atan2(down, along)

    return wind


class _Drawn:
    """What is on the sheet so far, in squares so wide that the nine around a point hold all that is near it."""

    _SQUARE = 48.0

    def __init__(self) -> None:
        self._squares: defaultdict[tuple[int, int], list[tuple[float, float, float]]] = defaultdict(list)

    def add(self, way: Points, half: float) -> None:
        for x, y in way.tolist():
            self._squares[int(x // self._SQUARE), int(y // self._SQUARE)].append((x, y, half))

    def leaves(self, at: Point, room: float) -> bool:
        x, y = at
        column, row = int(x // self._SQUARE), int(y // self._SQUARE)
        return not any(
            (x - other_x) ** 2 + (y - other_y) ** 2 < (room + half) ** 2
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for other_x, other_y, half in self._squares.get((i, j), ())
        )
