"""Outlines that engines share, as points. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np

from shop.demo.art.sheet import Points


@dataclass(frozen=True)
class Leaf:
    outline: Points
    rib: Points
    """From the stalk to the tip; outline[n] and outline[-1 - n] lie to either side of rib[n]."""


def leaf(foot: Sequence[float], angle: float, length: float, width: float, *, bend: float = 0.0, belly: float = 0.8) -> Leaf:
    """Pointed at the tip. A `belly` under 1 is widest near the stalk, 1 in the middle; `bend` turns it on its way."""
    way = np.linspace(0, 1, 28)
    half = np.sin(pi * way**belly) * width / 2
    turn = angle + bend * (way - 0.3)
    step = length / (len(way) - 1)
    rib = np.column_stack([np.cumsum(np.cos(turn)) - cos(turn[0]), np.cumsum(np.sin(turn)) - sin(turn[0])]) * step
    rib += np.asarray(foot, float)
    out = np.column_stack([-np.sin(turn), np.cos(turn)]) * half[:, None]
    return Leaf(np.vstack([rib + out, (rib - out)[::-1]]), rib)


def bow(foot: Sequence[float], tip: Sequence[float], sag: float) -> Points:
    """A line from foot to tip that bulges `sag` points to its right."""
    a, b = np.asarray(foot, float), np.asarray(tip, float)
    across = np.array([a[1] - b[1], b[0] - a[0]]) / np.hypot(*(b - a))
    way = np.linspace(0, 1, 80)[:, None]
    return a + (b - a) * way + across * sag * 4 * way * (1 - way)


def moved(points: Points, x: float, y: float, *, turn: float = 0.0) -> Points:
    """Turned about the origin, then moved."""
    return points @ np.array([[cos(turn), sin(turn)], [-sin(turn), cos(turn)]]) + (x, y)
