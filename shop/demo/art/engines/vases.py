"""Two vases, one sprig, and the sun at its highest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import atan2, cos, radians, sin

import numpy as np
from scipy.interpolate import CubicSpline

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.shapes import bow, circle, leaf, moved
from shop.demo.art.sheet import Sheet

TALL, LOW = (268, 860), (232, 470)
"""Half the width and the height of each."""


@dataclass(frozen=True)
class _Pot:
    mask: Field
    mouth: Field
    across: Field
    """From -1 at the left of the body to 1 at its right."""
    up: Field
    """From 0 at the foot to 1 at the mouth."""


def vases(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    clay, navy, sun, pink = inks
    places, middle, table = sheet.rng("places"), sheet.width / 2, sheet.height * 0.765
    tall_at = middle - 215 + places.uniform(-18, 18), table + 78
    low_at = middle + 232 + places.uniform(-18, 18), table + 150
    tall = _turned(sheet, tall_at, TALL, (0.52, 0.82, 0.985, 0.98, 0.78, 0.48, 0.31, 0.25, 0.26, 0.36))
    low = _turned(sheet, low_at, LOW, (0.6, 0.86, 0.98, 1, 0.92, 0.72, 0.52, 0.46, 0.52))
    tall = replace(tall, mask=tall.mask * (1 - low.mask))

    around = 1 - np.maximum(tall.mask, low.mask)
    behind = around * (1 - tall.mouth)
    noon = sheet.disc(middle + 285 + places.uniform(-18, 18), sheet.height * 0.265, 245)
    cloth = sheet.cut(sheet.y - table) * around
    cast = np.maximum(_cast(sheet, tall_at), _cast(sheet, low_at)) * cloth
    stems, leaves, halves = _sprig(sheet, tall_at[0], tall_at[1] - TALL[1] + 15)
    bands, beads = _bands(sheet, tall), _beads(sheet, low, low_at)
    on_low = low.mask * (1 - beads)
    tones = {
        pink: cloth + 0.55 * _bounce(tall) * tall.mask + 0.6 * _bounce(low) * low.mask,
        sun: np.maximum(noon, leaves) * behind + beads,
        clay: tall.mask * (1 - 0.42 * _shine(tall)) * (1 - bands),
        navy: np.max([stems, halves * 0.62], axis=0) * behind
        + 0.5 * cast
        + 0.78 * _shade(tall) * tall.mask * (1 - bands)
        + (0.8 + 0.2 * _shade(low) - 0.42 * _shine(low) - 0.5 * _bounce(low)) * on_low
        + np.maximum(tall.mouth, low.mouth),
    }
    return sheet.screened(PAPERS["blush"], tones)


def _turned(sheet: Sheet, foot: tuple[float, float], size: tuple[float, float], profile: Sequence[float]) -> _Pot:
    """A body turned on the wheel: `profile` is its half width from foot to mouth, as shares of the widest."""
    (x, ground), (half, height) = foot, size
    up = (ground - sheet.y) / height
    width = CubicSpline(np.linspace(0, 1, len(profile)), profile)(np.clip(up, 0, 1)) * half
    body = sheet.cut(width - np.abs(sheet.x - x)) * sheet.cut(sheet.y - ground + height) * sheet.cut(ground - sheet.y)
    base = _ellipse(sheet, x, ground, profile[0] * half)
    mouth = _ellipse(sheet, x, ground - height, profile[-1] * half)
    return _Pot(np.maximum(body, base) * (1 - mouth), mouth, (sheet.x - x) / width, up)


def _ellipse(sheet: Sheet, x: float, y: float, wide: float, high: float = 15) -> Field:
    return sheet.cut((1 - np.hypot((sheet.x - x) / wide, (sheet.y - y) / high)) * high)


# ---- light, from the upper left ----


def _ramp(value: Field, start: float, end: float) -> Field:
    way = np.clip((value - start) / (end - start), 0, 1)
    return way * way * (3 - 2 * way)


def _shade(pot: _Pot) -> Field:
    """Dark past the middle, and paler again at the far side, where the table throws light back."""
    return _ramp(pot.across, -0.25, 0.62) * (1 - 0.72 * _ramp(pot.across, 0.66, 0.98))


def _bounce(pot: _Pot) -> Field:
    """The light thrown back: from the table, so pink, and weaker higher up."""
    return _ramp(pot.across, 0.68, 1.0) * (1 - _ramp(pot.up, 0.15, 0.85))


def _shine(pot: _Pot) -> Field:
    return np.exp(-(((pot.across + 0.52) / 0.15) ** 2)) * _ramp(pot.up, 0.12, 0.35) * (1 - _ramp(pot.up, 0.75, 0.95))


def _cast(sheet: Sheet, foot: tuple[float, float]) -> Field:
    """The shadow of a pot on the cloth: short, as it is noon, and weaker further off."""
    along, over = (sheet.x - foot[0]) / 330 - 0.42, (sheet.y - foot[1] - 14) / 52
    return _ramp(1 - np.hypot(along, over - 0.35 * along), 0, 0.25) * (1 - 0.6 * _ramp(along, -0.2, 0.95))


# ---- what is painted on the pots, and what stands in one ----


def _bands(sheet: Sheet, pot: _Pot) -> Field:
    """Two bare lines that run round the shoulder, and so sag in the middle."""
    height = pot.up * TALL[1] + 26 * np.sqrt(np.clip(1 - pot.across**2, 0, 1))
    return np.max([sheet.cut(5 - np.abs(height - at)) for at in (520, 548)], axis=0)


def _beads(sheet: Sheet, pot: _Pot, foot: tuple[float, float]) -> Field:
    """A string of dots round the belly, narrower where it turns away."""
    pen = sheet.pen()
    for turn in np.radians(np.arange(-78, 79, 19.5)).tolist():
        bead = circle(0, 0, 24) * (max(cos(turn), 0.2), 1)
        pen.polygon(moved(bead, foot[0] + LOW[0] * sin(turn), foot[1] - LOW[1] / 2 + 24 * cos(turn)))
    return pen.coverage() * pot.mask


def _sprig(sheet: Sheet, x: float, mouth: float) -> tuple[Field, Field, Field]:
    """Stems, whole leaves, and the half of each leaf that is turned away from the light."""
    rng = sheet.rng("sprig")
    stems, leaves, halves = sheet.pen(), sheet.pen(), sheet.pen()
    for out, high, sag in ((-12, 450, -38), (14, 350, 30)):
        way = bow(np.array([x + out, mouth + 40]), np.array([x + 8 * out, mouth - high]), sag)
        stems.line(way, 6)
        for n, at in enumerate(np.linspace(18, len(way) - 2, 9).round().astype(int).tolist()):
            ahead = way[at + 1] - way[at]
            for side in (-1, 1) if n < 8 else (0,):
                size = (130 - 8 * n) * rng.uniform(0.94, 1.06)
                heading = atan2(ahead[1], ahead[0]) + side * radians(48)
                one = leaf(way[at], heading, size, size * 0.32, bend=-0.5 * side)
                leaves.polygon(one.outline)
                halves.polygon(np.vstack([one.rib, one.outline[: len(one.rib)][::-1]]))
    return stems.coverage(), leaves.coverage(), halves.coverage()
