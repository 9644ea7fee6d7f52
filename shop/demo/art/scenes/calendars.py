"""Calendars: pages with days as plain shapes (no picture of ours has words), hung or standing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shop.demo.art.light import Floats, colour, smooth, step
from shop.demo.art.stage import Box, Stage, View, covered
from shop.demo.art.surfaces import paper

_PAPER = "#faf7f0"
_GREY = "#8b8a8c"
_DAYS = 31


def wall_calendar(stage: Stage, art: Image.Image, ink: str, *, x: float, top: float, width: float) -> None:
    """Open at a month: the picture above the wire, the days below it, a nail through the top."""
    tall = width * 0.79
    upper = Box(x, top + tall / 2, width, tall)
    lower = Box(x, top + tall * 1.5 + 10, width, tall)
    _leaf(stage, lower, foot=22)
    _month(stage, lower.part(0.09, 0.10, 0.91, 0.93), ink)
    _leaf(stage, upper, foot=5)
    _printed(stage, upper, art)
    wire(stage, x, top + tall + 5, width * 0.93)
    _nail(stage, x, top + 26)


def birthday_calendar(stage: Stage, art: Image.Image, ink: str, *, x: float, top: float, width: float) -> None:
    """Tall and narrow, bound along the top: a picture, and a ruled line for each day."""
    tall = width * 2.18
    leaf = Box(x, top + tall / 2, width, tall)
    for under in (2, 1):
        sheet = Box(x + under * 1.6, leaf.y + under * 2.4, width, tall)
        stage.shade(key=1 - 0.10 * sheet.soft(stage, 2, 1))
    _leaf(stage, leaf, foot=26)
    _printed(stage, leaf.part(0.0, 0.0, 1.0, 0.535), art)
    _lines(stage, leaf.part(0.10, 0.585, 0.90, 0.955), ink)
    wire(stage, x, top + 2, width * 0.94)
    _hanger(stage, x, top - 10)


def _leaf(stage: Stage, leaf: Box, *, foot: float) -> None:
    """A sheet held along its top; its foot stands off the wall by this much."""
    part = stage.around(leaf, 120)
    _, y = leaf.on(part)
    drop = np.clip(y / leaf.height + 0.5, 0, 1)
    part.cast(leaf, 3 + foot * drop**2)
    key = 1 + 0.025 * np.cos(drop * 3) - 0.07 * (foot / 22) * smooth(drop, 0.84, 1.0) ** 1.4
    key = key * (1 - 0.14 * np.exp(-np.abs(y + leaf.height / 2) / 16))
    part.lay(leaf.cover(part), paper(part, _PAPER, 8), key=key, sun=key)


def _printed(stage: Stage, box: Box, art: Image.Image) -> None:
    part = stage.around(box, 4)
    cover = box.cover(part)[..., None]
    part.albedo += (part.picture(art, box) - part.albedo) * cover


def _ink(stage: Stage, distance: Floats, code: str) -> None:
    cover = covered(distance, stage)[..., None]
    stage.albedo += (stage.albedo * colour(code) - stage.albedo) * cover * 0.96


def _month(stage: Stage, box: Box, ink: str) -> None:
    """Seven columns: a bar for the month's name, a dash for each weekday, a figure and a rule for each day."""
    part = stage.around(box, 2)
    x, y = box.on(part)
    x, y = x / box.width + 0.5, y / box.height + 0.5
    w, h = box.width, box.height
    _ink(part, _pill((x - 0.145) * w, (y - 0.035) * h, 0.145 * w, 0.030 * h), ink)
    _ink(part, _pill((x - 0.955) * w, (y - 0.035) * h, 0.045 * w, 0.017 * h), _GREY)
    column, row = np.floor(x * 7), np.floor((y - 0.20) / 0.80 * 6)
    inside_x, inside_y = (x * 7) % 1, ((y - 0.20) / 0.80 * 6) % 1
    cell_w, cell_h = w / 7, h * 0.80 / 6
    weekday = _pill((inside_x - 0.20) * cell_w, (y - 0.145) * h, 0.14 * cell_w, 0.008 * h)
    _ink(part, _only(weekday, (column >= 0) & (column < 7)), _GREY)
    day = row * 7 + column - 4
    there = (day >= 0) & (day < _DAYS) & (column >= 0) & (column < 7) & (y > 0.2)
    wide = np.where(day < 9, 0.085, 0.155)
    figure = _pill((inside_x - 0.04 - wide) * cell_w, (inside_y - 0.36) * cell_h, wide * cell_w, 0.13 * cell_h)
    weekend = column >= 5
    _ink(part, _only(figure, there & ~weekend), "#3a3a40")
    _ink(part, _only(figure, there & weekend), ink)
    rule = np.abs(inside_y - 0.08) * cell_h - 0.55
    rule = np.maximum(rule, np.abs(inside_x - 0.47) * cell_w - 0.46 * cell_w)
    _ink(part, _only(rule, there), "#c9c5bb")


def _lines(stage: Stage, box: Box, ink: str) -> None:
    part = stage.around(box, 2)
    x, y = box.on(part)
    x, y = x / box.width + 0.5, y / box.height + 0.5
    w, h = box.width, box.height
    _ink(part, _pill((x - 0.21) * w, (y - 0.03) * h, 0.21 * w, 0.026 * h), ink)
    count = 11
    row, inside = np.floor((y - 0.12) / 0.88 * count), ((y - 0.12) / 0.88 * count) % 1
    cell = h * 0.88 / count
    there = (row >= 0) & (row < count)
    wide = np.where(row < 9, 0.016, 0.032)
    _ink(part, _only(_pill((x - wide) * w, (inside - 0.64) * cell, wide * w, 0.18 * cell), there), "#3a3a40")
    _ink(part, _only(np.maximum(np.abs(inside - 0.90) * cell - 0.6, np.abs(x - 0.5) * w - 0.5 * w), there), "#b9b4a8")


