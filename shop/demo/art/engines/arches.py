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
        off = rng.uniform(-14, 14, 3)
        tones[sun] = np.maximum(tones[sun], sheet.disc(middle + 432 + off[2], high * 0.24, 168))
        gates = (
            (middle - 160 + off[0], high * 0.662, 470, (clay, sun, pink, dark, clay)),
            (middle + 258 + off[1], high * 0.888, 372, (dark, pink, sun, clay)),
        )
        for x, foot, radius, colours in gates:
            for ink, band in zip(colours, _bands(sheet, x, foot, radius, len(colours)), strict=True):
                tones[ink] = np.maximum(tones[ink], band)
    return sheet.artwork(PAPERS["cream"], *((ink, sheet.screen(tone, ink)) for ink, tone in tones.items()))


def _bands(sheet: Sheet, x: float, foot: float, radius: float, count: int) -> list[Field]:
    """From the outermost inwards; towards the ground each one wears thin."""
    spring = np.float32(foot - radius * 0.86)
    away = np.where(sheet.y < spring, sheet.away(x, float(spring)), np.abs(sheet.x - np.float32(x)))
    step = radius / (count + 0.36)
    worn = 1 - 0.62 * np.clip(1 - (foot - sheet.y) / (radius * 0.75), 0, 1) ** 1.6
    standing = sheet.cut(np.float32(foot) - sheet.y) * worn
    return [
        sheet.cut(np.float32(step * 0.425) - np.abs(away - np.float32(radius - (n + 0.5) * step))) * standing
        for n in range(count)
    ]
