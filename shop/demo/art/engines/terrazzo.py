"""Chips of stone scattered as in a good floor: evenly, but never in rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import pi

import numpy as np

from shop.demo.art.floor import Floor
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.shapes import moved
from shop.demo.art.sheet import Pen, Points, Sheet

SIZES = ((112, 22), (72, 90), (44, 320), (25, 1000), (12, 1900))
"""Half the length of a chip, and how often one is thrown on a page: the large ones first."""
GAP = 10


def terrazzo(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    rng = sheet.rng("colours")
    chips: dict[str, list[Points]] = {ink: [] for ink in inks}
    last = ""
    for chip, size in _thrown(sheet):
        ink = str(rng.choice([ink for ink in inks if ink != last]))
        last = ink
        chips[ink].append(chip)
        if size > 30 and rng.random() < 0.3:  # a vein of another stone, printed over
            other = str(rng.choice([other for other in inks if other != ink]))
            start, count = rng.integers(len(chip)), len(chip) // 2 + 1
            chips[other].append(np.array([chip[(start + n) % len(chip)] for n in range(count)]))

    def plate(ink: str):
        def paint(pen: Pen) -> None:
            for chip in chips[ink]:
                pen.polygon(chip)

        return paint

    return sheet.artwork(PAPERS["white"], *((ink, sheet.drawn(plate(ink))) for ink in inks))


def _thrown(sheet: Sheet) -> Iterator[tuple[Points, float]]:
    """Every chip that fell where none lay within the gap, and its size."""
    rng = sheet.rng("chips")
    floor = Floor(sheet.width, sheet.height)
    for size, throws in SIZES:
        for _ in range(round(throws * sheet.width * sheet.height / 3e6)):
            chip = moved(
                _chip(rng, size * rng.uniform(0.8, 1.15)),
                rng.uniform(0, sheet.width),
                rng.uniform(0, sheet.height),
                turn=rng.uniform(0, 2 * pi),
            )
            if floor.claim(chip, GAP):
                yield chip, size


def _chip(rng: np.random.Generator, size: float) -> Points:
    corners = int(rng.integers(4, 8))
    turns = (np.arange(corners) + rng.uniform(-0.32, 0.32, corners)) * 2 * pi / corners
    out = size * rng.uniform(0.72, 1.0, corners)
    return np.column_stack([np.cos(turns) * out, np.sin(turns) * out * rng.uniform(0.5, 0.95)])
