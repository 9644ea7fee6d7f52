"""What lists read is what the goods are: at once, whoever changes them, and however often it is written anew."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, delete, select, text, update

from shop.catalog import index, listing, services, stock
from shop.catalog.engine import engine
from shop.catalog.listed import ListedOffer, ListedProduct
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
)
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from tests.world import World, change

pytestmark = pytest.mark.both


def written() -> dict[str, object]:
    """All that lists read of the goods."""
    db.session.rollback()
    words = text(f"SELECT * FROM listed_words ORDER BY {engine().product_id.name}")
    return {
        "products": db.session.execute(
            select(*ListedProduct.__table__.columns).order_by(ListedProduct.product_id)
        ).all(),
        "offers": db.session.execute(
            select(*ListedOffer.__table__.columns).order_by(ListedOffer.variant_id, ListedOffer.begins_at)
        ).all(),
        "words": [tuple(row) for row in db.session.execute(words)],
    }


def anew() -> dict[str, object]:
    after: int | None = 0
    while after is not None:
        after, _done = index.rebuild_step(after, limit=2)
    return written()


def on_shelf(world: World) -> list[str]:
    db.session.rollback()
    shown = listing.on_shelf(world.shelf_id, (), page=1, currency="GBP")
    return [card.slug for card in shown.page.cards]


def found_by(typed: str) -> list[str]:
    db.session.rollback()
    return [card.slug for card in listing.searched(typed, (), page=1, currency="GBP").page.cards]


def test_a_change_is_listed_as_soon_as_it_is_made(world: World) -> None:
    change(Product, Product.slug == "mug", name="Beaker")
    assert found_by("beaker") == ["mug"]
    change(Product, Product.slug == "mug", summary="A fine one.")
    change(Variant, Variant.sku == "MUG", sku="BEAKER")
    assert found_by("mug") == []
    change(Product, Product.slug == "mug", status="draft")
    assert "mug" not in on_shelf(world)
    change(Product, Product.slug == "mug", status="live")
    assert "mug" in on_shelf(world)
    change(OptionValue, OptionValue.slug == "a3", label="Large")
    assert found_by("large print") == ["print"]
    change(Category, slug="things", name="Wares")
    assert set(found_by("wares")) == {"mug", "cap", "print"}


def test_a_change_that_is_not_kept_is_not_listed(world: World) -> None:
    before = written()
    with suppress(RuntimeError), transaction():
        change(Product, Product.slug == "mug", name="Beaker")
        raise RuntimeError("no")
    assert written() == before


def test_what_sells_out_goes_to_the_end_of_the_list_and_comes_back(world: World) -> None:
    assert on_shelf(world) == ["mug", "print", "cap"]
    stock.correct(world.mug, 0, by="carol")
    assert on_shelf(world) == ["print", "mug", "cap"]
    assert written() == anew()
    stock.correct(world.mug, 1, by="carol")
    alice = world.shopper()
    alice.check_out(world.mug)
    assert on_shelf(world) == ["print", "mug", "cap"]
    assert written() == anew()
    stock.let_go(world.order().id)
    assert on_shelf(world) == ["mug", "print", "cap"]


def test_two_who_sell_the_last_of_two_variants_leave_the_product_sold_out(world: World) -> None:
    for variant_id in (world.a4, world.a3):
        stock.correct(variant_id, 1, by="carol")
    together = threading.Barrier(2)

    def sell_out(variant_id: int) -> None:
        with world.app.app_context():
            together.wait()
            stock.correct(variant_id, 0, by="carol")

    sellers = [threading.Thread(target=sell_out, args=[each]) for each in (world.a4, world.a3)]
    for seller in sellers:
        seller.start()
    for seller in sellers:
        seller.join()
    db.session.rollback()
    product_id = db.session.scalars(select(Variant.product_id).where(Variant.id == world.a4)).one()
    assert not db.session.get_one(ListedProduct, product_id).in_stock


def test_a_price_to_come_is_listed_when_it_comes_without_anybody_at_work(world: World) -> None:
    services.set_price(world.mug, Money(500, "GBP"), since=now() + timedelta(days=1))

    def cheapest() -> int:
        db.session.rollback()
        return listing.on_shelf(world.shelf_id, [("sort", "price")], page=1, currency="GBP").page.cards[0].lowest.minor

    assert cheapest() == 2400 or cheapest() == 1600
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        assert cheapest() == 500
        assert index.turn() == 1
        assert index.turn() == 0
        assert written() == anew()


def test_what_is_published_tomorrow_is_listed_tomorrow(world: World) -> None:
    change(Product, Product.slug == "mug", published_at=now() + timedelta(days=1))
    assert "mug" not in on_shelf(world)
    assert found_by("mug") == []
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        assert "mug" in on_shelf(world)


def test_statements_past_the_session_say_what_they_changed(world: World) -> None:
    with transaction():
        db.session.execute(update(Product).where(Product.slug == "mug").values(name="Beaker"))
        index.changed(db.session.scalars(select(Product.id).where(Product.slug == "mug")))
    assert found_by("beaker") == ["mug"]


def test_a_change_of_very_many_is_left_to_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "AT_ONCE", 2)
    change(Category, slug="things", name="Wares")
    assert found_by("wares") == []
    world.work()
    assert set(found_by("wares")) == {"mug", "cap", "print"}


def test_a_new_index_is_filled_where_there_are_goods(world: World) -> None:
    before = written()
    with transaction():
        db.session.execute(delete(ListedProduct))
        db.session.execute(text("DELETE FROM listed_words"))
    assert on_shelf(world) == []
    index.complete()
    assert written() == before


def test_numbers_and_yes_or_no_are_filters(world: World) -> None:
    with transaction():
        weight = Attribute(slug="weight", name="Weight", kind=Kind.NUMBER, unit="g")
        weight.values = [AttributeValue(slug=str(n), label=f"{n} g", number=Decimal(n)) for n in (90, 1000, 310)]
        safe = Attribute(slug="safe", name="Dishwasher safe", kind=Kind.BOOLEAN)
        safe.values = [AttributeValue(slug="yes", label="Yes")]
        db.session.add_all([weight, safe])
        db.session.flush()
        ids = dict(db.session.execute(select(Product.slug, Product.id)).all())
        for slug, value in zip(("mug", "cap", "print"), weight.values, strict=True):
            db.session.add(ProductAttribute(product_id=ids[slug], value_id=value.id))
        db.session.add(ProductAttribute(product_id=ids["mug"], value_id=safe.values[0].id))
    shown = listing.on_shelf(world.shelf_id, [("safe", "yes")], page=1, currency="GBP")
    facets = {facet.slug: [(each.label, each.count) for each in facet.values] for facet in shown.facets}
    assert facets["weight"] == [("90 g", 1), ("310 g", 0), ("1000 g", 0)]
    assert facets["safe"] == [("Yes", 1)]
    assert [card.slug for card in shown.page.cards] == ["mug"]


EDITS = st.sampled_from(["name", "draft", "live", "price", "sale", "stock", "option", "move", "withdraw", "attribute"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(EDITS, st.integers(0, 2)), max_size=6))
def test_after_any_edits_what_is_listed_is_what_would_be_written_anew(
    world: World, edits: list[tuple[str, int]]
) -> None:
    with transaction():
        shelf = db.session.scalars(select(Category).where(Category.slug == "other")).first()
        if shelf is None:
            shelf = Category(slug="other", name="Other")
            db.session.add(shelf)
            db.session.flush()
        shelf_id = shelf.id
    for edit, number in edits:
        slug, variant_id = [("mug", world.mug), ("cap", world.cap), ("print", world.a4)][number]
        edit_one(edit, Product.slug == slug, variant_id, shelf_id)
    assert written() == anew()


def edit_one(edit: str, product: ColumnElement[bool], variant_id: int, shelf_id: int) -> None:
    match edit:
        case "name":
            change(Product, product, name="Renamed thing")
        case "draft" | "live":
            change(Product, product, status=edit)
        case "price":
            services.set_price(variant_id, Money(777, "GBP"))
        case "sale":
            change(Price, Price.variant_id == variant_id, compare_at_minor=9900)
        case "stock":
            on_hand = db.session.get_one(Variant, variant_id).on_hand
            db.session.rollback()
            stock.correct(variant_id, 0 if on_hand else 4, by="carol")
        case "option":
            change(Option, name="Format")
        case "move":
            change(Product, product, category_id=shelf_id)
        case "withdraw":
            change(Variant, Variant.id == variant_id, withdrawn_at=now())
        case "attribute":
            with transaction():
                mood = Attribute(slug=f"mood-{now().timestamp()}", name="Mood")
                mood.values = [AttributeValue(slug="calm", label="Calm")]
                db.session.add(mood)
                db.session.flush()
                (product_id,) = db.session.scalars(select(Variant.product_id).where(Variant.id == variant_id))
                db.session.add(ProductAttribute(product_id=product_id, value_id=mood.values[0].id))


def test_more_words_than_one_statement_takes_are_learnt_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "WORDS_AT_ONCE", 2)
    change(Product, Product.slug == "mug", description="Kaleidoscope, marmalade, thunderstorm, umbrella, xylophone.")
    for typed in ("kaleidoscpoe", "marmelade", "thunderstrom", "umbrela", "xylophnoe"):
        assert found_by(typed) == ["mug"], typed
