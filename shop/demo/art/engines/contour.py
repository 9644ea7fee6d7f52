"""A map of hills nobody has climbed, drawn in one line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter

from shop.demo.art.press import PAPERS, Artwork, rgb
from shop.demo.art.sheet import Sheet

LEVELS = 26
_EVERY_FIFTH, _OTHERS = 6.5, 3.2


def contour(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    """The first ink floods the sheet. A paler line is left bare and printed in the gap, a darker one goes on top."""
    ground, line = inks
    height = gaussian_filter(sheet.clouds("hills", 640, octaves=3, gain=0.36), 3 * sheet.scale)
    down, right = np.gradient(height)
    slope = np.hypot(down, right) * sheet.scale + 1e-5
    step = 4.6 / LEVELS
    level = height / step
    nearest = np.round(level)
    away = np.abs(level - nearest) * step / slope
    drawn = sheet.cut((np.where(nearest % 5 == 0, _EVERY_FIFTH, _OTHERS) / 2 - away).astype(np.float32))
    flood = np.ones(sheet.shape, np.float32)
    if rgb(line).sum() > rgb(ground).sum():
        flood -= drawn
    return sheet.artwork(PAPERS["white"], (ground, flood), (line, drawn))
