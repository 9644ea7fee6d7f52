"""Lists of products that can be filtered: a shelf, a collection, or what a search finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from shop.catalog import found, long_lists, search
from shop.catalog.cards import Card, cards
from shop.catalog.filters import Band, Facet, Seen, Sort, Source, Value, Wanted, bands, facets_of
from shop.catalog.found import Base, Chosen, Goods
from shop.catalog.listed import Term
from shop.catalog.queries import PAGE
from shop.catalog.tally import ordered, tally
from shop.core.i18n import _, format_list, format_money
from shop.core.money import Money

IN_STOCK = "1"
UNFILTERED = frozenset({"q", "page", "from", "sort"})
MOST_PAGES = 5  # at once
LAST_PAGE = -(-found.MOST // PAGE)
SORTS = (Sort.LOVED, Sort.SELLING, Sort.NEWEST, Sort.CHEAPEST, Sort.DEAREST)
Asked = Iterable[tuple[str, str]]  # what the address says, names and values
Counts = dict[tuple[str, str], int]  # products by facet and value; without a value, with the facet left out
Order = Callable[[Base], Sequence[int]]  # products of a list as somebody would put them, the first MOST


@dataclass(frozen=True, slots=True)
class Page:
    cards: list[Card]
    number: int
    since: int  # the page that it begins with: those after it were added to it
    total: int  # one more than MOST stands for all that are more

    @property
    def first(self) -> int:
        return (self.since - 1) * PAGE + 1

    @property
    def shown(self) -> int:
        return min(self.number * PAGE, self.total)

    @property
    def rest(self) -> int:
        """How many the next page has. A list goes no further than it is counted."""
        return min(PAGE, self.total - self.shown) if self.number < LAST_PAGE else 0

    @property
    def cut_short(self) -> bool:
        """This is as far as it goes, and there is more."""
        return self.number == LAST_PAGE and self.total > found.MOST


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    colour: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class ShownFacet:
    slug: str
    name: str
    swatches: bool
    values: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    label: str
    query: str  # the list without it


@dataclass(frozen=True, slots=True)
class Hint:
    """The one filter that stands most in the way, when nothing is left."""

    label: str
    query: str
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    page: Page
    facets: tuple[ShownFacet, ...]
    wanted: Wanted
    applied: tuple[Applied, ...]
    choices: str  # for links to the products, so that what was filtered by is chosen there too
    hint: Hint | None
    sorts: tuple[tuple[Sort, str], ...]
    corrected: str = ""  # how the words were read, where something was misspelt

    @property
    def empty(self) -> bool:
        """There is nothing in it, filtered or not."""
        return not self.page.total and not self.applied

    @property
    def applied_in_words(self) -> str:
        return format_list([each.label for each in self.applied])


def on_shelf(category_id: int, asked: Asked, *, page: int, currency: str) -> Listing:
    """Products on sale in a category and everything below it."""
    return of(found.on_shelf(category_id), asked, SORTS, page=page, currency=currency)


def searched(words: str, asked: Asked, *, page: int, currency: str) -> Listing:
    """Products on sale in which all the words are found, read in the first way in which any are."""
    sorts, asked = (Sort.RELEVANCE, *SORTS), list(asked)
    listing = None
    for query in search.readings(words):
        order = partial(search.best, typed=query.corrected or words, count=found.MOST)
        base = Base(words=query.groups)
        read = of(base, asked, sorts, page=page, currency=currency, words=words, order=order)
        listing = listing or read
        if not read.empty:
            return replace(read, corrected=query.corrected)
    assert listing is not None
    return listing


def of(
    base: Base,
    asked: Asked,
    sorts: Sequence[Sort],
    *,
    page: int,
    currency: str,
    words: str = "",
    order: Order | None = None,
) -> Listing:
    """`sorts` are those on offer, the usual one first; `order` is relevance, or an order that somebody has chosen."""
    asked = list(asked)
    total = found.count(base)
    kept = _Short(base, currency) if total <= found.MOST else _Long(base, total, asked, currency)
    wanted = Wanted.read(asked, kept.facets, sorts, page=page, words=words)
    read, facets = kept.read(wanted, order), kept.facets
    chosen = _chosen(facets, wanted)
    return Listing(
        page=Page(cards(read.ids, currency, fitting=read.fitting), read.page, read.since, read.total),
        facets=tuple(_shown(facet, wanted, read.counts) for facet in facets),
        wanted=replace(wanted, page=read.page, since=None),
        applied=tuple(
            Applied(value.label, wanted.without(facet.slug, value.slug).query())
            for facet, values in chosen.items()
            for value in values
        ),
        choices=_choices(chosen, wanted),
        hint=_hint(base, chosen, wanted, read.counts) if chosen and not read.total else None,
        sorts=tuple((sort, _SORTED[sort]()) for sort in sorts),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    total: int
    page: int  # the one there is, nearest to the one asked for
    since: int  # and the one the list begins with
    ids: Sequence[int]  # on it
    fitting: frozenset[int]  # variants of theirs that the filters leave
    counts: Counts


class _Short:
    """A list that is read as a whole."""

    def __init__(self, base: Base, currency: str) -> None:
        self.base = base
        self.goods = found.offers(base, currency)
        having: dict[str, set[int]] = {}
        for offer in self.goods.offers:
            for term in offer.terms:
                having.setdefault(term, set()).add(offer.product_id)
        reach = {term: len(products) for term, products in having.items()}
        prices = {offer.amount for offer in self.goods.offers}
        self.facets = _facets(found.terms(reach), reach, len(self.goods.standing), prices)

    def read(self, wanted: Wanted, order: Order | None) -> _Read:
        return _read_whole(self.base, self.goods, self.facets, wanted, order)


def _read_whole(base: Base, goods: Goods, facets: Sequence[Facet], wanted: Wanted, order: Order | None) -> _Read:
    counted = tally(goods.offers, facets, wanted)
    ids = ordered(counted.fitting, goods.standing, goods.in_stock, wanted.sort, _places(base, wanted, order))
    since, page = _pages(wanted, len(ids))
    ids = ids[(since - 1) * PAGE : page * PAGE]
    fitting = frozenset(offer.variant_id for each in ids for offer in counted.fitting[each])
    return _Read(len(counted.fitting), page, since, ids, fitting, counted.counts)


class _Long:
    """A list that is too long for that. What filters leave of it may not be."""

    def __init__(self, base: Base, total: int, asked: Asked, currency: str) -> None:
        self.base, self.currency = base, currency
        filtered = any(name not in UNFILTERED for name, _value in asked)
        self.terms = found.terms()
        known = long_lists.counts_of_terms(base, {}, self.terms, most=1 if filtered else None)
        self.unfiltered = {} if filtered else known
        self.facets = _facets(self.terms, dict.fromkeys(known, 1), total, long_lists.prices_of_some(base, currency))

    def read(self, wanted: Wanted, order: Order | None) -> _Read:
        chosen = _chosen(self.facets, wanted)
        narrowed = self.base.narrowed(chosen)
        total = found.count(narrowed)
        if total <= found.MOST:
            read = _read_whole(narrowed, found.offers(narrowed, self.currency), self.facets, wanted, order)
            counts = {key: count for key, count in read.counts.items() if key[0] not in wanted.chosen}
            return replace(read, counts=counts | self._counts(chosen, list(chosen)))
        since, page = _pages(wanted, total)
        part = slice((since - 1) * PAGE, page * PAGE)
        if order and wanted.sort in (Sort.RELEVANCE, Sort.CHOSEN):
            ids = list(order(narrowed))[part]
        else:
            ids = list(long_lists.page(self.base, chosen, wanted.sort, part, deepest=LAST_PAGE * PAGE))
        shown = found.offers(Base(conditions=(found.one_of(ids),)), self.currency)
        fitting = tally(shown.offers, self.facets, wanted).fitting
        variants = frozenset(offer.variant_id for each in fitting.values() for offer in each)
        return _Read(total, page, since, ids, variants, self._counts(chosen, self.facets))

    def _counts(self, chosen: Chosen, facets: Sequence[Facet]) -> Counts:
        """What each value of these facets would show, with the other filters kept."""
        counted = {} if chosen else self.unfiltered
        terms = {str(term.id): term for term in self.terms}
        for apart in () if counted else (*([facet] for facet in chosen), _besides(facets, chosen)):
            asked = [
                terms[term] for facet in apart if facet in facets for value in facet.values for term in value.terms
            ]
            counted = counted | long_lists.counts_of_terms(self.base, _without(chosen, *apart), asked)
        others = [
            (facet, value, _without(chosen, facet)) for facet in facets for value in facet.values if not value.terms
        ]
        return long_lists.counts_of_values(self.base, others) | {
            (facet.slug, value.slug): min(sum(counted.get(term, 0) for term in value.terms), found.MOST + 1)
            for facet in facets
            for value in facet.values
            if value.terms
        }


def _besides(facets: Iterable[Facet], chosen: Chosen) -> list[Facet]:
    return [facet for facet in facets if facet not in chosen]


def _places(base: Base, wanted: Wanted, order: Order | None) -> dict[int, int]:
    asked = order is not None and wanted.sort in (Sort.RELEVANCE, Sort.CHOSEN)
    return {product_id: place for place, product_id in enumerate(order(base))} if order and asked else {}


def _pages(wanted: Wanted, total: int) -> tuple[int, int]:
    """The first and the last page of what is shown of so many products."""
    page = min(wanted.page, max(1, -(-total // PAGE)), LAST_PAGE)
    return max(min(wanted.since or page, page), page - MOST_PAGES + 1), page


def _without(chosen: Chosen, *facets: Facet) -> Chosen:
    return {facet: values for facet, values in chosen.items() if facet not in facets}


def _chosen(facets: Iterable[Facet], wanted: Wanted) -> Chosen:
    """The values in use, by facet."""
    return {
        facet: [value for value in facet.values if wanted.has(facet.slug, value.slug)]
        for facet in facets
        if facet.slug in wanted.chosen
    }


def _facets(terms: Iterable[Term], reach: Mapping[str, int], total: int, prices: Iterable[Money]) -> list[Facet]:
    """Options and attributes of which something is found, then price and availability."""
    seen = [
        Seen(
            str(term.id),
            term.source,
            term.facet,
            term.name,
            term.place,
            term.kind,
            term.slug,
            term.label,
            term.colour,
            term.number,
            term.position,
            reach[str(term.id)],
        )
        for term in terms
        if str(term.id) in reach
    ]
    priced = tuple(Value(band.slug, _words(band), band=band) for band in bands(prices))
    in_stock = (Value(IN_STOCK, _("In stock")),)
    return [
        *facets_of(seen, total, span=lambda first, last: _("%(low)s to %(high)s", low=first.label, high=last.label)),
        *([Facet(Source.PRICE, _("Price"), Source.PRICE, priced)] if priced else []),
        Facet(Source.STOCK, _("Availability"), Source.STOCK, in_stock),
    ]


def _words(band: Band) -> str:
    low, high = (each and format_money(each, brief=True) for each in (band.low, band.high))
    if low and high:
        return _("%(low)s to %(high)s", low=low, high=high)
    return _("Under %(price)s", price=high) if high else _("Over %(price)s", price=low)


_SORTED: dict[Sort, Callable[[], str]] = {
    Sort.RELEVANCE: lambda: _("Best match"),
    Sort.CHOSEN: lambda: _("Our order"),
    Sort.LOVED: lambda: _("Most loved"),
    Sort.SELLING: lambda: _("Best-selling"),
    Sort.NEWEST: lambda: _("Newest"),
    Sort.CHEAPEST: lambda: _("Price, low to high"),
    Sort.DEAREST: lambda: _("Price, high to low"),
}


def _shown(facet: Facet, wanted: Wanted, counts: Mapping[tuple[str, str], int]) -> ShownFacet:
    values = (
        Choice(
            value.slug,
            value.label,
            value.colour,
            counts.get((facet.slug, value.slug), 0),
            wanted.has(facet.slug, value.slug),
        )
        for value in facet.values
    )
    return ShownFacet(facet.slug, facet.name, facet.swatches, tuple(values))


def _choices(chosen: Iterable[Facet], wanted: Wanted) -> str:
    """The options of which only one value will do."""
    only = {facet.slug: wanted.chosen[facet.slug] for facet in chosen if facet.source is Source.OPTION}
    pairs = [(slug, values[0]) for slug, values in only.items() if len(values) == 1]
    return f"?{urlencode(pairs)}" if pairs else ""


def _hint(base: Base, chosen: Chosen, wanted: Wanted, counts: Counts) -> Hint | None:
    """`counts` has what is left without each of the chosen facets, unless the list is long."""
    left = {facet: counts.get((facet.slug, ""), -1) for facet in chosen}
    for facet in [facet for facet, count in left.items() if count < 0]:
        left[facet] = found.count(base.narrowed(_without(chosen, facet)))
    most = max(left, key=lambda facet: left[facet])
    labels = [value.label for value in chosen[most]]
    return Hint(format_list(labels), wanted.without(most.slug).query(), left[most]) if left[most] else None
