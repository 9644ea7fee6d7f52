"""The stage a scene is built on: what each point is made of, and how much of each light reaches it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from PIL import Image

from shop.demo.art.light import FALL, KEY, SKY, SUN, TOWARDS, Floats, resized, step

WIDTH, HEIGHT = 1600, 2000
"""Scenes are measured in units of a picture this large, whatever size they are rendered at."""


@dataclass(frozen=True, slots=True)
class View:
    """The part of a scene that is looked at, in units, and how many pixels a unit gets."""

    left: float = 0
    top: float = 0
    width: float = WIDTH
    height: float = HEIGHT
    zoom: float = 1

    def close(self, x: float, y: float, times: float) -> View:
        """The same picture size, nearer: the point is in the middle."""
        width, height = self.width / times, self.height / times
        return View(x - width / 2, y - height / 2, width, height, self.zoom * times)

    @property
    def shape(self) -> tuple[int, int]:
        return round(self.height * self.zoom), round(self.width * self.zoom)


class Stage:
    """A plane seen from straight ahead; things are laid on it from the back to the front."""

    def __init__(self, view: View, *, seed: int) -> None:
        self.view = view
        self.seed = seed
        rows, columns = view.shape
        self.x = (view.left + (np.arange(columns, dtype=np.float32) + 0.5) / view.zoom)[None, :]
        self.y = (view.top + (np.arange(rows, dtype=np.float32) + 0.5) / view.zoom)[:, None]
        self.albedo = np.ones((rows, columns, 3), np.float32)
        self.gloss = np.zeros((rows, columns), np.float32)
        """Light that comes back without the colour of the thing: glass, lacquer."""
        self.key, self.sun, self.sky = (np.ones((rows, columns), np.float32) for _ in range(3))

    def around(self, box: Box, margin: float) -> Stage:
        """The part of this stage near a box: the same layers, so what is done there is done here."""
        c, s = abs(math.cos(box.turn)), abs(math.sin(box.turn))
        half = (box.width * c + box.height * s) / 2 + margin, (box.width * s + box.height * c) / 2 + margin
        v = self.view
        left, right = (_pixel(box.x + k * half[0], v.left, v.zoom, v.shape[1]) for k in (-1, 1))
        top, bottom = (_pixel(box.y + k * half[1], v.top, v.zoom, v.shape[0]) for k in (-1, 1))
        part = object.__new__(Stage)
        size = (right - left) / v.zoom, (bottom - top) / v.zoom
        part.view = View(v.left + left / v.zoom, v.top + top / v.zoom, *size, v.zoom)
        part.seed = self.seed
        part.x, part.y = self.x[:, left:right], self.y[top:bottom]
        for layer in ("albedo", "gloss", "key", "sun", "sky"):
            setattr(part, layer, getattr(self, layer)[top:bottom, left:right])
        return part

    def lay(
        self,
        cover: Floats,
        albedo: Floats,
        *,
        key: Floats | float = 1.0,
        sun: Floats | float = 1.0,
        sky: Floats | float = 1.0,
        gloss: Floats | float = 0.0,
    ) -> None:
        """Puts a thing on top; it is in full light but for the factors given."""
        self.albedo += (albedo - self.albedo) * cover[..., None]
        for layer, own in ((self.key, key), (self.sun, sun), (self.sky, sky), (self.gloss, gloss)):
            np.add(layer, (own - layer) * cover, out=layer)

    def shade(self, *, key: Floats | float = 1.0, sun: Floats | float = 1.0, sky: Floats | float = 1.0) -> None:
        self.key *= key
        self.sun *= sun
        self.sky *= sky

    def cast(self, shape: Box, height: Floats | float, *, depth: float = 1) -> None:
        """The shadow of something that stands this far off the plane: three soft ones, a sharp one in the sun."""
        height = np.maximum(np.float32(height), np.float32(0.5))
        dark: Floats | float = 1.0
        for reach, blur, strength in ((0.35, 0.28, 0.42), (1.0, 0.95, 0.40), (2.3, 2.4, 0.34)):
            dark = dark * (1 - depth * strength * shape.soft(self, height * blur + 0.6, height * reach))
        self.shade(
            key=dark,
            sun=1 - min(1.0, depth * 1.1) * shape.soft(self, height * 0.13 + 0.7, height * 1.25),
            sky=1 - 0.42 * depth * shape.soft(self, height * 0.9 + 0.6, height * 0.2),
        )

    def noise(self, size: float, salt: int = 0, *, stretch: float = 1) -> Floats:
        """Noise of mean 0 and deviation 1, its lumps `size` units wide and `stretch` times as high."""
        rows, columns = self.view.shape
        if not rows * columns:
            return np.zeros((rows, columns), np.float32)
        rng = np.random.default_rng((self.seed, salt))
        across, down = (max(1.0, size * self.view.zoom * k) for k in (1, stretch))
        grid = rng.standard_normal((math.ceil(rows / down) + 3, math.ceil(columns / across) + 3)).astype(np.float32)
        full = resized(grid, round(grid.shape[1] * across), round(grid.shape[0] * down))[:rows, :columns]
        return full / full.std()

    def picture(self, art: Image.Image, box: Box) -> Floats:
        """The art stretched over the box, in linear colours; outside the box it is not defined."""
        x, y = box.local(self.view.left, self.view.top)
        art = fitted(art, box.width / box.height, round(box.width * self.view.zoom))
        k = art.width / box.width
        c, s = math.cos(box.turn), math.sin(box.turn)
        z = self.view.zoom
        a, b = c / z * k, s / z * k
        rim = 3
        art = Image.fromarray(np.pad(np.asarray(art), ((rim, rim), (rim, rim), (0, 0)), "edge"))
        origin = (x + box.width / 2) * k + rim, (y + box.height / 2) * k + rim
        rows, columns = self.view.shape
        turned = art.transform(
            (columns, rows),
            Image.Transform.AFFINE,
            (a, b, origin[0], -b, a, origin[1]),
            Image.Resampling.BICUBIC,
        )
        return _LINEAR[np.asarray(turned)]

    def light(self, window: Floats | float = 0.0, falloff: float = 1) -> Floats:
        """What reaches the camera: colour times the three lights, fading from the window side to the far corner."""
        v = self.view
        far = (self.x / WIDTH * 0.55 + self.y / HEIGHT * 0.45) if v.width <= WIDTH else self.x / v.width
        fade = 1.10 - 0.20 * falloff * far
        sun = (self.sun * window)[..., None] * SUN
        soft = (self.key * fade)[..., None] * KEY + (self.sky * (0.4 + 0.6 * fade))[..., None] * SKY
        return self.albedo * (soft + sun) + self.gloss[..., None] * (KEY + 0.6 * sun)


_LINEAR: Floats = np.array(
    [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in range(256)], np.float32
)


At = TypeVar("At", float, Floats)
"""One place, or all of them."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the stage, turned about its middle (radians, clockwise)."""

    x: float
    y: float
    width: float
    height: float
    turn: float = 0
    radius: float = 0

    def local(self, x: At, y: At) -> tuple[At, At]:
        """Coordinates from the middle, along the box's own sides."""
        dx, dy = x - self.x, y - self.y
        if not self.turn:
            return dx, dy
        c, s = math.cos(self.turn), math.sin(self.turn)
        return dx * c + dy * s, dy * c - dx * s

    def on(self, stage: Stage) -> tuple[Floats, Floats]:
        x, y = self.local(stage.x, stage.y)
        rows = stage.view.shape
        return np.broadcast_to(x, rows), np.broadcast_to(y, rows)

    def inset(self, by: float) -> Box:
        radius = max(0, self.radius - by) if self.radius else 0
        return replace(self, width=self.width - 2 * by, height=self.height - 2 * by, radius=radius)

    def part(self, left: float, top: float, right: float, bottom: float, radius: float = 0) -> Box:
        """A box inside this one, by shares of its sides, turned with it."""
        dx, dy = ((left + right) / 2 - 0.5) * self.width, ((top + bottom) / 2 - 0.5) * self.height
        c, s = math.cos(self.turn), math.sin(self.turn)
        size = (right - left) * self.width, (bottom - top) * self.height
        return Box(self.x + dx * c - dy * s, self.y + dx * s + dy * c, *size, self.turn, radius)

    def distance(self, stage: Stage) -> Floats:
        """Units from the edge, negative inside."""
        x, y = self.on(stage)
        qx = np.abs(x) - self.width / 2 + self.radius
        qy = np.abs(y) - self.height / 2 + self.radius
        return np.hypot(np.maximum(qx, 0), np.maximum(qy, 0)) + np.minimum(np.maximum(qx, qy), 0) - self.radius

    def cover(self, stage: Stage) -> Floats:
        return covered(self.distance(stage), stage)

    def eased(self, stage: Stage, width: float, steep: float = 0.7) -> Floats:
        """Key light on a board whose edges are rounded over this many units: bright up and left, dark below."""
        distance = self.distance(stage)
        down, right = np.gradient(distance * stage.view.zoom)
        lean = np.clip(1 + distance / width, 0, 1) ** 1.6 * steep
        facing = (right * TOWARDS[0] + down * TOWARDS[1]) * lean + np.sqrt(1 - lean**2) * TOWARDS[2]
        return np.clip(facing / TOWARDS[2], 0.1, 1.5)

    def soft(self, stage: Stage, sigma: Floats | float, shift: Floats | float = 0) -> Floats:
        """The box blurred by sigma and moved along the fall of the light."""
        x, y = self.local(stage.x - shift * FALL[0], stage.y - shift * FALL[1])
        across = step(self.width / 2 - np.abs(x), sigma)
        return across * step(self.height / 2 - np.abs(y), sigma)


def covered(distance: Floats, stage: Stage) -> Floats:
    """How much of each pixel lies inside an edge."""
    return np.clip(0.5 - distance * stage.view.zoom, 0, 1)


def _pixel(at: float, start: float, zoom: float, most: int) -> int:
    return min(max(round((at - start) * zoom), 0), most)


def fitted(art: Image.Image, aspect: float, width: int) -> Image.Image:
    """The middle of the art in this aspect, made smaller if it is wider than it needs to be, never larger."""
    across, down = art.size
    if across / down > aspect:
        trim = (across - down * aspect) / 2
        art = art.crop((round(trim), 0, round(across - trim), down))
    else:
        trim = (down - across / aspect) / 2
        art = art.crop((0, round(trim), across, round(down - trim)))
    if width >= art.width:
        return art
    return art.resize((width, round(width / aspect)), Image.Resampling.LANCZOS)
