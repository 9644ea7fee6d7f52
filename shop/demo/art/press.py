"""Spot inks, one over the other on coloured paper: how a drawing becomes a print. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, sin, tau

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from shop.demo.art.noise import Field, clouds, grain
from shop.demo.goods import INKS

PAPERS: dict[str, str] = {"white": "#fbf9f4", "cream": "#f6efe0", "cool": "#f2f4f2", "blush": "#faece4"}

PAGE = (1500, 2000)
"""Drawings are laid out, and the flaws of the press measured, in points: the largest such page that fits the sheet."""


@dataclass(frozen=True)
class Layer:
    """One plate: how much of its ink is wanted where, rows by columns, 0 to 1."""

    ink: str
    coverage: NDArray[np.float32]


@dataclass(frozen=True)
class Artwork:
    """A drawing separated into plates, in the order they are printed, and the seed of the press that prints it."""

    paper: str
    layers: tuple[Layer, ...]
    seed: int = 0

    def image(self) -> NDArray[np.float32]:
        """The print: rows by columns by red, green and blue, 0 to 1."""
        return overprint(self.paper, ((layer.ink, self._pull(n)) for n, layer in enumerate(self.layers)))

    def separation(self, index: int) -> NDArray[np.float32]:
        """One ink alone on the paper, exactly as it lies in the print."""
        return overprint(self.paper, [(self.layers[index].ink, self._pull(index))])

    def _pull(self, index: int) -> Field:
        """The plate as it comes out of the press: a little off, speckled, and unevenly inked."""
        coverage = self.layers[index].coverage
        rows, columns = coverage.shape
        rng, scale = default_rng([self.seed, index]), pixels_per_point(columns, rows)
        angle, off = rng.uniform(0, tau), rng.uniform(*_OFF_REGISTER) * scale
        return _moved(coverage, round(off * cos(angle)), round(off * sin(angle))) * _solid(rng, (rows, columns), scale)


_OFF_REGISTER = (2.0, 5.0)
_SOLID, _SPECKLE, _BLOTCH = 0.965, 0.022, 0.024
"""No solid is quite full; fine specks and slow blotches, given as deviations, take it up to a tenth lower."""


def pixels_per_point(width: int, height: int) -> float:
    return min(width / PAGE[0], height / PAGE[1])


def rgb(colour: str) -> NDArray[np.float32]:
    """An ink or a hex colour as three numbers from 0 to 1."""
    code = INKS.get(colour, colour)
    return np.array([int(code[n : n + 2], 16) / 255 for n in (1, 3, 5)], np.float32)


def overprint(paper: str, pulls: Iterable[tuple[str, Field]]) -> NDArray[np.float32]:
    """Each ink lets through its own colour and takes away the rest: paper x product of (1 - coverage x (1 - ink))."""
    printed = rgb(paper)
    for ink, coverage in pulls:
        printed = printed * (1 - coverage[..., None] * (1 - rgb(ink)))
    return printed.astype(np.float32, copy=False)


def _moved(coverage: Field, right: int, down: int) -> Field:
    """By whole pixels, so that edges stay sharp; what comes in at the rim mirrors what is there."""
    y, x = (
        np.minimum(at, 2 * (count - 1) - at)
        for count, by in zip(coverage.shape, (down, right), strict=True)
        for at in [np.abs(np.arange(count) - by)]
    )
    return coverage[y[:, None], x]


def _solid(rng: Generator, shape: tuple[int, int], scale: float) -> Field:
    specks = grain(rng, shape, max(0.6, 0.9 * scale)) * min(1.0, scale)  # a small picture shows the mean of many
    blotches = clouds(rng, shape, 190 * scale, octaves=3, gain=0.6)
    return np.clip(_SOLID - _SPECKLE * np.clip(specks, -1, 4) + _BLOTCH * blotches, 0, 1)
