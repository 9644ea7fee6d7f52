"""The Fathom & Fold catalogue: six shelves, 42 goods, every variant with its price, stock and weight. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal
from zlib import crc32

from shop.catalog.rules import Rule
from shop.core.money import Money

CURRENCY = "GBP"

INKS: dict[str, str] = {
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

PAPER: dict[str, int] = {"art-prints": 310, "notebooks": 100, "cards": 300, "calendars": 200, "gift-wrap": 90}
"""Weight by shelf, in grams a square metre; what is not here is not of paper."""

SYNONYMS: tuple[tuple[str, str], ...] = (
    ("poster", "print"),
    ("artwork", "print"),
    ("wall art", "print"),
    ("cup", "mug"),
    ("jotter", "notebook"),
    ("notepad", "notebook"),
    ("journal", "notebook"),
    ("diary", "calendar"),
    ("planner", "calendar"),
    ("wrapping paper", "wrap"),
    ("greeting card", "card"),
)
"""What is searched for, and what it is called here."""

Status = Literal["live", "draft"]
Stock = Literal["plenty", "low", "none"]


@dataclass(frozen=True, slots=True)
class Shelf:
    slug: str
    name: str
    one: str
    many: str
    intro: str


@dataclass(frozen=True, slots=True)
class Choice:
    slug: str
    label: str
    hint: str = ""
    colour: str = ""
    measures: tuple[int, int] = (0, 0)
    """Width and height in millimetres, of what hangs on a wall."""


@dataclass(frozen=True, slots=True)
class Axis:
    slug: str
    name: str
    choices: tuple[Choice, ...]
    many: str = ""
    """What its choices are called in a count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    slug: str
    name: str
    shelf: str
    art: str
    """The engine that draws it, by its name in art/engines."""
    seed: int
    inks: tuple[str, ...]
    """In the order they are printed."""
    mood: str
    summary: str
    description: str
    axes: tuple[Axis, ...]
    alt: str
    shown: str = ""
    """The frame, envelope or glaze seen in its picture; `none` is a print hung from clips."""
    status: Status = "live"
    opens_in_days: int | None = None
    """Counted from the day the shop is filled; None is open already."""
    restock_on: int | None = None
    """Days from the day the shop is filled until more arrive; None when nothing is awaited."""
    pictured: bool = True
    posted: bool = True
    """Or it is a file, which is downloaded and never runs out."""
    percent_off: int = 0
    stock: Stock = "plenty"
    sold_out: frozenset[str] = frozenset()
    """SKUs with nothing left, in a good that has others."""

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """Label and text, in the order of the product page."""
        listed = self.inks[0] if len(self.inks) == 1 else f"{', '.join(self.inks[:-1])} and {self.inks[-1]}"
        if not self.posted:
            return (*_FILE_FACTS, ("Colours", listed.capitalize()), ("Mood", self.mood), ("Seed", str(self.seed)))
        inks = f"{listed.capitalize()}, soy based"
        return (*_FACTS[self.shelf], ("Inks", inks), ("Mood", self.mood), ("Seed", str(self.seed)))


@dataclass(frozen=True, slots=True)
class Collected:
    """A collection: by a rule, or the slugs of goods picked by hand."""

    slug: str
    name: str
    intro: str
    rule: Rule | None = None
    picked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    sku: str
    choices: Mapping[str, str]
    """Axis slug to choice slug."""
    price_minor: int
    compare_at_minor: int | None
    on_hand: int
    weight_g: int


def items(good: Good) -> tuple[Item, ...]:
    """Every variant, the last axis turning fastest; one item without choices for a good without axes."""
    picks = product(*(axis.choices for axis in good.axes))
    return tuple(_item(good, {axis.slug: c.slug for axis, c in zip(good.axes, pick, strict=True)}) for pick in picks)


def item_name(good: Good, item: Item) -> str:
    """Its choices in words: "A2, oak"."""
    labels = [c.label for axis in good.axes for c in axis.choices if c.slug == item.choices[axis.slug]]
    return ", ".join([*labels[:1], *(label if label.isupper() else label.lower() for label in labels[1:])])


def stands_on(good: Good) -> str:
    """The slug of the shelf, or of the one below it that the good's mood belongs to."""
    return next(
        (below for below, moods in _MOODS_OF.items() if good.shelf == "art-prints" and good.mood in moods), good.shelf
    )


_MOODS_OF = {"abstract-prints": ("Geometric", "Pattern"), "landscape-and-botanical-prints": ("Landscape", "Botanical")}


def related(good: Good) -> tuple[str, ...]:
    """Slugs of what carries the same drawing."""
    return tuple(other.slug for other in GOODS if other.art == good.art and other is not good)


def _item(good: Good, choices: Mapping[str, str]) -> Item:
    sku = _sku(good, choices)
    full = _price(good, choices) if good.posted else _FILE_PENCE[choices["size"]]
    return Item(
        sku=sku,
        choices=choices,
        price_minor=full * (100 - good.percent_off) // 100,
        compare_at_minor=full if good.percent_off else None,
        on_hand=_on_hand(good, choices, sku),
        weight_g=_weight(good, choices) if good.posted else 0,
    )


def _sku(good: Good, choices: Mapping[str, str]) -> str:
    """PR-SEVENRIDGES-A2-OAK: the shelf already says notebook, so NB-SEIGAIHA, not NB-SEIGAIHANOTEBOOK."""
    prefix, noun = _CODES[good.shelf]
    stem = good.slug.removesuffix(noun).replace("-", "")
    return "-".join([prefix, stem, *choices.values()]).upper()


