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

    def __init__(self, width: float, height: float) -> None:
        self._taken = Image.new("1", (ceil(width / _COARSE), ceil(height / _COARSE)))

    def claim(self, outline: Points, gap: float) -> bool:
        """Lays the shape down if nothing lies within the gap around it."""
        reach = gap / _COARSE
        left, top = (int(n) for n in np.floor(outline.min(axis=0) / _COARSE - reach - 1))
        right, bottom = (int(n) for n in np.ceil(outline.max(axis=0) / _COARSE + reach + 1))
        corners = [(float(x), float(y)) for x, y in outline / _COARSE - (left, top)]
        shape = Image.new("1", (right - left, bottom - top))
        ImageDraw.Draw(shape).polygon(corners, fill=1, outline=1)
        around = shape.copy()
        ImageDraw.Draw(around).line([*corners, corners[0]], fill=1, width=round(2 * reach), joint="curve")
        if np.any(np.asarray(self._taken.crop((left, top, right, bottom))) & np.asarray(around)):
            return False
        self._taken.paste(1, (left, top), shape)
        return True
