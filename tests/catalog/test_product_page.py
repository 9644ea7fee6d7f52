"""One product: its choices, its price, and whether it may be seen at all."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from shop.catalog import services, stock
from shop.catalog.models import Picture, Product, Status, Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from tests.conftest import browser
from tests.world import World, change, make_asset, make_variant

pytestmark = pytest.mark.both


def edit(slug: str, **values: object) -> None:
    change(Product, Product.slug == slug, **values)


def offered(page: str) -> str:
    found = re.search(r'name="variant_id" value="(\d+)"', page)
    return found[1] if found else ""


def test_the_address_says_which_variant_is_meant(world: World) -> None:
    alice = world.shopper()
    a3 = alice.get("/products/print?size=a3")
    assert offered(a3) == str(world.a3)
    assert "£34" in a3
    assert 'href="/products/print?size=a4"' in a3
    assert re.search(r'href="/products/print\?size=a3"[^>]*aria-current="true"', a3)
    assert offered(alice.get("/products/print")) == str(world.a4)  # the cheapest


@pytest.mark.parametrize("query", ["size=a0", "size=", "colour=blue", "size=a0&size=a3", "image=99", "image=x", "q="])
def test_an_unknown_choice_shows_one_that_is_there(world: World, query: str) -> None:
    page = world.shopper().get(f"/products/print?{query}")
    assert offered(page) == str(world.a4)
    assert "a0" not in page[page.index("<main") :]


def test_a_choice_that_has_sold_out_says_so_and_cannot_be_bought(world: World) -> None:
    stock.correct(world.a3, 0, by="carol")
    alice = world.shopper()
    page = alice.get("/products/print?size=a3")
    assert offered(page) == ""
    assert "Sold out" in page
    assert "£34" in page
    assert offered(alice.get("/products/print")) == str(world.a4)


def test_a_product_that_has_sold_out_says_when_it_comes_back(world: World) -> None:
    page = world.shopper().get("/products/cap")
    assert "Sold out" in page
    assert offered(page) == ""
    edit("cap", restock_at=now().replace(year=2031, month=3, day=5))
    assert "Sold out until Wed 5 Mar" in world.shopper().get("/products/cap")


def test_few_pieces_are_counted_down(world: World) -> None:
    stock.correct(world.mug, 2, by="carol")
    page = world.shopper().get("/products/mug")
    assert "Only 2 left" in page
    assert 'max="2"' in page


@pytest.mark.parametrize(("status", "code"), [(Status.DRAFT, 404), (Status.DISCONTINUED, 410)])
def test_what_is_not_for_sale_is_not_there(world: World, status: Status, code: int) -> None:
    edit("mug", status=status)
    client = browser(world.app)
    answer = client.get("/products/mug")
    assert answer.status_code == code
    assert "A fine mug" not in answer.text
    for url in ("/", "/categories/things", "/search?q=mug"):
        assert "/products/mug" not in client.get(url).text, url


def test_what_is_not_made_any_more_names_others(world: World) -> None:
    edit("cap", status=Status.DISCONTINUED)
    page = browser(world.app).get("/products/cap").text
    assert "We do not make this any more." in page
    assert "/products/mug" in page
    assert 'name="variant_id"' not in page


def test_a_scheduled_product_appears_at_its_time(world: World) -> None:
    opening = now() + timedelta(days=3)
    edit("mug", published_at=opening)
    client = browser(world.app)
    for moment, status in [(opening - timedelta(seconds=1), 404), (opening, 200), (opening + timedelta(days=1), 200)]:
        with time_machine.travel(moment, tick=False):
            assert client.get("/products/mug").status_code == status
            for url in ("/", "/categories/things", "/search?q=mug"):
                assert ("/products/mug" in client.get(url).text) is (status == 200), url


def test_a_product_never_published_is_not_there(world: World) -> None:
    edit("mug", published_at=None)
    assert browser(world.app).get("/products/mug").status_code == 404


def test_a_withdrawn_variant_is_no_choice_any_more(world: World) -> None:
    with transaction():
        change(Variant, Variant.id == world.a4, withdrawn_at=now())
    page = world.shopper().get("/products/print?size=a4")
    assert offered(page) == str(world.a3)
    assert "Not made like this" in page


def test_a_product_without_a_price_is_shown_but_not_sold(world: World) -> None:
    bare = make_variant(world.shelf_id, "Bare", price=100, stock=5)
    with transaction():
        variant = db.session.get_one(Variant, bare)
        change(Product, Product.id == variant.product_id, slug="bare-thing")
        from shop.catalog.models import Price

        change(Price, Price.variant_id == bare, currency="EUR")
    page = world.shopper().get("/products/bare-thing")
    assert "Not sold at the moment" in page
    assert offered(page) == ""
    assert "/products/bare-thing" not in world.shopper().get("/")


def test_a_sale_shows_the_price_before_it(world: World) -> None:
    services.set_price(world.mug, Money(1200, "GBP"), compare_at=Money(1600, "GBP"))
    for url in ("/products/mug", "/categories/things"):
        page = world.shopper().get(url)
        assert "£12" in page, url
        assert "£16" in page, url
        assert "Save 25%" in page, url


def test_a_price_counts_from_its_moment_until_the_next(world: World) -> None:
    tomorrow = now() + timedelta(days=1)
    services.set_price(world.mug, Money(1900, "GBP"), since=tomorrow)
    assert "£16" in world.shopper().get("/products/mug")
    with time_machine.travel(tomorrow, tick=False):
        page = world.shopper().get("/products/mug")
        assert "£19" in page
        assert "£16" not in page


def test_what_is_sold_by_count_or_measure_says_what_one_of_it_costs(world: World) -> None:
    with transaction():
        db.session.execute(
            update(Variant)
            .where(Variant.id == world.a4)
            .values(content=Decimal(10), unit="piece", per="piece", piece="sheet")
        )
    alice = world.shopper()
    assert "£2.40 per sheet" in alice.get("/products/print")
    assert "£2.40 per sheet" in alice.get("/categories/things")
    assert "per sheet" not in alice.get("/products/print?size=a3")


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": Decimal(2), "unit": "g", "per": "l"},
        {"content": Decimal(0), "unit": "g", "per": "kg"},
        {"content": Decimal(2), "unit": "piece", "per": "piece", "piece": ""},
        {"content": None, "unit": "g", "per": "kg"},
        {"content": Decimal(2)},
        {"piece": "sheet"},
    ],
)
def test_a_content_that_makes_no_sense_is_not_kept(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Variant).where(Variant.id == world.mug).values(**wrong))


def test_a_hostile_name_is_shown_as_words(world: World) -> None:
    edit("mug", name="<script>alert(1)</script>", description="<b>bold</b>\n\n{{ 7 * 7 }}")
    for url in ("/", "/products/mug", "/categories/things"):
        page = world.shopper().get(url)
        assert "<script>alert" not in page, url
        assert "&lt;script&gt;alert" in page, url
    page = world.shopper().get("/products/mug")
    assert "<b>bold" not in page
    assert "{{ 7 * 7 }}" in page
    world.shopper().add(world.mug)


def test_a_variant_is_shown_by_its_own_picture(world: World) -> None:
    with transaction():
        product_id = db.session.scalars(select(Product.id).where(Product.slug == "print")).one()
        db.session.add_all(
            Picture(product_id=product_id, variant_id=variant_id, asset=make_asset(name), alt=name, position=place)
            for place, (name, variant_id) in enumerate([("its-back", None), ("in-a3", world.a3)], 1)
        )
    alice = world.shopper()
    shown = 'alt="{}" width="800" height="1000" fetchpriority="high"'
    a4, a3 = alice.get("/products/print?size=a4"), alice.get("/products/print?size=a3")
    assert shown.format("A print on a wall") in a4
    assert shown.format("in-a3") in a3
    assert re.search(r'id="picture-3"[^>]*aria-current="true"', a3)
    assert shown.format("its-back") in alice.get("/products/print?size=a3&image=2")
    order = alice.buy(world.a3, world.a4)
    alice.add(world.a3)
    alice.add(world.a4)
    for page in (alice.get("/cart"), alice.get(f"/orders/{order.token}")):
        assert re.findall(r"/(in-a3|print|its-back)-400", page) == ["in-a3", "print"]


@pytest.mark.parametrize("number", ["0", "99", "00000199", "x", "²", "9" * 40])
def test_a_picture_that_is_not_there_is_the_first(world: World, number: str) -> None:
    assert 'alt="A print on a wall" width' in world.shopper().get(f"/products/print?image={number}")


def test_pictures_are_chosen_by_their_number(world: World) -> None:
    with transaction():
        product_id = db.session.scalars(select(Product.id).where(Product.slug == "print")).one()
        db.session.add(Picture(product_id=product_id, asset=make_asset("back"), alt="Its back", position=1))
    alice = world.shopper()
    first, second = alice.get("/products/print?size=a3"), alice.get("/products/print?size=a3&image=2")
    assert 'alt="A print on a wall" width="800" height="1000" fetchpriority="high"' in first
    assert 'alt="Its back" width="800" height="1000" fetchpriority="high"' in second
    assert offered(second) == str(world.a3)
