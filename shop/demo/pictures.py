"""The pictures of the Fathom & Fold catalogue: seeded drawings, placed on the things they are printed on. Pure.

Same good, same bytes. Presentation attributes only, so that a picture may also be inlined under a strict CSP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, exp, hypot, pi, radians, sin, sqrt
from random import Random

from shop.demo.goods import GOODS, Good

INKS = {
    "blue": "#1f3fbf",
    "navy": "#1d2a57",
    "red": "#f0503c",
    "coral": "#ff7a5c",
    "yellow": "#ffc93c",
    "sun": "#f7a823",
    "green": "#12824f",
    "pine": "#1e4d3f",
    "mint": "#7ccfb4",
    "teal": "#0f8a94",
    "pink": "#ff8fa8",
    "plum": "#6d2e5b",
    "clay": "#c6593b",
    "sky": "#86bde6",
}
WHITE, CREAM, COOL, BLUSH = PAPERS = ("#fbf9f4", "#f6efe0", "#f2f4f2", "#faece4")
GREIGE, SAGE, MIST, ROSE, SAND = WALLS = ("#ddd7cc", "#d2dccf", "#d0dae1", "#e7d5ce", "#e6d9c1")

Point = tuple[float, float]


def draw(good: Good) -> str:
    """The good as it is sold, on its wall or table: 800 by 1000, under 14 KB."""
    wall = WALLS[good.seed % len(WALLS)]
    stage = [_wall(800, 1000, wall, good.seed)]
    x, y, scale = 400, 490, 1.0
    if _stands(good):
        stage.append(_table(800, 1000, 590, wall))
        scale = 1.2 if good.shelf == "mugs" else 1.05
    elif good.shelf == "art-prints" and wall == GREIGE:
        stage += [_floor(800, 1000, 880), _moved(_pots(), 655, 925, 0.8)]
        y, scale = 420, 0.95
    return _picture(800, 1000, [good], [*stage, _moved(_thing(good), x, y, scale)])


def shelf_picture(shelf_slug: str) -> str:
    """A few goods of the shelf together: 800 by 1000. Raises KeyError for an unknown shelf."""
    wall, placed = _GROUPS[shelf_slug]
    goods = [_BY_SLUG[slug] for slug, *_ in placed]
    stage = [_wall(800, 1000, wall, len(shelf_slug))]
    if any(_stands(good) for good in goods):
        stage.append(_table(800, 1000, 500, wall))
    things = (_moved(_thing(good), x, y, k) for good, (_, x, y, k) in zip(goods, placed, strict=True))
    return _picture(800, 1000, goods, [*stage, *things])


def hero() -> str:
    """Three framed prints over a wooden floor: 2400 by 1200; the left 40 % is bare wall, for words."""
    hung = (
        ("still-life-noon", "walnut", 1190, 500, 0.74),
        ("seven-ridges", "oak", 1690, 490, 1.06),
        ("weimar-blocks", "black", 2165, 520, 0.66),
    )
    goods = [replace(_BY_SLUG[slug], shown=wood) for slug, wood, *_ in hung]
    things = (_moved(_framed(good), x, y, k) for good, (_, _, x, y, k) in zip(goods, hung, strict=True))
    stage = [_wall(2400, 1200, GREIGE, 3), _floor(2400, 1200, 1010), _moved(_pots(), 2200, 1090, 1.1)]
    return _picture(2400, 1200, goods, [*stage, *things])


_BY_SLUG = {good.slug: good for good in GOODS}

_GROUPS: dict[str, tuple[str, tuple[tuple[str, float, float, float], ...]]] = {
    "art-prints": (MIST, (("two-hums", 245, 350, 0.62), ("seven-ridges", 515, 560, 0.86))),
    "notebooks": (SAND, (("blocks-notebook", 285, 380, 0.78), ("seigaiha-notebook", 525, 600, 0.8))),
    "cards": (SAGE, (("blocks-set", 310, 320, 0.74), ("arches-set", 490, 680, 0.74))),
    "mugs": (ROSE, (("seigaiha-mug", 250, 480, 0.74), ("arches-mug", 510, 610, 0.98))),
    "calendars": (GREIGE, (("wall-calendar-2027", 400, 510, 1),)),
    "gift-wrap": (MIST, (("weave-wrap", 340, 320, 0.72), ("dots-wrap", 460, 690, 0.72))),
}


# ---- the things, each centred on the origin and about 500 by 640 ----


def _thing(good: Good) -> str:
    if good.shelf == "art-prints":
        return _poster(good) if good.shown == "none" else _framed(good)
    if good.shelf == "calendars":
        return _CALENDARS[good.slug](good)
    return _THINGS[good.shelf](good)


def _stands(good: Good) -> bool:
    return good.shelf == "mugs" or good.slug == "desk-calendar-2027"


_WOODS = {"oak": "#cfa56f", "walnut": "#74482f", "black": "#2a2a2e", "white": "#f1eee8"}


def _framed(good: Good) -> str:
    wood, rng = _WOODS[good.shown], Random(good.seed)
    rails = (
        ("M-250-319H250L230-299H-230z", _mix(wood, "#ffffff", 0.2)),
        ("M-250-319L-230-299V299L-250 319z", _mix(wood, "#ffffff", 0.08)),
        ("M250-319L230-299V299L250 319z", _mix(wood, "#000000", 0.12)),
        ("M-250 319L-230 299H230L250 319z", _mix(wood, "#000000", 0.22)),
    )
    fibres = "".join(
        f"M{rng.randint(-225, 80)} {side * rng.randint(301, 317)}h{rng.randint(60, 140)}"
        f"M{side * rng.randint(232, 248)} {rng.randint(-290, 140)}v{rng.randint(60, 140)}"
        for side in (-1, 1, -1, 1, -1, 1, -1, 1)
    )
    return "".join(
        (
            _shadow(500, 638, 22, 30),
            *(_path(d, fill=colour) for d, colour in rails),
            _path(fibres, fill="none", stroke="#000", stroke_opacity=0.13, stroke_width=1.2),
            _rect(-230, -299, 460, 598, fill="#fbfaf6"),
            _rect(-158, -228, 316, 444, fill="#d9d4c9"),
            _rect(-156, -226, 314, 442, fill="#fff"),
            _printed(good, -155, -225, 310),
            _path("M-230-299H230V-287H-219V299H-230z", fill="#000", fill_opacity=0.1),
            _path("M-90-299H20L-180 299H-230V224z", fill="#fff", fill_opacity=0.07),
        )
    )


def _poster(good: Good) -> str:
    clip = "M-15-10H15L19 22H-19z"
    clips = "".join(
        _moved(
            _path("M0-34V-14M-9-8A10 10 0 1 1 9-8", fill="none", stroke="#55555c", stroke_width=3)
            + _path(clip, fill="#25252a")
            + _path("M-15-10H15L16-4H-16z", fill="#55555c"),
            x,
            -318,
            1,
        )
        for x in (-170, 170)
    )
    return "".join(
        (
            _shadow(452, 638, 14, 20),
            _printed(good, -226, -319, 452),
            _rect(-226, -319, 452, 638.8, fill="url(#vt-sheet)"),
            clips,
        )
    )


def _notebook(good: Good) -> str:
    if good.slug == "terrazzo-pair":
        pale, navy = (_book(good, spine="coral", ground=ground) for ground in (WHITE, INKS["navy"]))
        return _turned(navy, 85, -25, 11, 0.88) + _turned(pale, -60, 25, -7, 0.88)
    spine = good.inks[-1] if good.art == "ridges" else good.inks[0]
    return _turned(_book(good, spine=spine, ground=WHITE), 0, 0, -6 + good.seed % 4, 1)


def _book(good: Good, *, spine: str, ground: str) -> str:
    cloth = INKS[spine]
    elastic = INKS["navy"] if spine in {"coral", "red"} else INKS["coral"]
    return "".join(
        (
            _shadow(452, 638, 20, 26),
            _path("M120 318v34l8-7 8 7v-34z", fill=elastic),
            _rect(-216, -310, 450, 636, rx=12, fill=_mix(cloth, "#000000", 0.25)),
            _rect(-216, -312, 446, 634, rx=10, fill="#efe9dc"),
            _path("M-200 318.5H226M-200 315H226M229-300V312", fill="none", stroke="#cfc6b4", stroke_width=1),
            _rect(-226, -319, 452, 638, rx=16, fill=ground),
            _printed(good, -226, -319, 452, rx=16),
            _path("M-210-319H-158V319H-210A16 16 0 0 1-226 303V-303A16 16 0 0 1-210-319z", fill=cloth),
            _rect(-158, -319, 5, 638, fill="#000", fill_opacity=0.2),
            _rect(-226, -319, 452, 638, rx=12, fill="url(#vt-sheet)"),
            _rect(167, -321, 15, 642, fill=elastic),
            _rect(179, -321, 3, 642, fill="#000", fill_opacity=0.2),
        )
    )


def _card(good: Good) -> str:
    paper = INKS[good.shown]
    envelope = "".join(
        (
            _shadow(580, 410, 16, 20),
            _rect(-290, -205, 580, 410, rx=4, fill=paper),
            _path("M-290 205L-20-10H20L290 205z", fill="#fff", fill_opacity=0.1),
            _path("M-290-205L0 40L290-205z", fill=_mix(paper, "#000000", 0.16)),
            _path("M-290-205L0 40L290-205", fill="none", stroke="#fff", stroke_opacity=0.3, stroke_width=2),
        )
    )
    card = "".join(
        (
            _shadow(396, 560, 16, 22),
            _rect(-194, -276, 396, 560, rx=3, fill="#ddd6c8"),
            _printed(good, -198, -280, 396, rx=3),
            _rect(-198, -280, 396, 559.7, rx=3, fill="url(#vt-sheet)"),
        )
    )
    lean = good.seed % 5
    return _turned(envelope, 10, 175, 7 - lean, 1) + _turned(card, -15, -60, lean - 6, 1)


def _mug(good: Good) -> str:
    glaze = INKS[good.shown]
    body = "M-170-180V150A170 40 0 0 0 170 150V-180A170 40 0 0 1-170-180z"
    band = "M0 88V670A300 71 0 0 0 600 670V88A300 71 0 0 1 0 88z"  # the body, in the units of the drawing
    handle = "M160-100C275-125 290 95 152 92"
    return "".join(
        (
            _ellipse(70, 178, 260, 44, fill="#000", fill_opacity=0.28, filter="url(#vt-soft)"),
            _path(handle, fill="none", stroke="#d9d3c8", stroke_width=42, stroke_linecap="round"),
            _path(handle, fill="none", stroke="#f7f3ec", stroke_width=30, stroke_linecap="round"),
            _path("M176-86C256-98 258 68 172 72", fill="none", stroke="#000", stroke_opacity=0.08, stroke_width=8),
            _path(body, fill="#f7f3ec"),
            _moved(_path(band, fill=_paint(good)), -170, -230, 340 / 600),
            _path(body, fill="url(#vt-round)"),
            _ellipse(0, -180, 170, 40, fill="#fbf8f2"),
            _ellipse(0, -179, 159, 34, fill=_mix(glaze, "#000000", 0.3)),
            _path("M-159-179A159 34 0 0 0 159-179A159 52 0 0 1-159-179z", fill=_mix(glaze, "#ffffff", 0.12)),
            _path("M-120-190A150 30 0 0 1 40-209", fill="none", stroke="#fff", stroke_opacity=0.35, stroke_width=4),
        )
    )


def _wall_calendar(good: Good) -> str:
    rings = "".join(f"M{x} 0V-20" for x in range(-210, 211, 30))
    return "".join(
        (
            _shadow(480, 700, 14, 20),
            _path("M0-350L-8-395M0-350L8-395", fill="none", stroke="#8b867b", stroke_width=3),
            _ellipse(0, -398, 7, 7, fill="#3a3a40"),
            _rect(-240, -350, 480, 700, fill="#fdfcf9"),
            _moved(_rect(0, 0, 600, 418, fill=_paint(good)), -240, -350, 0.8),
            _moved(_month(420, 260, INKS[good.inks[0]]), -210, 40, 1),
            _rect(-240, -14, 480, 6, fill="#000", fill_opacity=0.1),
            _path(rings, fill="none", stroke="#5b5b62", stroke_width=5, stroke_linecap="round"),
            _rect(-240, -350, 480, 700, fill="url(#vt-sheet)"),
        )
    )


def _desk_calendar(good: Good) -> str:
    rings = "".join(f"M{x}-232V-258" for x in range(-170, 171, 34))
    return "".join(
        (
            _path("M-200 232L290 232L400 275L-120 290z", fill="#000", fill_opacity=0.26, filter="url(#vt-soft)"),
            _path("M190-240L262 225L205 235z", fill="#8f8a80"),
            _path("M-214 236H214L204-246H-204z", fill="#77726a"),
            _rect(-200, -246, 400, 472, fill="#fdfcf9"),
            _moved(_rect(0, 0, 600, 360, fill=_paint(good)), -200, -246, 400 / 600),
            _moved(_month(350, 170, INKS[good.inks[-1]]), -175, 28, 1),
            _path(rings, fill="none", stroke="#4b4b52", stroke_width=5, stroke_linecap="round"),
            _rect(-200, -246, 400, 472, fill="url(#vt-sheet)"),
        )
    )


def _month(width: int, height: int, ink: str) -> str:
    """A page of days without a word on it: a bar for the name, a dot for each day, one day ringed."""
    step_x, step_y = width / 7, (height - 40) / 5
    days = [(x, y) for y in range(5) for x in range(7)][2:33]
    dots = "".join(f"M{round((x + 0.5) * step_x)} {round(52 + (y + 0.5) * step_y)}h0" for x, y in days)
    rules = "".join(f"M0 {round(46 + y * step_y)}H{width}" for y in range(5))
    return "".join(
        (
            _rect(0, 0, round(width * 0.3), 16, rx=8, fill=ink),
            _path(rules, fill="none", stroke="#d8d3c7", stroke_width=2),
            _path(dots, fill="none", stroke="#4d4e55", stroke_width=10, stroke_linecap="round"),
            _ellipse(3.5 * step_x, 52 + 2.5 * step_y, 15, 15, fill="none", stroke=INKS["coral"], stroke_width=4),
        )
    )


def _birthday_calendar(good: Good) -> str:
    lines = "".join(f"M-92 {y}H125" for y in range(60, 351, 29))
    marks = "".join(f"M-118 {y - 6}h0" for y in range(60, 351, 29))
    return "".join(
        (
            _shadow(320, 740, 14, 20),
            _path("M-60-372L0-428L60-372", fill="none", stroke="#6a6257", stroke_width=3),
            _ellipse(0, -428, 7, 7, fill="#3a3a40"),
            _rect(-160, -370, 320, 740, fill="#fdfcf9"),
            _moved(_rect(0, 0, 600, 730, fill=_paint(good)), -160, -370, 0.5333),
            _rect(-168, -380, 336, 18, rx=3, fill="#c49a66"),
            _path(lines, fill="none", stroke="#d8d3c7", stroke_width=2),
            _path(marks, fill="none", stroke=INKS[good.inks[1]], stroke_width=9, stroke_linecap="round"),
            _rect(-160, -362, 320, 732, fill="url(#vt-sheet)"),
        )
    )


def _wrap(good: Good) -> str:
    paint, ribbon = _paint(good), INKS[_RIBBONS[good.slug]]
    half = _rect(0, 300, 600, 214, fill=paint)  # two of them: the sheet is as wide as half a roll is long
    roll = "".join(
        (
            _rect(-392, -58, 840, 150, rx=40, fill="#000", fill_opacity=0.3, filter="url(#vt-soft)"),
            _moved(half, -420, -285, 0.7),
            _moved(half, 0, -285, 0.7),
            _rect(-420, -75, 840, 150, fill="url(#vt-roll)"),
            _rect(-36, -76, 72, 152, fill="#e9dfcb"),
            _rect(-36, -76, 72, 152, fill="url(#vt-roll)"),
            _ellipse(420, 0, 26, 75, fill="#f3ede0"),
            _path(
                "M420-54A18 54 0 1 1 404 20A13 40 0 1 1 429 22A8 22 0 1 1 414-8",
                fill="none",
                stroke="#b9ae98",
                stroke_width=3,
            ),
            _ellipse(-420, 0, 26, 75, fill=paint),
            _ellipse(-420, 0, 26, 75, fill="url(#vt-roll)"),
        )
    )
    parcel = "".join(
        (
            _shadow(420, 330, 22, 28),
            _moved(_rect(0, 100, 600, 471, rx=7, fill=paint), -210, -235, 0.7),
            _path("M-210-165H210L198-153H-198L-198 153L-210 165z", fill="#fff", fill_opacity=0.3),
            _path("M210 165V-165L198-153V153H-198L-210 165z", fill="#000", fill_opacity=0.2),
            _path("M-85-165V165M-210 20H210", fill="none", stroke="#000", stroke_opacity=0.16, stroke_width=42),
            _path("M-88-165V165M-210 16H210", fill="none", stroke=ribbon, stroke_width=34),
            _moved(_bow(ribbon), -88, 16, 1),
        )
    )
    return _turned(roll, 10, -150, -24, 0.86) + _turned(parcel, 0, 170, 8, 1)


def _bow(ribbon: str) -> str:
    dark = _mix(ribbon, "#000000", 0.2)
    return "".join(
        (
            _path("M0 0L-62 96L-38 92L-24 112L14 8zM0 0L58 100L38 92L20 110L-10 8z", fill=dark),
            _path("M0 0C-40-70-120-70-116-14C-113 34-50 30 0 0C40-70 120-70 116-14C113 34 50 30 0 0z", fill=ribbon),
            _path("M0 0C-40-40-92-44-90-14C-88 10-40 14 0 0C40-40 92-44 90-14C88 10 40 14 0 0z", fill=dark),
            _rect(-19, -19, 38, 38, rx=9, fill=ribbon),
        )
    )


_RIBBONS = {"terrazzo-wrap": "coral", "seigaiha-wrap": "coral", "weave-wrap": "plum", "dots-wrap": "yellow"}


def _pots() -> str:
    """A clay vase and a navy pot, standing on the origin's height."""
    return "".join(
        (
            _ellipse(40, -4, 200, 20, fill="#000", fill_opacity=0.35, filter="url(#vt-soft)"),
            _path(_VASE, fill=INKS["clay"], transform="translate(40 0)"),
            _path(_VASE, fill="url(#vt-round)", transform="translate(40 0)"),
            _path(_POT, fill=INKS["navy"], transform="translate(-60 6)"),
            _path(_POT, fill="url(#vt-round)", transform="translate(-60 6)"),
        )
    )


