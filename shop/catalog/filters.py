"""What a shopper wants to see of a list, read from the address and written back into it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlencode

from shop.core.money import Money, exponent


class Source(StrEnum):
    """What a facet is read from."""

    OPTION = "option"  # a variant has it
    ATTRIBUTE = "attribute"  # a product has it
    PRICE = "price"
    STOCK = "stock"


class Sort(StrEnum):
    RELEVANCE = "relevance"  # of searches
    CHOSEN = "chosen"  # the order somebody has put a collection in
    LOVED = "loved"
    SELLING = "best-selling"
    NEWEST = "newest"
    CHEAPEST = "price"
    DEAREST = "price-down"


# What addresses say besides facets; an option or attribute of that name is no filter.
TAKEN = frozenset({"q", "page", "from", "sort", Source.PRICE, Source.STOCK})
_PAGE = re.compile(r"[1-9][0-9]{0,3}")
MOST_NUMBERS = 8  # told one by one
NUMBER_PARTS = 4  # told apart where there are more


@dataclass(frozen=True, slots=True)
class Value:
    """An offer has it when it has one of the terms, a price in the band or, without either, when it is in stock."""

    slug: str
    label: str
    colour: str = ""
    terms: frozenset[str] = frozenset()
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing a list can be filtered by: within it any of the chosen values will do."""

    slug: str
    name: str
    source: Source
    values: tuple[Value, ...]
    swatches: bool = False  # its values are colours before they are words


class Seen(NamedTuple):
    """A value that some of the products found have, with what it is a value of."""

    term: str
    source: str
    facet: str
    name: str
    place: int  # among the facets
    kind: str
    slug: str
    label: str
    colour: str
    number: Decimal | None
    position: int  # within its facet
    reach: int  # how many products have it


def facets_of(seen: Iterable[Seen], total: int, *, span: Callable[[Seen, Seen], str]) -> list[Facet]:
    """Options, then attributes, each in their order and, where that is the same, those of more products first.

    A single value leaves nothing to choose, but for a yes that not all of the `total` products say; an option goes
    before an attribute of the same name. Where numbers are many, `span` says what those from one to another are called.
    """
    by_facet: dict[tuple[str, str], list[Seen]] = {}
    for value in seen:
        by_facet.setdefault((value.source, value.facet), []).append(value)
    useful = {
        key: values
        for key, values in by_facet.items()
        if (len(values) > 1 or (values[0].kind == "boolean" and values[0].reach < total)) and key[1] not in TAKEN
    }
    shown = [
        values
        for (source, slug), values in useful.items()
        if source == Source.OPTION or (Source.OPTION, slug) not in useful
    ]

    def place(values: list[Seen]) -> tuple[bool, int, int, str]:
        return (
            values[0].source == Source.ATTRIBUTE,
            min(value.place for value in values),
            -max(value.reach for value in values),
            values[0].facet,
        )

    return [_facet(values, span) for values in sorted(shown, key=place)]


def _facet(values: list[Seen], span: Callable[[Seen, Seen], str]) -> Facet:
    first = values[0]
    made = _numbers(values, span) if first.kind == "number" else _words(values)
    return Facet(first.facet, first.name, Source(first.source), tuple(made), swatches=first.kind == "colour")


def _words(values: list[Seen]) -> list[Value]:
    """In their order, or by name where products differ about it and two claim the same place."""
    agreed = len({value.position for value in values}) == len(values)
    ordered = sorted(values, key=lambda value: (value.position if agreed else 0, value.label))
    return [Value(value.slug, value.label, value.colour, frozenset([value.term])) for value in ordered]


