"""The mug: 350 ml of stoneware, white outside with the art printed round it, glazed inside and on the handle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image
from scipy.ndimage import map_coordinates

from shop.demo.art.light import Floats, colour, develop, linear, mixed, smooth
from shop.demo.art.march import Camera, Solid, shadow_on_ground, trace
from shop.demo.art.stage import Stage, View
from shop.demo.art.surfaces import TINTS, Window, sweep

_RADIUS, _TALL, _THICK = 1.0, 2.18, 0.085
_PRINTED = 0.10, 2.06
"""The art's lower and upper edge, above the table."""
_WRAP = 5.95
"""The art's arc in radians; the gap is behind the handle."""
_CLAY = "#f5f2eb"
_CAMERA = Camera(eye=(0.0, 4.7, 11.2), target=(0.0, 1.0, 0.0), focal=5.6)
RIM = _CAMERA.sees((-0.35, _TALL - 0.45, _RADIUS))
"""Where a close look goes, in units."""


@dataclass(frozen=True, slots=True)
class Mug:
    art: Image.Image
    glaze: str
    handle: float = 0.42
    """Where the handle points: 0 is right, more is towards us."""


def photograph(view: View, mug: Mug, *, tint: str, window: Window, seed: int) -> Image.Image:
    stage = Stage(view, seed=seed)
    sweep(stage, tint)
    solid, shadow = _passes(view, mug.handle)
    stage.shade(**shadow)
    light = window.on(stage)
    picture = stage.light(light, falloff=0.7)
    albedo, glaze = _coloured(solid, mug)
    solid.put_on(picture, albedo, ground=colour(TINTS[tint]), window=light, glaze=glaze)
    return develop(picture, seed=seed)


@lru_cache(maxsize=4)
def _passes(view: View, handle: float) -> tuple[Solid, dict[str, Floats]]:
    """The costly part, the same for every art and glaze."""
    within = (0.25 * math.cos(handle), 1.09, 0.25 * math.sin(handle), 1.95)
    blank = Stage(view, seed=0)

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        return _merge(_cup(x, y, z), _handle(x, y, z, handle), 0.09)

    shadow_on_ground(blank, distance, _CAMERA, within)
    return trace(distance, _CAMERA, view, within), {"key": blank.key, "sun": blank.sun, "sky": blank.sky}


def _merge(one: Floats, other: Floats, soft: float) -> Floats:
    """Two shapes in one, with a fillet where they meet."""
    h = np.clip(0.5 + 0.5 * (other - one) / soft, 0, 1)
    return other + (one - other) * h - soft * h * (1 - h)


def _cup(x: Floats, y: Floats, z: Floats) -> Floats:
    """A round wall with a rolled rim and a floor; the foot is drawn in a little."""
    out = np.sqrt(x * x + z * z)
    eased = 0.10
    foot = 0.055 * np.clip(1 - y / 0.16, 0, 1) ** 2
    qx, qy = out - (_RADIUS - foot) + eased, np.abs(y - _TALL / 2 + 0.05) - _TALL / 2 - 0.05 + eased
    body = np.hypot(np.maximum(qx, 0), np.maximum(qy, 0)) + np.minimum(np.maximum(qx, qy), 0) - eased
    bore = np.maximum(out - (_RADIUS - _THICK), 0.16 - y)
    return _cut(body, bore, 0.075)


def _cut(body: Floats, bore: Floats, soft: float) -> Floats:
    """The body without the bore, its edge rolled over."""
    h = np.clip(soft - np.abs(body + bore), 0, None) / soft
    return np.maximum(body, -bore) + h * h * soft / 4


def _handle(x: Floats, y: Floats, z: Floats, turn: float) -> Floats:
    """An ear: a flattened ring, a little taller than wide, cut off inside the cup."""
    c, s = math.cos(turn), math.sin(turn)
    out, side = x * c + z * s, z * c - x * s
    px, py = out - 1.0, (y - 1.10) / 1.14
    ring = np.sqrt(px * px + py * py) - 0.58
    bar = (np.sqrt((ring / 0.105) ** 2 + (side / 0.165) ** 2) - 1) * 0.098
    return np.maximum(bar, _RADIUS - 0.04 - np.sqrt(x * x + z * z))


def _coloured(solid: Solid, mug: Mug) -> tuple[Floats, Floats]:
    """The colour of each sample, and how glossy it is: a print is a little duller than glaze."""
    at = solid.at
    out = np.sqrt(at.x**2 + at.z**2)
    albedo = np.broadcast_to(colour(_CLAY), (len(at.x), 3)).copy()

    low, high = _PRINTED
    angle = (np.arctan2(at.x, at.z) - (math.pi / 2 - mug.handle)) % (2 * math.pi)
    across = (angle - math.pi) / _WRAP + 0.5
    upright = 1 - (at.y - low) / (high - low)
    body = _cup(at.x, at.y, at.z) - _handle(at.x, at.y, at.z, mug.handle)
    outside = (out > _RADIUS - _THICK * 0.5) & (body < -0.012)
    printed = outside & (upright > 0) & (upright < 1) & (across > 0) & (across < 1)
    albedo[printed] = sampled(mug.art, across[printed], upright[printed])

    inside = smooth(_RADIUS - _THICK * 0.36 - out, -0.006, 0.006) * (at.y > 0.1)
    ear = smooth(body, -0.012, 0.006) * (out > _RADIUS - 0.02)
    tinted = np.maximum(inside, ear)
    albedo = mixed(albedo, np.broadcast_to(colour(mug.glaze), albedo.shape), tinted)
    albedo *= (1 - 0.4 * inside * (1 - solid.open))[:, None]
    return albedo, np.where(printed, 0.72, 1.0).astype(np.float32)


def sampled(art: Image.Image, across: Floats, upright: Floats) -> Floats:
    pixels = linear(np.asarray(art, np.float32) / 255)
    rows, columns = upright * (art.height - 1), across * (art.width - 1)
    bands = [map_coordinates(pixels[..., i], [rows, columns], order=1, mode="nearest") for i in range(3)]
    return np.stack(bands, -1)
