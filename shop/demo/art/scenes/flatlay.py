"""Things on a table, seen from straight above: notebooks, cards on their envelopes, a pencil, a sprig."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from shop.demo.art.light import Floats, colour, mixed, smooth, step, value_noise
from shop.demo.art.stage import Box, Stage, covered
from shop.demo.art.surfaces import cloth, paper

_SPINE = 0.112
"""The cloth's share of the cover."""


def notebook(stage: Stage, cover: Box, art: Image.Image, *, spine: str, elastic: str) -> None:
    """A sewn book with boards: ribbon, page block, cover with its hinge, elastic."""
    size = cover.width
    stage = stage.around(cover, size * 0.25)
    _ribbon(stage, cover, elastic)
    stage.cast(cover, size * 0.040)
    back = _moved(cover, size * 0.0105)
    stage.lay(back.cover(stage), paper(stage, spine, 3), key=0.78 * back.eased(stage, 5), sky=0.8)
    _pages(stage, _moved(cover.inset(size * 0.006), size * 0.0085))
    stage.cast(cover, size * 0.008)
    _boards(stage, cover, art, spine)
    _elastic(stage, cover, elastic)


def _moved(box: Box, by: float) -> Box:
    """A lower layer of a thick thing: the camera stands a little up and left of it."""
    return Box(box.x + by * 0.8, box.y + by, box.width, box.height, box.turn, box.radius)


def _pages(stage: Stage, block: Box) -> None:
    edge = -block.distance(stage)
    leaves = 0.05 * np.sin(edge * 2.4 + 0.8 * stage.noise(14, 21)) + 0.04 * stage.noise(3, 22)
    stage.lay(block.cover(stage), paper(stage, "#f1ece0", 4), key=0.90 + leaves, sky=0.85)


def _boards(stage: Stage, cover: Box, art: Image.Image, spine: str) -> None:
    x, y = cover.on(stage)
    size = cover.width
    hinge = -size / 2 + _SPINE * size
    printed = stage.picture(art, cover) * (1 + 0.012 * stage.noise(2.0, 23))[..., None]
    linen = cloth(stage, x, y, spine)
    albedo = mixed(linen, printed, np.clip(0.5 + (x - hinge) * stage.view.zoom, 0, 1))
    lip = np.exp(-(((x - hinge - 0.8) / 1.6) ** 2)) * 0.10
    groove = (x - hinge - size * 0.032) / (size * 0.0095)
    bend = -0.34 * groove * np.exp(-(groove**2) / 1.6)
    round_ = -0.30 * np.exp(-np.abs(x + size / 2) / (size * 0.012)) + 0.05 * np.exp(-(((x + size * 0.465) / 14) ** 2))
    key = (cover.eased(stage, size * 0.008) + bend + round_ - lip) * (1.015 - 0.05 * (x + y) / size)
    dip = 1 - 0.30 * np.exp(-(groove**2))
    stage.lay(cover.cover(stage), albedo, key=key, sun=key, sky=dip, gloss=0.006 + 0.010 * smooth(-x - y, -200, 500))


def _elastic(stage: Stage, cover: Box, code: str) -> None:
    strap = cover.part(0.852, -0.0035, 0.884, 1.0035, 1)
    stage = stage.around(strap, 40)
    x, y = strap.on(stage)
    stage.cast(strap, cover.width * 0.0055)
    ribs = np.cos(x * 2 * np.pi / 4.6) * 0.11 + np.cos(y * 2 * np.pi / 2.6) * 0.07 + 0.04 * stage.noise(2, 24)
    tuck = 1 - 0.45 * smooth(np.abs(y), strap.height / 2 - 9, strap.height / 2)
    band = np.broadcast_to(colour(code), (*x.shape, 3)) * (1 + ribs)[..., None]
    key = (1.02 - 0.20 * (x / strap.width) ** 2 - 0.10 * x / strap.width) * tuck
    stage.lay(strap.cover(stage), band, key=key, sun=key)


def _ribbon(stage: Stage, cover: Box, code: str) -> None:
    """Satin, out of the foot of the book, its end cut to a swallowtail and lifted a little."""
    tail = cover.part(0.395, 0.97, 0.42, 1.085)
    stage = stage.around(tail, 40)
    x, y = tail.on(stage)
    sway = x + 7 * np.sin((y + tail.height / 2) / tail.height * 2.4)
    notch = tail.height / 2 - 13 + 13 * np.abs(sway) / (tail.width / 2) * 0.9
    distance = np.maximum(np.abs(sway) - tail.width / 2, y - notch)
    lift = 3 + 5 * smooth(y, -tail.height / 2, tail.height / 2)
    shadow = step(-np.maximum(np.abs(sway - lift * 0.9) - tail.width / 2, y - notch - lift), lift * 0.5)
    stage.shade(key=1 - 0.42 * shadow, sun=1 - 0.8 * shadow)
    satin = np.broadcast_to(colour(code), (*x.shape, 3)) * (1 + 0.04 * np.cos(sway * 2.2))[..., None]
    key = 0.95 + 0.18 * np.cos((y + 10) / 17)
    stage.lay(covered(distance, stage), satin, key=key, gloss=0.03 * np.clip(key - 0.95, 0, 1))