_CODES = {
    "art-prints": ("PR", ""),
    "notebooks": ("NB", "-notebook"),
    "cards": ("CD", "-set"),
    "mugs": ("MG", "-mug"),
    "calendars": ("CL", ""),
    "gift-wrap": ("GW", "-wrap"),
}


def _price(good: Good, choices: Mapping[str, str]) -> int:
    """Pence, before any reduction."""
    match good.shelf:
        case "art-prints":
            frame = 0 if choices["frame"] == "none" else _FRAME_PENCE[choices["size"]]
            return _PRINT_PENCE[choices["size"]] + frame
        case "notebooks":
            return _NOTEBOOK_PENCE[choices["size"]] if "size" in choices else _PAIR_PENCE
        case "cards":
            return _PACK_PENCE[choices["pack"]]
        case "mugs":
            return _MUG_PENCE
        case "gift-wrap":
            return _SHEETS_PENCE[choices["sheets"]]
        case _:
            return _CALENDAR_PENCE[good.slug]


_PRINT_PENCE = {"a4": 2400, "a3": 3400, "a2": 4800, "a1": 7200}
_FRAME_PENCE = {"a4": 2200, "a3": 2800, "a2": 3600, "a1": 5200}
_NOTEBOOK_PENCE = {"a5": 1400, "a6": 1100}
_PAIR_PENCE = 2600
_PACK_PENCE = {"single": 350, "6": 1500, "12": 2700}
_MUG_PENCE = 1600
_CALENDAR_PENCE = {"wall-calendar-2027": 2200, "desk-calendar-2027": 1600, "birthday-calendar": 1800}
_FILE_PENCE = {"a4": 400, "a3": 600}
_SHEETS_PENCE = {"3": 600, "10": 1600}


def _on_hand(good: Good, choices: Mapping[str, str], sku: str) -> int:
    """Believable and always the same: spread by the SKU's checksum, low is 2 to 9, plenty is never under 12."""
    if good.stock == "none" or sku in good.sold_out or not good.posted:
        return 0
    spread = crc32(sku.encode())
    if good.stock == "low":
        return 2 + spread % 8
    least, most = _PLENTY[good.shelf]
    if choices.get("frame", "none") != "none":
        least, most = _PLENTY_FRAMED
    return least + spread % (most - least)


_PLENTY = {
    "art-prints": (36, 120),
    "notebooks": (40, 160),
    "cards": (60, 240),
    "mugs": (24, 72),
    "calendars": (80, 180),
    "gift-wrap": (70, 260),
}
_PLENTY_FRAMED = (12, 34)


def _weight(good: Good, choices: Mapping[str, str]) -> int:
    """Grams as packed: a bare print travels rolled in its tube, a framed one between boards."""
    match good.shelf:
        case "art-prints":
            size, frame = choices["size"], choices["frame"]
            return _TUBE_G[size] if frame == "none" else _FRAMED_G[size] + _WOOD_G[frame]
        case "notebooks":
            return _NOTEBOOK_G[choices["size"]] if "size" in choices else _PAIR_G
        case "cards":
            return _PACK_G[choices["pack"]]
        case "mugs":
            return _MUG_G
        case "gift-wrap":
            return _SHEETS_G[choices["sheets"]]
        case _:
            return _CALENDAR_G[good.slug]


_TUBE_G = {"a4": 120, "a3": 190, "a2": 280, "a1": 450}
_FRAMED_G = {"a4": 1150, "a3": 1900, "a2": 3300, "a1": 6200}
_WOOD_G = {"oak": 120, "walnut": 90, "black": 40, "white": 40}
_NOTEBOOK_G = {"a5": 290, "a6": 150}
_PAIR_G = 580
_PACK_G = {"single": 25, "6": 140, "12": 270}
_MUG_G = 460
_CALENDAR_G = {"wall-calendar-2027": 420, "desk-calendar-2027": 260, "birthday-calendar": 310}
_SHEETS_G = {"3": 160, "10": 430}

_FILE_FACTS = (
    ("File", "A PDF of one page, drawn in lines that stay sharp at any size"),
    ("Printing", "Any printer, with or without a margin; heavier paper takes pencil better"),
)
_FACTS: dict[str, tuple[tuple[str, str], ...]] = {
    "art-prints": (
        ("Paper", "Recycled cotton, 310 g/m², lightly textured"),
        ("Frame", "Solid wood, cotton mount, clear acrylic, ready to hang. Without a frame it comes rolled in a tube"),
    ),
    "notebooks": (
        ("Inside", "160 pages of 100 g/m² recycled paper, thread sewn, opens flat"),
        ("Cover", "Printed board with a cloth spine, elastic and ribbon"),
    ),
    "cards": (
        ("Card", "Recycled cotton, 300 g/m², folded to 105 × 148 mm, blank inside"),
        ("Envelope", "One for each card, recycled kraft"),
    ),
    "mugs": (
        ("Body", "Stoneware, 350 ml, 9.5 cm tall"),
        ("Care", "Dishwasher and microwave safe"),
    ),
    "calendars": (
        ("Paper", "Recycled, 200 g/m², takes pencil and ink"),
        ("Packing", "Flat in a board sleeve, no plastic"),
    ),
    "gift-wrap": (
        ("Sheet", "50 × 70 cm, recycled, 90 g/m²"),
        ("Afterwards", "Goes in the paper bin, inks and all"),
    ),
}