_VASE = "M-18-240C-12-190-14-170-40-140C-84-90-76-24-40 0H40C76-24 84-90 40-140C14-170 12-190 18-240z"
_POT = "M-34-128C-24-112-24-100-44-86C-80-60-74-16-44 0H44C74-16 80-60 44-86C24-100 24-112 34-128z"

_THINGS: dict[str, Callable[[Good], str]] = {"notebooks": _notebook, "cards": _card, "mugs": _mug, "gift-wrap": _wrap}
_CALENDARS: dict[str, Callable[[Good], str]] = {
    "wall-calendar-2027": _wall_calendar,
    "desk-calendar-2027": _desk_calendar,
    "birthday-calendar": _birthday_calendar,
}


# ---- the stage ----


def _wall(width: int, height: int, tint: str, seed: int) -> str:
    """A tinted wall, lit from the upper left through a window whose place the seed decides."""
    name = f"vt-wall-{tint[1:]}"
    stops = ((0, _mix(tint, "#ffffff", 0.35)), (0.6, tint), (1, _mix(tint, "#000000", 0.07)))
    ramp = "".join(_el("stop", offset=at, stop_color=colour) for at, colour in stops)
    unit = height / 1000
    left = width * (0.14 if width < height else 0.42) + (seed * 37 % 120) * unit
    panes = "".join(
        f"M{round(left + x * unit)} {round((90 + y + x * 0.4) * unit)}h{round(170 * unit)}v{round(250 * unit)}"
        f"h{round(-170 * unit)}z"
        for x in (0, 192)
        for y in (0, 272, 544)
    )
    return "".join(
        (
            _el("linearGradient", ramp, id=name, x1=0, y1=0, x2=1, y2=1),
            _rect(0, 0, width, height, fill=f"url(#{name})"),
            _path(panes, fill="#fff", fill_opacity=0.4, transform="skewX(-7)", filter="url(#vt-soft)"),
        )
    )