def _numbers(values: list[Seen], span: Callable[[Seen, Seen], str]) -> list[Value]:
    """By size; where they are many, in parts that as many numbers fall into."""
    ordered = sorted(values, key=lambda value: (value.number or 0, value.slug))
    if len(ordered) <= MOST_NUMBERS:
        return [Value(value.slug, value.label, terms=frozenset([value.term])) for value in ordered]
    cuts = [len(ordered) * part // NUMBER_PARTS for part in range(NUMBER_PARTS + 1)]
    parts = [ordered[start:end] for start, end in pairwise(cuts)]
    return [
        Value(
            f"{part[0].slug}-{part[-1].slug}",
            span(part[0], part[-1]),
            terms=frozenset(value.term for value in part),
        )
        for part in parts
    ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The chosen values of each facet, both in the page's order, so that a choice has one address only."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    usual: Sort = Sort.LOVED  # how the list is sorted when nothing is said
    sort: Sort = Sort.LOVED
    page: int = 1
    since: int | None = None  # the page from which on it is shown; no more than this one when left out
    words: str = ""  # what is searched for

    @classmethod
    def read(
        cls,
        asked: Iterable[tuple[str, str]],
        facets: Sequence[Facet],
        sorts: Sequence[Sort],
        *,
        page: int = 1,
        words: str = "",
    ) -> Wanted:
        """Whatever the list does not know is ignored: old links and strange ones show the list all the same.

        The first of `sorts` is the usual one.
        """
        pairs = set(asked)
        known = {
            facet.slug: tuple(value.slug for value in facet.values if (facet.slug, value.slug) in pairs)
            for facet in facets
        }
        sort = next((sort for sort in sorts if ("sort", sort) in pairs), sorts[0])
        since = next((int(value) for name, value in pairs if name == "from" and _PAGE.fullmatch(value)), None)
        chosen = {slug: values for slug, values in known.items() if values}
        return cls(chosen, sorts[0], sort, page, since, words)

    def has(self, facet: str, value: str) -> bool:
        return value in self.chosen.get(facet, ())

    def without(self, facet: str, value: str | None = None) -> Wanted:
        """With one filter fewer, or one facet, from the first page on."""
        left = tuple(each for each in self.chosen[facet] if value is not None and each != value)
        chosen = {slug: left if slug == facet else values for slug, values in self.chosen.items()}
        return replace(self, chosen={slug: values for slug, values in chosen.items() if values}, page=1)

    def cleared(self) -> Wanted:
        return replace(self, chosen={}, page=1)

    def turned(self, pages: int) -> Wanted:
        return replace(self, page=self.page + pages)

    def query(self) -> str:
        """From the question mark on; nothing for the list as it is."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [(slug, value) for slug, values in self.chosen.items() for value in values]
        if self.sort is not self.usual:
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True, slots=True)
class Band:
    """Prices under `high`, from `low` to `high`, or over `low`, as the words say it; None is open."""

    slug: str
    low: Money | None
    high: Money | None

    def holds(self, price: Money) -> bool:
        if self.low and self.high:
            return self.low <= price <= self.high
        return price < self.high if self.high else self.low is not None and price > self.low


_STEPS = (10, 15, 20, 25, 30, 40, 50, 60, 70, 80)
_ROUND = [step * 10**zeros // 10 for zeros in range(10) for step in _STEPS if step * 10**zeros % 10 == 0]


def bands(prices: Iterable[Money]) -> list[Band]:
    """Up to three bands with round bounds, those that hold some of the prices; none when that leaves no choice.

    Each is as many times wider than the one below: what is a step for a card is none for a framed print.
    """
    amounts = sorted(set(prices))
    if not amounts or not amounts[-1]:
        return []
    currency = amounts[0].currency
    unit = 10 ** exponent(currency)
    least, most = max(amounts[0].minor, 1) / unit, amounts[-1].minor / unit
    first, second = (_nearest_round(least * (most / least) ** share) for share in (1 / 3, 2 / 3))
    low, high = Money(first * unit, currency), Money(second * unit, currency)
    if first == second:
        return []
    split = [
        Band(f"under-{first}", None, low),
        Band(f"{first}-{second}", low, high),
        Band(f"over-{second}", high, None),
    ]
    held = [band for band in split if any(band.holds(amount) for amount in amounts)]
    return held if len(held) > 1 else []


def _nearest_round(amount: float) -> int:
    return min(_ROUND, key=lambda step: abs(step - amount))
