"""Solid things on a table: the board itself in perspective, vases, parcels with their rolls, a calendar that stands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image
from scipy.interpolate import CubicSpline

from shop.demo.art.light import Floats, colour, mixed, smooth, value_noise
from shop.demo.art.march import Camera, Distance, Solid, Sphere, ground, shadow_on_ground, trace
from shop.demo.art.mug import sampled
from shop.demo.art.stage import Stage, View
from shop.demo.art.surfaces import TINTS, wood


def board(stage: Stage, camera: Camera, *, back: float, seed: int, kind: str = "table", grain: float = 62) -> None:
    """Planks as far as z = `back`, where they meet the wall; one unit of the world is `grain` units of wood."""
    x, z = ground(stage, camera)
    cover = np.clip(0.5 + (z - back) / (np.abs(np.gradient(z, axis=0)) + 1e-3), 0, 1) * (z > back - 1)
    inside = cover > 0
    x, z = x[inside], z[inside] - back
    plank = np.floor(z / 0.92)
    timber = wood(x * grain + plank * 911, z * grain + plank * 57, seed=seed, kind=kind)
    tone = 1 + 0.07 * np.sin(plank * 12.9898 + seed)
    joint = np.exp(-((((z / 0.92 + 0.5) % 1 - 0.5) * 0.92 / 0.009) ** 2) / 2)
    albedo = np.zeros((*cover.shape, 3), np.float32)
    albedo[inside] = timber * (tone * (1 - 0.5 * joint))[:, None]
    sheen, near = np.zeros_like(cover), np.ones_like(cover)
    sheen[inside] = 0.05 * np.exp(-z * 0.35)
    near[inside] = 1 - 0.38 * np.exp(-z / 0.28)
    _foot_of_the_wall(stage, cover)
    stage.lay(cover, albedo, key=0.97, sky=near, gloss=sheen)


def _foot_of_the_wall(stage: Stage, cover: Floats) -> None:
    """Near the table the wall sees less of the room, and some of the wood."""
    edge = stage.view.top + np.argmax(cover[:, cover.shape[1] // 2] > 0.5) / stage.view.zoom
    above = np.clip(edge - stage.y, 0, None)
    stage.shade(sky=1 - 0.30 * np.exp(-above / 34), key=1 - 0.07 * np.exp(-above / 14))
    stage.albedo *= 1 - np.exp(-above / 130)[..., None] * np.array([0.015, 0.05, 0.095], np.float32)


@dataclass(frozen=True, slots=True)
class Vase:
    x: float
    z: float
    tall: float
    wide: float
    """The largest radius."""
    profile: tuple[float, ...]
    """Radii from foot to lip, as shares of the largest."""
    glaze: str

    @property
    def within(self) -> Sphere:
        return self.x, self.tall / 2, self.z, math.hypot(self.tall / 2, self.wide) + 0.05

    def distance(self) -> Distance:
        spline = CubicSpline(np.linspace(0, 1, len(self.profile)), self.profile)
        radii = (spline(np.linspace(0, 1, 600)) * self.wide).astype(np.float32)
        slope = float(np.abs(np.diff(radii)).max() * 600 / self.tall)
        slack = 1 / math.sqrt(1 + slope * slope)
        lip = float(radii[-1])

        def field(x: Floats, y: Floats, z: Floats) -> Floats:
            out = np.sqrt((x - self.x) ** 2 + (z - self.z) ** 2)
            level = np.clip(y / self.tall, 0, 1) * 599
            low = level.astype(np.int32)
            high = np.minimum(low + 1, 599)
            radius = radii[low] + (radii[high] - radii[low]) * (level - low)
            bore = np.maximum((out - np.minimum(radius - 0.05, lip - 0.045)) * slack, 0.09 - y)
            wall = np.maximum((out - radius) * slack, -bore)
            top = y - self.tall
            return np.where(top > 0, np.hypot(np.maximum(np.abs(out - lip + 0.022) - 0.024, 0), top), wall)

        return field


BOTTLE = (0.50, 0.80, 0.98, 1.0, 0.88, 0.62, 0.36, 0.27, 0.27, 0.34)
JAR = (0.58, 0.88, 1.0, 0.99, 0.86, 0.64, 0.52, 0.56)
BOWL = (0.40, 0.60, 0.77, 0.89, 0.96, 0.99, 1.0)


def stand(stage: Stage, camera: Camera, vases: tuple[Vase, ...]) -> list[tuple[Vase, Solid]]:
    """Throws the vases' shadows; put them on the lit picture with `reveal`."""
    found = []
    for vase in vases:
        shadow_on_ground(stage, vase.distance(), camera, vase.within)
        found.append((vase, _traced(vase, camera, stage.view, vases)))
    return found