def _table(width: int, height: int, edge: int, tint: str) -> str:
    top = _rect(0, edge, width, height - edge, fill=_mix(tint, "#ffffff", 0.4))
    return top + _rect(0, edge, width, height - edge, fill="url(#vt-near)")


def _floor(width: int, height: int, edge: int) -> str:
    rng = Random(edge)
    fibres = "".join(
        f"M{rng.randint(-100, width)} {rng.randint(edge + 10, height)}h{rng.randint(90, 420)}" for _ in range(34)
    )
    return "".join(
        (
            _rect(0, edge, width, height - edge, fill="#bb8a55"),
            _path(fibres, fill="none", stroke="#6e4520", stroke_opacity=0.16, stroke_width=3, stroke_linecap="round"),
            _rect(0, edge, width, height - edge, fill="url(#vt-fall)"),
            _rect(0, edge, width, 5, fill="#fff", fill_opacity=0.35),
        )
    )


def _shadow(width: float, height: float, dx: int, dy: int) -> str:
    left, top = -width / 2, -height / 2
    return _rect(left + dx, top + dy, width, height, fill="#1a1206", fill_opacity=0.3, filter="url(#vt-soft)") + _rect(
        left + 3, top + 5, width, height, fill="#1a1206", fill_opacity=0.2
    )


