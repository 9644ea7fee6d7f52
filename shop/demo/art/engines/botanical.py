"""Four stems from a hedge: long leaves, round leaves, a spray of berries, and a fern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import atan2, cos, hypot, pi, radians, sin

import numpy as np
from numpy.random import Generator
from scipy.spatial.distance import cdist

from shop.demo.art.floor import Floor
from shop.demo.art.noise import Field
from shop.demo.art.press import PAPERS, Artwork
from shop.demo.art.shapes import Leaf, bow, circle, leaf
from shop.demo.art.sheet import Points, Sheet

STALK, GAP = 15.0, 9.0
"""How far from its stem a leaf begins, and how far it keeps from its neighbours: no two ever touch."""
OFF = np.array([5.0, 4.0])
"""How far the fill is set off from its outline, before the press adds its own."""


@dataclass
class _Bunch:
    """Everything picked so far."""

    floor: Floor
    others: Points
    """The stems that what grows now must keep clear of."""
    lines: list[tuple[Points, float]] = field(default_factory=list)
    long: list[Leaf] = field(default_factory=list)
    round: list[Leaf] = field(default_factory=list)
    fern: list[Leaf] = field(default_factory=list)
    berries: list[tuple[float, float, float]] = field(default_factory=list)

    def has_room(self, outline: Points) -> bool:
        return float(cdist(outline, self.others).min()) > 2 * GAP and self.floor.claim(outline)


def botanical(sheet: Sheet, inks: Sequence[str]) -> Artwork:
    fill, line, berry = inks
    bunch = _picked(sheet)
    light = np.clip(0.55 + 0.3 * sheet.clouds("light", 130), 0.25, 1)
    tint = sheet.screen(_filled(sheet, [one.outline for one in bunch.round]) * light, "light")
    return sheet.printed(
        PAPERS["cream"],
        {
            fill: np.maximum(tint, _filled(sheet, [one.outline + OFF for one in bunch.long])),
            berry: _berries(sheet, bunch),
            line: _lines(sheet, bunch),
        },
    )


def _picked(sheet: Sheet) -> _Bunch:
    foot, middle, sway = sheet.height - 170, sheet.width / 2, sheet.rng("sway")
    stems = (  # where it stands, how far it leans, how high it is and how much it bows
        (_long_leaves, -16, -120, 1600, 60),
        (_round_leaves, 20, 265, 1400, -60),
        (_berry_spray, -52, -460, 1120, 70),
        (_fern, 56, 520, 850, -110),
    )
    ways = []
    for _, stands, leans, high, bows in stems:
        tip = np.array([middle + leans, foot - high]) + sway.uniform(-22, 22, 2)
        ways.append(bow(np.array([middle + stands, foot]), tip, bows))
    bunch = _Bunch(Floor(sheet.width, sheet.height, GAP), ways[0], [(way, 6.5) for way in ways])
    for n, (grow, *_) in enumerate(stems):
        bunch.others = np.vstack(ways[:n] + ways[n + 1 :])
        grow(bunch, ways[n], sheet.rng(f"stem {n}"))
    return bunch


# ---- how each one grows ----


def _long_leaves(bunch: _Bunch, way: Points, rng: Generator) -> None:
    """In pairs, each a little smaller than the last and leaning a little further out."""
    for age in np.linspace(0, 1, 10).tolist():
        foot, heading = _at(way, 0.27 + 0.68 * age**0.94)
        size = 300 - 170 * age**1.3
        for side in (-1, 1):
            out = heading + side * radians(36 + 16 * age + rng.uniform(-4, 4))
            bunch.long += _grown(bunch, foot, out, size, size * 0.3, bend=-0.42 * side, belly=0.86)
    foot, heading = _at(way, 1)
    bunch.long += _grown(bunch, foot, heading, 120, 34)


def _round_leaves(bunch: _Bunch, way: Points, rng: Generator) -> None:
    """By turns to the left and to the right."""
    for n, age in enumerate(np.linspace(0, 1, 17).tolist()):
        foot, heading = _at(way, 0.3 + 0.68 * age)
        side, size = (-1) ** n, 172 - 87 * age
        out = heading + side * radians(58 + rng.uniform(-6, 6))
        bunch.round += _grown(bunch, foot, out, size, size * 0.86, bend=-0.1 * side, belly=0.92)
    foot, heading = _at(way, 1)
    bunch.round += _grown(bunch, foot, heading, 62, 46, belly=0.92)


def _berry_spray(bunch: _Bunch, way: Points, rng: Generator) -> None:
    """Twigs to either side, three berries at the end of each and a small leaf across from it."""
    twigs = 9
    for n in range(twigs):
        foot, heading = _at(way, 0.34 + 0.66 * n / (twigs - 1))
        side = 1 if n % 2 else -1
        out = heading if n == twigs - 1 else heading + side * radians(46 + rng.uniform(-5, 5))
        twig = bow(foot, foot + _towards(out, 150 - 8 * n), side * 9)
        stalks = []
        for turn, reach in ((0.0, 74), (0.95, 44), (-0.95, 44)):
            (x, y), size = (twig[-1] + _towards(out + turn, reach)).tolist(), rng.uniform(18, 24)
            if bunch.has_room(circle(x, y, size)):
                bunch.berries.append((x, y, size))
                stalks.append((np.array([twig[-1], twig[-1] + _towards(out + turn, reach - size)]), 3.6))
        if stalks:
            bunch.lines += [(twig, 4.2), *stalks]
        across = heading - side * radians(50)
        bunch.long += _grown(bunch, foot, across, 150 - 7 * n, 46 - 2 * n, bend=0.3 * side)


def _fern(bunch: _Bunch, way: Points, rng: Generator) -> None:
    for age in np.linspace(0, 1, 21).tolist():
        foot, heading = _at(way, 0.24 + 0.74 * age)
        size = 215 * sin(pi * (0.3 + 0.63 * age)) + 10
        for side in (-1, 1):
            out = heading + side * radians(62 - 17 * age)
            bunch.fern += _grown(bunch, foot, out, size, 21, bend=-0.3 * side, belly=0.75)


def _at(way: Points, share: float) -> tuple[Points, float]:
    """A point on the stem and where it heads there."""
    n = min(int(share * (len(way) - 1)), len(way) - 2)
    ahead = way[n + 1] - way[n]
    return way[n] + ahead * (share * (len(way) - 1) - n), atan2(ahead[1], ahead[0])


def _towards(angle: float, length: float) -> Points:
    return np.array([cos(angle), sin(angle)]) * length


def _grown(
    bunch: _Bunch, foot: Points, angle: float, length: float, width: float, *, bend: float = 0.0, belly: float = 0.8
) -> list[Leaf]:
    """The leaf, or the largest smaller one that has room; none if it would be a scrap."""
    start = foot + _towards(angle, STALK)
    tries = (leaf(start, angle, length * k, width * k, bend=bend, belly=belly) for k in (1.0, 0.88, 0.76, 0.64))
    return [grown for grown in tries if bunch.has_room(grown.outline)][:1]


# ---- the plates ----


def _filled(sheet: Sheet, outlines: Sequence[Points]) -> Field:
    pen = sheet.pen()
    for outline in outlines:
        pen.polygon(outline)
    return pen.coverage()


def _berries(sheet: Sheet, bunch: _Bunch) -> Field:
    """Each with a glint, towards the light."""
    pen = sheet.pen()
    for x, y, size in bunch.berries:
        pen.disc(x, y, size)
        pen.disc(x - size * 0.32, y - size * 0.36, size * 0.2, bare=True)
    return pen.coverage()


def _lines(sheet: Sheet, bunch: _Bunch) -> Field:
    pen = sheet.pen()
    for way, width in bunch.lines:
        pen.line(way, width)
    for one in bunch.fern:
        pen.polygon(one.outline)
    for one in (*bunch.long, *bunch.round):
        pen.line(np.vstack([one.outline, one.outline[:1]]), 3.2)
        first = one.rib[1] - one.rib[0]
        pen.line(np.vstack([one.rib[0] - first / hypot(*first) * STALK, one.rib[: len(one.rib) * 7 // 8]]), 3.2)
    for one in bunch.long:
        for n in range(4, len(one.rib) - 7, 3):
            for edge in (one.outline[n + 4], one.outline[-5 - n]):
                pen.line(np.array([one.rib[n], one.rib[n] + (edge - one.rib[n]) * 0.78]), 2.0)
    return pen.coverage()