def _traced(vase: Vase, camera: Camera, view: View, vases: tuple[Vase, ...]) -> Solid:
    return trace(vase.distance(), camera, view, vase.within)


def reveal(picture: Floats, standing: list[tuple[Vase, Solid]], light: Floats) -> None:
    for vase, solid in standing:
        at = solid.at
        round_ = np.arctan2(at.x - vase.x, at.z - vase.z) * vase.wide
        speckle = smooth(value_noise(round_ * 36, at.y * 36, 61), 0.74, 0.9)
        throw = 0.022 * np.sin(at.y * 75 + 2 * value_noise(at.y * 9, round_ * 2, 62))
        cloud = 0.06 * value_noise(round_ * 3, at.y * 3, 63)
        albedo = colour(vase.glaze) * (1 + throw + cloud - 0.16 * speckle)[:, None]
        solid.put_on(picture, albedo, ground=colour("#c79c6b"), window=light, glaze=0.34)


# --- gift wrap

_ROOM = Camera(eye=(-3.4, 6.2, 9.2), target=(0.06, 0.36, -0.1), focal=4.1)
_PARCEL = (1.28, 0.50, 0.92)
"""Half its width, height and depth."""
_PARCEL_AT, _PARCEL_TURN = (0.42, 0.72), -0.30
_ROLL_AT, _ROLL_TURN, _ROLL_RADIUS, _ROLL_HALF = (-0.62, -1.02), 0.44, 0.36, 1.80
_BAND = 0.15
ROLL_END = _ROOM.sees(
    (_ROLL_AT[0] - 1.4 * math.cos(_ROLL_TURN), _ROLL_RADIUS, _ROLL_AT[1] + 1.4 * math.sin(_ROLL_TURN))
)
"""Where a close look goes, in units."""
_WRAP_WITHIN = (-0.15, 0.5, -0.1, 2.85)


def parcel(stage: Stage, sheet: Image.Image, *, ribbon: str, tint: str, light: Floats) -> Floats:
    """A lit picture of a parcel tied with ribbon, and behind it a roll of the same sheet."""
    solid, shade = _wrapped(stage.view)
    stage.shade(**shade)
    picture = stage.light(light, falloff=0.7)
    albedo, satin = _papered(solid, sheet, ribbon)
    solid.put_on(picture, albedo, ground=colour(TINTS[tint]), window=light, glaze=0.05 + 0.22 * satin)
    return picture


@lru_cache(maxsize=2)
def _wrapped(view: View) -> tuple[Solid, dict[str, Floats]]:
    blank = Stage(view, seed=0)

    def distance(x: Floats, y: Floats, z: Floats) -> Floats:
        return np.minimum(np.minimum(_box(x, y, z), _roll(x, y, z)), _bow(x, y, z))

    shadow_on_ground(blank, distance, _ROOM, _WRAP_WITHIN)
    return trace(distance, _ROOM, view, _WRAP_WITHIN), {"key": blank.key, "sun": blank.sun, "sky": blank.sky}


def _turned(x: Floats, z: Floats, at: tuple[float, float], turn: float) -> tuple[Floats, Floats]:
    c, s = math.cos(turn), math.sin(turn)
    dx, dz = x - at[0], z - at[1]
    return dx * c - dz * s, dz * c + dx * s


def _box(x: Floats, y: Floats, z: Floats) -> Floats:
    """The parcel and, a hair thicker, the ribbon round it both ways."""
    u, w = _turned(x, z, _PARCEL_AT, _PARCEL_TURN)
    plain = _brick(u, y, w, 0.0)
    tied = np.maximum(_brick(u, y, w, 0.012), np.minimum(np.abs(u), np.abs(w)) - _BAND)
    return np.minimum(plain, tied)