# ---- from a drawing to paper ----


def _printed(good: Good, x: float, y: float, width: float, *, rx: float = 0) -> str:
    scale = width / 600
    return _moved(_rect(0, 0, 600, 848, rx=rx / scale, fill=_paint(good)), x, y, scale)


def _paint(good: Good) -> str:
    return f"url(#vt-{good.slug})"


def _pattern(good: Good) -> str:
    """The good's drawing as a paint, with the speckle of a paper that did not take all the ink."""
    sheet = Sheet(
        600,
        _HEIGHTS.get(good.slug) or _HEIGHTS.get(good.shelf, 848),
        tuple(INKS[name] for name in good.inks),
        Random(good.seed),
        margin=40 if good.shelf in {"art-prints", "cards"} else 0,
        clear=good.slug == "terrazzo-pair",
    )
    speckle = _rect(0, 0, sheet.width, sheet.height, fill="url(#vt-grain)")
    return _el(
        "pattern",
        ENGINES[good.art](sheet) + speckle,
        id=f"vt-{good.slug}",
        width=sheet.width,
        height=sheet.height,
        patternUnits="userSpaceOnUse",
    )


_HEIGHTS = {
    "mugs": 744,
    "gift-wrap": 800,
    "wall-calendar-2027": 440,
    "desk-calendar-2027": 360,
    "birthday-calendar": 730,
}
"""Of the drawing, by good or by shelf, in the units that make it 600 wide; the rest have the shape of A paper, 848."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an engine draws on. `margin` is bare paper for drawings that do not run to the edge; a clear sheet takes its
    colour from what lies under it."""

    width: int
    height: int
    inks: tuple[str, ...]
    rng: Random
    margin: int = 0
    clear: bool = False

    def paper(self, colour: str) -> str:
        return "" if self.clear else _rect(0, 0, self.width, self.height, fill=colour)

    def centred(self, marks: str) -> str:
        """Marks drawn for 600 by 848, fitted to this sheet."""
        scale = min(self.width / 600, self.height / 848)
        x, y = (self.width - 600 * scale) / 2, (self.height - 848 * scale) / 2
        return marks if scale == 1 else _moved(marks, x, y, scale)


# ---- the engines ----


def _ridges(sheet: Sheet) -> str:
    w, h, rng = sheet.width, sheet.height, sheet.rng
    sky, sun, far, near = *sheet.inks[:3], sheet.inks[-1]
    haze = (_mix(far, CREAM, 0.7), _mix(far, CREAM, 0.2), _mix(far, near, 0.45), near, _mix(near, "#000000", 0.3))
    marks = [
        sheet.paper(_mix(sky, CREAM, 0.5)),
        _ellipse(w * rng.uniform(0.56, 0.72), h * 0.27, 86, 86, fill=sun),
    ]
    for row in range(7):
        heights = _walk(rng, 32, 0.56)
        swing = h * (0.13 - 0.006 * row)
        line = "".join(f"l19 {round((a - b) * swing)}" for a, b in pairwise(heights)).replace(" -", "-")
        start = round(h * (0.42 + 0.083 * row) - heights[0] * swing)
        marks.append(_path(f"M-4 {start}{line}V{h}H-4z", fill=_ladder(haze, row / 6)))
        marks.append(_path(f"M-4 {start + 30}{line}V{h}H-4z", fill="url(#vt-fog)"))
    return "".join(marks)


def _papercut(sheet: Sheet) -> str:
    """Every sheet has a hole where the sea is deeper than its level, and throws a shadow into it."""
    field = _hills(sheet, 8)
    outside = f"M-30-30H{sheet.width + 30}V{sheet.height + 30}H-30z"
    marks = [sheet.paper(sheet.inks[0])]
    for step, level in enumerate(reversed(_levels(field, sheet, 8)), 1):
        holes = "".join(_curve(loop, closed=True) for loop in _loops(field, sheet, level))
        colour = _ladder((*sheet.inks, _mix(sheet.inks[-1], WHITE, 0.45)), step / 8)
        marks.append(_path(outside + holes, fill=colour, fill_rule="evenodd", filter="url(#vt-cut)"))
    return "".join(marks)


def _contour(sheet: Sheet) -> str:
    field = _hills(sheet, 7)
    marks = [sheet.paper(sheet.inks[0])]
    for step, level in enumerate(_levels(field, sheet, 12)):
        lines = "".join(_curve(loop, closed=True) for loop in _loops(field, sheet, level))
        width = 5 if step % 4 == 1 else 2.6
        marks.append(_path(lines, fill="none", stroke=sheet.inks[1], stroke_width=width))
    return "".join(marks)


