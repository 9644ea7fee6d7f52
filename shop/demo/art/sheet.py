"""The sheet an engine draws on: points to measure with, pens, screens and seeded chance. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from shop.demo.art.noise import Field, clouds, threshold
from shop.demo.art.press import PAGE, Artwork, Layer, pixels_per_point

Points: TypeAlias = NDArray[np.float64]
"""A row for each point: x, y."""


@dataclass(frozen=True)
class Sheet:
    """`size` is in pixels, width and height. Engines only ever see points, so a drawing is the same at any size."""

    art: str
    seed: int
    size: tuple[int, int]
    bleeds: bool = False
    """Printed over the edges: the margins that engines ask for are not left bare."""

    @property
    def scale(self) -> float:
        return pixels_per_point(*self.size)

    @property
    def shape(self) -> tuple[int, int]:
        return self.size[1], self.size[0]

    @property
    def width(self) -> float:
        return self.size[0] / self.scale

    @property
    def height(self) -> float:
        return self.size[1] / self.scale

    @cached_property
    def x(self) -> Field:
        """The middle of every pixel, in points: a row, to be combined with the column `y`."""
        return ((np.arange(self.size[0]) + 0.5) / self.scale).astype(np.float32)[None, :]

    @cached_property
    def y(self) -> Field:
        return ((np.arange(self.size[1]) + 0.5) / self.scale).astype(np.float32)[:, None]

    @property
    def middles(self) -> list[float]:
        """Of as many figures as stand comfortably side by side, each a little narrower than a page."""
        figures = max(1, int(self.width / (0.9 * PAGE[0])))
        return [self.width * (n + 0.5) / figures for n in range(figures)]

    def grid(self, cell: float, margin: float) -> Grid:
        """Whole square cells of about that size: inside the margin, or over the edges when the sheet bleeds."""
        bare = 0 if self.bleeds else margin
        width, height = self.width - 2 * bare, self.height - 2 * bare
        columns, rows = round(width / cell), round(height / cell)
        fits = width / columns, height / rows
        cell = max(fits) if self.bleeds else min(fits)
        return Grid((self.width - columns * cell) / 2, (self.height - rows * cell) / 2, columns, rows, cell)

    # ---- chance ----

    def rng(self, use: str) -> Generator:
        """Every use has a stream of its own, so that changing one leaves the others alone."""
        return default_rng([crc32(self.art.encode()), self.seed, crc32(use.encode())])

    def clouds(self, use: str, cell: float, *, octaves: int = 1, gain: float = 0.5) -> Field:
        return clouds(self.rng(use), self.shape, cell * self.scale, octaves=octaves, gain=gain)

    # ---- coverage ----

    def cut(self, inside: Field) -> Field:
        """Full where the distance to the edge, in points, is positive; the edge itself is smooth."""
        return np.clip(inside * self.scale + 0.5, 0, 1)

    def away(self, x: float, y: float) -> Field:
        """How far every pixel is from a point."""
        return np.hypot(self.x - float(x), self.y - float(y))

    def disc(self, x: float, y: float, radius: float) -> Field:
        return self.cut(radius - self.away(x, y))

    def pen(self) -> Pen:
        return Pen(self.size, self.scale)

    def screen(self, tone: Field, use: str) -> Field:
        """A tone as specks of solid ink, never as a smooth blend."""
        ranks = threshold(self.rng(use), self.shape, max(_LEAST_SPECK, _SPECK * self.scale))
        stretched = tone * (1 + 1 / _CRISP) - 0.5 / _CRISP  # so that 0 leaves no speck and 1 no gap
        return np.clip((stretched - ranks) * _CRISP + 0.5, 0, 1)

    # ---- the drawing ----

    def printed(self, paper: str, plates: Mapping[str, Field]) -> Artwork:
        """The plates as they are, solid."""
        layers = (Layer(ink, np.clip(plate, 0, 1).astype(np.float32)) for ink, plate in plates.items())
        return Artwork(paper, tuple(layers), self.seed)

    def screened(self, paper: str, tones: Mapping[str, Field]) -> Artwork:
        """Each tone through a screen of its own."""
        return self.printed(paper, {ink: self.screen(tone, ink) for ink, tone in tones.items()})


_SPECK, _LEAST_SPECK = 0.5, 0.5
"""Points, and pixels where points are too small: seen at arm's length as a tone, and kind to the size of a file."""
_CRISP = 2.6
"""How steeply a speck goes from paper to ink."""


@dataclass(frozen=True)
class Grid:
    """Square cells on the sheet, in points."""

    left: float
    top: float
    columns: int
    rows: int
    cell: float


class Pen:
    """Lays one ink down and, with `bare`, takes it away again; in points."""

    _FINER = 3
    """Works at so many times the resolution; the mean of the small pixels makes a smooth edge."""

    def __init__(self, size: tuple[int, int], scale: float) -> None:
        self._scale = scale * self._FINER
        self._canvas = Image.new("L", (size[0] * self._FINER, size[1] * self._FINER))
        self._ink = ImageDraw.Draw(self._canvas)

    def polygon(self, outline: Points, *, bare: bool = False) -> None:
        self._ink.polygon(self._placed(outline), fill=_tone(bare))

    def disc(self, x: float, y: float, radius: float, *, bare: bool = False) -> None:
        box = [n * self._scale for n in (x - radius, y - radius, x + radius, y + radius)]
        self._ink.ellipse(box, fill=_tone(bare))

    def line(self, way: Points, width: float) -> None:
        """With round ends and bends."""
        self._ink.line(self._placed(way), fill=_tone(False), width=max(1, round(width * self._scale)), joint="curve")
        for x, y in (way[0], way[-1]):
            self.disc(x, y, width / 2)

    def coverage(self) -> Field:
        return np.asarray(self._canvas.reduce(self._FINER), np.float32) / 255

    def _placed(self, points: Points) -> Sequence[float]:
        return (points * self._scale).ravel().tolist()


def _tone(bare: bool) -> int:
    return 0 if bare else 255
