"""A small sun, eight thin paths, and the planets where they were that evening."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

SUN = 92
SIZES = (15, 24, 20, 34, 28, 58, 42, 27)
"""Of the planets, from the innermost path outwards."""


def orbit(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    """The night is one flood of ink; all that shines is paper left bare in it, tinted by the other three."""
    night, sun, *tints = inks
    x, y = sheet.width / 2, sheet.height * 0.49
    away = sheet.away(x, y)
    tones = {ink: np.zeros(sheet.shape, np.float32) for ink in inks}
    tones[sun] += np.maximum(sheet.disc(x, y, SUN), 0.85 * np.exp(-((np.maximum(away - SUN, 0) / 150) ** 2)))
    tones[night] += 1 - 0.75 * np.exp(-(((away - 60) / 210) ** 2)) - 0.1 * np.exp(-((away / 600) ** 2))
    bare = np.maximum(_stars(sheet), sheet.disc(x, y, SUN))

    rng = sheet.rng("planets")
    turn = rng.uniform(0, 2 * pi)
    for n, size in enumerate(SIZES):
        turn += 2.4 + rng.uniform(-0.35, 0.35)
        path = 152 + 68 * n + 5 * max(0, n - 4)
        planet = x + path * cos(turn), y + path * sin(turn)
        body, clearing = sheet.disc(*planet, size), sheet.disc(*planet, size + 11)
        bare = np.maximum(bare, 0.8 * sheet.cut(1.7 - np.abs(away - path))) * (1 - clearing)
        for ink in inks:
            tones[ink] *= 1 - clearing
        if size == max(SIZES):
            ring, front = _ring(sheet, planet, size)
            bare = np.maximum(bare, ring * np.where(front, 1, 1 - body))
            body = body * np.where(front, 1 - ring, 1)
        off_sun = ((sheet.x - planet[0]) * cos(turn) + (sheet.y - planet[1]) * sin(turn)) / size
        tones[night] += clearing * (1 - body) + body * np.clip(0.85 * off_sun - 0.05, 0, 0.9)
        tones[(*tints, sun)[n % 3]] += body
    plates = {ink: sheet.screen(tone, ink) for ink, tone in tones.items()}
    plates[night] *= 1 - bare
    return sheet.printed(PAPERS["cream"], plates)


def _ring(sheet: Sheet, planet: tuple[float, float], size: float) -> tuple[Field, NDArray[np.bool_]]:
    """The ring of the largest planet, and where it passes in front."""
    right, down = sheet.x - planet[0], sheet.y - planet[1]
    along, over = right * cos(0.38) - down * sin(0.38), right * sin(0.38) + down * cos(0.38)
    off = np.abs(np.hypot(along, over / 0.27) - 1.72 * size)
    return sheet.cut(0.27 * size - off) - sheet.cut(0.05 * size - off), over > 0


def _stars(sheet: Sheet) -> Field:
    rng, pen = sheet.rng("stars"), sheet.pen()
    for _ in range(int(sheet.width * sheet.height / 7500)):
        pen.disc(
            rng.uniform(0, sheet.width), rng.uniform(0, sheet.height), rng.choice((1.6, 2.2, 3.4), p=(0.6, 0.3, 0.1))
        )
    return pen.coverage()
