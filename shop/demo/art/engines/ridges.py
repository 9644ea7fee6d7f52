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
    y = float(np.interp(x, sheet.x[0], crests[0])) - 150
    tones = {ink: np.zeros(sheet.shape, np.float32) for ink in inks}
    tones[sky] += 0.08 + 0.6 * np.exp(-((sheet.away(x, y) / 950) ** 2))
    tones[sun] += sheet.disc(x, y, 235)
    for n, crest in enumerate(crests):
        hill = sheet.cut(sheet.y - crest)
        for ink in inks:
            tones[ink] *= 1 - hill
        fog = np.clip((sheet.y - crest) / (sheet.height * 0.2), 0, 1)
        tones[far] += hill * (min(0.42 + 0.2 * n, 1) - max(0.5 - 0.09 * n, 0) * fog)
        if n >= FIRST_DARK:
            tones[near] += hill * min(0.1 + 0.2 * (n - FIRST_DARK), 1) * (1 - (0.62 - 0.08 * n) * fog)
    return sheet.screened(PAPERS["cream"], tones)


def _crest(sheet: Sheet, n: int) -> Field:
    """Of hill n above every column, counted from the top of the sheet: near hills are lower and rougher."""
    rng = sheet.rng(f"hill {n}")
    x = np.arange(0, sheet.width + 6, 6.0)
    line, wave, high = np.zeros_like(x), 620.0 - 34 * n, 1.0
    for _ in range(6):
        knots = rng.standard_normal(int(sheet.width / wave) + 3)
        line += high * np.interp(x, np.arange(len(knots)) * wave, knots)
        wave, high = wave / 2, high * 0.47
    crest = sheet.height * (0.4 + 0.087 * n - (0.052 - 0.002 * n) * line)
    return np.interp(sheet.x[0], x, crest).astype(np.float32)