SHELVES = (
    Shelf(
        "art-prints",
        "Art prints",
        "print",
        "prints",
        "Fourteen designs from A4 to A1, overprinted in spot inks on recycled cotton paper. "
        "Add a frame in oak, walnut, black or white and it arrives ready to hang.",
    ),
    Shelf(
        "notebooks",
        "Notebooks",
        "notebook",
        "notebooks",
        "Sewn notebooks that open flat, in A5 and A6. Dotted, lined or plain, with 160 pages to fill.",
    ),
    Shelf(
        "cards",
        "Cards",
        "card",
        "cards",
        "Folded cards, blank inside, each with its envelope. One for today, or a pack for the drawer.",
    ),
    Shelf(
        "mugs",
        "Mugs",
        "mug",
        "mugs",
        "Stoneware that holds 350 ml, glazed inside in pine, coral or navy. Happy in the dishwasher.",
    ),
    Shelf(
        "calendars",
        "Calendars",
        "calendar",
        "calendars",
        "Two for 2027, one to print yourself, and one that is right every year. Room to write on every day.",
    ),
    Shelf(
        "gift-wrap",
        "Gift wrap",
        "wrap",
        "wraps",
        "Heavy sheets of 50 × 70 cm that fold crisply and need little tape. Three or ten, rolled.",
    ),
)

BELOW = {
    "art-prints": (
        Shelf(
            "abstract-prints",
            "Abstract",
            "print",
            "prints",
            "Circles, tiles, rings and weaves. Nothing to recognise, and something to find on the third look.",
        ),
        Shelf(
            "landscape-and-botanical-prints",
            "Landscape and botanical",
            "print",
            "prints",
            "Hills, water, wind and seed heads, grown from a few lines of code.",
        ),
    ),
}
"""Shelves on a shelf, by its slug."""

COLLECTIONS = (
    Collected(
        "a-desk-by-the-window",
        "A desk by the window",
        "What stands on ours: something to write in, something to drink from, something to look up at.",
        picked=(
            "ridges-notebook",
            "ridge-mug",
            "tidewater",
            "desk-calendar-2027",
            "lattice-mug",
            "birthday-calendar",
        ),
    ),
    Collected(
        "blue-and-navy",
        "Blue and navy",
        "Everything with one of the sea’s two inks in it, from notebooks to gift wrap.",
        rule=Rule(attributes={"ink": ("blue", "navy")}),
    ),
    Collected(
        "under-20",
        "Under £20",
        "Small things that are drawn as carefully as the large ones. Good to give, easy to post.",
        rule=Rule(high=Money(2000, CURRENCY)),
    ),
)
"""The newest first."""

MOODS = ("Landscape", "Geometric", "Botanical", "Pattern", "Still life")

_A4 = Choice("a4", "A4", "21 × 30 cm", measures=(210, 297))
_A3 = Choice("a3", "A3", "30 × 42 cm", measures=(297, 420))
_A2 = Choice("a2", "A2", "42 × 59 cm", measures=(420, 594))
_A1 = Choice("a1", "A1", "59 × 84 cm", measures=(594, 841))
_FRAME = Axis(
    "frame",
    "Frame",
    (
        Choice("none", "No frame", "Rolled in a tube", "#ffffff"),
        Choice("oak", "Oak", "Solid, oiled", "#c9a070"),
        Choice("walnut", "Walnut", "Solid, oiled", "#6b4630"),
        Choice("black", "Black", "Stained ash", "#1f1f22"),
        Choice("white", "White", "Painted ash", "#f7f5f0"),
    ),
    many="frames",
)
_TO_A2 = (Axis("size", "Size", (_A4, _A3, _A2)), _FRAME)
_TO_A1 = (Axis("size", "Size", (_A4, _A3, _A2, _A1)), _FRAME)
_RULING = Axis("ruling", "Ruling", (Choice("dotted", "Dotted"), Choice("lined", "Lined"), Choice("plain", "Plain")))
_NOTEBOOK = (
    _RULING,
    Axis("size", "Size", (Choice("a5", "A5", "15 × 21 cm"), Choice("a6", "A6", "11 × 15 cm"))),
)
_SINGLE = Choice("single", "Single", "One card, one envelope")
_PACKS = (Axis("pack", "Pack", (_SINGLE, Choice("6", "Pack of 6"), Choice("12", "Pack of 12"))),)
_PINE = Choice("pine", "Pine", colour="#1e4d3f")
_CORAL = Choice("coral", "Coral", colour="#ff7a5c")
_NAVY = Choice("navy", "Navy", colour="#1d2a57")
_GLAZES = (Axis("glaze", "Glaze", (_PINE, _CORAL, _NAVY), many="glazes"),)
_SHEETS = (Axis("sheets", "Sheets", (Choice("3", "3 sheets"), Choice("10", "10 sheets"))),)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(texts)


