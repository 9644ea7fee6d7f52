"""The sheet an engine draws on: points to measure with, a pen, screens and seeded chance. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from zlib import crc32

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from shop.demo.art.noise import Field, clouds, threshold
from shop.demo.art.press import PAGE, Artwork, Layer, scale_of

Points = NDArray[np.float64]
"""A row for each point: x, y."""


@dataclass(frozen=True)
class Box:
    """A grid of square cells on the sheet, in points."""

    left: float
    top: float
    columns: int
    rows: int
    cell: float

    @property
    def right(self) -> float:
        return self.left + self.columns * self.cell

    @property
    def bottom(self) -> float:
        return self.top + self.rows * self.cell


@dataclass(frozen=True)
class Sheet:
    """`size` is in pixels; engines only ever see points, so a drawing is the same at any size.

    Chance comes from `rng(use)`: every use has its own stream, so that changing one leaves the others alone.
    """

    art: str
    seed: int
    size: tuple[int, int]
    bleeds: bool = False
    """Printed to the edges: the margins that engines ask for are not left bare."""

    @property
    def scale(self) -> float:
        """Pixels to a point; a page of 1500 by 2000 points fits on any sheet."""
        return scale_of(*self.size)

    @property
    def width(self) -> float:
        return self.size[0] / self.scale

    @property
    def height(self) -> float:
        return self.size[1] / self.scale

    @cached_property
    def x(self) -> Field:
        """The middle of every pixel, in points: one row, to be combined with the column `y`."""
        return (np.arange(self.size[0], dtype=np.float32)[None] + np.float32(0.5)) / np.float32(self.scale)

    @cached_property
    def y(self) -> Field:
        return (np.arange(self.size[1], dtype=np.float32)[:, None] + np.float32(0.5)) / np.float32(self.scale)

    @property
    def shape(self) -> tuple[int, int]:
        return self.size[1], self.size[0]

    def rng(self, use: str) -> Generator:
        return default_rng([crc32(self.art.encode()), self.seed, crc32(use.encode())])

    def grid(self, cell: float, margin: float) -> Box:
        """Whole square cells of about that size: inside the margin, or over the edges when the sheet bleeds."""
        if self.bleeds:
            margin = 0
        columns, rows = round((self.width - 2 * margin) / cell), round((self.height - 2 * margin) / cell)
        fits = (self.width - 2 * margin) / columns, (self.height - 2 * margin) / rows
        cell = max(fits) if self.bleeds else min(fits)
        return Box((self.width - columns * cell) / 2, (self.height - rows * cell) / 2, columns, rows, cell)

    @property
    def middles(self) -> list[float]:
        """Of as many figures as stand comfortably side by side, each a little narrower than a page."""
        pages = max(1, int(self.width / (0.8 * PAGE[0])))
        return [self.width * (n + 0.5) / pages for n in range(pages)]

    # ---- coverage ----

    def cut(self, inside: Field) -> Field:
        """Full where the distance to the edge, in points, is positive; the edge itself is smooth."""
        return np.clip(inside * np.float32(self.scale) + np.float32(0.5), 0, 1)

    def disc(self, x: float, y: float, radius: float) -> Field:
        return self.cut(np.float32(radius) - self.away(x, y))

    def away(self, x: float, y: float) -> Field:
        """The distance of every pixel from a point."""
        return np.hypot(self.x - np.float32(x), self.y - np.float32(y))

    def clouds(self, use: str, cell: float, *, octaves: int = 1, gain: float = 0.5) -> Field:
        return clouds(self.rng(use), self.shape, cell * self.scale, octaves=octaves, gain=gain)

    def screen(self, tone: Field, use: str) -> Field:
        """A tone as specks of solid ink, never as a smooth blend."""
        ranks = threshold(self.rng(use), self.shape, max(_LEAST_SPECK, _SPECK * self.scale))
        stretched = tone * np.float32(1 + 1 / _CRISP) - np.float32(0.5 / _CRISP)  # 0 leaves no speck and 1 no gap
        return np.clip((stretched - ranks) * np.float32(_CRISP) + np.float32(0.5), 0, 1)

    def drawn(self, paint: Callable[[Pen], None]) -> Field:
        """What a pen leaves behind."""
        canvas = Image.new("L", (self.size[0] * _FINER, self.size[1] * _FINER))
        paint(Pen(ImageDraw.Draw(canvas), self.scale * _FINER))
        return np.asarray(canvas.reduce(_FINER), np.float32) / np.float32(255)

    def artwork(self, paper: str, *plates: tuple[str, Field]) -> Artwork:
        layers = tuple(Layer(ink, np.clip(coverage, 0, 1).astype(np.float32)) for ink, coverage in plates)
        return Artwork(paper, layers, self.seed)


_SPECK, _LEAST_SPECK = 0.55, 0.5
"""Points, and pixels where points are too small: finer than the eye resolves at arm's length, as AVIF likes it."""
_CRISP = 3.5
"""How steeply a speck of the screen goes from paper to ink."""

_FINER = 3
"""The pen works at so many times the resolution; the mean of the small pixels makes a smooth edge."""


@dataclass(frozen=True)
class Pen:
    """Draws and, with `bare`, takes away again; in points."""

    canvas: ImageDraw.ImageDraw
    scale: float

    def polygon(self, points: Points, *, bare: bool = False) -> None:
        self.canvas.polygon(self._placed(points), fill=_tone(bare))

    def disc(self, x: float, y: float, radius: float, *, bare: bool = False) -> None:
        self.canvas.ellipse([n * self.scale for n in (x - radius, y - radius, x + radius, y + radius)], fill=_tone(bare))

    def box(self, left: float, top: float, right: float, bottom: float, *, bare: bool = False) -> None:
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
        self.polygon(corners, bare=bare)

    def line(self, points: Points, width: float, *, bare: bool = False) -> None:
        """With round ends and bends."""
        self.canvas.line(self._placed(points), fill=_tone(bare), width=max(1, round(width * self.scale)), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc(x, y, width / 2, bare=bare)

    def _placed(self, points: Points | Sequence[Sequence[float]]) -> list[float]:
        return [float(n) for n in (np.asarray(points) * self.scale).ravel()]


def _tone(bare: bool) -> int:
    return 0 if bare else 255
