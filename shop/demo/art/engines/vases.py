"""Two vases, one sprig, and the sun at its highest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import atan2, radians

import numpy as np
from scipy.interpolate import CubicSpline

from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.shapes import bow, leaf
from shop.demo.art.sheet import Pen, Sheet


@dataclass(frozen=True)
class _Vase:
    mask: Field
    across: Field
    """From -1 at the left of the body to 1 at its right."""
    up: Field
    """From 0 at the foot to 1 at the mouth."""
    mouth: Field


def vases(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    clay, navy, sun, pink = inks
    middle, table = sheet.width / 2, sheet.height * 0.765
    jitter = sheet.rng("places").uniform(-18, 18, 4)
    tall_x, low_x = middle - 215 + jitter[0], middle + 232 + jitter[1]
    tall = _thrown(sheet, tall_x, table + 78, 860, 268, (0.52, 0.82, 0.985, 0.98, 0.78, 0.48, 0.31, 0.25, 0.26, 0.36))
    low = _thrown(sheet, low_x, table + 150, 470, 232, (0.6, 0.86, 0.98, 1, 0.92, 0.72, 0.52, 0.46, 0.52))
    tall = replace(tall, mask=tall.mask * (1 - low.mask))
    pots = np.maximum(tall.mask, low.mask)

    noon = sheet.disc(middle + 285 + jitter[2], sheet.height * 0.265, 245)
    cloth = sheet.cut(sheet.y - np.float32(table)) + 0 * sheet.x
    cast = np.maximum(_cast(sheet, tall_x, table + 78, 330), _cast(sheet, low_x, table + 150, 330)) * cloth
    stems, leaves, halves = _sprig(sheet, tall_x, table + 78 - 845)
    behind = 1 - np.maximum(pots, tall.mouth)

    bands = np.max([sheet.cut(5 - np.abs(_round(sheet, tall, 860) - at)) for at in (520, 548)], axis=0)
    beads = _beads(sheet, low, low_x, table + 150, 232)
    plates = {
        pink: np.maximum(cloth * (1 - pots), 0.55 * _bounce(tall) * tall.mask + 0.6 * _bounce(low) * low.mask),
        sun: np.maximum(np.maximum(noon, leaves) * behind, beads),
        clay: tall.mask * (1 - 0.42 * _shine(tall)) * (1 - bands),
        navy: np.max(
            [
                stems * behind,
                halves * 0.62 * behind,
                0.5 * cast * (1 - pots),
                tall.mask * 0.78 * _shade(tall) * (1 - bands),
                low.mask * (0.8 + 0.2 * _shade(low) - 0.42 * _shine(low) - 0.5 * _bounce(low)) * (1 - beads),
                tall.mouth,
                low.mouth,
            ],
            axis=0,
        ),
    }
    return sheet.artwork(PAPERS["blush"], *((ink, sheet.screen(tone, ink)) for ink, tone in plates.items()))


def _thrown(sheet: Sheet, x: float, foot: float, height: float, half: float, profile: Sequence[float]) -> _Vase:
    """A body turned on the wheel: `profile` is its half width from foot to mouth, as shares of `half`."""
    outline = CubicSpline(np.linspace(0, 1, len(profile)), profile)
    up = (np.float32(foot) - sheet.y) / np.float32(height)
    width = (outline(np.clip(up, 0, 1)) * half).astype(np.float32)
    across = (sheet.x - np.float32(x)) / width
    body = sheet.cut(width - np.abs(sheet.x - np.float32(x))) * sheet.cut(sheet.y - np.float32(foot - height))
    body *= sheet.cut(np.float32(foot) - sheet.y)
    rest = _ellipse(sheet, x, foot, profile[0] * half, 15)
    mouth = _ellipse(sheet, x, foot - height, profile[-1] * half, 15)
    return _Vase(np.maximum(body, rest) * (1 - mouth), across, up + 0 * across, mouth)


def _ellipse(sheet: Sheet, x: float, y: float, wide: float, high: float) -> Field:
    far = np.hypot((sheet.x - np.float32(x)) / np.float32(wide), (sheet.y - np.float32(y)) / np.float32(high))
    return sheet.cut((1 - far) * np.float32(high))


def _ramp(value: Field, start: float, end: float) -> Field:
    way = np.clip((value - start) / (end - start), 0, 1)
    return way * way * (3 - 2 * way)


# ---- light from the upper left ----


def _shade(pot: _Vase) -> Field:
    """Dark past the middle, and paler again at the far side, where the table throws light back."""
    return _ramp(pot.across, -0.25, 0.62) * (1 - 0.72 * _ramp(pot.across, 0.66, 0.98))


def _shine(pot: _Vase) -> Field:
    return np.exp(-(((pot.across + 0.52) / 0.15) ** 2)) * _ramp(pot.up, 0.12, 0.35) * (1 - _ramp(pot.up, 0.75, 0.95))


def _bounce(pot: _Vase) -> Field:
    return _ramp(pot.across, 0.68, 1.0) * (1 - _ramp(pot.up, 0.15, 0.85))


def _cast(sheet: Sheet, x: float, foot: float, reach: float) -> Field:
    """The shadow of a pot on the cloth: short, as it is noon, and weaker further off."""
    along, over = (sheet.x - np.float32(x + reach * 0.42)) / reach, (sheet.y - np.float32(foot + 14)) / 52
    return _ramp(1 - np.hypot(along, over - 0.35 * along), 0.0, 0.25) * (1 - 0.6 * _ramp(along, -0.2, 0.95))


# ---- what is painted on the pots, and what stands in one ----


def _round(sheet: Sheet, pot: _Vase, height: float) -> Field:
    """Height above the foot, along lines that run round the body and so sag in the middle."""
    return pot.up * height + 26 * np.sqrt(np.clip(1 - pot.across**2, 0, 1))


def _beads(sheet: Sheet, pot: _Vase, x: float, foot: float, half: float) -> Field:
    def paint(pen: Pen) -> None:
        for turn in np.radians(np.arange(-78, 79, 19.5)):
            ring = np.linspace(0, 2 * np.pi, 40)
            place = (x + half * np.sin(turn), foot - 236 + 24 * np.cos(turn))
            pen.polygon(np.column_stack([np.cos(ring) * 24 * max(np.cos(turn), 0.2), np.sin(ring) * 24]) + place)

    return sheet.drawn(paint) * pot.mask


def _sprig(sheet: Sheet, x: float, mouth: float) -> tuple[Field, Field, Field]:
    """Stems, whole leaves, and the half of each leaf that is turned away from the light."""
    rng = sheet.rng("sprig")
    ways = [bow((x - 12, mouth + 40), (x - 120, mouth - 450), -38), bow((x + 14, mouth + 40), (x + 96, mouth - 350), 30)]
    grown = []
    for way in ways:
        for n in range(9):
            at = 18 + round(61 * n / 8)
            dx, dy = way[min(at + 1, 79)] - way[min(at, 78)]
            size = (130 - 8 * n) * rng.uniform(0.94, 1.06)
            for side in (-1, 1) if n < 8 else (0,):
                out = atan2(dy, dx) + side * radians(48)
                grown.append(leaf(way[at], out, size, size * 0.32, bend=-0.5 * side))

    def painted(paint: Callable[[Pen], None]) -> Field:
        return sheet.drawn(paint)

    def stems(pen: Pen) -> None:
        for way in ways:
            pen.line(way, 6)

    def whole(pen: Pen) -> None:
        for one in grown:
            pen.polygon(one.outline)

    def halves(pen: Pen) -> None:
        for one in grown:
            pen.polygon(np.vstack([one.rib, one.outline[: len(one.rib)][::-1]]))

    return painted(stems), painted(whole), painted(halves)
