"""An estuary cut from sheets of paper, seen from straight above: deep in the middle and shallow at the edges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.ndimage import gaussian_filter, shift

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

STACK = (
    (1.0, 1.0, 1.0),
    (1.0, 1.0, 0.0),
    (1.0, 0.35, 0.6),
    (0.95, 0.0, 0.0),
    (0.3, 0.95, 0.3),
    (0.0, 0.95, 0.6),
    (0.0, 0.62, 0.35),
    (0.0, 0.12, 1.0),
    (0.0, 0.0, 0.5),
    (0.0, 0.0, 0.0),
)
"""How much of each ink lies on the ground and on each of the nine sheets over it: three inks make ten colours."""
SHADOW = (0.85, 0.55, 0.1)
"""How much of each ink is in a shadow."""


def papercut(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    height = _sea_floor(sheet)
    down, right = np.gradient(height)
    slope = np.hypot(down, right) * sheet.scale + 1e-6
    steps = [sheet.cut((height - level) / slope) for level in _levels(sheet, height)]
    pile = np.sum(steps, axis=0)
    shadow = _shadow(sheet, pile)
    lit_edge = np.clip(pile - _from_upper_left(sheet, pile, 3.2), 0, 1)
    tones = {}
    for n, ink in enumerate(inks):
        shares = [shares[n] for shares in STACK]
        tone = shares[0] + sum(
            step * (over - under) for step, (under, over) in zip(steps, pairwise(shares), strict=True)
        )
        tones[ink] = (tone + (1 - tone) * shadow * SHADOW[n]) * (1 - 0.75 * lit_edge)
    return sheet.screened(PAPERS["white"], tones)


def _sea_floor(sheet: Sheet) -> Field:
    """Channels along the lines where smooth noise is 0; the land rises towards the rim, unless the sheet bleeds."""
    channels = sheet.clouds("channels", 860, octaves=2, gain=0.3)
    floor = np.sqrt(channels**2 + 0.03) + 0.32 * sheet.clouds("shoals", 620, octaves=2, gain=0.3)
    if not sheet.bleeds:
        across, down = np.abs(2 * sheet.x / sheet.width - 1), np.abs(2 * sheet.y / sheet.height - 1)
        rim = (across**3 + down**3) ** (1 / 3)  # 1 along a rounded frame that touches the four sides
        floor += 2.6 * np.clip((rim - 0.45) / 0.3, 0, None) ** 2
    return gaussian_filter(floor, 5 * sheet.scale)


def _levels(sheet: Sheet, height: Field) -> Field:
    """Where to cut, so that every sheet shows about as much of itself as any other."""
    coarse = height[:: max(1, sheet.size[1] // 200), :: max(1, sheet.size[0] // 200)]
    top = np.quantile(coarse, 0.93 if sheet.bleeds else 0.72)
    return np.quantile(coarse[coarse < top], np.linspace(0.07, 1, len(STACK) - 1))


def _shadow(sheet: Sheet, pile: Field) -> Field:
    """Where more sheets lie up towards the light than here, and the more the darker."""
    near = gaussian_filter(_from_upper_left(sheet, pile, 11), 7 * sheet.scale) - pile
    far = gaussian_filter(_from_upper_left(sheet, pile, 26), 18 * sheet.scale) - pile
    return np.clip(0.42 * near, 0, 0.5) + np.clip(0.22 * far, 0, 0.4)


def _from_upper_left(sheet: Sheet, field: Field, points: float) -> Field:
    off = points * sheet.scale
    return shift(field, (off, 0.7 * off), order=1, mode="nearest")
