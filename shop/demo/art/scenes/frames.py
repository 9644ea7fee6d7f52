"""Prints on a wall: framed under glass, or hung from two clips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from shop.demo.art.light import TOWARDS, Floats, colour, smooth, step, value_noise
from shop.demo.art.stage import Box, Stage, covered
from shop.demo.art.surfaces import paper, wood

MOULDING = 0.034
"""The width of the wood, as a share of the frame's."""
_MOUNT = "#f6f4ee"
_CORE = "#fdfcf9"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame by its outer edge; `mount` is the bevelled board's margin as a share of the width, 0 for none."""

    box: Box
    wood: str
    mount: float = 0.095
    seed: int = 1

    @classmethod
    def of(cls, x: float, y: float, width: float, wood: str, *, seed: int, mount: float = 0.095) -> Frame:
        """Round a print of 3 by 4, the middle at x, y."""
        rim = width * (MOULDING + mount)
        return cls(Box(x, y, width, (width - 2 * rim) * 4 / 3 + 2 * rim), wood, mount, seed)

    @property
    def rail(self) -> float:
        return self.box.width * MOULDING

    @property
    def opening(self) -> Box:
        return self.box.inset(self.rail)

    @property
    def window(self) -> Box:
        """Where the print shows."""
        return self.opening.inset(self.box.width * self.mount)


def hang(stage: Stage, frame: Frame, art: Image.Image) -> None:
    stage = stage.around(frame.box, frame.box.width * 0.22)
    stage.cast(frame.box, frame.box.width * 0.036)
    _backing(stage, frame, art)
    _glass(stage, frame)
    _rails(stage, frame)


def _backing(stage: Stage, frame: Frame, art: Image.Image) -> None:
    """Mount, bevel and print, each a little lower than the last; the rails' shadow lies on all three."""
    opening, window = frame.opening, frame.window
    deep = frame.rail * 0.62
    key, sun, sky = _sunk(stage, opening, deep)
    stage.lay(opening.cover(stage), paper(stage, _MOUNT, 1), key=key, sun=sun, sky=sky)
    if frame.mount:
        bevel = window.inset(-frame.box.width * 0.0058)
        facing = _facing(stage, bevel, tilt=0.42, inwards=True)
        stage.lay(bevel.cover(stage), paper(stage, _CORE, 2), key=key * facing, sun=sun * facing, sky=sky * 0.96)
    lip = frame.box.width * 0.0042
    low_key, low_sun, low_sky = _sunk(stage, window, lip) if frame.mount else (1.0, 1.0, 1.0)
    print_ = stage.picture(art, window) * (1 + 0.008 * stage.noise(2.2, 7))[..., None]
    stage.lay(window.cover(stage), print_, key=key * low_key, sun=sun * low_sun, sky=sky * low_sky)


def _sunk(stage: Stage, opening: Box, depth: float) -> tuple[Floats, Floats, Floats]:
    """The light that gets past the edges of an opening this deep."""
    key = opening.soft(stage, depth * 0.55, depth * 0.75) * 0.42 + opening.soft(stage, depth * 1.5, depth * 1.1) * 0.58
    sun = opening.soft(stage, depth * 0.10 + 0.5, depth * 1.25)
    sky = 0.55 + 0.45 * opening.soft(stage, depth * 0.9)
    return key, sun, sky


def _glass(stage: Stage, frame: Frame) -> None:
    """Two faint streaks, where the glass mirrors the window's edge."""
    x, y = frame.opening.on(stage)
    w, h = frame.opening.width, frame.opening.height
    slope = x / w * 0.86 + y / h * 0.5
    streaks = _streak(slope, -0.16, 0.115) * 0.024 + _streak(slope, 0.10, 0.03) * 0.020
    stage.gloss += frame.opening.cover(stage) * (0.004 + streaks)


def _streak(slope: Floats, at: float, wide: float) -> Floats:
    return step(slope - at + wide, 0.006) * step(at + wide - slope, 0.006) * (0.6 + 0.4 * (slope - at) / wide)


def _rails(stage: Stage, frame: Frame) -> None:
    """Four lengths of wood, mitred: each keeps its own grain, and a hair of shadow marks the joint."""
    box, rail, zoom = frame.box, frame.rail, stage.view.zoom
    x, y = box.on(stage)
    side, end = box.width / 2 - np.abs(x), box.height / 2 - np.abs(y)
    depth = np.minimum(side, end)
    cover = np.clip(0.5 + depth * zoom, 0, 1) * np.clip(0.5 + (rail - depth) * zoom, 0, 1)
    inside = cover > 0
    x, y, side, end = x[inside], y[inside], side[inside], end[inside]
    upright = side < end
    piece = np.where(upright, np.where(x < 0, 0, 1), np.where(y < 0, 2, 3))
    along, across = np.where(upright, y, x), np.where(upright, x, y)
    grain = np.zeros((len(x), 3), np.float32)
    for i in range(4):
        one = piece == i
        own = frame.seed * 40 + i * 7
        tone = 1 + 0.05 * np.sin(own * 1.7)
        grain[one] = wood(along[one] + own * 131, across[one] * 1.15 + own * 17, seed=own % 200, kind=frame.wood) * tone

    tilt = _profile(np.minimum(side, end) / rail)
    outward = np.where(upright, np.sign(x), np.sign(y)) * tilt
    nx, ny = np.where(upright, outward, 0), np.where(upright, 0, outward)
    nz = np.sqrt(1 - np.minimum(outward**2, 0.98))
    facing = np.clip(nx * TOWARDS[0] + ny * TOWARDS[1] + nz * TOWARDS[2], 0.05, None) / TOWARDS[2]
    seam = np.abs(side - end) * 0.7071
    joint = np.clip(0.75 + 0.5 / zoom - seam, 0, 1) * 0.62
    rub = 0.03 * value_noise(along / 60, across / 9, 91)

    albedo = np.zeros((*cover.shape, 3), np.float32)
    albedo[inside] = grain * (1 - joint)[:, None]
    key, sky, gloss = (np.ones_like(cover) for _ in range(3))
    key[inside] = facing * (1 + rub)
    sky[inside] = 0.80 + 0.20 * nz - 0.25 * joint
    lacquer = {"black": 0.030, "white": 0.010}.get(frame.wood, 0.012)
    gloss[inside] = lacquer * np.clip(facing - 0.9, 0, 1) * 1.5 + lacquer * 0.25
    stage.lay(cover, albedo, key=key, sun=key, sky=sky, gloss=gloss)


