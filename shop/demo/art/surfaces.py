"""What things are made of: plaster, wood, paper, cloth; and the window whose light lies on them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from shop.demo.art.light import Floats, blurred, colour, mixed, smooth, step, value_noise
from shop.demo.art.stage import Stage

TINTS = {
    "greige": "#ddd6ca",
    "sage": "#d0d8cc",
    "mist": "#cfd9de",
    "blush": "#e6d5cc",
    "sand": "#e5d8c2",
}
"""The five walls, all about 87 % light."""

_WOODS = {
    "oak": ("#d8b487", "#a3763f", 1.0),
    "walnut": ("#80583a", "#46291a", 1.0),
    "black": ("#2a2a2d", "#161618", 0.8),
    "white": ("#f2efe8", "#dfdad0", 0.6),
    "table": ("#c79c6b", "#8f6236", 1.0),
}
"""Early wood, late wood, and how much of the grain shows."""


def wall(stage: Stage, tint: str) -> None:
    """Painted plaster: the roller leaves low bumps, and light from the side shows them."""
    bumps = stage.noise(9, 1) + 0.7 * stage.noise(26, 2)
    down, across = np.gradient(bumps)
    stage.albedo[:] = colour(TINTS[tint])
    stage.shade(key=1 + 0.0045 * (across + down) / stage.view.zoom**0.5 * 1.4 + 0.006 * stage.noise(420, 3))


def sweep(stage: Stage, tint: str) -> None:
    """A sheet of paper that runs from under a thing up the wall behind it, without a corner."""
    stage.albedo[:] = colour(TINTS[tint])
    back = smooth(-stage.y + 0 * stage.x, -1120, -420)
    stage.shade(key=(1.02 - 0.13 * back) * (1 + 0.004 * stage.noise(420, 3)))


def wood(along: Floats, across: Floats, *, seed: int, kind: str) -> Floats:
    """Sawn boards, at any points in units: rings cut lengthwise, fibres, and pores as short dark dashes."""
    early, late, contrast = _WOODS[kind]
    drift = 7 * value_noise(along / 380, across / 70, seed) + 1.3 * value_noise(along / 90, across / 14, seed + 1)
    ring = across + drift
    phase = (ring / 7.4 + 0.9 * value_noise(along / 1300, ring / 19, seed + 2)) % 1
    latewood = smooth(phase, 0.10, 0.84) * (1 - smooth(phase, 0.88, 1.0))
    fibre = value_noise(along / 55, across / 0.8, seed + 3)
    broad = value_noise(along / 800, ring / 26, seed + 4)
    pores = smooth(value_noise(along / 16, across / 0.75, seed + 5), 0.42, 0.8) * (0.25 + 0.75 * latewood)
    share = np.clip(contrast * (0.16 + 0.42 * latewood + 0.10 * fibre + 0.22 * broad + 0.36 * pores), 0, 1.25)
    return mixed(colour(early), colour(late), share)


def paper(stage: Stage, code: str, salt: int = 0) -> Floats:
    """Uncoated stock: a little cloudy, a little rough."""
    tooth = 0.010 * stage.noise(2.2, 40 + salt) + 0.008 * stage.noise(90, 41 + salt)
    return colour(code) * (1 + tooth)[..., None]


def cloth(stage: Stage, x: Floats, y: Floats, code: str) -> Floats:
    """Book cloth: a plain weave, its threads never quite even."""
    pitch = 4.2
    u, v = x / pitch, y / pitch
    over = np.cos(2 * np.pi * u) * np.cos(2 * np.pi * v)
    uneven = value_noise(u / 7, v * 1.1, 71) + value_noise(u * 1.1, v / 7, 72)
    return colour(code) * (1 + 0.10 * over + 0.07 * uneven + 0.02 * stage.noise(60, 43))[..., None]


@dataclass(frozen=True, slots=True)
class Window:
    """Panes of light on the scene, thrown by a window out of sight at the upper left."""

    x: float
    """Where the left edge of the light falls, in units."""
    y: float
    lean: float = 0.36
    """How far the panes climb to the left for each unit across."""
    pane: tuple[float, float] = (330, 560)
    grid: tuple[int, int] = (2, 3)
    bar: float = 34
    soft: float = 9
    strength: float = 1.0
    leaves: int | None = None
    """The seed of a plant on the sill, whose blurred leaves stand in the light."""

    def on(self, stage: Stage) -> Floats:
        down = stage.y - self.y - (stage.x - self.x) * self.lean
        across = stage.x - self.x + 0.06 * (stage.y - self.y)
        light = self._bands(across, self.pane[0], self.grid[0]) * self._bands(down, self.pane[1], self.grid[1])
        if self.leaves is not None:
            light *= 1 - 0.85 * self._plant(stage)
        return light * self.strength

    def _bands(self, at: Floats, size: float, count: int) -> Floats:
        """The further from the glass, the softer the edge; the panes start close and end far."""
        lit = np.zeros_like(at)
        for i in range(count):
            start = i * (size + self.bar)
            soft = self.soft * (1 + 0.35 * i)
            lit += step(at - start, soft) - step(at - start - size, soft)
        return lit

    def _plant(self, stage: Stage) -> Floats:
        rng = Random(self.leaves)
        view = stage.view
        scale = 0.25
        shade = Image.new("L", (600, 500))
        pen = ImageDraw.Draw(shade)
        x, y = (self.x + self.pane[0] * rng.uniform(0.5, 1.6)) * scale, (self.y + self.pane[1] * 2.9) * scale
        for stem in range(6):
            angle = -math.pi / 2 + (stem - 2.5) * 0.24 + rng.uniform(-0.1, 0.1)
            _stem(pen, rng, x + stem * 14 - 40, y, angle)
        soft = blurred(np.asarray(shade, np.float32) / 255, 2.6)
        soft = np.maximum(soft * 0.9, blurred(soft, 5) * 0.8)
        left, top = view.left * scale, view.top * scale
        box = (left, top, left + view.width * scale, top + view.height * scale)
        rows, columns = view.shape
        return np.asarray(
            Image.fromarray(soft).transform((columns, rows), Image.Transform.EXTENT, box, Image.Resampling.BICUBIC)
        )


def _stem(pen: ImageDraw.ImageDraw, rng: Random, x: float, y: float, angle: float) -> None:
    bend = rng.uniform(-0.014, 0.014)
    for i in range(42):
        to = x + 7 * math.cos(angle), y + 7 * math.sin(angle)
        pen.line([(x, y), to], fill=200, width=2)
        (x, y), angle = to, angle + bend
        if i > 8 and i % 3 == 0:
            side = 1 if i % 2 else -1
            _leaf(pen, x, y, angle + side * rng.uniform(0.6, 1.1), rng.uniform(36, 60) * (1 - i / 80))


def _leaf(pen: ImageDraw.ImageDraw, x: float, y: float, angle: float, length: float) -> None:
    c, s = math.cos(angle), math.sin(angle)
    edge = []
    for side in (1, -1):
        for t in [i / 12 for i in range(13)][::side]:
            along, out = t * length, side * math.sin(math.pi * t**0.8) * length * 0.2
            edge.append((x + along * c - out * s, y + along * s + out * c))
    pen.polygon(edge, fill=255)
