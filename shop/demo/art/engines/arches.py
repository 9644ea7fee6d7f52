"""Two striped gates, one near and one far, and a low sun."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet


def arches(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    clay, sun, pink, dark = inks
    plates = {ink: np.zeros(sheet.shape, np.float32) for ink in inks}
    middle = sheet.width / 2
    far = _gate(sheet, middle - 170, sheet.height * 0.64, 470, 5)
    near = _gate(sheet, middle + 250, sheet.height * 0.88, 380, 4)
    for ink, band in zip((clay, sun, pink, dark, clay), far, strict=True):
        plates[ink] = np.maximum(plates[ink], band)
    for ink, band in zip((dark, pink, sun, clay), near, strict=True):
        plates[ink] = np.maximum(plates[ink], band)
    plates[sun] = np.maximum(plates[sun], sheet.disc(middle + 405, sheet.height * 0.2, 180))
    return sheet.artwork(PAPERS["cream"], *plates.items())


def _gate(sheet: Sheet, x: float, foot: float, radius: float, bands: int) -> list[Field]:
    spring = foot - radius * 0.9
    away = np.where(sheet.y < spring, sheet.away(x, spring), np.abs(sheet.x - np.float32(x)))
    step = radius / bands
    above_foot = sheet.cut(np.float32(foot) - sheet.y)
    return [
        sheet.cut(step * 0.41 - np.abs(away - np.float32(radius - (n + 0.5) * step))) * above_foot for n in range(bands)
    ]
