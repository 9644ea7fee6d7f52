"""The first thing one sees: three prints over a wooden table, and an empty wall for the words."""

from __future__ import annotations

from PIL import Image

from shop.demo.art.light import develop
from shop.demo.art.march import Camera
from shop.demo.art.scenes.frames import Frame, hang
from shop.demo.art.scenes.tabletop import BOTTLE, BOWL, JAR, Vase, board, reveal, stand
from shop.demo.art.stage import Stage, View
from shop.demo.art.surfaces import Window, wall

_GAP = 80
"""Between frames: 3.3 % of the width."""
_CAMERA = Camera(eye=(0, 5.4, 22), target=(0, 0.9, 0), focal=4.35, middle=(1200, 968))
_VASES = (
    Vase(0.42, 0.10, 2.30, 0.66, BOTTLE, "#b4563a"),
    Vase(-0.26, 0.80, 1.16, 0.60, JAR, "#27365f"),
    Vase(6.10, 0.45, 0.62, 0.82, BOWL, "#e8dfcf"),
)


def hero(zoom: float, arts: tuple[Image.Image, Image.Image, Image.Image]) -> Image.Image:
    """The left two fifths stay bare."""
    stage = Stage(View(width=2400, height=1200, zoom=zoom), seed=9)
    wall(stage, "greige")
    board(stage, _CAMERA, back=-1.15, seed=9)
    left = 984.0
    for art, width, timber, seed in zip(arts, (370, 472, 356), ("walnut", "oak", "black"), (5, 1, 3), strict=True):
        hang(stage, Frame.of(left + width / 2, 424, width, timber, seed=seed), art)
        left += width + _GAP
    window = Window(900, -330, lean=0.30, pane=(300, 620), grid=(3, 2), bar=36, soft=10, leaves=4)
    light = window.on(stage)
    standing = stand(stage, _CAMERA, _VASES)
    picture = stage.light(light)
    reveal(picture, standing, light)
    return develop(picture, seed=9)