def _levels(field: Callable[[float, float], float], sheet: Sheet, count: int) -> list[float]:
    """Heights that share the sheet out into equal areas."""
    heights = sorted(field(x, y) for x in range(0, sheet.width, 40) for y in range(0, sheet.height, 40))
    return [heights[len(heights) * n // (count + 1)] for n in range(1, count + 1)]


def _flow(sheet: Sheet) -> str:
    rng, gap, m = sheet.rng, 21, sheet.margin
    phases = [rng.uniform(0, 6.28) for _ in range(3)]

    def wind(x: float, y: float) -> float:
        return (
            1.1 + 1.3 * sin(x / 170 + phases[0]) + 1.1 * sin(y / 210 + phases[1]) + 0.6 * sin((x + y) / 120 + phases[2])
        )

    taken: dict[tuple[int, int], list[Point]] = {}

    def free(x: float, y: float) -> bool:
        if not (m < x < sheet.width - m and m < y < sheet.height - m):
            return False
        cx, cy = int(x // gap), int(y // gap)
        near = (p for i in (-1, 0, 1) for j in (-1, 0, 1) for p in taken.get((cx + i, cy + j), ()))
        return all(hypot(x - px, y - py) >= gap for px, py in near)

    def walked(x: float, y: float, step: float) -> list[Point]:
        points: list[Point] = []
        while free(x, y) and len(points) < 60:
            points.append((x, y))
            angle = wind(x, y)
            x, y = x + step * cos(angle), y + step * sin(angle)
        return points

    starts = [(x, y) for x in range(0, sheet.width, 24) for y in range(0, sheet.height, 24)]
    rng.shuffle(starts)
    strokes: dict[tuple[str, int], list[str]] = {}
    for x, y in starts:
        line = walked(x, y, -7)[::-1] + walked(x, y, 7)[1:]
        if len(line) < 8:
            continue
        for px, py in line:
            taken.setdefault((int(px // gap), int(py // gap)), []).append((px, py))
        ink = rng.choice((sheet.inks[0], *sheet.inks))
        strokes.setdefault((ink, rng.choice((3, 4, 5, 7, 10))), []).append(_curve([*line[::5], line[-1]]))
    return sheet.paper(WHITE) + "".join(
        _path("".join(curves), fill="none", stroke=ink, stroke_width=width, stroke_linecap="round")
        for (ink, width), curves in sorted(strokes.items())
    )


def _bauhaus(sheet: Sheet) -> str:
    rng = sheet.rng
    cell = (sheet.width - 2 * sheet.margin) / 4
    rows = round((sheet.height - 2 * sheet.margin) / cell)
    top = (sheet.height - rows * cell) / 2
    marks: list[str] = []
    last = ""
    for row in range(rows):
        for column in range(4):
            ink = rng.choice([ink for ink in sheet.inks if ink != last])
            last = ink
            ground = rng.choice([other for other in (*sheet.inks, "", "", "", "") if other != ink])
            shape = _el("path", d=rng.choice(_BLOCKS), fill=ink)
            if ground:
                shape = _rect(-50, -50, 100, 100, fill=ground) + shape
            x, y = sheet.margin + (column + 0.5) * cell, top + (row + 0.5) * cell
            marks.append(_turned(shape, x, y, rng.choice((0, 90, 180, 270)), cell / 100))
    return sheet.paper(CREAM) + "".join(marks)


_BLOCKS = (
    "M-50-50A100 100 0 0 1 50 50H-50z",
    "M-50-50A100 100 0 0 1 50 50H-50z",
    "M-40 0A40 40 0 1 0 40 0A40 40 0 1 0-40 0z",
    "M-50 0A50 50 0 0 1 50 0zM-50 50A50 50 0 0 1 50 50z",
    "M-50-50H50V-38H-50zM-50-27H50V-15H-50zM-50-4H50V8H-50zM-50 19H50V31H-50zM-50 42H50V50H-50z",
    "M-50-50L50 50H-50z",
    "M-50-50A100 100 0 0 1 50 50A100 100 0 0 1-50-50z",
)


def _truchet(sheet: Sheet) -> str:
    rng, columns = sheet.rng, 5
    size = (sheet.width - 2 * sheet.margin) / columns
    rows = int((sheet.height - 2 * sheet.margin) / size) if sheet.margin else int(sheet.height / size) + 1
    top = (sheet.height - rows * size) / 2
    arc = f"{round(size / 2, 1)} {round(size / 2, 1)} 0 0 "
    half = round(size / 2, 1)
    d = []
    for row in range(rows):
        for column in range(columns):
            x, y = round(sheet.margin + column * size, 1), round(top + row * size, 1)
            if rng.random() < 0.5:
                d.append(f"M{_n(x + half)} {_n(y)}a{arc}1{-half} {half}m{size:g} 0a{arc}0{-half} {half}")
            else:
                d.append(f"M{_n(x + half)} {_n(y)}a{arc}0{half} {half}m{-size:g} 0a{arc}1{half} {half}")
    loops = "".join(d)
    widths = ((sheet.inks[0], 0.56), (BLUSH, 0.36), (sheet.inks[1], 0.15))
    return sheet.paper(BLUSH) + "".join(
        _path(loops, fill="none", stroke=ink, stroke_width=round(size * width)) for ink, width in widths
    )


def _botanical(sheet: Sheet) -> str:
    rng = sheet.rng
    leaf, line, berry = sheet.inks
    stems, leaves, veins, berries = "", "", "", ""
    for foot, lean, length in ((270, -120, 590), (295, -6, 735), (320, 130, 600), (300, -210, 400)):
        sway = rng.uniform(-30, 30)
        ctrl = (foot + sway, 800 - length * 0.55)
        tip = (foot + lean, 800 - length)
        stems += f"M{foot} 810Q{round(ctrl[0])} {round(ctrl[1])} {round(tip[0])} {round(tip[1])}"
        pairs = length // 74
        for step in range(pairs + 1):
            t = 0.3 + 0.7 * step / pairs
            x = (1 - t) ** 2 * foot + 2 * t * (1 - t) * ctrl[0] + t * t * tip[0]
            y = (1 - t) ** 2 * 810 + 2 * t * (1 - t) * ctrl[1] + t * t * tip[1]
            reach = 112 - 58 * t
            for side in (-1, 1) if step < pairs else (0,):
                angle = radians(-90 + side * (52 - 12 * t) + lean * 0.08 + rng.uniform(-6, 6))
                blade, vein = _leaf(x, y, reach, angle)
                leaves += blade
                veins += vein
                if side and rng.random() < 0.2:
                    berries += f"M{round(x - side * 16)} {round(y - 14)}h0"
    pen = {"fill": "none", "stroke": line, "stroke_linecap": "round"}
    return sheet.paper(CREAM) + sheet.centred(
        _path(leaves, fill=leaf, transform="translate(-5 4)")
        + _path(stems + veins, **pen, stroke_width=3)
        + _path(leaves, **pen, stroke_width=2)
        + _path(berries, fill="none", stroke=berry, stroke_width=19, stroke_linecap="round")
    )


def _leaf(x: float, y: float, reach: float, angle: float) -> tuple[str, str]:
    """Blade and vein, pointing from the stem along the angle."""
    c, s, fat = cos(angle), sin(angle), reach * 0.3

    def at(along: float, across: float) -> str:
        return f"{round(along * c - across * s)} {round(along * s + across * c)}"

    start, tip = f"M{round(x)} {round(y)}", at(reach, 0)
    blade = f"{start}c{at(reach * 0.25, fat)} {at(reach * 0.7, fat)} {tip}"
    back = f"c{at(-reach * 0.3, -fat)} {at(-reach * 0.75, -fat)} {at(-reach, 0)}z"
    return blade + back, f"{start}l{at(reach * 0.78, 0)}"


def _moire(sheet: Sheet) -> str:
    groups = []
    for ink, x, y, radius in ((sheet.inks[0], 250, 330, 210), (sheet.inks[1], 355, 500, 210)):
        rings = "".join(_ellipse(x, y, r, r) for r in range(8, radius, 10))
        groups.append(_el("g", rings, fill="none", stroke=ink, stroke_width=4, stroke_opacity=0.88))
    return sheet.paper(WHITE) + sheet.centred("".join(groups))


def _phyllo(sheet: Sheet) -> str:
    yellow, sun, red, navy = sheet.inks
    dots: dict[tuple[str, int], list[str]] = {}
    for n in range(600):
        radius, angle = 9.7 * sqrt(n + 0.5), n * pi * (3 - sqrt(5))
        ring = radius / 238
        ink = _step((navy, yellow, sun, red), ring)
        width = round(4 + 11 * sin(min(ring, 1) * pi * 0.8))
        dots.setdefault((ink, width), []).append(
            f"M{round(300 + radius * cos(angle))} {round(410 + radius * sin(angle))}h0"
        )
    return sheet.paper(CREAM) + sheet.centred(
        "".join(
            _path("".join(marks), fill="none", stroke=ink, stroke_width=width, stroke_linecap="round")
            for (ink, width), marks in sorted(dots.items())
        )
    )


def _scallop(sheet: Sheet) -> str:
    """Bands of ink whose upper edges are rows of waves, stray waves, and over all the lines the paper leaves bare."""
    rng, r = sheet.rng, 50
    marks = [sheet.paper(sheet.inks[0])]
    rows = sheet.height // (r // 2) + 3
    arcs = f"a{r} {r} 0 0 1 {2 * r} 0" * (sheet.width // (2 * r) + 2)
    for band in range(1, 9):
        row = round(rows * band / 9) + rng.randint(-1, 1)
        ink = _step(sheet.inks, (band + rng.choice((-1, 0, 0, 1))) / 9)
        left = -r if row % 2 else -2 * r
        marks.append(_path(f"M{left} {row * r // 2}{arcs}V{sheet.height}H{left}z", fill=ink))
    strays: dict[str, list[str]] = {}
    for _ in range(26):
        row, column = rng.randrange(rows), rng.randrange(sheet.width // (2 * r) + 1)
        x, y = column * 2 * r + (0 if row % 2 else r), row * r // 2
        strays.setdefault(_step(sheet.inks, row / rows + rng.uniform(-0.45, 0.45)), []).append(
            f"M{x - 44} {y - 25}a50 50 0 0 1 88 0a50 50 0 0 0-38 26a50 50 0 0 0-12 0a50 50 0 0 0-38-26z"
        )
    marks += [_path("".join(waves), fill=ink) for ink, waves in sorted(strays.items())]
    return "".join(marks) + _rect(0, 0, sheet.width, sheet.height, fill="url(#vt-waves)")


def _weave(sheet: Sheet) -> str:
    """Without a margin the threads run off the edges and meet again on the next sheet."""
    columns, gap = (12, 5) if not sheet.margin else (13, 4)
    size = (sheet.width - 2 * sheet.margin) // columns
    rows = (sheet.height - 2 * sheet.margin) // size if sheet.margin else sheet.height // size + 1
    left, top = ((sheet.width - columns * size) // 2, (sheet.height - rows * size) // 2) if sheet.margin else (0, 0)
    right, foot = left + columns * size, top + rows * size
    threads: dict[str, list[str]] = {ink: [] for ink in sheet.inks}
    for row in range(-1, rows):
        for column in range(-1, columns):
            x, y = left + column * size, top + row * size
            if (row + column) % 4 == 0 and row >= 0:
                start, end = max(x, left), min(x + 2 * size, right)
                threads[sheet.inks[row % 2]].append(_bar(start, y + gap, end - start - gap, size - 2 * gap))
            elif (row + column) % 4 == 2 and column >= 0:
                start, end = max(y, top), min(y + 2 * size, foot)
                ink = sheet.inks[2] if column % 3 else sheet.inks[0]
                threads[ink].append(_bar(x + gap, start, size - 2 * gap, end - start - gap))
    return sheet.paper(CREAM) + "".join(_path("".join(bars), fill=ink) for ink, bars in threads.items())


def _bar(x: int, y: int, width: int, height: int) -> str:
    return f"M{x} {y}h{width}v{height}h-{width}z" if width > 0 and height > 0 else ""


def _vases(sheet: Sheet) -> str:
    clay, navy, sun, pink = sheet.inks
    sprig = "".join(
        _leaf(228, y, 34 + (y - 130) / 6, radians(-90 + side * 38))[0] for y in range(130, 300, 28) for side in (-1, 1)
    )
    tall, low = "translate(228 680) scale(1.75 1.6)", "translate(408 700) scale(1.35)"
    return sheet.paper(BLUSH) + sheet.centred(
        "".join(
            (
                _ellipse(420, 262, 112, 112, fill=sun),
                _rect(0, 622, 600, 226, fill=pink),
                _path("M228 320V100", fill="none", stroke=navy, stroke_width=4),
                _path(sprig, fill=navy),
                _path(_VASE, fill=clay, transform=tall),
                _path(_VASE, fill="url(#vt-shade)", transform=tall),
                _path(_POT, fill=navy, transform=low),
                _path(_POT, fill="url(#vt-shade)", transform=low),
            )
        )
    )


def _arches(sheet: Sheet) -> str:
    clay, sun, pink, dark = sheet.inks

    def arch(x: int, foot: int, radius: int, width: int, inks: Sequence[str]) -> str:
        bands = []
        for n, ink in enumerate(inks):
            r = radius - n * width
            d = f"M{x - r} {foot}V{foot - 210}a{r} {r} 0 0 1 {2 * r} 0V{foot}"
            bands.append(_path(d, fill="none", stroke=ink, stroke_width=width - 5, stroke_opacity=0.93))
        return "".join(bands)

    return sheet.paper(CREAM) + sheet.centred(
        _ellipse(462, 150, 74, 74, fill=sun)
        + arch(235, 560, 170, 36, (clay, sun, pink, clay, dark))
        + arch(395, 760, 128, 28, (dark, clay, sun, pink, clay))
    )


def _terrazzo(sheet: Sheet) -> str:
    rng = sheet.rng
    placed: list[tuple[float, float, float]] = []
    chips: dict[str, list[str]] = {ink: [] for ink in sheet.inks}
    for radius, tries in ((34, 34), (20, 120), (10, 260), (5, 160)):
        for _ in range(tries):
            x, y, r = rng.uniform(0, sheet.width), rng.uniform(0, sheet.height), radius * rng.uniform(0.75, 1.15)
            if all(hypot(x - px, y - py) > r + pr + 7 for px, py, pr in placed):
                placed.append((x, y, r))
                chips[rng.choice(sheet.inks)].append(_chip(rng, x, y, r))
    return sheet.paper(WHITE) + "".join(_path("".join(shapes), fill=ink) for ink, shapes in chips.items())


def _chip(rng: Random, x: float, y: float, r: float) -> str:
    corners = rng.randint(4, 6)
    turn = rng.uniform(0, 6.28)
    points = [
        (round(x + k * r * cos(a)), round(y + k * r * sin(a)))
        for a, k in (
            (turn + (n + rng.uniform(-0.3, 0.3)) * 2 * pi / corners, rng.uniform(0.7, 1)) for n in range(corners)
        )
    ]
    return (
        f"M{points[0][0]} {points[0][1]}" + "".join(f"l{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(points)) + "z"
    )


def _orbit(sheet: Sheet) -> str:
    rng, (sky, sun, *planets) = sheet.rng, sheet.inks
    stars = "".join(f"M{rng.randint(6, 594)} {rng.randint(6, 842)}h0" for _ in range(90))
    rings, bodies = "", ""
    for n in range(8):
        radius = round(54 * 1.255**n)
        rings += _ellipse(300, 410, radius, radius)
        if n % 2 or n > 4:
            angle = rng.uniform(0, 6.28)
            x, y, r = round(300 + radius * cos(angle)), round(410 + radius * sin(angle)), rng.randint(12, 22)
            ink = planets[n % len(planets)]
            bodies += _ellipse(x, y, r + 6, r + 6, fill=sky) + _ellipse(x, y, r, r, fill=ink)
            bodies += _path(f"M{x} {y - r}a{r} {r} 0 0 1 0 {2 * r}z", fill=sky, fill_opacity=0.3)
    return sheet.paper(sky) + sheet.centred(
        _path(stars, fill="none", stroke=WHITE, stroke_opacity=0.6, stroke_width=3, stroke_linecap="round")
        + _el("g", rings, fill="none", stroke=WHITE, stroke_opacity=0.62, stroke_width=2.4)
        + bodies
        + _ellipse(300, 410, 36, 36, fill=sun)
    )


def _dots(sheet: Sheet) -> str:
    dots: dict[tuple[str, int], list[str]] = {}
    for row, y in enumerate(range(20, sheet.height + 20, 40)):
        for column, x in enumerate(range(20, sheet.width, 40)):
            width = 2 * round(9 + 6 * sin(column * pi / 7.5 + row * pi / 10) * cos(row * pi / 5))
            dots.setdefault((sheet.inks[(row + column) % 2], width), []).append(f"M{x} {y}h0")
    return sheet.paper(WHITE) + "".join(
        _path("".join(marks), fill="none", stroke=ink, stroke_width=width, stroke_linecap="round")
        for (ink, width), marks in sorted(dots.items())
    )


ENGINES: Mapping[str, Callable[[Sheet], str]] = {
    "ridges": _ridges,
    "papercut": _papercut,
    "flow": _flow,
    "bauhaus": _bauhaus,
    "truchet": _truchet,
    "botanical": _botanical,
    "moire": _moire,
    "phyllo": _phyllo,
    "scallop": _scallop,
    "weave": _weave,
    "vases": _vases,
    "arches": _arches,
    "terrazzo": _terrazzo,
    "orbit": _orbit,
    "contour": _contour,
    "dots": _dots,
}


# ---- lines and levels ----


def _walk(rng: Random, count: int, rough: float) -> list[float]:
    """`count` + 1 heights in about -1 to 1, by halving: `count` is a power of two."""
    heights = {0: rng.uniform(-0.6, 0.6), count: rng.uniform(-0.6, 0.6)}
    span, wide = count, 0.8
    while span > 1:
        for left in range(0, count, span):
            middle = (heights[left] + heights[left + span]) / 2
            heights[left + span // 2] = middle + rng.uniform(-wide, wide)
        span, wide = span // 2, wide * rough
    return [heights[n] for n in range(count + 1)]


def _hills(sheet: Sheet, count: int) -> Callable[[float, float], float]:
    """A smooth height for every point, about 0 to 1.2."""
    rng = sheet.rng
    tops = [
        (
            rng.uniform(0, sheet.width),
            sheet.height * (n + rng.random()) / count,
            rng.uniform(0.4, 1),
            rng.uniform(70, 140),
        )
        for n in range(count)
    ]
    a, b = rng.uniform(0, 6.28), rng.uniform(0, 6.28)

    def height(x: float, y: float) -> float:
        swell = 0.12 + 0.07 * sin(x / 75 + a + sin(y / 90)) + 0.07 * sin(y / 85 + b + sin(x / 70))
        return swell + sum(tall * exp(-((x - tx) ** 2 + (y - ty) ** 2) / (2 * wide**2)) for tx, ty, tall, wide in tops)

    return height


_TURNS: Mapping[int, tuple[tuple[str, str], ...]] = {
    1: (("L", "T"),),
    2: (("T", "R"),),
    3: (("L", "R"),),
    4: (("R", "B"),),
    5: (("L", "T"), ("R", "B")),
    6: (("T", "B"),),
    7: (("L", "B"),),
    8: (("B", "L"),),
    9: (("B", "T"),),
    10: (("T", "R"), ("B", "L")),
    11: (("B", "R"),),
    12: (("R", "L"),),
    13: (("R", "T"),),
    14: (("T", "L"),),
}
"""Marching squares: the corners above the level (1 upper left, 2 upper right, 4 lower right, 8 lower left) decide
from which side of a cell to which the line crosses it."""


def _loops(field: Callable[[float, float], float], sheet: Sheet, level: float) -> list[list[Point]]:
    """The closed lines where the field crosses the level; those leaving the sheet close just outside it."""
    step = 34
    columns, rows = sheet.width // step + 4, sheet.height // step + 4

    def height(i: int, j: int) -> float:
        inside = 0 < i < columns - 1 and 0 < j < rows - 1
        return field((i - 1) * step - 10, (j - 1) * step - 10) if inside else -1.0

    grid = [[height(i, j) - level for j in range(rows)] for i in range(columns)]

    def crossing(a: tuple[int, int], b: tuple[int, int]) -> Point:
        ha, hb = grid[a[0]][a[1]], grid[b[0]][b[1]]
        t = ha / (ha - hb)
        return ((a[0] - 1 + t * (b[0] - a[0])) * step - 10, (a[1] - 1 + t * (b[1] - a[1])) * step - 10)

    follows: dict[Point, Point] = {}
    for i in range(columns - 1):
        for j in range(rows - 1):
            corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
            above = sum(1 << n for n, (x, y) in enumerate(corners) if grid[x][y] > 0)
            sides = {"T": (corners[0], corners[1]), "R": (corners[1], corners[2])}
            sides |= {"B": (corners[3], corners[2]), "L": (corners[0], corners[3])}
            for start, end in _TURNS.get(above, ()):
                follows[crossing(*sides[start])] = crossing(*sides[end])
    return _chained(follows)


def _chained(follows: dict[Point, Point]) -> list[list[Point]]:
    loops = []
    while follows:
        start, point = follows.popitem()
        loop = [start]
        while point in follows:
            loop.append(point)
            point = follows.pop(point)
        loops.append(loop)
    return [loop for loop in loops if len(loop) > 3]


def _curve(points: Sequence[Point], *, closed: bool = False) -> str:
    """A smooth line through the middles of the points, in whole units.

    Only the ends of the segments are written: each control point is the mirror of the one before, and rounding is
    put right at every step so that the mirror stays where the next point is.
    """
    ring = [*points, points[0], points[1]] if closed else list(points)
    start = ((ring[0][0] + ring[1][0]) / 2, (ring[0][1] + ring[1][1]) / 2) if closed else ring[0]
    x, y = round(start[0]), round(start[1])
    cx, cy = round(ring[1][0]), round(ring[1][1])
    d, first = f"M{x} {y}", True
    for px, py in ring[2:]:
        nx, ny = round((cx + px) / 2), round((cy + py) / 2)
        d += f"q{cx - x} {cy - y} {nx - x} {ny - y}" if first else f"t{nx - x} {ny - y}"
        x, y, first = nx, ny, False
        cx, cy = 2 * nx - cx, 2 * ny - cy
    return (d + ("z" if closed else f"L{round(ring[-1][0])} {round(ring[-1][1])}")).replace(" -", "-")


# ---- colour and markup ----


def _mix(one: str, other: str, share: float) -> str:
    """`share` of the other colour in the first."""
    a, b = (tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5)) for colour in (one, other))
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(a, b, strict=True))


def _ladder(colours: Sequence[str], share: float) -> str:
    """The colour at `share` of the way along them."""
    place = min(max(share, 0), 1) * (len(colours) - 1)
    low = min(int(place), len(colours) - 2)
    return _mix(colours[low], colours[low + 1], place - low)


def _step(colours: Sequence[str], share: float) -> str:
    return colours[min(max(int(share * len(colours)), 0), len(colours) - 1)]


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _el(tag: str, inside: str = "", /, **attributes: str | float) -> str:
    """stroke_width=2 is written stroke-width="2"."""
    written = "".join(
        f' {name if name in _CAMEL else name.replace("_", "-")}="{value if isinstance(value, str) else _n(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"


_CAMEL = {"patternUnits", "stdDeviation"}


def _path(d: str, **attributes: str | float) -> str:
    return _el("path", d=d, **attributes) if d else ""


def _rect(x: float, y: float, width: float, height: float, **attributes: str | float) -> str:
    return _el("rect", x=x, y=y, width=width, height=height, **attributes)


def _ellipse(x: float, y: float, rx: float, ry: float, **attributes: str | float) -> str:
    if rx == ry:
        return _el("circle", cx=x, cy=y, r=rx, **attributes)
    return _el("ellipse", cx=x, cy=y, rx=rx, ry=ry, **attributes)


def _moved(inside: str, x: float, y: float, scale: float) -> str:
    resized = "" if scale == 1 else f" scale({scale:.4g})"
    return _el("g", inside, transform=f"translate({_n(x)} {_n(y)}){resized}")


def _turned(inside: str, x: float, y: float, degrees: float, scale: float) -> str:
    resized = "" if scale == 1 else f" scale({scale:.4g})"
    return _el("g", inside, transform=f"translate({_n(x)} {_n(y)}) rotate({_n(degrees)}){resized}")


def _picture(width: int, height: int, goods: Iterable[Good], parts: Iterable[str]) -> str:
    body = "".join([*map(_pattern, goods), *parts])
    used = "".join(markup for name, markup in _SHARED.items() if f"#{name})" in body)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{used}{body}</svg>'


def _ramp(name: str, *stops: tuple[float, str, float], down: bool = False) -> str:
    marks = "".join(_el("stop", offset=at, stop_color=colour, stop_opacity=share) for at, colour, share in stops)
    return _el("linearGradient", marks, id=name, x1=0, y1=0, x2=0 if down else 1, y2=1 if down else 0)


def _screen(name: str, size: int, **pen: str | float) -> str:
    dots = _path(_specks(size * size // 170, size), fill="none", stroke_linecap="round", **pen)
    return _el("pattern", dots, id=name, width=size, height=size, patternUnits="userSpaceOnUse")


def _specks(count: int, size: int) -> str:
    rng = Random(count)
    return "".join(f"M{rng.randint(1, size - 1)} {rng.randint(1, size - 1)}h0" for _ in range(count))


def _wave_lines() -> str:
    """One repeat of the scallop pattern, 100 by 50: of each wave only what its neighbours leave in sight."""
    wave = 50
    d = ""
    for x, y in ((0, 50), (100, 50), (50, 25), (50, 75), (0, 100), (100, 100)):
        for radius in (49, 34, 19):
            dx, dy = next(
                (radius * sin(radians(a)), radius * cos(radians(a)))
                for a in range(90, 0, -1)
                if hypot(wave - radius * sin(radians(a)), wave / 2 + radius * cos(radians(a))) > wave
            )
            d += f"M{_n(x - dx)} {_n(y - dy)}A{radius} {radius} 0 0 1 {_n(x + dx)} {_n(y - dy)}"
    return d


_BLUR = _el("feGaussianBlur", stdDeviation=16)
_SHARED: Mapping[str, str] = {
    "vt-soft": _el("filter", _BLUR, id="vt-soft", x=-0.3, y=-0.3, width=1.6, height=1.6),
    "vt-cut": _el(
        "filter",
        _el("feDropShadow", dx=4, dy=7, stdDeviation=5, flood_color="#061230", flood_opacity=0.4),
        id="vt-cut",
    ),
    "vt-sheet": _ramp("vt-sheet", (0, "#fff", 0.1), (0.5, "#fff", 0), (1, "#000", 0.1)),
    "vt-round": _ramp(
        "vt-round", (0, "#000", 0.2), (0.12, "#000", 0.03), (0.3, "#fff", 0.26), (0.5, "#fff", 0), (1, "#000", 0.36)
    ),
    "vt-roll": _ramp("vt-roll", (0, "#fff", 0), (0.28, "#fff", 0.36), (0.5, "#fff", 0), (1, "#000", 0.42), down=True),
    "vt-near": _ramp("vt-near", (0, "#fff", 0.25), (0.5, "#fff", 0), (1, "#000", 0.08), down=True),
    "vt-fall": _ramp("vt-fall", (0, "#000", 0.12), (0.3, "#000", 0), (1, "#000", 0.1), down=True),
    "vt-grain": _screen("vt-grain", 120, stroke="#fffaf0", stroke_opacity=0.34, stroke_width=1.7),
    "vt-fog": _screen("vt-fog", 98, stroke="#fffaf0", stroke_opacity=0.3, stroke_width=2.4),
    "vt-shade": _screen("vt-shade", 64, stroke="#12101c", stroke_opacity=0.5, stroke_width=2),
    "vt-waves": _el(
        "pattern",
        _path(_wave_lines(), fill="none", stroke=WHITE, stroke_width=5),
        id="vt-waves",
        width=100,
        height=50,
        patternUnits="userSpaceOnUse",
    ),
}