def card(stage: Stage, front: Box, art: Image.Image) -> None:
    """A folded card that stands open by a hair: the front rises towards the side away from the fold."""
    stage = stage.around(front, 90)
    x, _ = front.on(stage)
    out = np.clip(x / front.width + 0.5, 0, 1)
    stage.cast(front, 9)
    back = Box(front.x + 1.5, front.y + 2, front.width, front.height, front.turn, front.radius)
    stage.lay(back.cover(stage), paper(stage, "#f3efe6", 5), key=0.86, sky=0.8)
    stage.cast(front, 1.5 + 9 * out**1.5)
    printed = stage.picture(art, front) * (1 + 0.013 * stage.noise(2.2, 25))[..., None]
    fold = -0.22 * np.exp(-out * front.width / 4) + 0.05 * np.exp(-(((out * front.width - 12) / 8) ** 2))
    key = front.eased(stage, 2.2, 0.55) * (1.03 - 0.055 * out) + fold
    stage.lay(front.cover(stage), printed, key=key, sun=key)


def envelope(stage: Stage, box: Box, code: str) -> None:
    """Seen from the back: three flaps glued down, and the fourth over them."""
    stage = stage.around(box, 70)
    x, y = box.on(stage)
    stage.cast(box, 7)
    flecks = smooth(value_noise(x / 7, y / 2.2, 81) * value_noise(x / 3, y / 9, 82), 0.22, 0.5)
    stock = paper(stage, code, 6) * (1 + 0.05 * stage.noise(3.5, 26, stretch=0.5) - 0.05 * flecks)[..., None]
    key = box.eased(stage, 3.5, 0.6)
    stage.lay(box.cover(stage), stock, key=key, sun=key)
    half, up = box.width / 2, box.height / 2
    for side in (-1, 1):
        inward = _under(-side * x + half, y, half * 0.86, up * 0.92)
        _flap(stage, box, inward, stock * 0.985, drop=4)
    foot = _under(up - y, x, up * 1.12, half * 0.95)
    _flap(stage, box, foot, stock, drop=4.5)
    top = _under(y + up, x, up * 1.26, half * 0.99)
    _flap(stage, box, top, stock * 1.04, drop=8)


def _under(depth: Floats, along: Floats, reach: float, half: float) -> Floats:
    """Distance from a flap folded in from one side: a triangle with its tip taken off round."""
    slope = math.hypot(reach, half)
    side = (depth * half + np.abs(along) * reach - reach * half) / slope
    tip = depth - reach * 0.965
    soft = 16
    h = np.clip(soft - np.abs(side - tip), 0, None) / soft
    return np.maximum(side, tip) + h * h * soft / 4


def _flap(stage: Stage, box: Box, distance: Floats, stock: Floats, *, drop: float) -> None:
    within = box.cover(stage)
    down, right = np.gradient(distance * stage.view.zoom)
    lit = np.clip(0.5 + 0.9 * (right * 0.62 + down * 0.78), 0, 1)
    shadow = step(-(distance - drop * 1.3 * lit), drop * (0.35 + 0.6 * lit)) * within * (0.25 + 0.75 * lit)
    stage.shade(key=1 - 0.42 * shadow, sun=1 - 0.8 * shadow)
    edge = np.exp(-np.abs(distance + 1.2) / 1.3) * (0.16 - 0.24 * lit)
    stage.lay(covered(distance, stage) * within, stock, key=1 + edge, sun=1 + edge)


def pencil(stage: Stage, code: str, *, x: float, y: float, turn: float, length: float = 640) -> None:
    """Six sides, of which three are seen; sharpened at the far end."""
    whole = Box(x, y, length, 25, turn)
    stage = stage.around(whole, 110)
    u, v = whole.on(stage)
    cone, lead = length / 2 - 66, length / 2 - 17
    half = 12.5 * np.clip((length / 2 + 2 - u) / (length / 2 + 2 - cone), 0.02, 1)
    distance = np.maximum(np.abs(v) - half, np.abs(u) - length / 2)
    stage.cast(Box(x - 22 * math.cos(turn), y - 22 * math.sin(turn), length - 56, 20, turn), 15)
    third = v / np.maximum(half, 0.5)
    light = -math.sin(turn) * -0.46 + math.cos(turn) * -0.56
    facet = np.where(third < -0.36, 1 + 0.55 * light * -1, np.where(third > 0.36, 1 + 0.62 * light, 1.02))
    scallop = cone + 5 * np.abs(np.sin(third * np.pi * 1.5))
    round_ = 1.0 - 0.45 * third * -light - 0.25 * third**2
    paint = np.broadcast_to(colour(code), (*u.shape, 3))
    bare = np.broadcast_to(colour("#dcb584"), (*u.shape, 3)) * (1 + 0.05 * stage.noise(9, 27, stretch=0.2))[..., None]
    body = u < scallop
    albedo = np.where((u > lead)[..., None], paint * 0.8, np.where(body[..., None], paint, bare))
    key = np.where(body, facet, round_)
    end = u < -length / 2 + 16
    albedo = np.where(end[..., None], colour("#f4efe4"), albedo)
    shine = 0.05 * np.exp(-(((third + 0.36) / 0.07) ** 2)) * body
    stage.lay(covered(distance, stage), albedo, key=key, sun=key, gloss=shine)
