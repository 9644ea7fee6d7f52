"""Four stems from a hedge: long leaves, round leaves, a fern, and a spray of berries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import atan2, cos, hypot, pi, radians, sin

import numpy as np

from scipy.spatial.distance import cdist

from shop.demo.art.floor import Floor
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.shapes import Leaf, bow, leaf
from shop.demo.art.sheet import Pen, Points, Sheet

STALK, GAP = 15.0, 9.0
"""How far a leaf begins from its stem, and the least distance to its neighbours: leaves never touch."""


@dataclass
class _Plant:
    """Everything picked so far, and the stems that leaves of another must keep clear of."""

    floor: Floor
    others: Points
    stems: list[tuple[Points, float]] = field(default_factory=list)
    long: list[Leaf] = field(default_factory=list)
    round: list[Leaf] = field(default_factory=list)
    fern: list[Leaf] = field(default_factory=list)
    berries: list[tuple[float, float, float]] = field(default_factory=list)

    def has_room(self, outline: Points) -> bool:
        return float(cdist(outline, self.others).min()) > 2 * GAP and self.floor.claim(outline, GAP)


def botanical(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    fill, line, berry = inks
    foot, middle = sheet.height - 170, sheet.width / 2
    sway = sheet.rng("sway").uniform(-22, 22, 8)
    stems = (
        (_long_leaves, (-16, -120 + sway[2], 1600 + sway[3]), 60.0),
        (_round_leaves, (20, 265 + sway[4], 1400 + sway[5]), -60.0),
        (_spray, (-52, -460 + sway[0], 1120 + sway[1]), 70.0),
        (_fern, (56, 520 + sway[6], 850 + sway[7]), -110.0),
    )
    ways = [bow((middle + out, foot), (middle + lean, foot - high), sag) for _, (out, lean, high), sag in stems]
    plant = _Plant(Floor(sheet.width, sheet.height), ways[0], [(way, 6.5) for way in ways])
    for n, (grow, *_) in enumerate(stems):
        plant.others = np.vstack(ways[:n] + ways[n + 1 :])
        grow(plant, ways[n], sheet.rng(grow.__name__))

    shaded = sheet.drawn(lambda pen: [pen.polygon(one.outline) for one in plant.round] and None)
    light = np.clip(0.55 + 0.3 * sheet.clouds("light", 130), 0.25, 1)
    plates = (
        (fill, np.maximum(sheet.drawn(_fills(plant)), sheet.screen(shaded * light, "light"))),
        (berry, sheet.drawn(_berries(plant))),
        (line, sheet.drawn(_lines(plant))),
    )
    return sheet.artwork(PAPERS["cream"], *plates)


# ---- how each one grows ----


def _at(way: Points, share: float) -> tuple[Points, float]:
    """A point on the stem and where it heads there."""
    n = min(int(share * (len(way) - 1)), len(way) - 2)
    dx, dy = way[n + 1] - way[n]
    return way[n] + (way[n + 1] - way[n]) * (share * (len(way) - 1) - n), atan2(dy, dx)


def _laid(plant: _Plant, foot: Points, angle: float, length: float, width: float, **form: float) -> Leaf | None:
    """The leaf, or the largest smaller one that has room; none if it would be a scrap."""
    start = foot + np.array([cos(angle), sin(angle)]) * STALK
    for shrunk in (1.0, 0.88, 0.76, 0.64):
        grown = leaf(start, angle, length * shrunk, width * shrunk, **form)
        if plant.has_room(grown.outline):
            return grown
    return None


def _long_leaves(plant: _Plant, way: Points, rng: np.random.Generator) -> None:
    pairs = 10
    for n in range(pairs):
        share = 0.27 + 0.68 * (n / (pairs - 1)) ** 0.94
        foot, heading = _at(way, share)
        size = 300 - 170 * (n / (pairs - 1)) ** 1.3
        for side in (-1, 1):
            out = heading + side * radians(36 + 16 * n / pairs + rng.uniform(-4, 4))
            grown = _laid(plant, foot, out, size, size * 0.3, bend=-0.42 * side, belly=0.86)
            plant.long += [grown] if grown else []
    foot, heading = _at(way, 1)
    tip = _laid(plant, foot, heading, 120, 34)
    plant.long += [tip] if tip else []


def _round_leaves(plant: _Plant, way: Points, rng: np.random.Generator) -> None:
    leaves = 17
    for n in range(leaves):
        share = 0.3 + 0.68 * n / (leaves - 1)
        foot, heading = _at(way, share)
        side = -1 if n % 2 else 1
        size = 172 - 92 * n / leaves
        out = heading + side * radians(58 + rng.uniform(-6, 6))
        grown = _laid(plant, foot, out, size, size * 0.86, bend=-0.1 * side, belly=0.92)
        plant.round += [grown] if grown else []
    foot, heading = _at(way, 1)
    tip = _laid(plant, foot, heading, 62, 46, belly=0.92)
    plant.round += [tip] if tip else []


def _fern(plant: _Plant, way: Points, rng: np.random.Generator) -> None:
    pairs = 21
    for n in range(pairs):
        share = 0.24 + 0.74 * n / (pairs - 1)
        foot, heading = _at(way, share)
        size = 215 * sin(pi * (0.3 + 0.66 * n / pairs)) + 10
        for side in (-1, 1):
            out = heading + side * radians(62 - 18 * n / pairs)
            grown = _laid(plant, foot, out, size, 21, bend=-0.3 * side, belly=0.75)
            plant.fern += [grown] if grown else []


def _spray(plant: _Plant, way: Points, rng: np.random.Generator) -> None:
    """Twigs to either side, a small leaf where each begins and three berries where it ends."""
    twigs = 9
    for n in range(twigs):
        share = 0.34 + 0.66 * n / (twigs - 1)
        foot, heading = _at(way, share)
        side = 1 if n % 2 else -1
        out = heading + (side * radians(46 + rng.uniform(-5, 5)) if n < twigs - 1 else 0)
        reach = 150 - 8 * n
        twig = bow(foot, foot + np.array([cos(out), sin(out)]) * reach, side * 9)
        crown = []
        for turn, far in ((0.0, 52), (0.95, 22), (-0.95, 22)):
            x, y = twig[-1] + np.array([cos(out + turn), sin(out + turn)]) * (22 + far)
            size = rng.uniform(18, 24)
            around = np.linspace(0, 2 * pi, 24)
            if plant.has_room(np.column_stack([x + size * np.cos(around), y + size * np.sin(around)])):
                crown.append((float(x), float(y), float(size)))
        for x, y, size in crown:
            plant.berries.append((x, y, size))
            plant.stems.append((np.array([twig[-1], (x, y)]), 3.6))
        if crown:
            plant.stems.append((twig, 4.2))
        grown = _laid(plant, foot, heading - side * radians(50), 150 - 7 * n, 46 - 2 * n, bend=0.3 * side)
        plant.long += [grown] if grown else []


# ---- the plates ----


def _fills(plant: _Plant) -> Callable[[Pen], None]:
    def paint(pen: Pen) -> None:
        for one in plant.long:
            pen.polygon(one.outline + (5, 4))

    return paint


def _berries(plant: _Plant) -> Callable[[Pen], None]:
    def paint(pen: Pen) -> None:
        for x, y, size in plant.berries:
            pen.disc(x, y, size)
            pen.disc(x - size * 0.32, y - size * 0.36, size * 0.2, bare=True)

    return paint


def _lines(plant: _Plant) -> Callable[[Pen], None]:
    def paint(pen: Pen) -> None:
        for way, width in plant.stems:
            pen.line(way, width)
        for one in plant.fern:
            pen.polygon(one.outline)
        for one in (*plant.long, *plant.round):
            pen.line(np.vstack([one.outline, one.outline[:1]]), 3.2)
            start = one.rib[0] - (one.rib[1] - one.rib[0]) / hypot(*(one.rib[1] - one.rib[0])) * STALK
            pen.line(np.vstack([start, one.rib[: len(one.rib) * 7 // 8]]), 3.2)
        for one in plant.long:
            last = len(one.rib) - 1
            for n in range(4, last - 6, 3):
                for edge in (one.outline[n + 4], one.outline[-1 - n - 4]):
                    pen.line(np.array([one.rib[n], one.rib[n] + (edge - one.rib[n]) * 0.78]), 2.0)

    return paint
