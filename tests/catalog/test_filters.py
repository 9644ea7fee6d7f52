"""Filtered lists against a plain reading of the same goods, one product after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, product
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from shop.catalog import found, listing
from shop.catalog.filters import Sort, bands
from shop.catalog.listing import Listing
from shop.catalog.models import (
    Attribute,
    AttributeValue,
    Category,
    Option,
    OptionValue,
    Price,
    Product,
    ProductAttribute,
    ProductSales,
    Variant,
    VariantChoice,
)
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from shop.reviews.models import Rating
from tests.world import LONG_AGO, World

pytestmark = pytest.mark.both

OPTIONS = {"size": ["a4", "a3", "a2"], "frame": ["none", "oak"]}
ATTRIBUTES = {"mood": ["calm", "loud"], "ink": ["coral", "navy", "pine"]}
PRICES = [500, 1200, 1500, 2400, 9000]
_numbers = count()


@dataclass
class Piece:
    choices: dict[str, str]
    price: int | None  # None has no price now, and is not for sale
    stock: int


@dataclass
class Good:
    """A product as the plain reading sees it."""

    slug: str
    pieces: list[Piece]
    facts: set[tuple[str, str]]
    days_old: int
    fives: int
    sold: int
    hidden: bool = False

    @property
    def for_sale(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.price is not None]


@dataclass
class Reading:
    """What a list should show, worked out one offer at a time."""

    goods: list[Good]
    chosen: dict[str, set[str]] = field(default_factory=dict)

    def fits(self, good: Good, piece: Piece, facet: str, values: set[str]) -> bool:
        assert piece.price is not None
        if facet == "stock":
            return piece.stock > 0
        if facet == "price":
            return any(within(piece.price, slug) for slug in values)
        if facet in OPTIONS:
            return piece.choices.get(facet) in values
        return any((facet, value) in good.facts for value in values)

    def shown(self, **instead: set[str]) -> list[Good]:
        """With other values for some facets; without values a facet is left out."""
        chosen = {facet: values for facet, values in {**self.chosen, **instead}.items() if values}
        return [good for good in self.goods if self.fitting(good, chosen)]

    def fitting(self, good: Good, chosen: dict[str, set[str]]) -> list[Piece]:
        return [
            piece
            for piece in good.for_sale
            if all(self.fits(good, piece, facet, values) for facet, values in chosen.items())
        ]

    def ordered(self, sort: Sort) -> list[str]:
        def key(good: Good) -> tuple[object, ...]:
            prices = [piece.price or 0 for piece in self.fitting(good, self.chosen)]
            rank = {
                Sort.LOVED: (-((40 + 5 * good.fives) * 1000 // (10 + good.fives)),),
                Sort.SELLING: (-good.sold, -((40 + 5 * good.fives) * 1000 // (10 + good.fives))),
                Sort.NEWEST: (good.days_old,),
                Sort.CHEAPEST: (min(prices), max(prices)),
                Sort.DEAREST: (-min(prices), -max(prices)),
            }[sort]
            return (not any(piece.stock > 0 for piece in good.for_sale), *rank, self.goods.index(good))

        return [good.slug for good in sorted(self.shown(), key=key)]


def within(price: int, band: str) -> bool:
    low, _dash, high = band.partition("-")
    if low == "under":
        return price < int(high) * 100
    if low == "over":
        return price > int(high) * 100
    return int(low) * 100 <= price <= int(high) * 100


@st.composite
def goods(draw: st.DrawFn) -> Good:
    own = draw(st.sets(st.sampled_from(sorted(OPTIONS))))
    made = [dict(zip(own, values, strict=True)) for values in product(*(OPTIONS[option] for option in own))]
    pieces = [
        Piece(choices, draw(st.sampled_from([*PRICES, None])), draw(st.integers(0, 1)))
        for choices in draw(st.lists(st.sampled_from(made), min_size=1, max_size=4, unique_by=str))
    ]
    every_fact = [(name, value) for name, values in ATTRIBUTES.items() for value in values]
    return Good(
        slug=f"good-{next(_numbers)}",
        pieces=pieces,
        facts=draw(st.sets(st.sampled_from(every_fact), max_size=3)),
        days_old=draw(st.integers(1, 3)),
        fives=draw(st.sampled_from([0, 0, 3, 40])),
        sold=draw(st.sampled_from([0, 0, 2, 7])),
        hidden=draw(st.sampled_from([False, False, False, True])),
    )


VALUES = {**OPTIONS, **ATTRIBUTES, "stock": ["1"]}
CHOICES = st.dictionaries(st.sampled_from([*VALUES, "price"]), st.sets(st.integers(0, 2), min_size=1), max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(goods(), max_size=6),
    st.lists(st.tuples(CHOICES, st.sampled_from(listing.SORTS)), min_size=1, max_size=4),
    st.sampled_from([found.MOST, 0, 2]),
)
def test_a_list_shows_and_counts_what_a_plain_reading_does(
    world: World, made: list[Good], asked: list[tuple[dict[str, set[int]], Sort]], most: int
) -> None:
    """However few products are counted exactly: of a list that is longer the counts are cut, and nothing else."""
    shelf_id = stock(made)
    on_sale = [good for good in made if not good.hidden and good.for_sale]
    prices = [piece.price for good in on_sale for piece in good.for_sale if piece.price is not None]
    known = {**VALUES, "price": [band.slug for band in bands(Money(price, "GBP") for price in prices)]}
    sold = {pair for good in on_sale for piece in good.for_sale for pair in piece.choices.items()}
    sold |= {pair for good in on_sale for pair in good.facts}
    for facet in (*OPTIONS, *ATTRIBUTES):
        known[facet] = [value for value in VALUES[facet] if (facet, value) in sold]
        if len(known[facet]) < 2:
            known[facet] = []

    for wishes, sort in asked:
        chosen = {
            facet: {known[facet][number] for number in numbers if number < len(known[facet])}
            for facet, numbers in wishes.items()
        }
        chosen = {facet: values for facet, values in chosen.items() if values}
        pairs = [(facet, value) for facet, values in chosen.items() for value in values]
        with patch.object(found, "MOST", most):
            shown = listing.on_shelf(shelf_id, [*pairs, ("sort", sort.value)], page=1, currency="GBP")
        check(shown, Reading(on_sale, chosen), known, sort, cut=most + 1)


def check(shown: Listing, reading: Reading, known: dict[str, list[str]], sort: Sort, *, cut: int) -> None:
    right = reading.ordered(sort)
    assert [card.slug for card in shown.page.cards] == right
    assert shown.page.total == min(len(right), cut)
    assert {facet.slug for facet in shown.facets} == {facet for facet, values in known.items() if values}
    for facet in shown.facets:
        assert sorted(value.value for value in facet.values) == sorted(known[facet.slug])
        for value in facet.values:
            right_count = min(len(reading.shown(**{facet.slug: {value.value}})), cut)
            assert value.count == right_count, (facet.slug, value.value)
            assert value.selected == (value.value in reading.chosen.get(facet.slug, set()))
    assert len(shown.applied) == sum(map(len, reading.chosen.values()))
    for card, good in zip(shown.page.cards, reading.ordered(sort), strict=True):
        pieces = next(reading.fitting(each, reading.chosen) for each in reading.goods if each.slug == good)
        prices = [piece.price for piece in pieces if piece.price is not None]
        assert (card.lowest.minor, card.highest.minor) == (min(prices), max(prices))
    most = max((min(len(reading.shown(**{facet: set()})), cut) for facet in reading.chosen), default=0)
    assert (shown.hint.count if shown.hint else 0) == (0 if right else most)


def stock(made: list[Good]) -> int:
    """A shelf of its own with these goods; returns its id."""
    with transaction():
        db.session.execute(delete(Attribute))
        shelf = Category(slug=f"shelf-{next(_numbers)}", name="Shelf", position=1)
        db.session.add(shelf)
        attributes = {
            name: Attribute(
                slug=name, name=name.title(), values=[AttributeValue(slug=value, label=value) for value in values]
            )
            for name, values in ATTRIBUTES.items()
        }
        db.session.add_all(attributes.values())
        db.session.flush()
        facts = {(name, value.slug): value.id for name, each in attributes.items() for value in each.values}
        for position, good in enumerate(made):
            put(good, shelf.id, position, facts)
        return shelf.id


def put(good: Good, shelf_id: int, position: int, facts: dict[tuple[str, str], int]) -> None:
    row = Product(
        category_id=shelf_id,
        slug=good.slug,
        name=good.slug,
        status="draft" if good.hidden else "live",
        published_at=LONG_AGO - timedelta(days=good.days_old),
        position=position,
        created_at=now(),
        updated_at=now(),
        options=[
            Option(slug=name, name=name.title(), values=[OptionValue(slug=value, label=value) for value in values])
            for name, values in OPTIONS.items()
        ],
    )
    db.session.add(row)
    db.session.flush()
    values = {(option.slug, value.slug): value for option in row.options for value in option.values}
    for number, piece in enumerate(good.pieces):
        variant = Variant(product_id=row.id, sku=f"{good.slug}-{number}", on_hand=piece.stock)
        variant.choices = [
            VariantChoice(option_id=values[pair].option_id, value_id=values[pair].id) for pair in piece.choices.items()
        ]
        db.session.add(variant)
        db.session.flush()
        for amount, since, until in prices_of(piece):
            db.session.add(
                Price(variant_id=variant.id, currency="GBP", amount_minor=amount, valid_from=since, valid_to=until)
            )
    db.session.add_all(ProductAttribute(product_id=row.id, value_id=facts[fact]) for fact in good.facts)
    db.session.add(Rating(product_id=row.id, count=good.fives, five=good.fives))
    if good.sold:
        db.session.add(ProductSales(product_id=row.id, pieces=good.sold, orders=1, counted_at=now()))


def prices_of(piece: Piece):  # type: ignore[no-untyped-def]
    """What it costs now, between what it cost once and what it will; a sale begun later goes before the price below."""
    yesterday, tomorrow = now() - timedelta(days=1), now() + timedelta(days=1)
    yield 7, LONG_AGO - timedelta(days=9), yesterday
    yield 7, tomorrow, None
    if piece.price is not None:
        yield 77777, LONG_AGO, None
        yield piece.price, yesterday, tomorrow
