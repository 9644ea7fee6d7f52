"""Room on the sheet: what lies there already, so that nothing is laid on top of it. Pure."""

from __future__ import annotations

from math import ceil

import numpy as np
from PIL import Image, ImageDraw

from shop.demo.art.sheet import Points

_COARSE = 2
"""Points to a pixel of the floor."""


class Floor:
    """Always of the same fineness, whatever the size of the sheet in pixels: the same shapes find room."""

    def __init__(self, width: float, height: float, gap: float) -> None:
        self._gap = gap / _COARSE
        self._taken = Image.new("1", (ceil(width / _COARSE), ceil(height / _COARSE)))
        self._pen = ImageDraw.Draw(self._taken)

    def claim(self, outline: Points) -> bool:
        """Lays the shape down, with the gap around it, unless it would lie on another or in its gap."""
        placed = outline / _COARSE
        left, top = np.floor(placed.min(axis=0)).astype(int).tolist()
        right, bottom = (np.ceil(placed.max(axis=0)).astype(int) + 1).tolist()
        shape = Image.new("1", (right - left, bottom - top))
        ImageDraw.Draw(shape).polygon((placed - (left, top)).ravel().tolist(), fill=1, outline=1)
        if np.any(np.asarray(self._taken.crop((left, top, right, bottom))) & np.asarray(shape)):
            return False
        ring = [*placed.ravel().tolist(), *placed[0].tolist()]
        self._pen.polygon(ring, fill=1)
        self._pen.line(ring, fill=1, width=round(2 * self._gap), joint="curve")
        return True