def _profile(t: Floats) -> Floats:
    """How far the wood leans outwards across the rail: an eased outer edge, a flat, a small chamfer inside."""
    outer = 0.85 * np.clip(1 - t / 0.13, 0, 1) ** 1.5
    inner = 0.62 * smooth(t, 0.84, 0.90)
    return outer - inner - 0.06 * (t - 0.5)


def _facing(stage: Stage, box: Box, *, tilt: float, inwards: bool) -> Floats:
    """Key light on four sloping sides, relative to the flat, mitred at the corners."""
    x, y = box.on(stage)
    upright = (box.width / 2 - np.abs(x)) < (box.height / 2 - np.abs(y))
    sign = -1 if inwards else 1
    lean = np.where(upright, np.sign(x) * TOWARDS[0], np.sign(y) * TOWARDS[1]) * sign * tilt
    return np.clip((lean + np.sqrt(1 - tilt**2) * TOWARDS[2]) / TOWARDS[2], 0.08, 1.35)


def sheet(stage: Stage, box: Box, art: Image.Image) -> None:
    """Nothing but the paper, lying flat."""
    stage.cast(box, 3.5)
    printed = stage.picture(art, box) * (1 + 0.008 * stage.noise(2.2, 7))[..., None]
    key = box.eased(stage, 1.6, 0.4)
    stage.lay(box.cover(stage), printed, key=key, sun=key)


def clip_up(stage: Stage, sheet: Box, art: Image.Image) -> None:
    """An unframed print on two bulldog clips: held flat at the top, leaving the wall towards its foot."""
    x, y = sheet.on(stage)
    drop = np.clip(y / sheet.height + 0.5, 0, 1)
    lift = 2.5 + 26 * drop**2.2 + 5 * np.cos(x / sheet.width * 2 * np.pi) * drop
    stage.cast(sheet, lift)
    curl = 1 + 0.030 * np.cos(drop * 3.0) - 0.085 * smooth(drop, 0.86, 1.0) ** 1.4
    wave = 0.016 * np.sin(x / sheet.width * 2 * np.pi) * (1 - drop) * 1.2
    edge = 1 + 0.10 * np.exp(-np.abs(y - sheet.height / 2) * 0.9)
    key = (curl + wave) * edge
    tooth = (1 + 0.008 * stage.noise(2.2, 7))[..., None]
    stage.lay(sheet.cover(stage), stage.picture(art, sheet) * tooth, key=key, sun=key)
    for share in (0.17, 0.83):
        _clip(stage, sheet.x + (share - 0.5) * sheet.width, sheet.y - sheet.height / 2)


def _clip(stage: Stage, x: float, top: float) -> None:
    stage = stage.around(Box(x, top - 30, 90, 150), 60)
    _loop(stage, x, top - 62, nail=True)
    body = Box(x, top - 2, 74, 66, radius=5)
    stage.cast(body, 13)
    bx, by = body.on(stage)
    roll = np.exp(-(((by + 26) / 6.0) ** 2))
    lip = np.exp(-(((by - 28) / 3.2) ** 2))
    steel = colour("#2b2c30") * (1 + 0.05 * stage.noise(3, 9, stretch=0.3))[..., None]
    key = 0.92 - 0.30 * by / 66 + 0.2 * lip - 0.35 * np.exp(-(((by - 23) / 2.2) ** 2))
    stage.lay(body.cover(stage), steel, key=key, gloss=0.16 * roll * (0.7 - bx / 150) + 0.05 * lip + 0.012)


def _loop(stage: Stage, x: float, y: float, *, nail: bool) -> None:
    """The clip's wire ring, and the nail it hangs from."""
    rows = stage.view.shape
    dx = np.broadcast_to(stage.x - x, rows)
    dy = np.broadcast_to(stage.y - y, rows)
    ring = np.abs(np.hypot(dx * 1.15, dy) - 22) - 2.6
    shadow = np.abs(np.hypot((dx - 7) * 1.15, dy - 9) - 22) - 2.6
    dark = 1 - 0.5 * step(-shadow, 3.0)
    stage.shade(key=dark, sun=1 - 0.9 * step(-shadow, 1.2))
    round_ = np.clip(1 - ((ring + 2.6) / 2.6) ** 2, 0, 1)
    shine = np.clip((-dx - dy) / 40, 0, 1) * round_
    metal = np.ones((*rows, 3), np.float32) * colour("#8f9298")
    stage.lay(covered(ring, stage), metal, key=0.55 + 0.5 * round_, gloss=0.35 * shine)
    if nail:
        head = np.hypot(dx, dy + 19) - 5.6
        drop = np.hypot(dx - 4, dy + 14) - 5.6
        stage.shade(key=1 - 0.5 * step(-drop, 2.4), sun=1 - 0.8 * step(-drop, 1.0))
        stage.lay(covered(head, stage), metal * 1.15, key=0.85 - (dx + dy + 19) / 24, gloss=0.12)
