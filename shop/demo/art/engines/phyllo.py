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
    reach = 600 / sqrt(SEEDS)
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
    """Ink, size and how far inwards of each dot, for a seed `age` of the way from the middle (0) to the rim (1)."""
    yellow, sun, red, navy = inks
    body = 18.5 * min(1, 0.72 + 1.4 * age) * min(1, 3.6 * (1.16 - age))
    ripe = age > (0.4 if n % 21 < 11 else 0.6)
    dots = [(sun if ripe else yellow, body, 0.0)]
    if age < 0.52:
        dots.append((navy, body * (0.96 - 1.3 * age), 0.0))
    if age > 0.36:
        grown = body * min(1.0, 0.22 + 1.5 * (age - 0.36))
        dots.append((red, grown, (body - grown) * 0.6))
    return dots
