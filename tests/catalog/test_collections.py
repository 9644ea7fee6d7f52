"""Collections, picked by hand or found by a rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from shop.catalog import collections
from shop.catalog.collections import Collection
from shop.catalog.models import (
    Attribute,
    AttributeValue,
    Category,
    Option,
    OptionValue,
    Price,
    Product,
    ProductAttribute,
    Status,
    Variant,
    VariantChoice,
)
from shop.catalog.rules import BadRule, Rule
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from tests.conftest import browser
from tests.world import LONG_AGO, World, make_variant

pytestmark = pytest.mark.both

SHELVES = {"kitchen": None, "pots": "kitchen", "attic": None}
ATTRIBUTES = {"ink": ["navy", "coral"], "mood": ["calm", "loud"]}
SIZES = ["a4", "a3"]
UNKNOWN = "nobody-knows"
_numbers = count()


def make(slug: str, *, rule: Rule | None = None, picked: list[str] | None = None, **more: object) -> int:
    values: dict[str, object] = {"name": slug.title(), "intro": "Chosen with care.", "published_at": LONG_AGO, **more}
    with transaction():
        made = Collection(slug=slug, rule=rule.kept() if rule else None, **values)
        db.session.add(made)
        db.session.flush()
        if picked is not None:
            ids = {each.slug: each.id for each in db.session.execute(select(Product.slug, Product.id))}
            collections.pick(made.id, [ids[each] for each in picked])
        return made.id


def cards(page: str) -> list[str]:
    return re.findall(r'class="card-name"><a href="/products/([^"?]+)[?"]', page)


def test_what_is_picked_by_hand_comes_in_that_order(world: World) -> None:
    make("desk", picked=["print", "cap", "mug"])
    page = world.shopper().get("/collections/desk")
    assert cards(page) == ["print", "mug", "cap"]  # what has sold out comes last, as in every list
    assert "Chosen with care." in page
    assert "3 products" in page
    assert "Our order" in page
    assert cards(world.shopper().get("/collections/desk?sort=price-down")) == ["print", "mug", "cap"]
    assert cards(world.shopper().get("/collections/desk?sort=price")) == ["mug", "print", "cap"]


def test_it_is_filtered_as_a_shelf_is(world: World) -> None:
    make("desk", picked=["print", "cap", "mug"])
    page = world.shopper().get("/collections/desk?size=a3")
    assert cards(page) == ["print"]
    assert 'href="/products/print?size=a3"' in page
    assert 'action="/collections/desk"' in page


def test_what_is_found_by_a_rule_follows_the_goods(world: World) -> None:
    make("small", rule=Rule(high=Money(2000, "GBP")))
    assert set(cards(world.shopper().get("/collections/small"))) == {"mug", "cap"}
    make_variant(world.shelf_id, "Tray", price=1999, stock=1)
    assert set(cards(world.shopper().get("/collections/small"))) == {"mug", "cap", "tray"}


def test_a_sale_that_begins_brings_what_is_on_sale(world: World) -> None:
    make("sale", rule=Rule(on_sale=True))
    begins = now() + timedelta(days=1)
    with transaction():
        price = Price(variant_id=world.mug, currency="GBP", amount_minor=1200, compare_at_minor=1600, valid_from=begins)
        price.valid_to = begins + timedelta(days=1)
        db.session.add(price)
    for moment, shown in [(now(), []), (begins, ["mug"]), (begins + timedelta(days=1), [])]:
        with time_machine.travel(moment, tick=False):
            assert cards(world.shopper().get("/collections/sale")) == shown


def test_an_empty_one_says_so(world: World) -> None:
    make("nothing", picked=[])
    assert "There is nothing in this collection at the moment." in world.shopper().get("/collections/nothing")


def test_one_that_is_not_published_is_not_there_nor_named(world: World) -> None:
    opens = now() + timedelta(days=1)
    make("soon", picked=["mug"], published_at=opens)
    make("never", picked=["mug"], published_at=None)
    make("open", picked=["mug"])
    client = browser(world.app)
    assert [client.get(f"/collections/{slug}").status_code for slug in ("soon", "never", "open")] == [404, 404, 200]
    assert re.findall(r'href="/collections/(\w+)"', client.get("/").text) == ["open"]
    with time_machine.travel(opens, tick=False):
        assert client.get("/collections/soon").status_code == 200
        assert re.findall(r'href="/collections/(\w+)"', client.get("/").text) == ["soon", "open"]


def test_one_that_is_renamed_is_found_under_its_old_slug(world: World) -> None:
    made = make("desk", picked=["mug"])
    with transaction():
        db.session.get_one(Collection, made).slug = "window"
    answer = browser(world.app).get("/collections/desk?size=a3")
    assert (answer.status_code, answer.location) == (301, "/collections/window?size=a3")
    with transaction():
        db.session.get_one(Collection, made).published_at = None
    assert browser(world.app).get("/collections/desk").status_code == 404


def test_a_rule_that_cannot_be_read_is_an_error_of_ours(world: World) -> None:
    made = make("odd", picked=[])
    with transaction():
        db.session.get_one(Collection, made).rule = {"colour": "red"}
    shown = collections.collection("odd")
    assert shown
    with pytest.raises(BadRule):
        collections.products(shown, [], page=1, currency="GBP")


# Rules against a plain reading of the goods.


@dataclass
class Piece:
    size: str | None
    price: int
    was: int | None


@dataclass
class Good:
    slug: str
    shelf: str
    facts: set[tuple[str, str]]
    pieces: list[Piece]
    days_old: int


@st.composite
def goods(draw: st.DrawFn) -> Good:
    facts = [(name, value) for name, values in ATTRIBUTES.items() for value in values]
    pieces = st.builds(
        Piece, st.sampled_from([None, *SIZES]), st.sampled_from([500, 1000, 1500]), st.sampled_from([None, None, 1200])
    )
    return Good(
        slug=f"good-{next(_numbers)}",
        shelf=draw(st.sampled_from(sorted(SHELVES))),
        facts=draw(st.sets(st.sampled_from(facts), max_size=3)),
        pieces=draw(st.lists(pieces, min_size=1, max_size=3, unique_by=lambda piece: piece.size)),
        days_old=draw(st.integers(1, 9)),
    )


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from([*values, *values, UNKNOWN]), min_size=1, max_size=2, unique=True).map(tuple)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    facets = draw(st.sets(st.sampled_from(sorted(ATTRIBUTES)), max_size=2))
    prices = st.none() | st.sampled_from([500, 1000, 1200]).map(lambda minor: Money(minor, "GBP"))
    try:
        return Rule(
            categories=draw(st.just(()) | some(sorted(SHELVES))),
            attributes={facet: draw(some(ATTRIBUTES[facet])) for facet in facets},
            options=draw(st.just({}) | some(SIZES).map(lambda sizes: {"size": sizes})),
            low=draw(prices),
            high=draw(prices),
            on_sale=draw(st.booleans()),
            days=draw(st.none() | st.integers(1, 9)),
        )
    except BadRule:
        return Rule(days=5)


def belongs(good: Good, rule: Rule) -> bool:
    def fits(piece: Piece) -> bool:
        if "size" in rule.options and piece.size not in rule.options["size"]:
            return False
        if rule.low and rule.high:
            return rule.low.minor <= piece.price <= rule.high.minor
        return piece.price < rule.high.minor if rule.high else not rule.low or piece.price > rule.low.minor

    return (
        (not rule.categories or bool({good.shelf, SHELVES[good.shelf]} & {*rule.categories}))
        and all(any((facet, value) in good.facts for value in values) for facet, values in rule.attributes.items())
        and any(map(fits, good.pieces))
        and (not rule.on_sale or any(piece.was and piece.was > piece.price for piece in good.pieces))
        and (rule.days is None or good.days_old < rule.days)
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(goods(), max_size=6), st.lists(rules(), min_size=1, max_size=4))
def test_a_rule_finds_what_a_plain_reading_does(world: World, made: list[Good], asked: list[Rule]) -> None:
    shelves, facts = set_up()
    with transaction():
        for good in made:
            put(good, shelves[good.shelf], facts)
    for rule in asked:
        collection = Collection(rule=rule.kept())
        shown = collections.products(collection, [("sort", "newest")], page=1, currency="GBP")
        assert {card.slug for card in shown.page.cards} == {good.slug for good in made if belongs(good, rule)}, rule


def set_up() -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """Shelves and attributes, made at the first time; what was for sale before is not any more."""
    with transaction():
        for product in db.session.scalars(select(Product).where(Product.status == Status.LIVE)):
            product.status = Status.DRAFT
        if db.session.scalar(select(Attribute.id).limit(1)) is None:
            for slug, above in SHELVES.items():
                parent = db.session.scalar(select(Category.id).where(Category.slug == above))
                db.session.add(Category(slug=slug, name=slug.title(), parent_id=parent))
                db.session.flush()
            for name, values in ATTRIBUTES.items():
                own = [AttributeValue(slug=value, label=value) for value in values]
                db.session.add(Attribute(slug=name, name=name, values=own))
        shelves = {row.slug: row.id for row in db.session.execute(select(Category.slug, Category.id))}
        pairs = select(Attribute.slug, AttributeValue.slug, AttributeValue.id).join(Attribute.values)
        return shelves, {(name, value): value_id for name, value, value_id in db.session.execute(pairs)}


def put(good: Good, shelf_id: int, facts: dict[tuple[str, str], int]) -> None:
    product = Product(
        category_id=shelf_id,
        slug=good.slug,
        name=good.slug,
        status=Status.LIVE,
        published_at=now() - timedelta(days=good.days_old),
        created_at=now(),
        updated_at=now(),
        options=[Option(slug="size", name="Size", values=[OptionValue(slug=size, label=size) for size in SIZES])],
    )
    db.session.add(product)
    db.session.flush()
    sizes = {value.slug: value for value in product.options[0].values}
    for number, piece in enumerate(good.pieces):
        variant = Variant(product_id=product.id, sku=f"{good.slug}-{number}", on_hand=1)
        if piece.size:
            value = sizes[piece.size]
            variant.choices = [VariantChoice(option_id=value.option_id, value_id=value.id)]
        db.session.add(variant)
        db.session.flush()
        amounts = {"amount_minor": piece.price, "compare_at_minor": piece.was}
        db.session.add(Price(variant_id=variant.id, currency="GBP", valid_from=LONG_AGO, **amounts))
    db.session.add_all(ProductAttribute(product_id=product.id, value_id=facts[fact]) for fact in good.facts)
