"""A small sun, eight thin paths, and the planets where they were that evening."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

import numpy as np

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Pen, Sheet

PATHS = 8
_SIZES = (15, 24, 20, 34, 28, 58, 42, 27)


def orbit(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    """The night is one flood of ink; all that shines is paper left bare in it, tinted by the other three."""
    night, sun, *tints = inks
    rng = sheet.rng("planets")
    x, y = sheet.width / 2, sheet.height * 0.48
    away = sheet.away(x, y)
    flood = 1 - 0.75 * np.exp(-(((away - 60) / 210) ** 2)) - 0.1 * np.exp(-((away / 600) ** 2))
    plates = {sun: 0.85 * np.exp(-((np.maximum(away - 90, 0) / 150) ** 2)), **{ink: np.zeros(sheet.shape) for ink in tints}}
    bare = np.maximum(_stars(sheet), sheet.cut(np.float32(92) - away))
    turn = rng.uniform(0, 2 * pi)
    for n in range(PATHS):
        path = 152 + 68 * n + 5 * max(0, n - 4)
        bare = np.maximum(bare, 0.8 * sheet.cut(1.7 - np.abs(away - np.float32(path))))
        turn += 2.4 + rng.uniform(-0.35, 0.35)
        px, py, size = x + path * cos(turn), y + path * sin(turn), _SIZES[n]
        ink = (*tints, sun)[n % 3]
        body = sheet.disc(px, py, size)
        halo = sheet.disc(px, py, size + 13)
        lit = (np.float32(cos(turn)) * (sheet.x - px) + np.float32(sin(turn)) * (sheet.y - py)) / size
        shade = np.clip(0.85 * lit - 0.05, 0, 0.9) * body
        bare = bare * (1 - halo) + body
        flood = flood * (1 - halo) + halo
        plates[ink] = plates[ink] * (1 - halo) + body
        flood = np.maximum(flood * (1 - body), shade)
        bare = bare * (1 - body)
    night_plate = sheet.screen(np.clip(flood, 0, 1), night) * (1 - bare)
    plates[sun] = np.maximum(plates[sun], sheet.disc(x, y, 92))
    return sheet.artwork(
        PAPERS["cream"], (night, night_plate), *((ink, sheet.screen(tone, ink)) for ink, tone in plates.items())
    )


def _stars(sheet: Sheet) -> Field:
    rng = sheet.rng("stars")

    def paint(pen: Pen) -> None:
        for _ in range(int(sheet.width * sheet.height / 7500)):
            pen.disc(rng.uniform(0, sheet.width), rng.uniform(0, sheet.height), rng.choice((1.6, 2.2, 3.4), p=(0.6, 0.3, 0.1)))

    return sheet.drawn(paint)
