"""Chips of stone scattered as in a good floor: evenly, but never in rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import pi

import numpy as np
from numpy.random import Generator

from shop.demo.art.floor import Floor
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.shapes import moved
from shop.demo.art.sheet import Points, Sheet

SIZES = ((112, 22), (72, 90), (44, 320), (25, 1000), (12, 1900))
"""Half the length of a chip, and how often one is thrown on a page: the large ones first."""
GAP = 10
VEINED = 30
"""The least size of a chip that may have a facet in a second ink, printed over the first."""


def terrazzo(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    rng = sheet.rng("colours")
    pens = {ink: sheet.pen() for ink in inks}
    ink = inks[0]
    for chip, size in _thrown(sheet):
        ink = _other(rng, inks, ink)
        pens[ink].polygon(chip)
        if size > VEINED and rng.random() < 0.3:
            facet = np.roll(chip, rng.integers(len(chip)), axis=0)[: len(chip) // 2 + 1]
            pens[_other(rng, inks, ink)].polygon(facet)
    return sheet.printed(PAPERS["white"], {ink: pen.coverage() for ink, pen in pens.items()})


def _other(rng: Generator, inks: Sequence[str], ink: str) -> str:
    return str(rng.choice([other for other in inks if other != ink]))


def _thrown(sheet: Sheet) -> Iterator[tuple[Points, float]]:
    """Every chip that fell where none lay within the gap, and its size."""
    rng, floor = sheet.rng("chips"), Floor(sheet.width, sheet.height, GAP)
    for size, throws in SIZES:
        for _ in range(round(throws * sheet.width * sheet.height / 3e6)):
            chip = _chip(rng, size * rng.uniform(0.8, 1.15))
            x, y = rng.uniform(0, sheet.width), rng.uniform(0, sheet.height)
            chip = moved(chip, x, y, turn=rng.uniform(0, 2 * pi))
            if floor.claim(chip):
                yield chip, size


def _chip(rng: Generator, size: float) -> Points:
    corners = int(rng.integers(4, 8))
    turns = (np.arange(corners) + rng.uniform(-0.32, 0.32, corners)) * 2 * pi / corners
    out = size * rng.uniform(0.72, 1.0, corners)
    return np.column_stack([np.cos(turns) * out, np.sin(turns) * out * rng.uniform(0.5, 0.95)])