def _brick(u: Floats, y: Floats, w: Floats, grown: float) -> Floats:
    eased = 0.035
    half = [size + grown - eased for size in _PARCEL]
    qx, qy, qz = np.abs(u) - half[0], np.abs(y - _PARCEL[1]) - half[1], np.abs(w) - half[2]
    outside = np.sqrt(np.maximum(qx, 0) ** 2 + np.maximum(qy, 0) ** 2 + np.maximum(qz, 0) ** 2)
    return outside + np.minimum(np.maximum(np.maximum(qx, qy), qz), 0) - eased


def _roll(x: Floats, y: Floats, z: Floats) -> Floats:
    u, w = _turned(x, z, _ROLL_AT, _ROLL_TURN)
    out = np.sqrt((y - _ROLL_RADIUS) ** 2 + w * w)
    tube = np.maximum(out - _ROLL_RADIUS, np.abs(u) - _ROLL_HALF)
    return np.maximum(tube, -np.maximum(out - 0.10, -(np.abs(u) - _ROLL_HALF + 0.5)))


def _bow(x: Floats, y: Floats, z: Floats) -> Floats:
    """Two loops, a knot, two tails that rise and fall."""
    u, w = _turned(x, z, _PARCEL_AT, _PARCEL_TURN + 0.5)
    up = y - 2 * _PARCEL[1]
    au = np.abs(u)
    long_, tall = 0.40, 0.20
    tilt = up - 0.10 - 0.16 * au
    ring = np.sqrt(((au - 0.42) / long_) ** 2 + ((tilt - 0.08) / tall) ** 2)
    band = np.abs(ring - 1) * tall * 0.75 - 0.008
    wide = 0.055 + 0.15 * np.clip(au / 0.7, 0, 1) - 0.03 * np.clip(au - 0.7, 0, 1)
    loops = np.maximum(band, np.abs(w + 0.08 * u) - wide) * 0.75
    ku, ky, kw = np.abs(u) - 0.07, np.abs(up - 0.13) - 0.075, np.abs(w) - 0.085
    knot = np.sqrt(np.maximum(ku, 0) ** 2 + np.maximum(ky, 0) ** 2 + np.maximum(kw, 0) ** 2) - 0.035
    tu, tw = u * 0.80 + w * 0.60, w * 0.80 - u * 0.60
    tu2, tw2 = u * 0.55 - w * 0.83, w * 0.55 + u * 0.83
    tails = np.minimum(_tail(tu, up, tw), _tail(-tu2, up, tw2))
    return np.minimum(np.minimum(loops, knot), tails)


def _tail(u: Floats, up: Floats, w: Floats) -> Floats:
    height = 0.10 * np.clip(np.sin(np.clip(u, 0, 0.9) * 3.3), 0, 1) + 0.022
    leaf = np.abs(up - height) * 0.85 - 0.008
    notch = u - 0.86 + 0.10 * (1 - np.abs(w) / _BAND)
    return np.maximum(np.maximum(leaf, np.abs(w) - _BAND * 0.92), np.maximum(notch, -u)) * 0.8


def _papered(solid: Solid, sheet: Image.Image, ribbon: str) -> tuple[Floats, Floats]:
    """The colour of each sample, and where it is satin."""
    at, normal = solid.at, solid.normal
    gaps = np.stack([_box(at.x, at.y, at.z), _roll(at.x, at.y, at.z), _bow(at.x, at.y, at.z)])
    which = np.argmin(gaps, axis=0)
    scale = 0.235
    u, w = _turned(at.x, at.z, _PARCEL_AT, _PARCEL_TURN)
    nu, nw = _turned(normal.x, normal.z, (0, 0), _PARCEL_TURN)
    top, front = normal.y > 0.7, np.abs(nw) > np.abs(nu)
    across = np.where(top | front, u, w + 3.1)
    upright = np.where(top, w, np.where(front, at.y + 4.2, at.y + 2.1))
    ru, rw = _turned(at.x, at.z, _ROLL_AT, _ROLL_TURN)
    out = np.hypot(at.y - _ROLL_RADIUS, rw)
    around = np.arctan2(rw, at.y - _ROLL_RADIUS)
    end = np.abs(ru) > _ROLL_HALF - 0.004
    across = np.where(which == 1, ru, across) * scale
    upright = np.where(which == 1, around * _ROLL_RADIUS, upright) * scale * 0.75
    albedo = sampled(sheet, _folded(across + 0.5), _folded(upright + 0.5))

    turns = (out / 0.030 - around / (2 * math.pi)) % 1
    layers = np.float32(0.93) - 0.55 * np.exp(-(((turns - 0.5) / 0.13) ** 2))
    albedo = np.where((end & (which == 1))[:, None], colour("#f6f1e6") * layers[:, None], albedo)
    albedo = np.where(((which == 1) & (out < 0.12))[:, None], colour("#8d857a"), albedo)
    label = (which == 1) & (np.abs(ru) < 0.30) & ~end
    kraft = colour("#c8a981") * (1 + 0.05 * value_noise(ru * 60, around * 90, 64))[:, None]
    albedo = np.where(label[:, None], kraft, albedo)

    tied = (which == 0) & (np.minimum(np.abs(u), np.abs(w)) < _BAND + 0.003)
    satin = tied | (which == 2)
    crossed = np.where(which == 2, at.x * 0.6 + at.z, np.where(np.abs(u) < np.abs(w), u, w))
    threads = 1 + 0.05 * np.sin(crossed * 190)
    hem = 1 - 0.12 * tied * smooth(np.minimum(np.abs(u), np.abs(w)), _BAND - 0.03, _BAND)
    albedo = mixed(albedo, colour(ribbon) * (threads * hem)[:, None], satin.astype(np.float32))
    return albedo, satin.astype(np.float32)


