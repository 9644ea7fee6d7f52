"""Seven hills in the haze, each one line of noise, and a sun that comes up behind them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.sheet import Sheet

HILLS = 7
FIRST_DARK = 2
"""The hill from which the darker ink is printed over the paler one."""


def ridges(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    sky, sun, far, near = inks
    crests = [_crest(sheet, n) for n in range(HILLS)]
    x = sheet.width * sheet.rng("sun").uniform(0.56, 0.66)
    y = float(np.interp(x, sheet.x[0], crests[0][0])) - 150
    glow = 0.08 + 0.6 * np.exp(-((sheet.away(x, y) / 950) ** 2))
    tones = {sky: glow, sun: sheet.disc(x, y, 235), far: np.zeros(sheet.shape), near: np.zeros(sheet.shape)}
    for n, crest in enumerate(crests):
        hill = sheet.cut(sheet.y - crest)
        fog = np.clip((sheet.y - crest) / (sheet.height * 0.2), 0, 1)
        pale = min(0.42 + 0.2 * n, 1) - max(0.5 - 0.09 * n, 0) * fog
        dark = min(max(0, 0.2 * (n - FIRST_DARK) + 0.1), 1) * (1 - (0.62 - 0.08 * n) * fog)
        printed = {far: pale, near: dark if n >= FIRST_DARK else 0}
        for ink, tone in tones.items():
            tones[ink] = tone + hill * (printed.get(ink, 0) - tone)
    return sheet.artwork(PAPERS["cream"], *((ink, sheet.screen(tone, ink)) for ink, tone in tones.items()))


def _crest(sheet: Sheet, n: int) -> Field:
    """The height of hill n above every column, counted from the top of the sheet: near hills are lower and rougher."""
    rng = sheet.rng(f"hill {n}")
    x = np.arange(-600, sheet.width + 600, 6.0)
    line, wave, high = np.zeros_like(x), 620 - 34 * n, 1.0
    for _ in range(6):
        knots = rng.standard_normal(int((sheet.width + 1200) / wave) + 4)
        line += high * np.interp(x, (np.arange(len(knots)) - 1) * wave - 600, knots)
        wave, high = wave / 2, high * 0.47
    base = sheet.height * (0.4 + 0.087 * n)
    crest = base - line * sheet.height * (0.052 - 0.002 * n)
    return np.interp(sheet.x[0], x, crest).astype(np.float32)[None]
