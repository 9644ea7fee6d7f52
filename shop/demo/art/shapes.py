"""Outlines that engines share, as points. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np

from shop.demo.art.sheet import Points


@dataclass(frozen=True)
class Leaf:
    outline: Points
    rib: Points
    """From the stalk to the tip; outline[n] and outline[-1 - n] lie to either side of rib[n]."""


def leaf(foot: Points, angle: float, length: float, width: float, *, bend: float = 0.0, belly: float = 0.8) -> Leaf:
    """Pointed at the tip. A `belly` under 1 is widest near the stalk, 1 in the middle; `bend` turns it on its way."""
    way = np.linspace(0, 1, 28)
    turn = angle + bend * (way - 0.3)
    steps = np.column_stack([np.cos(turn), np.sin(turn)]) * length / (len(way) - 1)
    rib = foot + np.cumsum(steps, axis=0) - steps[0]
    out = np.column_stack([-np.sin(turn), np.cos(turn)]) * (np.sin(pi * way**belly) * width / 2)[:, None]
    return Leaf(np.vstack([rib + out, (rib - out)[::-1]]), rib)


def bow(foot: Points, tip: Points, sag: float) -> Points:
    """A line of 80 points that bulges `sag` points to the right of the way from foot to tip."""
    along = tip - foot
    across = np.array([-along[1], along[0]]) / np.hypot(*along)
    way = np.linspace(0, 1, 80)[:, None]
    return foot + along * way + across * sag * 4 * way * (1 - way)


def circle(x: float, y: float, radius: float) -> Points:
    turns = np.linspace(0, 2 * pi, 64, endpoint=False)
    return np.column_stack([x + radius * np.cos(turns), y + radius * np.sin(turns)])


def moved(points: Points, x: float, y: float, *, turn: float = 0.0) -> Points:
    """Turned about the origin, then moved."""
    return points @ np.array([[cos(turn), sin(turn)], [-sin(turn), cos(turn)]]) + np.array([x, y])