_PRINTS = (
    Good(
        slug="seven-ridges",
        name="Seven Ridges",
        shelf="art-prints",
        art="ridges",
        seed=4107,
        inks=("sun", "red", "mint", "navy"),
        mood="Landscape",
        shown="oak",
        summary="Seven hills before breakfast, with a red sun coming up behind them. "
        "Four inks on recycled cotton paper.",
        description=_paragraphs(
            "Each ridge is one line of noise, walked from left to right, and each is printed a little darker than "
            "the one behind it. That is all a hazy morning is.",
            "The mint and the navy overlap from the third ridge down, which is where the deep green comes from. "
            "Nobody mixed it; the paper did.",
            "It is the print we sell most, and the one that hangs in our own kitchen.",
        ),
        axes=_TO_A1,
        alt="Seven Ridges framed in oak: seven layered hills from pale mint to navy under a red sun.",
        sold_out=frozenset({"PR-SEVENRIDGES-A2-WALNUT"}),
    ),
    Good(
        slug="tidewater",
        name="Tidewater",
        shelf="art-prints",
        art="papercut",
        seed=2213,
        inks=("blue", "teal", "mint"),
        mood="Landscape",
        shown="white",
        summary="An estuary cut from nine sheets of blue, deep in the middle and shallow at the edges. "
        "Each layer throws a small shadow.",
        description=_paragraphs(
            "Take a chart of the sea floor, cut along every tenth line, and stack what is left. Tidewater is that "
            "stack, seen from straight above on a bright day.",
            "The shadows are printed, not real, but from across a room it is hard to be sure.",
        ),
        axes=_TO_A1,
        alt="Tidewater framed in white: stacked layers of cut paper running from deep blue to pale mint.",
    ),
    Good(
        slug="crosswind",
        name="Crosswind",
        shelf="art-prints",
        art="flow",
        seed=3049,
        inks=("navy", "coral", "teal"),
        mood="Pattern",
        shown="black",
        summary="Strokes that follow the same wind and never touch. Three inks, five widths of pen.",
        description=_paragraphs(
            "A field of wind, made up, and a pen let loose in it. Each stroke runs until it would bump into another "
            "one, then stops and lifts.",
            "Look at it for a minute and you will find the two places where the wind turns round.",
        ),
        axes=_TO_A2,
        alt="Crosswind framed in black: flowing strokes in navy, coral and teal on white paper.",
    ),
    Good(
        slug="weimar-blocks",
        name="Weimar Blocks",
        shelf="art-prints",
        art="bauhaus",
        seed=1925,
        inks=("blue", "red", "yellow", "navy"),
        mood="Geometric",
        shown="oak",
        summary="Quarter circles, stripes and discs on a strict grid of four by six. "
        "Blue, red, yellow and a very dark navy.",
        description=_paragraphs(
            "A box of building blocks, tipped out by a program that likes order. Every cell holds one simple shape, "
            "turned by a quarter or not at all.",
            "We ran four hundred seeds and kept this one, because the yellow falls exactly where a room needs it.",
        ),
        axes=_TO_A1,
        alt="Weimar Blocks framed in oak: a grid of quarter circles, stripes and discs in blue, red and yellow.",
    ),
    Good(
        slug="lattice",
        name="Lattice",
        shelf="art-prints",
        art="truchet",
        seed=1704,
        inks=("pine", "coral"),
        mood="Pattern",
        shown="none",
        summary="One tile, turned this way and that, until the arcs join into loops. Pine green with a coral thread.",
        description=_paragraphs(
            "The rule is three hundred years old: a square with two arcs, laid in one of two ways. Wherever it goes, "
            "the lines always meet.",
            "Follow one with a finger. Some come home in four steps, one takes a tour of half the sheet.",
        ),
        axes=_TO_A2,
        alt="Lattice hung from two clips: bands that join into loops, pine green with a coral core, on blush paper.",
    ),
    Good(
        slug="hedgerow",
        name="Hedgerow",
        shelf="art-prints",
        art="botanical",
        seed=5126,
        inks=("mint", "pine", "red"),
        mood="Botanical",
        shown="none",
        summary="Four stems and a few red berries, picked on a walk that never took place. "
        "The fill sits a hair off the line, as it should.",
        description=_paragraphs(
            "The leaves grow in pairs, each pair a little smaller than the last and leaning a little further out. "
            "Plants do the same sum, only slower.",
            "Colour and outline are printed in separate passes and never line up exactly. We like it when they miss.",
        ),
        axes=_TO_A2,
        alt="Hedgerow hung from two clips: leafy mint stems with dark outlines and small red berries.",
        stock="low",
    ),
    Good(
        slug="two-hums",
        name="Two Hums",
        shelf="art-prints",
        art="moire",
        seed=2822,
        inks=("blue", "red"),
        mood="Geometric",
        shown="none",
        summary="Two sets of rings, one blue and one red, and a third pattern where they meet. It moves when you do.",
        description=_paragraphs(
            "Drop two stones in a pond and stop the clock. The rings are evenly spaced and perfectly plain; everything "
            "else you see happens in your eye.",
            "Best hung where you walk past it, such as a hall or the top of the stairs.",
        ),
        axes=_TO_A2,
        alt="Two Hums hung from two clips: overlapping sets of thin blue and red rings on white paper.",
        percent_off=20,
    ),
    Good(
        slug="seedhead",
        name="Seedhead",
        shelf="art-prints",
        art="phyllo",
        seed=1373,
        inks=("yellow", "sun", "red", "navy"),
        mood="Botanical",
        shown="walnut",
        summary="Six hundred dots, each turned 137.5 degrees from the one before. That is how a sunflower packs "
        "its seeds.",
        description=_paragraphs(
            "One angle, repeated. It is the only turn that never lines up with itself, so no seed ends up in the "
            "shade of another and no space is wasted.",
            "The dots grow from the middle outwards and the inks change with them, from navy to yellow to red.",
        ),
        axes=_TO_A2,
        alt="Seedhead framed in walnut: a sunflower spiral of dots in navy, yellow, orange and red.",
    ),
    Good(
        slug="seigaiha",
        name="Seigaiha",
        shelf="art-prints",
        art="scallop",
        seed=6034,
        inks=("navy", "teal", "coral", "sun"),
        mood="Pattern",
        shown="oak",
        summary="A calm sea of overlapping waves that goes from night to sunset. Four inks, one very old pattern.",
        description=_paragraphs(
            "Seigaiha means blue sea and waves. The pattern is more than a thousand years old and has been printed on "
            "nearly everything, for good reason.",
            "Ours runs from navy at the top to orange at the foot, with a few waves that have not made up their mind.",
        ),
        axes=_TO_A1,
        alt="Seigaiha framed in oak: rows of wave scallops in bands of navy, teal, coral and orange.",
    ),
    Good(
        slug="warp-and-weft",
        name="Warp & Weft",
        shelf="art-prints",
        art="weave",
        seed=2451,
        inks=("coral", "sun", "navy"),
        mood="Pattern",
        shown="black",
        summary="A twill, drawn thread by thread: over two, under two, one step to the right. Coral, sun and navy.",
        description=_paragraphs(
            "The rule on the loom is the rule in the program, so the drawing could be woven if you had the patience.",
            "From a distance the navy makes diagonals. Close up there are none, only threads going straight.",
        ),
        axes=_TO_A2,
        alt="Warp & Weft framed in black: a woven twill of coral, orange and navy threads.",
    ),
    Good(
        slug="still-life-noon",
        name="Still Life, Noon",
        shelf="art-prints",
        art="vases",
        seed=1200,
        inks=("clay", "navy", "sun", "pink"),
        mood="Still life",
        shown="walnut",
        summary="Two vases, one sprig and the sun at its highest. Everything on the table has stopped for lunch.",
        description=_paragraphs(
            "The outline of each vase is a single curve, turned on a wheel that does not exist. The shading is made "
            "of dots, because our press can print ink or no ink and nothing between.",
            "It is a quiet picture with loud colours, and it gets on with most sofas.",
        ),
        axes=_TO_A2,
        alt="Still Life, Noon framed in walnut: a clay vase with a sprig, a navy vase and a large sun on a pink table.",
    ),
    Good(
        slug="two-arches",
        name="Two Arches",
        shelf="art-prints",
        art="arches",
        seed=3318,
        inks=("clay", "sun", "pink", "pine"),
        mood="Geometric",
        shown="oak",
        summary="Two gates, one near and one far, and a low sun. They overlap, and the inks make a fifth colour there.",
        description=_paragraphs(
            "Five bands to an arch, each the same width as the gap beside it. The smaller arch stands in front and "
            "lets the larger one show through.",
            "Children call it the rainbow one. They are not wrong.",
        ),
        axes=_TO_A1,
        alt="Two Arches framed in oak: two overlapping striped arches in clay, orange, pink and pine with a sun.",
    ),
    Good(
        slug="terrazzo",
        name="Terrazzo",
        shelf="art-prints",
        art="terrazzo",
        seed=7190,
        inks=("navy", "teal", "coral", "sun"),
        mood="Pattern",
        shown="white",
        summary="Chips of colour scattered as a good terrazzo floor is: evenly, but never in rows. Four inks.",
        description=_paragraphs(
            "Big chips go down first and small ones find their place between them. Each has four to six corners and "
            "none touches its neighbour.",
            "Cheerful without shouting. It also makes a kitchen look as if somebody planned it.",
        ),
        axes=_TO_A2,
        alt="Terrazzo framed in white: scattered chips of navy, teal, coral and orange on white paper.",
    ),
    Good(
        slug="quiet-orbit",
        name="Quiet Orbit",
        shelf="art-prints",
        art="orbit",
        seed=1986,
        inks=("navy", "sun", "clay", "sky"),
        mood="Geometric",
        shown="black",
        summary="A small sun, eight thin paths and the planets where they were that evening. Printed on deep navy.",
        description=_paragraphs(
            "The distances follow the rule that each path is about half as far again as the last. The stars are "
            "scattered and mean nothing at all.",
            "This one takes more ink than any other and has to dry for two days, so it sells out now and then.",
        ),
        axes=_TO_A1,
        alt="Quiet Orbit framed in black: a small orange sun and planets on thin rings against a navy sky.",
        stock="none",
        restock_on=13,
    ),
)

