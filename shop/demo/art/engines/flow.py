"""Strokes that follow the same wind and never touch, in five widths of pen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from math import atan2, cos, hypot, sin

import numpy as np

from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Pen, Points, Sheet

Wind = Callable[[float, float], float]

PENS = ((34.0, 60), (23.0, 160), (14.0, 500), (8.0, 1600), (4.5, 3400))
"""Width and how often it is set down somewhere on a page: the wide ones first, the fine ones in what they leave."""
GAP, STEP, MARGIN = 10.0, 6.0, 125


def flow(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    dark, warm, cool = inks
    warmth = sheet.rng("warmth").uniform(0, 6.3, 2)
    strokes: dict[str, list[tuple[Points, float]]] = {ink: [] for ink in inks}
    for way, width in _strokes(sheet):
        x, y = way[len(way) // 2]
        zone = sin(x / 310 + warmth[0]) + sin(y / 370 + warmth[1])
        ink = dark if abs(zone) < 0.62 or width > 30 else warm if zone > 0 else cool
        strokes[ink].append((way, width))

    def plate(ink: str) -> Callable[[Pen], None]:
        def paint(pen: Pen) -> None:
            for way, width in strokes[ink]:
                pen.line(way, width)

        return paint

    return sheet.artwork(PAPERS["white"], *((ink, sheet.drawn(plate(ink))) for ink in inks))


def _strokes(sheet: Sheet) -> Iterator[tuple[Points, float]]:
    """Each one runs with the wind and against it until it would come too near to another, then lifts."""
    rng, wind, drawn = sheet.rng("pen"), _wind(sheet), _Drawn()
    margin = -40 if sheet.bleeds else MARGIN
    pages = sheet.width * sheet.height / 3e6
    for width, tries in PENS:
        inset = margin + width / 2

        def free(x: float, y: float, width: float = width, inset: float = inset) -> bool:
            inside = inset < x < sheet.width - inset and inset < y < sheet.height - inset
            return inside and drawn.clear(x, y, width / 2 + GAP)

        for _ in range(round(tries * pages)):
            start = rng.uniform(inset, sheet.width - inset), rng.uniform(inset, sheet.height - inset)
            if not free(*start):
                continue
            most = rng.uniform(500, 1500)
            ahead, behind = (_run(start, wind, sign * STEP, free, most / 2) for sign in (1, -1))
            way = np.array([*behind[:0:-1], *ahead])
            if len(way) * STEP > 70 + 4 * width:
                drawn.add(way, width / 2)
                yield way, width


def _run(
    start: tuple[float, float], wind: Wind, step: float, free: Callable[[float, float], bool], most: float
) -> list[tuple[float, float]]:
    (x, y), way = start, [start]
    while len(way) * abs(step) < most:
        turn = wind(x, y)
        x, y = x + step * cos(turn), y + step * sin(turn)
        near_start = len(way) * abs(step) > 60 and hypot(x - start[0], y - start[1]) < 40
        if near_start or not free(x, y):
            break
        way.append((x, y))
    return way


def _wind(sheet: Sheet) -> Wind:
    """A steady wind, a few slow waves in it, and two places where it turns round."""
    rng = sheet.rng("wind")
    a, b, c = rng.uniform(0, 6.3, 3)
    eyes = [
        (sheet.width * rng.uniform(0.26, 0.4), sheet.height * rng.uniform(0.26, 0.38), 300.0),
        (sheet.width * rng.uniform(0.6, 0.74), sheet.height * rng.uniform(0.62, 0.74), -260.0),
    ]

    def wind(x: float, y: float) -> float:
        turn = -0.75 + 0.55 * sin(x / 330 + a + 0.5 * sin(y / 260)) + 0.5 * sin(y / 390 + b) + 0.25 * sin((x + y) / 210 + c)
        along, down = cos(turn), sin(turn)
        for eye_x, eye_y, force in eyes:
            dx, dy = x - eye_x, y - eye_y
            pull = force / (hypot(dx, dy) + 60)
            along, down = along - pull * dy / 250, down + pull * dx / 250
        return atan2(down, along)

    return wind


class _Drawn:
    """What is on the sheet so far, in squares wide enough that a look at the nine around a point finds all near it."""

    _SQUARE = 48.0

    def __init__(self) -> None:
        self._squares: dict[tuple[int, int], list[tuple[float, float, float]]] = defaultdict(list)

    def add(self, way: Points, half: float) -> None:
        for x, y in way:
            self._squares[int(x // self._SQUARE), int(y // self._SQUARE)].append((x, y, half))

    def clear(self, x: float, y: float, room: float) -> bool:
        column, row = int(x // self._SQUARE), int(y // self._SQUARE)
        return not any(
            (x - px) ** 2 + (y - py) ** 2 < (room + half) ** 2
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for px, py, half in self._squares.get((i, j), ())
        )
