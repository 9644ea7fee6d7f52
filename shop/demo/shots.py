"""Which pictures each good has, and what is seen in them: the renderer takes them, the shop shows them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from shop.demo.goods import Good

Kind = Literal["scene", "glaze", "flat", "detail", "separation", "hero"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    name: str
    kind: Kind
    alt: str
    caption: str = ""
    """What is said beneath it: the name of a separation's ink, of a mug's other glaze."""
    width: int
    height: int
    """Of the largest file."""
    widths: tuple[int, ...]
    """There is an AVIF of each."""
    fallback: int
    """The width of the one WebP, for browsers that know no AVIF."""

    @property
    def files(self) -> tuple[str, ...]:
        return (*(f"{self.name}-{width}.avif" for width in self.widths), f"{self.name}-{self.fallback}.webp")


HERO = Shot(
    name="hero",
    kind="hero",
    alt="Three framed prints on a pale wall in window light, two vases on the wooden table beneath them.",
    width=2400,
    height=1200,
    widths=(1000, 1600, 2400),
    fallback=1600,
)


def shots(good: Good) -> tuple[Shot, ...]:
    """In the order of the product page, the one for lists first; none for a good without pictures."""
    if not good.pictured:
        return ()
    return tuple(
        _shot(good, n, kind, alt, caption) for n, (kind, alt, caption) in enumerate(_SERIES[good.shelf](good), start=1)
    )


def separations(good: Good) -> tuple[Shot, ...]:
    """Each ink of a print alone on its paper, in the order they are printed."""
    if good.shelf != "art-prints":
        return ()
    return tuple(
        Shot(
            name=f"{good.slug}-ink-{n}",
            kind="separation",
            alt=f"What is printed in {ink} of {good.name}, alone on its paper.",
            caption=ink.capitalize(),
            width=400,
            height=533,
            widths=(400,),
            fallback=400,
        )
        for n, ink in enumerate(good.inks, start=1)
    )


_Seen = tuple[Kind, str, str]
"""Kind, alt and caption."""


def _shot(good: Good, number: int, kind: Kind, alt: str, caption: str) -> Shot:
    largest = 1600 if kind in {"scene", "glaze"} or (kind, good.shelf) == ("flat", "art-prints") else 800
    return Shot(
        name=f"{good.slug}-{number}",
        kind=kind,
        alt=alt,
        caption=caption,
        width=largest,
        height=largest * 5 // 4,
        widths=tuple(width for width in (400, 800, 1600) if width <= largest),
        fallback=800,
    )


def _print(good: Good) -> list[_Seen]:
    corner = (
        f"The top of {good.name} close up: a black bulldog clip on the edge of the cotton paper."
        if good.shown == "none"
        else f"A corner of {good.name} close up: the grain and mitred joint of the {_FRAMES[good.shown]} frame, "
        "the bevelled white mount and the edge of the print."
    )
    return [
        ("scene", good.alt, ""),
        ("flat", f"The whole sheet of {good.name}, unframed, on a pale table.", ""),
        ("detail", corner, ""),
    ]


_FRAMES = {"oak": "oak", "walnut": "walnut", "black": "black ash", "white": "white ash"}


def _notebook(good: Good) -> list[_Seen]:
    return [
        ("scene", good.alt, ""),
        ("flat", f"The cover of the {_lower(good)} seen straight from above, with its spine and elastic.", ""),
        ("detail", f"A corner of the {_lower(good)} close up: rounded board, elastic and page edges.", ""),
    ]


def _card(good: Good) -> list[_Seen]:
    name = good.name.partition(":")[0]
    return [
        ("scene", good.alt, ""),
        ("flat", f"{name}: the front of the card seen straight from above.", ""),
        ("detail", f"{name} close up: the corner of the card over the {good.shown} envelope's flap.", ""),
    ]


def _mug(good: Good) -> list[_Seen]:
    glazes = [choice.slug for axis in good.axes for choice in axis.choices if choice.slug != good.shown]
    return [
        ("scene", good.alt, ""),
        *(("glaze", f"The {_lower(good)} from its other side, with {it} glaze.", it.capitalize()) for it in glazes),
        ("detail", f"The rim of the {_lower(good)} close up: {good.shown} glaze inside, the print outside.", ""),
    ]


def _calendar(good: Good) -> list[_Seen]:
    if not good.posted:
        return [
            ("scene", good.alt, ""),
            ("flat", f"The whole page of the {good.name}.", ""),
            ("detail", f"The {good.name} close up: rings where they meet, above the first months.", ""),
        ]
    return [
        ("scene", good.alt, ""),
        ("flat", f"The picture of the {good.name}, the whole sheet.", ""),
        ("detail", f"The {good.name} close up: the wire that binds it and the paper.", ""),
    ]


def _wrap(good: Good) -> list[_Seen]:
    return [
        ("scene", good.alt, ""),
        ("flat", f"A sheet of {good.name} laid flat.", ""),
        ("detail", f"A roll of {good.name} close up, its end wound in a spiral.", ""),
    ]


def _lower(good: Good) -> str:
    return good.name[0].lower() + good.name[1:] if good.name.startswith("The ") else good.name


_SERIES: dict[str, Callable[[Good], list[_Seen]]] = {
    "art-prints": _print,
    "notebooks": _notebook,
    "cards": _card,
    "mugs": _mug,
    "calendars": _calendar,
    "gift-wrap": _wrap,
}