_NOTEBOOKS = (
    Good(
        slug="seigaiha-notebook",
        name="Seigaiha notebook",
        shelf="notebooks",
        art="scallop",
        seed=6041,
        inks=("navy", "teal", "coral", "sun"),
        mood="Pattern",
        summary="Waves from night to sunset on a sewn notebook. 160 pages that open flat.",
        description=_paragraphs(
            "The Seigaiha pattern on boards that take a knock, with a navy cloth spine and a coral elastic.",
            "It opens flat on the first page as well as the last, because it is sewn and not glued.",
        ),
        axes=_NOTEBOOK,
        alt="Seigaiha notebook with a navy spine and coral elastic, covered in rows of wave scallops.",
        percent_off=20,
    ),
    Good(
        slug="terrazzo-notebook",
        name="Terrazzo notebook",
        shelf="notebooks",
        art="terrazzo",
        seed=7202,
        inks=("coral", "navy", "teal", "sun"),
        mood="Pattern",
        summary="Chips of colour on a pale cover, a coral spine and a navy elastic. Sewn, 160 pages.",
        description=_paragraphs(
            "A bright notebook for people who lose notebooks. You will see it from the other side of the office.",
            "The cover is sealed against coffee, within reason.",
        ),
        axes=_NOTEBOOK,
        alt="Terrazzo notebook with a coral spine, its pale cover scattered with coloured chips.",
    ),
    Good(
        slug="weave-notebook",
        name="Weave notebook",
        shelf="notebooks",
        art="weave",
        seed=2468,
        inks=("pine", "sun", "coral"),
        mood="Pattern",
        summary="The twill of Warp & Weft in pine, sun and coral. Sewn, 160 pages.",
        description=_paragraphs(
            "A notebook that looks woven and is not. The threads run over two and under two, right across the spine.",
            "The inside is plain, dotted or lined, and does not look woven at all.",
        ),
        axes=_NOTEBOOK,
        alt="Weave notebook with a pine spine, covered in a twill of orange, coral and pine threads.",
        pictured=False,
    ),
    Good(
        slug="lattice-notebook",
        name="Lattice notebook",
        shelf="notebooks",
        art="truchet",
        seed=1713,
        inks=("navy", "coral"),
        mood="Geometric",
        summary="Loops that always join, in navy with a coral thread. Sewn, 160 pages.",
        description=_paragraphs(
            "The same tile as our Lattice print at a smaller scale, so more of the loops find their way home.",
            "A good cover for meetings. Tracing one line from end to end takes about as long as an agenda.",
        ),
        axes=_NOTEBOOK,
        alt="Lattice notebook with a navy spine, covered in looping navy bands with a coral core.",
    ),
    Good(
        slug="ridges-notebook",
        name="Ridges notebook",
        shelf="notebooks",
        art="ridges",
        seed=4120,
        inks=("pink", "coral", "sky", "navy"),
        mood="Landscape",
        summary="Hills at the blue hour and a coral sun. For walks, lists and the weather. Sewn, 160 pages.",
        description=_paragraphs(
            "A relation of Seven Ridges with a seed of its own, so the hills are different ones.",
            "The A6 fits a coat pocket and the A5 does not, whatever the coat.",
        ),
        axes=_NOTEBOOK,
        alt="Ridges notebook with a navy spine: blue layered hills under a coral sun and a pale pink sky.",
    ),
    Good(
        slug="contour-notebook",
        name="Contour notebook",
        shelf="notebooks",
        art="contour",
        seed=8356,
        inks=("pine", "mint"),
        mood="Landscape",
        summary="A map of hills nobody has climbed, drawn in one green line. Sewn, 160 pages.",
        description=_paragraphs(
            "Contour lines at even heights, close together where it is steep and far apart where a tent would stand.",
            "Meant for walkers, and for people who would like to be.",
        ),
        axes=_NOTEBOOK,
        alt="Contour notebook with a pine spine: pale green contour lines of an invented map on pine.",
        status="draft",
    ),
    Good(
        slug="blocks-notebook",
        name="Blocks notebook",
        shelf="notebooks",
        art="bauhaus",
        seed=1932,
        inks=("red", "blue", "yellow", "navy"),
        mood="Geometric",
        summary="Circles, quarters and stripes on a grid, with a red spine. Sewn, 160 pages.",
        description=_paragraphs(
            "The building blocks of our Weimar Blocks print, tipped out again and cut down to notebook size.",
            "The next printing will have another seed and other blocks. This one will not come back.",
        ),
        axes=_NOTEBOOK,
        alt="Blocks notebook with a red spine: quarter circles, discs and stripes in red, blue and yellow.",
        stock="low",
    ),
    Good(
        slug="terrazzo-pair",
        name="Terrazzo pair",
        shelf="notebooks",
        art="terrazzo",
        seed=7218,
        inks=("coral", "navy", "teal", "sun"),
        mood="Pattern",
        summary="Two A5 notebooks, one pale and one navy, wrapped together. One to keep, one to give, or both to keep.",
        description=_paragraphs(
            "The same chips twice: once on pale paper, once with the colours turned over on navy.",
            "Both have 160 pages with the ruling you choose. They come in a paper band, ready to give.",
        ),
        axes=(_RULING,),
        alt="Two Terrazzo notebooks, a pale one with a coral spine lying over a navy one.",
    ),
)

