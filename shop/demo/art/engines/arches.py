"""Two striped gates, one near and one far, and a low sun."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet


def arches(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    clay, sun, pink, dark = inks
    rng, high = sheet.rng("places"), sheet.height
    tones = {ink: np.zeros(sheet.shape, np.float32) for ink in inks}
    for middle in sheet.middles:
        far_x, near_x, sun_x = (middle + at + rng.uniform(-14, 14) for at in (-160, 258, 432))
        gates = (
            (far_x, high * 0.662, 470, (clay, sun, pink, dark, clay)),
            (near_x, high * 0.888, 372, (dark, pink, sun, clay)),
        )
        tones[sun] += sheet.disc(sun_x, high * 0.24, 168)
        for x, foot, radius, colours in gates:
            for ink, band in zip(colours, _bands(sheet, (x, foot), radius, len(colours)), strict=True):
                tones[ink] = np.maximum(tones[ink], band)
    return sheet.screened(PAPERS["cream"], tones)


def _bands(sheet: Sheet, foot: tuple[float, float], radius: float, count: int) -> list[Field]:
    """From the outermost inwards; towards the ground each one wears thin."""
    x, ground = foot
    spring = ground - radius * 0.86
    away = np.where(sheet.y < spring, sheet.away(x, spring), np.abs(sheet.x - x))
    step = radius / (count + 0.36)
    worn = 1 - 0.62 * np.clip(1 - (ground - sheet.y) / (radius * 0.75), 0, 1) ** 1.6
    standing = sheet.cut(ground - sheet.y) * worn
    return [sheet.cut(step * 0.425 - np.abs(away - radius + (n + 0.5) * step)) * standing for n in range(count)]
