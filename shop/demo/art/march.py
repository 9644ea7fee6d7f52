"""Solid things: rays walked through a distance field, once, into passes that any colour can be laid over."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from shop.demo.art.light import KEY, SKY, SUN, Floats, resized
from shop.demo.art.stage import HEIGHT, WIDTH, Stage, View

Distance = Callable[[Floats, Floats, Floats], Floats]
"""How far each point is from the surface; negative inside. The ground at y = 0 is always there besides."""

SAMPLES = 2
"""Rays per pixel along each side."""


Way = tuple[float, float, float]
Sphere = tuple[float, float, float, float]
"""Middle and radius."""
Indices: TypeAlias = NDArray[np.intp]


def _unit(x: float, y: float, z: float) -> Way:
    size = (x * x + y * y + z * z) ** 0.5
    return x / size, y / size, z / size


KEY_FROM = _unit(-0.62, 0.74, 0.42)
SUN_FROM = _unit(-0.74, 0.66, 0.26)


@dataclass(frozen=True, slots=True)
class Points:
    """Positions or directions, one array for each axis."""

    x: Floats
    y: Floats
    z: Floats

    def along(self, way: Points | Way, length: Floats | float) -> Points:
        x, y, z = (way.x, way.y, way.z) if isinstance(way, Points) else way
        return Points(self.x + x * length, self.y + y * length, self.z + z * length)

    def dot(self, x: Floats | float, y: Floats | float, z: Floats | float) -> Floats:
        return self.x * x + self.y * y + self.z * z

    def __getitem__(self, keep: Indices) -> Points:
        return Points(self.x[keep], self.y[keep], self.z[keep])


@dataclass(frozen=True)
class Camera:
    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    focal: float
    middle: tuple[float, float] = (WIDTH / 2, HEIGHT / 2)
    """Where the target is seen, in units."""

    @cached_property
    def origin(self) -> Points:
        return Points(*(np.array(part, np.float32) for part in self.eye))

    @cached_property
    def _axes(self) -> tuple[Floats, Floats, Floats]:
        ahead = np.subtract(self.target, self.eye)
        ahead /= np.linalg.norm(ahead)
        right = np.cross(ahead, (0, 1, 0))
        right /= np.linalg.norm(right)
        return right, np.cross(right, ahead), ahead

    def rays(self, x: Floats, y: Floats) -> Points:
        """Directions through points of the picture, in units."""
        right, up, ahead = self._axes
        u, v = (x - self.middle[0]) / (WIDTH / 2), -(y - self.middle[1]) / (WIDTH / 2)
        parts = [(u * right[i] + v * up[i] + self.focal * ahead[i]).astype(np.float32) for i in range(3)]
        size = np.sqrt(parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2)
        return Points(*(part / size for part in parts))

    def sees(self, point: tuple[float, float, float]) -> tuple[float, float]:
        """Where in the picture a point of the world is, in units."""
        right, up, ahead = self._axes
        to = np.subtract(point, self.eye)
        k = self.focal / (to @ ahead) * WIDTH / 2
        return float(self.middle[0] + to @ right * k), float(self.middle[1] - to @ up * k)


@dataclass(frozen=True)
class Solid:
    """What the rays found: for each sample that hit, where, and how much of each light comes there."""

    rows: slice
    columns: slice
    """The part of the picture it covers, in pixels."""
    hit: Indices
    """The samples that hit, counted within that part."""
    at: Points
    normal: Points
    key: Floats
    sun: Floats
    sky: Floats
    open: Floats
    """How little stands around: 1 in the open, towards 0 in a corner."""
    mirror: Floats
    """The window, mirrored in a glaze."""

    def put_on(
        self,
        picture: Floats,
        albedo: Floats,
        *,
        ground: Floats,
        window: Floats | float = 0.0,
        glaze: Floats | float = 1.0,
    ) -> None:
        """Lays the thing over a lit picture; the ground gives some of its colour back to what looks down on it."""
        down = np.clip(0.5 - 0.5 * self.normal.y, 0, 1) * (0.35 + 0.65 * self.open)
        lit = self.key[:, None] * KEY + self.sky[:, None] * SKY + (0.62 * down)[:, None] * ground * (KEY + SKY)
        if isinstance(window, np.ndarray):
            lit += (self.sun * self._at_samples(window))[:, None] * SUN
        colours = albedo * lit + (self.mirror * glaze)[:, None] * np.array([1.0, 0.98, 0.95], np.float32)
        part = picture[self.rows, self.columns]
        rows, columns = part.shape[:2]
        grid = np.zeros((rows * columns * SAMPLES**2, 4), np.float32)
        grid[self.hit, :3] = np.minimum(colours, 2.0)
        grid[self.hit, 3] = 1
        pixels = grid.reshape(rows, SAMPLES, columns, SAMPLES, 4).mean((1, 3))
        part *= 1 - pixels[..., 3:]
        part += pixels[..., :3]

    def _at_samples(self, field: Floats) -> Floats:
        part = field[self.rows, self.columns]
        row, column = np.divmod(self.hit, part.shape[1] * SAMPLES)
        return part[row // SAMPLES, column // SAMPLES]


def trace(distance: Distance, camera: Camera, view: View, within: Sphere) -> Solid:
    """Looks at a thing that fits into a sphere."""
    rows, columns, near, start = _scouted(distance, camera, view, within)
    x, y = _samples(view, rows, columns)
    rays = camera.rays(x[near], y[near])
    found, reach = _walk(distance, camera, rays, start, within)
    hit, rays = near[found], rays[found]
    at = camera.origin.along(rays, reach)
    normal = _normal(distance, at)
    seen = _lit(distance, at, normal, _pixels(hit, columns), within)
    facing = normal.dot(*KEY_FROM)
    return Solid(
        rows,
        columns,
        hit,
        at,
        normal,
        key=np.clip((facing + 0.22) / 1.22, 0, 1) / KEY_FROM[1] * seen.key,
        sun=np.clip(normal.dot(*SUN_FROM), 0, 1) / SUN_FROM[1] * seen.sun,
        sky=seen.open * (0.72 + 0.28 * normal.y),
        open=seen.open,
        mirror=_mirrored(rays, normal) * (0.3 + 0.7 * seen.open),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    key: Floats
    sun: Floats
    open: Floats


def _pixels(hit: Indices, columns: slice) -> Indices:
    """A number for each sample, the same for all of one pixel."""
    row, column = np.divmod(hit, (columns.stop - columns.start) * SAMPLES)
    return row // SAMPLES * 2**16 + column // SAMPLES


def _lit(distance: Distance, at: Points, normal: Points, pixels: Indices, within: Sphere) -> _Seen:
    """Worked out for one sample of each pixel: light changes slowly, and this is where the time goes."""
    _, first, shared = np.unique(pixels, return_index=True, return_inverse=True)
    at, normal = at[first], normal[first]
    off = at.along(normal, 0.012)
    return _Seen(
        key=_unshadowed(distance, off, KEY_FROM, 3.2, within)[shared],
        sun=_unshadowed(distance, off, SUN_FROM, 22.0, within)[shared],
        open=_openness(lambda x, y, z: np.minimum(distance(x, y, z), y), at, normal)[shared],
    )


def shadow_on_ground(stage: Stage, distance: Distance, camera: Camera, within: Sphere) -> None:
    """Darkens the stage where the thing keeps the light off the plane y = 0."""
    view = stage.view
    coarse = View(view.left, view.top, view.width, view.height, view.zoom / 2)
    rows, columns = coarse.shape
    x, y = _samples(coarse, slice(0, rows), slice(0, columns), samples=1)
    at = _on_ground(camera, camera.rays(x, y))
    near = np.flatnonzero(np.hypot(at.x - within[0], at.z - within[2]) < within[3] * 5)
    at = at[near]
    up = Points(np.zeros_like(at.x), np.ones_like(at.x), np.zeros_like(at.x))
    off = at.along(up, 0.012)
    factors = (
        _unshadowed(distance, off, KEY_FROM, 2.6, within),
        _unshadowed(distance, off, SUN_FROM, 16.0, within),
        _openness(distance, at, up),
    )
    lights = []
    for factor in factors:
        field = np.ones(rows * columns, np.float32)
        field[near] = factor
        lights.append(np.clip(resized(field.reshape(rows, columns), view.shape[1], view.shape[0]), 0, 1))
    stage.shade(key=lights[0], sun=lights[1], sky=lights[2])


def ground(stage: Stage, camera: Camera) -> tuple[Floats, Floats]:
    """Where on the plane y = 0 each pixel looks: right, and towards us; far away above the horizon."""
    rows, columns = stage.view.shape
    x, y = _samples(stage.view, slice(0, rows), slice(0, columns), samples=1)
    at = _on_ground(camera, camera.rays(x, y))
    return at.x.reshape(rows, columns), at.z.reshape(rows, columns)


def _on_ground(camera: Camera, rays: Points) -> Points:
    reach = np.where(rays.y < -1e-4, -camera.eye[1] / np.minimum(rays.y, -1e-4), 1e3).clip(0, 1e3).astype(np.float32)
    return camera.origin.along(rays, reach)


def _scouted(distance: Distance, camera: Camera, view: View, within: Sphere) -> tuple[slice, slice, Indices, Floats]:
    """Walks one thick ray for each block of samples, and stops where its samples must go on by themselves.

    The part of the picture in question, in pixels; the samples in it that may hit; how far they can safely start.
    """
    block = 8
    pixels = block // SAMPLES
    rows, columns = (math.ceil(side / pixels) for side in view.shape)
    y, x = np.mgrid[0:rows, 0:columns].reshape(2, -1).astype(np.float32)
    rays = camera.rays(view.left + (x + 0.5) * pixels / view.zoom, view.top + (y + 0.5) * pixels / view.zoom)
    start, end = _near_and_far(camera, rays, within)
    wide = pixels / view.zoom / camera.focal / (WIDTH / 2) * 1.6
    reach = start.astype(np.float32)
    stopped = np.zeros(len(reach), bool)
    going = np.flatnonzero(end > start)
    for _ in range(90):
        at = camera.origin.along(rays[going], reach[going])
        gap = distance(at.x, at.y, at.z) - wide * reach[going]
        stopped[going[gap <= 0]] = True
        reach[going] += np.maximum(gap, 0) * 0.9
        going = going[(gap > 0) & (reach[going] < end[going])]
        if not len(going):
            break
    stopped[going] = True
    kept = stopped.reshape(rows, columns)
    down, across = (np.flatnonzero(kept.any(axis=axis)) for axis in (1, 0))
    if not len(down):
        return slice(0, 0), slice(0, 0), np.zeros(0, np.intp), np.zeros(0, np.float32)
    tall, broad = slice(down[0], down[-1] + 1), slice(across[0], across[-1] + 1)
    part = [
        slice(cells.start * pixels, min(cells.stop * pixels, side))
        for cells, side in zip((tall, broad), view.shape, strict=True)
    ]
    size = [(cells.stop - cells.start) * SAMPLES for cells in part]
    fine = [
        field.reshape(rows, columns)[tall, broad].repeat(block, 0).repeat(block, 1)[: size[0], : size[1]].ravel()
        for field in (stopped, reach)
    ]
    near = np.flatnonzero(fine[0])
    return part[0], part[1], near, fine[1][near]


def _samples(view: View, rows: slice, columns: slice, samples: int = SAMPLES) -> tuple[Floats, Floats]:
    y = (np.arange(rows.start * samples, rows.stop * samples, dtype=np.float32) + 0.5) / samples / view.zoom + view.top
    x = np.arange(columns.start * samples, columns.stop * samples, dtype=np.float32) + 0.5
    x = x / samples / view.zoom + view.left
    return np.tile(x, len(y)), np.repeat(y, len(x))


def _near_and_far(camera: Camera, rays: Points, within: Sphere) -> tuple[Floats, Floats]:
    """Where each ray enters and leaves the sphere; the far end is before the near one when it misses."""
    x, y, z, radius = within
    to = camera.eye[0] - x, camera.eye[1] - y, camera.eye[2] - z
    b = rays.dot(*to)
    inside = b * b - (to[0] ** 2 + to[1] ** 2 + to[2] ** 2 - radius**2)
    half = np.sqrt(np.maximum(inside, 0))
    return np.maximum(-b - half, 0), np.where(inside > 0, -b + half, -1)


def _walk(distance: Distance, camera: Camera, rays: Points, start: Floats, within: Sphere) -> tuple[Indices, Floats]:
    """The rays that meet the surface, and how far they went."""
    _, end = _near_and_far(camera, rays, within)
    reach = start.copy()
    hit = np.zeros(len(reach), bool)
    going = np.arange(len(reach))
    for _ in range(110):
        at = camera.origin.along(rays[going], reach[going])
        gap = distance(at.x, at.y, at.z)
        close = (gap < 0.0016) & (at.y > -0.04)
        hit[going[close]] = True
        reach[going] += np.where(close, 0, gap * 0.9)
        going = going[~close & (at.y > -0.04) & (reach[going] < end[going])]
        if not len(going):
            break
    found = np.flatnonzero(hit)
    return found, reach[found]


def _normal(distance: Distance, at: Points) -> Points:
    """The slope of the field, from four corners of a small tetrahedron."""
    e = np.float32(0.0011)
    x, y, z = (np.zeros_like(at.x) for _ in range(3))
    for a, b, c in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        gap = distance(at.x + a * e, at.y + b * e, at.z + c * e)
        x, y, z = x + a * gap, y + b * gap, z + c * gap
    size = np.sqrt(x * x + y * y + z * z) + 1e-9
    return Points(x / size, y / size, z / size)


def _unshadowed(distance: Distance, at: Points, way: Way, sharp: float, within: Sphere) -> Floats:
    """How much of a light is seen: the nearer a ray passes something for its length, the less."""
    seen = np.ones(len(at.x), np.float32)
    reach = np.full(len(at.x), 0.02, np.float32)
    x, y, z, radius = within
    ahead = Points(x - at.x, y - at.y, z - at.z)
    passing = ahead.dot(*way)
    aside = ahead.dot(ahead.x, ahead.y, ahead.z) - passing * passing
    going = np.flatnonzero((passing > -radius) & (aside < (2 * radius) ** 2))
    for _ in range(44):
        now = reach[going]
        point = at[going].along(way, now)
        gap = distance(point.x, point.y, point.z)
        seen[going] = np.minimum(seen[going], 0.5 + 0.5 * np.clip(sharp * gap / now, -1, 1))
        reach[going] = now + np.clip(gap, 0.015, 0.30)
        going = going[(seen[going] > 0.01) & (reach[going] < 7)]
        if not len(going):
            break
    seen = np.clip((seen - 0.01) * 1.02, 0, 1)
    return seen * seen * (3 - 2 * seen)


def _openness(distance: Distance, at: Points, normal: Points) -> Floats:
    closed = np.zeros(len(at.x), np.float32)
    for reach, weight in ((0.05, 1.5), (0.13, 1.0), (0.30, 0.65), (0.60, 0.40), (1.1, 0.22)):
        point = at.along(normal, reach)
        closed += np.clip(reach - distance(point.x, point.y, point.z), 0, None) / reach * weight * 0.42
    return np.clip(1 - closed * 0.62, 0.04, 1)


def _mirrored(rays: Points, normal: Points) -> Floats:
    """A tall window with a cross in it, upper left; glancing surfaces mirror more."""
    facing = rays.dot(normal.x, normal.y, normal.z)
    way = rays.along(normal, -2 * facing)
    fresnel = 0.04 + 0.60 * np.clip(1 + facing, 0, 1) ** 5
    side, front, up = -way.x, way.z, way.y
    u, v = (side - front * 0.9) * 0.85, up - 0.36
    pane = _soft_bar(u, 0.04, 0.62) * _soft_bar(v, -0.30, 0.40)
    cross = _soft_bar(u, 0.30, 0.345) + _soft_bar(v, 0.03, 0.075)
    window = pane * np.clip(1 - cross, 0, 1) * 6.5
    room = 0.30 + 0.35 * np.clip(up, -0.4, 1)
    return fresnel * (window * (side > 0) + room)


def _soft_bar(at: Floats, low: float, high: float) -> Floats:
    edge = 0.018
    return np.clip((at - low) / edge, 0, 1) * np.clip((high - at) / edge, 0, 1)