_CARDS = (
    Good(
        slug="arches-set",
        name="Arches set",
        shelf="cards",
        art="arches",
        seed=3325,
        inks=("clay", "sun", "pink", "pine"),
        mood="Geometric",
        shown="clay",
        summary="Two striped arches and a low sun. Blank inside, with a kraft envelope.",
        description=_paragraphs(
            "A cheerful card that does not say what for. New house, new baby, or a Tuesday.",
            "The inside is blank and takes fountain pen without feathering. We checked with three.",
        ),
        axes=_PACKS,
        alt="Arches card lying on a clay envelope: two overlapping striped arches and a sun.",
        stock="none",
        restock_on=13,
    ),
    Good(
        slug="botanical-set",
        name="Botanical set: folded cards for births, birthdays, new houses, old friends and no reason at all",
        shelf="cards",
        art="botanical",
        seed=5131,
        inks=("mint", "pine", "red"),
        mood="Botanical",
        shown="pine",
        summary="Leafy stems with a few red berries. Blank inside, with a kraft envelope.",
        description=_paragraphs(
            "The stems of our Hedgerow print, picked a little shorter so that they fit through a letter box.",
            "Also right for sorry, for thank you, and for days when words are hard. That is why the inside is blank.",
        ),
        axes=_PACKS,
        alt="Botanical card lying on a pine envelope: leafy mint stems with small red berries.",
    ),
    Good(
        slug="blocks-set",
        name="Blocks set",
        shelf="cards",
        art="bauhaus",
        seed=1947,
        inks=("blue", "red", "yellow", "navy"),
        mood="Geometric",
        shown="yellow",
        summary="Building blocks in blue, red and yellow. Blank inside, with a kraft envelope.",
        description=_paragraphs(
            "Strict shapes in friendly colours. It is the card people keep on the shelf after the birthday.",
            "Packs come in a board sleeve that will hold photographs later.",
        ),
        axes=_PACKS,
        alt="Blocks card lying on a yellow envelope: a grid of discs, quarter circles and stripes.",
    ),
    Good(
        slug="ridges-set",
        name="Ridges set",
        shelf="cards",
        art="ridges",
        seed=4133,
        inks=("yellow", "red", "teal", "pine"),
        mood="Landscape",
        shown="teal",
        summary="Green hills and a red sun, for wishing somebody well. Blank inside, with a kraft envelope.",
        description=_paragraphs(
            "A view to send to people who cannot get out, or who just came back from one.",
            "Two inks overlap on the nearer hills, so no two printings come out quite the same green.",
        ),
        axes=_PACKS,
        alt="Ridges card lying on a teal envelope: layered green hills under a red sun.",
    ),
    Good(
        slug="orbit-set",
        name="Orbit set",
        shelf="cards",
        art="orbit",
        seed=1999,
        inks=("plum", "yellow", "coral", "sky"),
        mood="Geometric",
        shown="coral",
        summary="A small sun and its planets on deep plum. Blank inside, with a kraft envelope.",
        description=_paragraphs(
            "For another trip round the sun, which is what a birthday is.",
            "The outside is dark to the edges; the inside is left white so that you can write with anything.",
        ),
        axes=_PACKS,
        alt="Orbit card lying on a coral envelope: a yellow sun and planets on thin rings against plum.",
        opens_in_days=9,
    ),
    Good(
        slug="seedhead-single",
        name="Seedhead single",
        shelf="cards",
        art="phyllo",
        seed=1386,
        inks=("yellow", "sun", "red", "navy"),
        mood="Botanical",
        shown="navy",
        summary="One card, one sunflower of dots. Blank inside, with a kraft envelope.",
        description=_paragraphs(
            "Our Seedhead at postcard size. The smallest dots are a third of a millimetre, which is as small as the "
            "press will go.",
            "Sold one at a time, because some cards are for one person only.",
        ),
        axes=(Axis("pack", "Pack", (_SINGLE,)),),
        alt="Seedhead card lying on a navy envelope: a spiral of yellow, orange and red dots.",
    ),
    Good(
        slug="thank-you-noon",
        name="Thank you, noon",
        shelf="cards",
        art="vases",
        seed=1215,
        inks=("clay", "navy", "sun", "pink"),
        mood="Still life",
        shown="pink",
        summary="Two vases, a sprig and the midday sun, for saying thank you. Blank inside, with a kraft envelope.",
        description=_paragraphs(
            "Flowers that keep. The picture says the thank you, so you are free to write about something else.",
            "A pack of twelve sees most people through a wedding, or one generous winter.",
        ),
        axes=_PACKS,
        alt="Thank you card lying on a pink envelope: two vases, a sprig and a large orange sun.",
    ),
)

