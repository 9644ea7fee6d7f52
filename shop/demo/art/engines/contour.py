"""A map of hills nobody has climbed, drawn in one line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter

from shop.demo.art.press import PAPERS, Artwork, rgb
from shop.demo.art.sheet import Sheet

STEP = 0.177
"""From one line to the next, in heights that go from about -2 to 2."""
FINE, FIFTH = 3.4, 6.6
"""The width of a line, and of every fifth."""


def contour(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    """The first ink floods the sheet. A paler line is left bare in it and printed in the gap, a darker one on top."""
    ground, line = inks
    height = gaussian_filter(sheet.clouds("hills", 640, octaves=3, gain=0.36), 3 * sheet.scale)
    down, right = np.gradient(height)
    slope = np.hypot(down, right) * sheet.scale + 1e-5
    nearest = np.round(height / STEP)
    away = np.abs(height - nearest * STEP) / slope
    drawn = sheet.cut(np.where(nearest % 5 == 0, FIFTH, FINE) / 2 - away)
    flood = 1 - drawn if rgb(line).sum() > rgb(ground).sum() else np.ones_like(drawn)
    return sheet.printed(PAPERS["white"], {ground: flood, line: drawn})
