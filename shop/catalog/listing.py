"""Lists of products that can be filtered: a shelf, or what a search finds.

All that can be bought of the products found is held against each facet at once. An offer that misses nothing is shown;
one that misses only one facet counts for the values of that facet. So a count says what choosing that value would show
with the other facets kept, and the number of statements depends neither on the filters nor on the goods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import (
    CTE,
    ColumnElement,
    Join,
    Select,
    SQLColumnExpression,
    and_,
    case,
    distinct,
    exists,
    func,
    join,
    literal,
    or_,
    select,
    union_all,
)

from shop.catalog.cards import Card, Offers, cards, offers
from shop.catalog.filters import Band, Facet, Seen, Sort, Source, Value, Wanted, bands, facets_of
from shop.catalog.models import (
    Attribute,
    AttributeValue,
    Category,
    Kind,
    Option,
    OptionValue,
    Price,
    Product,
    ProductAttribute,
    Variant,
    VariantChoice,
)
from shop.catalog.queries import PAGE, loved, matching, on_sale
from shop.core.db import db
from shop.core.i18n import _, format_list, format_money
from shop.core.money import Money
from shop.reviews.models import Rating

IN_STOCK = "1"
Asked = Iterable[tuple[str, str]]  # what the address says, names and values


@dataclass(frozen=True, slots=True)
class Page:
    cards: list[Card]
    number: int
    total: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1

    @property
    def shown(self) -> int:
        return min(self.number * PAGE, self.total)

    @property
    def rest(self) -> int:
        """How many the next page has."""
        return min(PAGE, self.total - self.shown)


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
    sorts: tuple[tuple[str, str], ...]

    @property
    def empty(self) -> bool:
        """There is nothing in it, filtered or not."""
        return not self.page.total and not self.applied

    @property
    def applied_in_words(self) -> str:
        return format_list([each.label for each in self.applied])


def on_shelf(category_id: int, asked: Asked, *, page: int, currency: str) -> Listing:
    """Products on sale in a category and everything below it."""
    below = select(Category.id).where(Category.id == category_id).cte(recursive=True)
    below = below.union_all(select(Category.id).where(Category.parent_id == below.c.id))
    found = select(Product.id).where(on_sale(), Product.category_id.in_(select(below.c.id)))
    return _listing(found, asked, page=page, words="", currency=currency)


def search(words: str, asked: Asked, *, page: int, currency: str) -> Listing:
    """Products on sale that have every word in their name, summary, category or a SKU."""
    return _listing(matching(words), asked, page=page, words=words, currency=currency)


def _listing(found: Select[int], asked: Asked, *, page: int, words: str, currency: str) -> Listing:
    priced = _bands(found, currency)
    facets = [*_known(found, currency), *_price(priced), _stock()]
    wanted = Wanted.read(asked, facets, page=page, words=words)
    chosen = [facet for facet in facets if facet.slug in wanted.chosen]
    fitting = [_fits(facet, wanted.chosen[facet.slug], priced) for facet in chosen]
    judged = _Judged(offers(found, currency), chosen, fitting)

    counts = _counts(judged, facets, priced)
    total = counts["", ""]
    wanted = replace(wanted, page=min(wanted.page, max(1, -(-total // PAGE))))
    ids = _ids(judged, wanted) if total else []
    return Listing(
        page=Page(cards(ids, currency, fitting=fitting), wanted.page, total),
        facets=tuple(_shown(facet, wanted, counts) for facet in facets),
        wanted=wanted,
        applied=tuple(
            Applied(value.label, wanted.without(facet.slug, value.slug).query())
            for facet in chosen
            for value in facet.values
            if wanted.has(facet.slug, value.slug)
        ),
        choices=_choices(chosen, wanted),
        hint=_hint(chosen, wanted, counts) if chosen and not total else None,
        sorts=(
            (Sort.LOVED, _("Most loved")),
            (Sort.NEWEST, _("Newest")),
            (Sort.CHEAPEST, _("Price, low to high")),
            (Sort.DEAREST, _("Price, high to low")),
        ),
    )


def _known(found: Select[int], currency: str) -> list[Facet]:
    """The options and attributes of the products found."""
    sold = offers(found, currency).cte("offers")
    reach = func.count(distinct(sold.c.product_id))
    options = (
        select(
            literal(Source.OPTION.value),
            Option.slug,
            func.min(Option.name),
            func.min(Option.position),
            literal(Kind.CHOICE.value),
            OptionValue.slug,
            func.min(OptionValue.label),
            func.max(OptionValue.colour),
            func.min(OptionValue.position),
            reach,
        )
        .select_from(_with_options(sold))
        .group_by(Option.slug, OptionValue.slug)
    )
    attributes = (
        select(
            literal(Source.ATTRIBUTE.value),
            Attribute.slug,
            Attribute.name,
            Attribute.position,
            Attribute.kind,
            AttributeValue.slug,
            AttributeValue.label,
            AttributeValue.colour,
            AttributeValue.position,
            reach,
        )
        .select_from(_with_attributes(sold))
        .group_by(Attribute.id, AttributeValue.id)
    )
    return facets_of(Seen(*row) for row in db.session.execute(union_all(options, attributes)))


def _bands(found: Select[int], currency: str) -> list[Band]:
    amounts = db.session.scalars(select(offers(found, currency).cte("offers").c.amount).distinct())
    return bands(Money(amount, currency) for amount in amounts)


def _price(priced: Sequence[Band]) -> list[Facet]:
    values = tuple(Value(band.slug, _words(band)) for band in priced)
    return [Facet(Source.PRICE, _("Price"), Source.PRICE, values)] if values else []


def _words(band: Band) -> str:
    low, high = (each and format_money(each, brief=True) for each in (band.low, band.high))
    if low and high:
        return _("%(low)s to %(high)s", low=low, high=high)
    return _("Under %(price)s", price=high) if high else _("Over %(price)s", price=low)


def _stock() -> Facet:
    return Facet(Source.STOCK, _("Availability"), Source.STOCK, (Value(IN_STOCK, _("In stock")),))


def _fits(facet: Facet, chosen: Sequence[str], priced: Sequence[Band]) -> ColumnElement[bool]:
    """Whether a variant, with its price, has one of the chosen values."""
    match facet.source:
        case Source.OPTION:
            return exists().where(
                VariantChoice.variant_id == Variant.id,
                OptionValue.id == VariantChoice.value_id,
                OptionValue.slug.in_(chosen),
                Option.id == OptionValue.option_id,
                Option.slug == facet.slug,
            )
        case Source.ATTRIBUTE:
            return exists().where(
                ProductAttribute.product_id == Variant.product_id,
                AttributeValue.id == ProductAttribute.value_id,
                AttributeValue.slug.in_(chosen),
                Attribute.id == AttributeValue.attribute_id,
                Attribute.slug == facet.slug,
            )
        case Source.PRICE:
            return or_(*(_within(band, Price.amount_minor) for band in priced if band.slug in chosen))
        case Source.STOCK:
            return Variant.on_hand > Variant.reserved


def _within(band: Band, amount: SQLColumnExpression[int]) -> ColumnElement[bool]:
    match band.low, band.high:
        case None, Money() as high:
            return amount < high.minor
        case Money() as low, None:
            return amount > low.minor
        case Money() as low, Money() as high:
            return amount.between(low.minor, high.minor)
    raise ValueError("a band without bounds")


class _Judged:
    """The offers, each with the facets in use that it misses."""

    def __init__(self, offers: Offers, facets: Sequence[Facet], fitting: Sequence[ColumnElement[bool]]) -> None:
        columns = [case((fits, 0), else_=1).label(f"misses_{number}") for number, fits in enumerate(fitting)]
        self.offers = offers.add_columns(*columns).cte("offers")
        self.by_facet = {facet.slug: self.offers.c[each.name] for facet, each in zip(facets, columns, strict=True)}
        self.misses: ColumnElement[int] = sum(self.by_facet.values(), literal(0))

    def of(self, facet: str) -> ColumnElement[int]:
        return self.by_facet.get(facet, literal(0))

    def of_named(self, column: SQLColumnExpression[str]) -> ColumnElement[int]:
        """Of the facet whose slug stands in `column`."""
        whens = [(column == slug, missed) for slug, missed in self.by_facet.items()]
        return case(*whens, else_=0) if whens else literal(0)

    def products(self, own: ColumnElement[int], *conditions: ColumnElement[bool]) -> ColumnElement[int]:
        """How many products have an offer that misses nothing but its `own` facet."""
        return func.count(distinct(case((and_(self.misses == own, *conditions), self.offers.c.product_id))))


def _counts(judged: _Judged, facets: Sequence[Facet], priced: Sequence[Band]) -> dict[tuple[str, str], int]:
    """Products by facet and value; without a value, with the facet left out; without either, what is shown."""
    offers = judged.offers
    of = {source: [facet.slug for facet in facets if facet.source is source] for source in Source}
    counted = [
        select(Option.slug, OptionValue.slug, judged.products(judged.of_named(Option.slug)))
        .select_from(_with_options(offers))
        .where(Option.slug.in_(of[Source.OPTION]))
        .group_by(Option.slug, OptionValue.slug),
        select(Attribute.slug, AttributeValue.slug, judged.products(judged.of_named(Attribute.slug)))
        .select_from(_with_attributes(offers))
        .where(Attribute.slug.in_(of[Source.ATTRIBUTE]))
        .group_by(Attribute.slug, AttributeValue.slug),
        *(
            _tally(Source.PRICE, band.slug, judged.products(judged.of(Source.PRICE), _within(band, offers.c.amount)))
            for band in priced
        ),
        _tally(Source.STOCK, IN_STOCK, judged.products(judged.of(Source.STOCK), offers.c.available > 0)),
        *(_tally(slug, "", judged.products(missed)) for slug, missed in judged.by_facet.items()),
        _tally("", "", judged.products(literal(0))),
    ]
    return {(facet, value): count for facet, value, count in db.session.execute(union_all(*counted))}


def _tally(facet: str, value: str, count: ColumnElement[int]) -> Select[str, str, int]:
    return select(literal(str(facet)), literal(value), count)


def _ids(judged: _Judged, wanted: Wanted) -> Sequence[int]:
    """The products of a page, whatever is sold out at the end of the list."""
    offers = judged.offers
    sold_out = case((func.max(offers.c.available) > 0, 0), else_=1)
    amount = case((judged.misses == 0, offers.c.amount))
    orders: dict[Sort, tuple[ColumnElement[Any], ...]] = {
        Sort.LOVED: (loved().desc(),),
        Sort.NEWEST: (Product.published_at.desc(),),
        Sort.CHEAPEST: (func.min(amount), func.max(amount)),
        Sort.DEAREST: (func.min(amount).desc(), func.max(amount).desc()),
    }
    return db.session.scalars(
        select(Product.id)
        .join(offers, offers.c.product_id == Product.id)
        .outerjoin(Rating, Rating.product_id == Product.id)
        .group_by(Product.id, Rating.score)
        .having(func.min(judged.misses) == 0)
        .order_by(sold_out, *orders[wanted.sort], Product.position, Product.id)
        .limit(PAGE)
        .offset((wanted.page - 1) * PAGE)
    ).all()


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


def _choices(chosen: Sequence[Facet], wanted: Wanted) -> str:
    """The options of which only one value will do."""
    only = {facet.slug: wanted.chosen[facet.slug] for facet in chosen if facet.source is Source.OPTION}
    pairs = [(slug, values[0]) for slug, values in only.items() if len(values) == 1]
    return f"?{urlencode(pairs)}" if pairs else ""


def _hint(chosen: Sequence[Facet], wanted: Wanted, counts: Mapping[tuple[str, str], int]) -> Hint | None:
    most = max(chosen, key=lambda facet: counts[facet.slug, ""])
    count = counts[most.slug, ""]
    labels = [value.label for value in most.values if wanted.has(most.slug, value.slug)]
    return Hint(format_list(labels), wanted.without(most.slug).query(), count) if count else None


def _with_options(offers: CTE) -> Join:
    return (
        join(offers, VariantChoice, VariantChoice.variant_id == offers.c.id)
        .join(Option, Option.id == VariantChoice.option_id)
        .join(OptionValue, OptionValue.id == VariantChoice.value_id)
    )


def _with_attributes(offers: CTE) -> Join:
    return (
        join(offers, ProductAttribute, ProductAttribute.product_id == offers.c.product_id)
        .join(AttributeValue, AttributeValue.id == ProductAttribute.value_id)
        .join(Attribute, Attribute.id == AttributeValue.attribute_id)
    )