_MUGS = (
    Good(
        slug="lattice-mug",
        name="Lattice mug",
        shelf="mugs",
        art="truchet",
        seed=1721,
        inks=("pine", "coral"),
        mood="Geometric",
        shown="pine",
        summary="Stoneware with our loops running right round it, and a glaze inside to match. Holds 350 ml.",
        description=_paragraphs(
            "The tiles join at the handle too. It took an afternoon to get the number of loops to come out even.",
            "A big mug that still fits under the coffee machine. We measured ours.",
        ),
        axes=_GLAZES,
        alt="Lattice mug with pine glaze inside: looping pine bands with a coral core round the outside.",
        stock="low",
    ),
    Good(
        slug="ridge-mug",
        name="Ridge mug",
        shelf="mugs",
        art="ridges",
        seed=4148,
        inks=("sun", "red", "mint", "pine"),
        mood="Landscape",
        shown="coral",
        summary="Hills all the way round and one sunrise, so mornings have something to look at. Holds 350 ml.",
        description=_paragraphs(
            "The ridges meet themselves at the handle. Turn the mug once and you are back where you set off.",
            "Fired twice, so the print is under the glaze and stays there.",
        ),
        axes=_GLAZES,
        alt="Ridge mug with coral glaze inside: layered green hills and a red sun round the outside.",
    ),
    Good(
        slug="seigaiha-mug",
        name="Seigaiha mug",
        shelf="mugs",
        art="scallop",
        seed=6059,
        inks=("navy", "teal", "sky", "blue"),
        mood="Pattern",
        shown="navy",
        summary="A calm blue sea with a hot drink in it. Stoneware, holds 350 ml.",
        description=_paragraphs(
            "The waves of Seigaiha in blues only, from rim to foot.",
            "Heavy enough to feel like a mug, light enough to lift when full. The handle takes three fingers.",
        ),
        axes=_GLAZES,
        alt="Seigaiha mug with navy glaze inside: rows of wave scallops in navy, teal and blue.",
    ),
    Good(
        slug="terrazzo-mug",
        name="Terrazzo mug",
        shelf="mugs",
        art="terrazzo",
        seed=7222,
        inks=("navy", "teal", "coral", "sun"),
        mood="Pattern",
        shown="coral",
        summary="Chips of four colours on white stoneware. It hides tea stains better than most. Holds 350 ml.",
        description=_paragraphs(
            "Each batch is scattered with a new seed, so two mugs from different months are cousins and not twins.",
            "Whichever month you drink from, none of the chips touch.",
        ),
        axes=_GLAZES,
        alt="Terrazzo mug with coral glaze inside: coloured chips scattered over white stoneware.",
        percent_off=20,
    ),
    Good(
        slug="arches-mug",
        name="Arches mug",
        shelf="mugs",
        art="arches",
        seed=3334,
        inks=("clay", "sun", "pink", "navy"),
        mood="Geometric",
        shown="navy",
        summary="Striped arches under a low sun, on stoneware that holds 350 ml.",
        description=_paragraphs(
            "Two arches on each side, so whoever sits opposite gets a picture as well.",
            "The bands are raised a little. You can feel them with your thumb while you think.",
        ),
        axes=_GLAZES,
        alt="Arches mug with navy glaze inside: striped arches in clay, orange, pink and navy.",
    ),
)

