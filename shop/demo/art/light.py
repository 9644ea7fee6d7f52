"""Light, colour and noise. While a scene is built its colours are linear; only `develop` turns them into a picture."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.special import erf

Floats: TypeAlias = NDArray[np.floating[Any]]

KEY = np.array([0.682, 0.658, 0.622], np.float32)
"""The large window at the upper left: soft, a little warm."""
SKY = np.array([0.262, 0.270, 0.284], np.float32)
"""What the room gives back from all sides: cool, so that shadows are."""
SUN = np.array([0.460, 0.406, 0.318], np.float32)
"""What comes straight through the panes."""
FALL = np.array([0.62, 0.78], np.float32)
"""The way shadows fall on a wall or a table seen from above: right and down."""
TOWARDS = np.array([-0.46, -0.56, 0.69], np.float32)
"""The key light as seen from the plane: left, up, out of it."""

_SHOULDER = 0.78


def colour(code: str) -> Floats:
    """`#c9a070` as linear red, green, blue."""
    return linear(np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255)


def linear(srgb: Floats) -> Floats:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4).astype(np.float32)


def develop(radiance: Floats, *, seed: int) -> Image.Image:
    """A picture of 8 bits: highlights roll off before they clip, and half a level of noise hides the steps."""
    light = np.clip(radiance, 0, None)
    shown = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    room = 1 - _SHOULDER
    rolled = _SHOULDER + room * np.tanh((shown - _SHOULDER) / room)
    shown = np.where(shown > _SHOULDER, rolled, shown)
    noise = np.random.default_rng(seed).random(shown.shape, np.float32) - 0.5
    return Image.fromarray(np.clip(shown * 255 + noise + 0.5, 0, 255).astype(np.uint8))


def blurred(field: Floats, sigma: float) -> Floats:
    """A Gaussian blur whose cost does not grow with its width: wide ones are made small."""
    factor = max(1, int(sigma / 3))
    if factor == 1:
        return gaussian_filter(field, sigma, mode="nearest")
    small = resized(field, max(2, field.shape[1] // factor), max(2, field.shape[0] // factor))
    return resized(gaussian_filter(small, sigma / factor, mode="nearest"), field.shape[1], field.shape[0])


def resized(field: Floats, width: int, height: int) -> Floats:
    return np.asarray(Image.fromarray(field).resize((width, height), Image.Resampling.BICUBIC))


def step(distance: Floats, sigma: Floats | float) -> Floats:
    """1 where the distance is positive, 0 where it is negative, blurred by sigma."""
    return (0.5 + 0.5 * erf(distance / (sigma * np.float32(1.4142)))).astype(np.float32)


def smooth(field: Floats, low: float, high: float) -> Floats:
    t = np.clip((field - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mixed(one: Floats, other: Floats, share: Floats) -> Floats:
    """Colours between two, by a share per pixel."""
    return one + (other - one) * share[..., None]


def value_noise(u: Floats, v: Floats, seed: int) -> Floats:
    """Smooth noise from -1 to 1 at any points; one lump per unit."""
    lattice = _lattice(seed)
    iu, iv = np.floor(u), np.floor(v)
    fu, fv = u - iu, v - iv
    fu, fv = fu * fu * (3 - 2 * fu), fv * fv * (3 - 2 * fv)
    i, j = iu.astype(np.int32) & 255, iv.astype(np.int32) & 255
    i1, j1 = (i + 1) & 255, (j + 1) & 255
    near = lattice[i, j] * (1 - fv) + lattice[i, j1] * fv
    far = lattice[i1, j] * (1 - fv) + lattice[i1, j1] * fv
    return near * (1 - fu) + far * fu


@lru_cache(maxsize=64)
def _lattice(seed: int) -> Floats:
    return np.random.default_rng(seed).uniform(-1, 1, (256, 256)).astype(np.float32)