def _folded(share: Floats) -> Floats:
    """Past the sheet's edge it comes back, as in a mirror: no seam."""
    return 1 - np.abs(share % 2 - 1)


# --- the calendar that stands

_DESK = Camera(eye=(-3.3, 3.6, 10.4), target=(0.0, 0.98, 0.1), focal=4.7)
_LEAF_HALF, _LEAF_TALL, _LEAF_OUT = 1.62, 2.05, 0.78
_DESK_WITHIN = (0.0, 1.0, 0.0, 2.15)


def tent(stage: Stage, page: Image.Image, *, light: Floats) -> Floats:
    """A lit picture of two boards that lean on each other, wired along the ridge; `page` is on the front one."""
    shadow_on_ground(stage, _tent, _DESK, _DESK_WITHIN)
    picture = stage.light(light, falloff=0.7)
    solid = trace(_tent, _DESK, stage.view, _DESK_WITHIN)
    at, normal = solid.at, solid.normal
    up = at.y / _LEAF_TALL
    face = (normal.z > 0.6) & (_wire(at.x, at.y, at.z) > 0.004)
    albedo = np.where(
        face[:, None],
        sampled(page, np.clip(at.x / (2 * _LEAF_HALF) + 0.5, 0, 1), np.clip(1 - up, 0, 1)),
        colour("#e9e2d4"),
    )
    wire = _wire(at.x, at.y, at.z) < 0.004
    albedo = np.where(wire[:, None], colour("#c9ccd1"), albedo)
    solid.put_on(
        picture, albedo, ground=colour("#c79c6b"), window=light, glaze=np.where(wire, 2.0, 0.05).astype(np.float32)
    )
    return picture


def desk(stage: Stage, *, seed: int) -> None:
    board(stage, _DESK, back=-2.6, seed=seed, grain=84)


def _tent(x: Floats, y: Floats, z: Floats) -> Floats:
    depth = np.abs(z)
    t = np.clip((y * _LEAF_TALL + (_LEAF_OUT - depth) * _LEAF_OUT) / (_LEAF_TALL**2 + _LEAF_OUT**2), 0.004, 0.985)
    leaf = np.hypot(y - t * _LEAF_TALL, depth - _LEAF_OUT * (1 - t)) - 0.016
    boards = np.maximum(leaf, np.abs(x) - _LEAF_HALF)
    base = np.maximum(np.abs(y - 0.014) - 0.012, np.maximum(depth - _LEAF_OUT, np.abs(x) - _LEAF_HALF))
    return np.minimum(np.minimum(boards, base), _wire(x, y, z))


def _wire(x: Floats, y: Floats, z: Floats) -> Floats:
    """Double loops at even steps along the ridge."""
    pitch = 0.155
    near = np.abs((x / pitch + 0.5) % 1 - 0.5) * pitch
    pair = np.abs(near - 0.020)
    ring = np.hypot(np.hypot(y - _LEAF_TALL + 0.03, z) - 0.10, pair) - 0.0105
    return np.maximum(ring, np.abs(x) - _LEAF_HALF + 0.06) * 0.8