_CALENDARS = (
    Good(
        slug="wall-calendar-2027",
        name="2027 wall calendar",
        shelf="calendars",
        art="papercut",
        seed=2027,
        inks=("plum", "coral", "sun"),
        mood="Landscape",
        summary="Twelve seeds, one for each month, above a page with room to write. A3 when it hangs open.",
        description=_paragraphs(
            "Each month has its own cut-paper picture, cool in January and warm by July.",
            "Weeks start on Monday. Bank holidays for the four nations are marked in small type, where they belong.",
        ),
        axes=(),
        alt="Wall calendar hanging open: layers of cut paper from plum to orange above a page of days.",
    ),
    Good(
        slug="desk-calendar-2027",
        name="2027 desk calendar",
        shelf="calendars",
        art="contour",
        seed=2031,
        inks=("sky", "blue"),
        mood="Landscape",
        summary="A small calendar that stands by itself and shows one month at a time. 15 × 20 cm.",
        description=_paragraphs(
            "Twelve maps of hills that do not exist, one a month, on a folded stand of grey board.",
            "Turn the page over and there is a line for every day. When the year is out, the stand takes photographs.",
        ),
        axes=(),
        alt="Desk calendar standing on a table: blue contour lines above a grid of days.",
    ),
    Good(
        slug="birthday-calendar",
        name="Perpetual birthday calendar",
        shelf="calendars",
        art="botanical",
        seed=5150,
        inks=("pink", "plum", "sun"),
        mood="Botanical",
        summary="A calendar without weekdays, so it is right every year. A line for each birthday worth remembering.",
        description=_paragraphs(
            "Tall and narrow, for the inside of a door. Each month has a stem with as many leaves as it has days.",
            "Write in it once and you are done, apart from the new arrivals.",
        ),
        axes=(),
        alt="Tall birthday calendar on a wall: pink leafy stems above ruled lines.",
    ),
)

_WRAPS = (
    Good(
        slug="terrazzo-wrap",
        name="Terrazzo wrap",
        shelf="gift-wrap",
        art="terrazzo",
        seed=7231,
        inks=("pine", "coral", "sun", "blue"),
        mood="Pattern",
        summary="Confetti that stays on the paper. Sheets of 50 × 70 cm, rolled.",
        description=_paragraphs(
            "A pattern without an up or a down, which saves paper and temper when the parcel is an odd shape.",
            "Heavy enough that print and corners do not show through.",
        ),
        axes=_SHEETS,
        alt="A roll of Terrazzo wrap and a parcel in it: scattered chips of pine, coral, orange and blue.",
    ),
    Good(
        slug="seigaiha-wrap",
        name="Seigaiha wrap",
        shelf="gift-wrap",
        art="scallop",
        seed=6062,
        inks=("sun", "pine", "teal", "mint"),
        mood="Pattern",
        summary="Waves in greens with a strip of sun. Sheets of 50 × 70 cm, rolled.",
        description=_paragraphs(
            "The rows are a good guide for scissors: follow a line of waves and the edge is straight.",
            "Looks best with plain string.",
        ),
        axes=_SHEETS,
        alt="A roll of Seigaiha wrap and a parcel in it: rows of wave scallops in greens and orange.",
    ),
    Good(
        slug="weave-wrap",
        name="Weave wrap",
        shelf="gift-wrap",
        art="weave",
        seed=2474,
        inks=("red", "pink", "plum"),
        mood="Pattern",
        summary="A printed twill in red, pink and plum. Sheets of 50 × 70 cm, rolled.",
        description=_paragraphs(
            "Paper dressed as cloth. Fold it sharply and the diagonals carry on round the corner.",
            "Wide enough for a framed A4 print, if you were wondering.",
        ),
        axes=_SHEETS,
        alt="A roll of Weave wrap and a parcel in it: a twill of red, pink and plum threads.",
    ),
    Good(
        slug="dots-wrap",
        name="Dots wrap",
        shelf="gift-wrap",
        art="dots",
        seed=9015,
        inks=("blue", "sky"),
        mood="Geometric",
        summary="Dots that swell and shrink across the sheet like a tide. 50 × 70 cm, rolled.",
        description=_paragraphs(
            "Rows and columns are dead straight; only the sizes change. That is enough to make the sheet seem to bend.",
            "One ink and its lighter brother, on white.",
        ),
        axes=_SHEETS,
        alt="A roll of Dots wrap and a parcel in it: rows of blue dots that swell and shrink.",
        stock="low",
    ),
)

_FILES = (
    Good(
        slug="year-planner-2027",
        name="2027 year planner to print",
        shelf="calendars",
        art="moire",
        seed=2037,
        inks=("blue", "coral"),
        mood="Geometric",
        summary="All of 2027 on one page under two sets of rings. A PDF: print it at home or have it printed.",
        description=_paragraphs(
            "Twelve months in small type, weeks from Monday, weekends in coral, and white space to write around.",
            "You download it, so it is there in a minute and nothing is posted. Print it as often as you like for "
            "your own walls.",
        ),
        axes=(Axis("size", "Size", (Choice("a4", "A4", "PDF, 21 × 30 cm"), Choice("a3", "A3", "PDF, 30 × 42 cm"))),),
        alt="Year planner hung from two clips: blue and coral rings above twelve small months of days.",
        posted=False,
    ),
)

GOODS: tuple[Good, ...] = _PRINTS + _NOTEBOOKS + _CARDS + _MUGS + _CALENDARS + _WRAPS + _FILES
