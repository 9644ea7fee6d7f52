"""Six hundred seeds, each turned 137.5 degrees from the one before: how a sunflower packs."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin, sqrt

from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Pen, Sheet

SEEDS = 600
GOLDEN = pi * (3 - sqrt(5))


def phyllo(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    """Each seed is a large pale dot and, nearer the middle, a smaller dark one over it."""
    start = sheet.rng("turn").uniform(0, 2 * pi)
    reach = 590 / sqrt(SEEDS)
    seeds = [(reach * sqrt(n + 0.5), start + n * GOLDEN, n / SEEDS, n) for n in range(SEEDS)]
    yellow, sun, red, navy = inks

    def dots(ink: str) -> None | object:
        def paint(pen: Pen) -> None:
            for away, turn, age, n in seeds:
                for dot, size, inward in _seed(age, n, inks):
                    if dot == ink:
                        r = away - inward
                        pen.disc(sheet.width / 2 + r * cos(turn), sheet.height / 2 + r * sin(turn), size)

        return sheet.drawn(paint)

    return sheet.artwork(PAPERS["cream"], *((ink, dots(ink)) for ink in (yellow, sun, red, navy)))


def _seed(age: float, n: int, inks: Sequence[str]) -> list[tuple[str, float, float]]:
    yellow, sun, red, navy = inks
    body = 8 + 15 * sin(pi * min(age * 0.62 + 0.05, 1)) ** 0.9
    if age > 0.86:
        body *= 1 - 3.2 * (age - 0.86)
    outer = (yellow, yellow, sun, red)[min(3, int(age * 3.2 + (0.5 if n % 21 < 8 else 0)))]
    core = navy if age < 0.5 else red
    dots = [(outer, body, 0.0)]
    pupil = body * (0.95 - 0.85 * age)
    if outer != core and pupil > 3:
        dots.append((core, pupil, body * 0.28 * age))
    return dots
