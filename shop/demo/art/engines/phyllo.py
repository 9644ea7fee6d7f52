"""Six hundred seeds, each turned 137.5 degrees from the one before: how a sunflower packs."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin, sqrt

from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

SEEDS, RADIUS = 600, 600
GOLDEN = pi * (3 - sqrt(5))


def phyllo(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    start = sheet.rng("turn").uniform(0, 2 * pi)
    pens = {ink: sheet.pen() for ink in inks}
    for n in range(SEEDS):
        away, turn = RADIUS * sqrt((n + 0.5) / SEEDS), start + n * GOLDEN
        for ink, size, inwards in _dots(n, inks):
            x = sheet.width / 2 + (away - inwards) * cos(turn)
            pens[ink].disc(x, sheet.height / 2 + (away - inwards) * sin(turn), size)
    return sheet.printed(PAPERS["cream"], {ink: pen.coverage() for ink, pen in pens.items()})


def _dots(n: int, inks: Sequence[str]) -> list[tuple[str, float, float]]:
    """Of seed n: a pale dot, and over it a navy one that shrinks from the middle outwards or a red one that grows.

    Each as its ink, its size, and how far it is set inwards.
    """
    yellow, sun, red, navy = inks
    age = n / SEEDS
    body = 18.5 * min(1, 0.72 + 1.4 * age) * min(1, 3.6 * (1.16 - age))
    ripe = age > (0.4 if n % 21 < 11 else 0.6)  # 21 spirals; half of them turn early
    dots = [(sun if ripe else yellow, body, 0.0)]
    if age < 0.52:
        dots.append((navy, body * (0.96 - 1.3 * age), 0.0))
    if age > 0.36:
        grown = body * min(1.0, 0.22 + 1.5 * (age - 0.36))
        dots.append((red, grown, (body - grown) * 0.6))
    return dots