def _pill(x: Floats, y: Floats, half: Floats | float, high: Floats | float) -> Floats:
    """Distance from a bar with round ends about 0, 0."""
    round_ = np.minimum(half, high)
    qx, qy = np.abs(x) - half + round_, np.abs(y) - high + round_
    return np.hypot(np.maximum(qx, 0), np.maximum(qy, 0)) - round_


def _only(distance: Floats, where: NDArray[np.bool_]) -> Floats:
    return np.where(where, distance, 9.0)


def wire(stage: Stage, x: float, y: float, length: float) -> None:
    """Double loops of white wire through punched holes, at even steps."""
    pitch = 25.0
    part = stage.around(Box(x, y, length, 60), 20)
    dx, dy = np.broadcast_arrays(part.x - x, part.y - y)
    near = (dx / pitch + 0.5) % 1 * pitch - pitch / 2
    inside = np.abs(dx) < round(length / 2 / pitch) * pitch
    for end in (-13, 15):
        hole = np.maximum(np.abs(near) - 6.0, np.abs(dy - end) - 4.2)
        _ink(part, _only(hole, inside), "#55524d")
    loops = np.maximum(np.abs(np.abs(near) - 3.4) - 1.9, np.abs(dy - 1) - 17)
    fallen = np.maximum(np.abs(np.abs(near - 4.5) - 3.4) - 1.9, np.abs(dy - 6) - 17)
    part.shade(key=1 - 0.45 * step(-_only(fallen, inside), 2.2), sun=1 - 0.8 * step(-_only(fallen, inside), 0.9))
    round_ = np.sqrt(np.clip(1 - ((np.abs(near) - 3.4) / 1.9) ** 2, 0, 1))
    bend = np.cos(np.clip((dy - 1) / 19, -1, 1) * 1.5)
    metal = np.broadcast_to(colour("#a9abb0"), (*dx.shape, 3))
    shine = 0.55 * round_**3 * np.exp(-(((dy + 5) / 5) ** 2))
    part.lay(covered(_only(loops, inside), part), metal, key=0.35 + 0.65 * round_ * bend, gloss=shine)


def _nail(stage: Stage, x: float, y: float) -> None:
    part = stage.around(Box(x, y, 30, 30), 20)
    dx, dy = np.broadcast_arrays(part.x - x, part.y - y)
    _ink(part, np.hypot(dx, dy) - 8.5, "#6a665f")
    drop = np.hypot(dx - 4, dy - 5) - 6.5
    part.shade(key=1 - 0.5 * step(-drop, 2.4), sun=1 - 0.8 * step(-drop, 1.0))
    brass = np.broadcast_to(colour("#b9975a"), (*dx.shape, 3))
    part.lay(covered(np.hypot(dx, dy) - 6.5, part), brass, key=0.9 - (dx + dy) / 26, gloss=0.10)


def _hanger(stage: Stage, x: float, y: float) -> None:
    """The wire's own hook, over a nail."""
    part = stage.around(Box(x, y - 20, 130, 80), 20)
    dx, dy = np.broadcast_arrays(part.x - x, part.y - y)

    def hook(dx: Floats, dy: Floats) -> Floats:
        arch = np.where(np.abs(dx) < 24, -26 + 10 * (dx / 24) ** 2, -16 + 16 * smooth(np.abs(dx), 24, 58))
        return np.maximum(np.abs(dy - arch) * 0.85 - 2.0, np.abs(dx) - 58)

    part.shade(key=1 - 0.45 * step(-hook(dx - 5, dy - 7), 2.6), sun=1 - 0.8 * step(-hook(dx - 7, dy - 9), 1.0))
    metal = np.broadcast_to(colour("#a9abb0"), (*dx.shape, 3))
    part.lay(covered(hook(dx, dy), part), metal, key=0.95, gloss=0.12)
    _nail(stage, x, y - 30)


def page(art: Image.Image, ink: str, *, zoom: float) -> Image.Image:
    """The face of the desk calendar: the picture on the left, the days on the right."""
    stage = Stage(View(width=1320, height=892, zoom=zoom), seed=3)
    stage.albedo[:] = colour(_PAPER)
    _printed(stage, Box(310, 446, 620, 892), art)
    _month(stage, Box(970, 475, 560, 620), ink)
    return _flat(stage)


def year(art: Image.Image, ink: str, *, zoom: float) -> Image.Image:
    """The page of the year planner: the rings, and twelve months in four rows below them."""
    stage = Stage(View(width=1050, height=1485, zoom=zoom), seed=3)
    stage.albedo[:] = colour(_PAPER)
    _printed(stage, Box(525, 420, 800, 800), art)
    for month in range(12):
        row, column = divmod(month, 3)
        _month(stage, Box(245 + 280 * column, 840 + 160 * row, 230, 125), ink)
    return _flat(stage)


def _flat(stage: Stage) -> Image.Image:
    shown = np.where(
        stage.albedo <= 0.0031308, stage.albedo * 12.92, 1.055 * np.clip(stage.albedo, 0, 1) ** (1 / 2.4) - 0.055
    )
    return Image.fromarray((np.clip(shown, 0, 1) * 255 + 0.5).astype(np.uint8))
