"""How well the demo's search finds what people look for: `python -m bench.quality` on the shop of DATABASE_URL.

Each query names the goods of which one must come first. Its mark is 1 over the place of the first of them, 0 without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shop.app import create_app
from shop.catalog import listing
from shop.core import store


class Wish(NamedTuple):
    kind: str
    typed: str
    first: tuple[str, ...]


MUGS = ("lattice-mug", "ridge-mug", "seigaiha-mug", "terrazzo-mug", "arches-mug")
NOTEBOOKS = (
    *("seigaiha-notebook", "terrazzo-notebook", "weave-notebook", "lattice-notebook", "ridges-notebook"),
    *("blocks-notebook", "terrazzo-pair"),
)
CARDS = ("arches-set", "botanical-set", "blocks-set", "ridges-set", "seedhead-single", "thank-you-noon")
CALENDARS = ("wall-calendar-2027", "desk-calendar-2027", "birthday-calendar")
WRAPS = ("terrazzo-wrap", "seigaiha-wrap", "weave-wrap", "dots-wrap")
FRAMED = (
    *("seven-ridges", "tidewater", "crosswind", "weimar-blocks", "lattice", "hedgerow", "two-hums", "seedhead"),
    *("seigaiha", "warp-and-weft", "still-life-noon", "two-arches", "terrazzo", "quiet-orbit"),
)

WISHES = [
    Wish(kind, typed, tuple(first.split()) if isinstance(first, str) else first)
    for kind, typed, first in (
        ("exact", "Seven Ridges", "seven-ridges"),
        ("exact", "tidewater", "tidewater"),
        ("exact", "Warp & Weft", "warp-and-weft"),
        ("exact", "still life, noon", "still-life-noon"),
        ("exact", "lattice", "lattice"),
        ("exact", "terrazzo", "terrazzo"),
        ("exact", "seigaiha", "seigaiha"),
        ("exact", "Quiet Orbit", "quiet-orbit"),
        ("exact", "thank you", "thank-you-noon"),
        ("exact", "2027 wall calendar", "wall-calendar-2027"),
        ("prefix", "cross", "crosswind"),
        ("prefix", "hedg", "hedgerow"),
        ("prefix", "seedh", "seedhead seedhead-single"),
        ("prefix", "terra", "terrazzo"),
        ("prefix", "weim", "weimar-blocks"),
        ("prefix", "perpet", "birthday-calendar"),
        ("prefix", "two a", "two-arches"),
        ("prefix", "lattice no", "lattice-notebook"),
        ("prefix", "orb", "quiet-orbit"),
        ("prefix", "cal", CALENDARS),
        ("plural", "mugs", MUGS),
        ("plural", "notebooks", NOTEBOOKS),
        ("plural", "calendars", CALENDARS),
        ("plural", "wraps", WRAPS),
        ("plural", "ridge", "ridge-mug"),
        ("plural", "arch", "two-arches arches-mug arches-set"),
        ("plural", "hum", "two-hums"),
        ("plural", "birthday calendars", "birthday-calendar"),
        ("typo", "terazzo", "terrazzo"),
        ("typo", "latice", "lattice"),
        ("typo", "segaiha", "seigaiha"),
        ("typo", "tidewatre", "tidewater"),
        ("typo", "hedgrow", "hedgerow"),
        ("typo", "crosswnd", "crosswind"),
        ("typo", "calender", CALENDARS),
        ("typo", "notbook", NOTEBOOKS),
        ("typo", "birthdya", "birthday-calendar"),
        ("typo", "botanicle", "botanical-set hedgerow"),
        ("typo", "weimer bloks", "weimar-blocks"),
        ("typo", "terazzo mug", "terrazzo-mug"),
        ("typo", "perpetaul", "birthday-calendar"),
        ("two words", "lattice mug", "lattice-mug"),
        ("two words", "mug lattice", "lattice-mug"),
        ("two words", "terrazzo notebook", "terrazzo-notebook"),
        ("two words", "terrazzo wrap", "terrazzo-wrap"),
        ("two words", "seigaiha mug", "seigaiha-mug"),
        ("two words", "desk calendar", "desk-calendar-2027"),
        ("two words", "ridges cards", "ridges-set"),
        ("two words", "dotted notebook", NOTEBOOKS),
        ("two words", "dishwasher mug", MUGS),
        ("two words", "a mug with a lattice", "lattice-mug"),
        ("two words", "a5 weave", "weave-notebook"),
        ("two words", "oak frame", FRAMED),
        ("synonym", "poster", FRAMED),
        ("synonym", "cup", MUGS),
        ("synonym", "wrapping paper", WRAPS),
        ("synonym", "diary", CALENDARS),
        ("synonym", "jotter", NOTEBOOKS),
        ("synonym", "terrazzo cup", "terrazzo-mug"),
        ("synonym", "greeting cards", CARDS),
        ("synonym", "planner 2027", "wall-calendar-2027 desk-calendar-2027"),
        ("SKU", "PR-SEVENRIDGES-A2-OAK", "seven-ridges"),
        ("SKU", "pr-terrazzo-a4-none", "terrazzo"),
        ("SKU", "MG-LATTICE", "lattice-mug"),
        ("SKU", "CL-DESKCALENDAR2027", "desk-calendar-2027"),
        ("SKU", "gw-dots-3", "dots-wrap"),
        ("colour", "navy mug", MUGS),
        ("colour", "coral print", "crosswind lattice seigaiha warp-and-weft terrazzo"),
        ("colour", "pine mug", "lattice-mug ridge-mug"),
        ("colour", "pink notebook", "ridges-notebook"),
        ("colour", "plum calendar", "wall-calendar-2027 birthday-calendar"),
        ("colour", "teal wrap", "seigaiha-wrap"),
        ("colour", "blue and sky wrap", "dots-wrap"),
        ("colour", "botanical cards", "botanical-set seedhead-single"),
    )
]


def place_of_first(wish: Wish, currency: str) -> int | None:
    """From 1; None when none of them is on the first page."""
    cards = listing.searched(wish.typed, (), page=1, currency=currency).page.cards
    return next((place for place, card in enumerate(cards, 1) if card.slug in wish.first), None)


def marks(currency: str) -> Iterator[tuple[Wish, int | None]]:
    for wish in WISHES:
        yield wish, place_of_first(wish, currency)


def mean_reciprocal_rank(places: Iterable[int | None]) -> float:
    found = [1 / place if place else 0.0 for place in places]
    return sum(found) / len(found)


def main() -> None:
    with create_app().app_context():
        marked = list(marks(store.get().currency))
    for wish, place in marked:
        if place != 1:
            print(f"{wish.kind:10} {wish.typed:28} {f'at {place}' if place else 'not found'}")
    for kind in dict.fromkeys(wish.kind for wish in WISHES):
        places = [place for wish, place in marked if wish.kind == kind]
        print(f"{kind:10} {len(places):3} queries, mean reciprocal rank {mean_reciprocal_rank(places):.3f}")
    everything = mean_reciprocal_rank(place for _wish, place in marked)
    print(f"{'all':10} {len(marked):3} queries, mean reciprocal rank {everything:.3f}")


if __name__ == "__main__":
    main()
