"""Randomness with a grain and a scale: what hills, paper and ink are made of. Pure."""

from __future__ import annotations

from math import ceil
from typing import Any, TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.special import ndtr

Field: TypeAlias = NDArray[np.floating[Any]]
"""A number for every pixel, rows by columns."""


def clouds(rng: Generator, shape: tuple[int, int], cell: float, *, octaves: int = 1, gain: float = 0.5) -> Field:
    """Smooth hills and hollows `cell` pixels wide, each octave half as wide and `gain` as high; about -2 to 2.

    The knots are thrown before they are scaled, so the same hills come out at every size.
    """
    rows, columns = shape
    total, weight, power = np.zeros(shape, np.float32), 1.0, 0.0
    for _ in range(octaves):
        knots = rng.standard_normal((ceil(rows / cell) + 4, ceil(columns / cell) + 4), np.float32)
        window = (1.5, 1.5, 1.5 + columns / cell, 1.5 + rows / cell)
        total += weight * np.asarray(Image.fromarray(knots).resize((columns, rows), Image.Resampling.BICUBIC, window))
        power += weight * weight
        weight, cell = weight * gain, cell / 2
    return total / (0.75 * power**0.5)


def grain(rng: Generator, shape: tuple[int, int], width: float) -> Field:
    """Specks about `width` pixels wide, mean 0 and deviation 1."""
    specks = gaussian_filter(rng.standard_normal(shape, np.float32), width, mode="wrap")
    return specks / specks.std()


def threshold(rng: Generator, shape: tuple[int, int], width: float) -> Field:
    """A screen to hold a tone against: every value from 0 to 1 as often as any other, and neighbours unlike.

    Specks less their own surroundings: what is left has no clumps, so a light tint looks even.
    """
    white = rng.standard_normal(shape, np.float32)
    specks = gaussian_filter(white, width, mode="wrap") - gaussian_filter(white, 2 * width, mode="wrap")
    return ndtr(specks / specks.std()).astype(np.float32)
