"""How each good is photographed: its wall, its light, what lies beside it, and what is looked at closely."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from random import Random

import numpy as np
from PIL import Image

from shop.demo.art.engines import bleed, draw
from shop.demo.art.light import Floats, develop
from shop.demo.art.march import Camera
from shop.demo.art.mug import RIM, Mug, photograph
from shop.demo.art.press import Artwork, rgb
from shop.demo.art.scenes import calendars, flatlay, frames, tabletop
from shop.demo.art.scenes.hero import hero
from shop.demo.art.scenes.tabletop import BOTTLE, BOWL, JAR, Vase
from shop.demo.art.stage import Box, Stage, View
from shop.demo.art.surfaces import TINTS, Window, sweep, wall
from shop.demo.goods import GOODS, INKS, Good
from shop.demo.shots import Shot, separations

_HERO_PRINTS = ("still-life-noon", "seven-ridges", "weimar-blocks")


def take(shot: Shot, good: Good | None, *, zoom: float) -> Image.Image:
    """The picture at `zoom` of its full size; the hero belongs to no good."""
    if good is None:
        first, second, third = (_art(_named(slug), zoom) for slug in _HERO_PRINTS)
        return hero(zoom, (first, second, third))
    if shot.kind == "separation":
        return _separation(shot, good, zoom)
    return _SHELVES[good.shelf](shot, good, View(zoom=zoom * shot.width / 1600))


def _named(slug: str) -> Good:
    return next(good for good in GOODS if good.slug == slug)


# --- what is printed

_SIZES: dict[str, tuple[int, int]] = {
    "art-prints": (1500, 2000),
    "notebooks": (1500, 2120),
    "cards": (1420, 2000),
    "mugs": (4560, 1502),
    "ridge-mug": (1900, 1252),
    "arches-mug": (3800, 1252),
    "calendars": (1500, 2000),
    "gift-wrap": (1500, 2000),
    "wall-calendar-2027": (1900, 1500),
    "desk-calendar-2027": (1390, 2000),
    "birthday-calendar": (1500, 1750),
    "year-planner-2027": (1500, 1500),
}
_WITH_MARGINS = {"art-prints", "cards", "birthday-calendar"}


@lru_cache(maxsize=1)
def _artwork(good: Good, zoom: float) -> Artwork:
    width, height = _SIZES.get(good.slug, _SIZES[good.shelf])
    zoom = max(zoom, 0.4)  # smaller than that, the screens of the press fall apart
    size = round(width * zoom), round(height * zoom)
    printed = draw if {good.shelf, good.slug} & _WITH_MARGINS else bleed
    return printed(good.art, seed=good.seed, inks=good.inks, size=size)


@lru_cache(maxsize=3)
def _art(good: Good, zoom: float) -> Image.Image:
    image = _artwork(good, zoom).image()
    if good.slug == "ridge-mug":  # the sun on both sides; mirrored, so that the hills meet all round
        image = np.concatenate([image[:, ::-1], image], axis=1)
    elif good.shelf == "mugs" and good.slug not in _SIZES:  # a page's pattern is too fine for a mug
        image = image[: image.shape[0] * 7 // 10, : image.shape[1] * 7 // 10]
    return _shown(image)


def _full(shot: Shot, view: View) -> float:
    """A close look at a small picture still needs all of the art."""
    return view.zoom * 1600 / shot.width


def _separation(shot: Shot, good: Good, zoom: float) -> Image.Image:
    artwork = _artwork(good, zoom)
    ink = good.inks[separations(good).index(shot)]
    index = [layer.ink for layer in artwork.layers].index(ink)
    size = round(shot.width * zoom), round(shot.height * zoom)
    return _shown(artwork.separation(index)).resize(size, Image.Resampling.LANCZOS)


def _turned_over(artwork: Artwork) -> Image.Image:
    """The same drawing on navy board: opaque inks, and what was navy is the colour of the paper."""
    board = np.broadcast_to(rgb("navy"), (*artwork.layers[0].coverage.shape, 3)).copy()
    for layer in artwork.layers:
        ink = rgb(artwork.paper if layer.ink == "navy" else layer.ink)
        board += (ink - board) * layer.coverage[..., None]
    return _shown(board)


def _shown(image: Floats) -> Image.Image:
    return Image.fromarray((np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8))


# --- where it is seen

_PROPPED: dict[str, tuple[Vase, ...]] = {
    "weimar-blocks": (Vase(2.55, 0.2, 2.5, 0.74, BOTTLE, "#b5573a"), Vase(1.50, 0.75, 1.2, 0.62, JAR, "#27365f")),
    "two-arches": (Vase(-2.60, 0.3, 1.5, 0.76, JAR, "#1f4f42"), Vase(-1.35, 0.85, 0.66, 0.72, BOWL, "#e9dfce")),
    "seedhead": (Vase(2.45, 0.35, 2.1, 0.66, BOTTLE, "#e6dccb"),),
}
_PENCILS = {"lattice-notebook": "yellow", "blocks-notebook": "blue", "botanical-set": "coral", "ridges-set": "navy"}
_RIBBONS = {"terrazzo-wrap": "coral", "seigaiha-wrap": "clay", "weave-wrap": "plum", "dots-wrap": "sun"}
_CONSOLE = Camera(eye=(0, 3.4, 13), target=(0, 0.9, 0), focal=2.6, middle=(800, 1690))


def _tint(good: Good) -> str:
    """Five walls in turn: neighbours differ in a row of two, three or four."""
    return list(TINTS)[GOODS.index(good) % len(TINTS)]


def _window(good: Good) -> Window:
    rng = Random(good.seed)
    width = rng.uniform(290, 350)
    return Window(
        x=rng.uniform(150, 760),
        y=rng.uniform(-620, -240),
        lean=rng.uniform(0.28, 0.46),
        pane=(width, width * rng.uniform(1.6, 1.9)),
        soft=rng.uniform(7, 12),
        leaves=good.seed if GOODS.index(good) % 3 == 1 else None,
    )


def _staged(good: Good, view: View, build: Callable[[Stage], None]) -> Image.Image:
    """A thing on the wall, or on a table seen from above, in window light."""
    stage = Stage(view, seed=good.seed)
    wall(stage, _tint(good))
    build(stage)
    return develop(stage.light(_window(good).on(stage)), seed=good.seed)


def _flat(good: Good, view: View, build: Callable[[Stage], None]) -> Image.Image:
    """Straight from above, in even light: colours as they are."""
    stage = Stage(view, seed=good.seed)
    wall(stage, _tint(good))
    build(stage)
    return develop(stage.light(0.16, falloff=0.5), seed=good.seed)


def _sheet(good: Good, view: View, art: Image.Image | None = None) -> Image.Image:
    art = art or _art(good, view.zoom)
    width = min(1340.0, 1760 * art.width / art.height)
    box = Box(800, 1000, width, width * art.height / art.width)
    return _flat(good, view, lambda stage: frames.sheet(stage, box, art))


def _print(shot: Shot, good: Good, view: View) -> Image.Image:
    if shot.kind == "flat":
        return _sheet(good, view)
    art = _art(good, _full(shot, view))
    if good.shown == "none":
        poster = Box(800, 1030, 1020, 1360)
        if shot.kind == "detail":
            view = view.close(poster.x - 215, poster.y - 495, 2.5)
        return _staged(good, view, lambda stage: frames.clip_up(stage, poster, art))
    vases = _PROPPED.get(good.slug)
    frame = frames.Frame.of(800, 790 if vases else 1000, 930 if vases else 1056, good.shown, seed=good.seed % 97)
    if shot.kind == "detail":
        corner = frame.box.x - frame.box.width / 2, frame.box.y - frame.box.height / 2
        view = view.close(corner[0] + 205, corner[1] + 265, 3.0)
    elif vases:
        return _above_a_table(good, view, frame, art, vases)
    return _staged(good, view, lambda stage: frames.hang(stage, frame, art))


def _above_a_table(
    good: Good, view: View, frame: frames.Frame, art: Image.Image, vases: tuple[Vase, ...]
) -> Image.Image:
    stage = Stage(view, seed=good.seed)
    wall(stage, _tint(good))
    tabletop.board(stage, _CONSOLE, back=-1.3, seed=good.seed % 91)
    frames.hang(stage, frame, art)
    light = _window(good).on(stage)
    standing = tabletop.stand(stage, _CONSOLE, vases)
    picture = stage.light(light)
    tabletop.reveal(picture, standing, light)
    return develop(picture, seed=good.seed)


def _notebook(shot: Shot, good: Good, view: View) -> Image.Image:
    spine = good.inks[-1] if good.art == "ridges" else good.inks[0]
    elastic = "navy" if spine in {"coral", "red"} else "coral"
    art = _art(good, _full(shot, view))
    if shot.kind == "flat":
        book = Box(800, 985, 1130, 1596, 0, 22)
    elif good.slug == "terrazzo-pair":
        book = Box(715, 1025, 850, 1200, -0.12, 18)
    else:
        book = Box(790, 1000, 960, 1356, Random(good.seed).uniform(-0.15, -0.07), 20)

    def build(stage: Stage) -> None:
        if good.slug == "terrazzo-pair" and shot.kind != "flat":
            other = _turned_over(_artwork(good, _full(shot, view)))
            below = Box(930, 960, 850, 1200, 0.15, 18)
            flatlay.notebook(stage, below, other, spine=INKS["coral"], elastic=INKS["sun"])
        flatlay.notebook(stage, book, art, spine=INKS[spine], elastic=INKS[elastic])
        if good.slug in _PENCILS and shot.kind == "scene":
            flatlay.pencil(stage, INKS[_PENCILS[good.slug]], x=1400, y=1440, turn=-1.12)

    if shot.kind == "flat":
        return _flat(good, view, build)
    if shot.kind == "detail":
        corner = book.part(0.80, 0.03, 0.95, 0.20)
        view = view.close(corner.x, corner.y, 2.7)
    return _staged(good, view, build)


def _card(shot: Shot, good: Good, view: View) -> Image.Image:
    art = _art(good, _full(shot, view))
    lean = Random(good.seed).uniform(0.04, 0.09)
    front = Box(770, 870, 830, 1170, -lean, 4)
    if shot.kind == "flat":
        return _flat(good, view, lambda stage: flatlay.card(stage, Box(800, 1000, 1130, 1594, 0, 4), art))
    if shot.kind == "detail":
        corner = front.part(0.64, 0.72, 0.94, 1.02)
        view = view.close(corner.x, corner.y, 2.7)

    def build(stage: Stage) -> None:
        flatlay.envelope(stage, Box(815, 1285, 1130, 800, 0.13 - lean, 7), INKS[good.shown])
        flatlay.card(stage, front, art)
        if good.slug in _PENCILS:
            flatlay.pencil(stage, INKS[_PENCILS[good.slug]], x=1395, y=560, turn=-1.25, length=560)

    return _staged(good, view, build)


def _mug(shot: Shot, good: Good, view: View) -> Image.Image:
    art = _art(good, _full(shot, view))
    other = shot.kind == "glaze"
    cup = Mug(art, INKS[shot.caption.lower()], handle=2.72) if other else Mug(art, INKS[good.shown])
    if shot.kind == "detail":
        view = view.close(*RIM, 2.3)
    return photograph(view, cup, tint=_tint(good), window=_window(good), seed=good.seed)


def _calendar(shot: Shot, good: Good, view: View) -> Image.Image:
    if not good.posted:
        return _planner(shot, good, view)
    if shot.kind == "flat":
        return _sheet(good, view)
    art = _art(good, _full(shot, view))
    close = shot.kind == "detail"
    match good.slug:
        case "wall-calendar-2027":
            view = view.close(980, 960, 2.6) if close else view
            hang = partial(calendars.wall_calendar, art=art, ink=INKS["plum"], x=800, top=195, width=1010)
            return _staged(good, view, hang)
        case "birthday-calendar":
            view = view.close(640, 330, 2.6) if close else view
            hang = partial(calendars.birthday_calendar, art=art, ink=INKS["plum"], x=800, top=185, width=770)
            return _staged(good, view, hang)
        case _:
            view = view.close(520, 700, 2.4) if close else view
            stage = Stage(view, seed=good.seed)
            wall(stage, _tint(good))
            tabletop.desk(stage, seed=good.seed % 91)
            page = calendars.page(art, INKS["blue"], zoom=1.5)
            return develop(tabletop.tent(stage, page, light=_window(good).on(stage)), seed=good.seed)


def _planner(shot: Shot, good: Good, view: View) -> Image.Image:
    page = calendars.year(_art(good, 1.0), INKS["coral"], zoom=max(1.0, _full(shot, view)))
    if shot.kind == "flat":
        return _sheet(good, view, page)
    poster = Box(800, 1030, 990, 1400)
    if shot.kind == "detail":
        view = view.close(poster.x - 120, poster.y - 130, 2.4)
    return _staged(good, view, lambda stage: frames.clip_up(stage, poster, page))


def _wrap(shot: Shot, good: Good, view: View) -> Image.Image:
    if shot.kind == "flat":
        return _sheet(good, view)
    art = _art(good, _full(shot, view))
    if shot.kind == "detail":
        view = view.close(*tabletop.ROLL_END, 2.4)
    stage = Stage(view, seed=good.seed)
    sweep(stage, _tint(good))
    ribbon = INKS[_RIBBONS[good.slug]]
    light = _window(good).on(stage)
    picture = tabletop.parcel(stage, art, ribbon=ribbon, tint=_tint(good), light=light)
    return develop(picture, seed=good.seed)


_SHELVES: dict[str, Callable[[Shot, Good, View], Image.Image]] = {
    "art-prints": _print,
    "notebooks": _notebook,
    "cards": _card,
    "mugs": _mug,
    "calendars": _calendar,
    "gift-wrap": _wrap,
}
