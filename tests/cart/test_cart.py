"""The bag: what goes in, what is said, and whose it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text

from shop.cart import services as carts
from shop.cart.models import Cart, CartLine
from shop.catalog import services as catalog
from shop.catalog import stock
from shop.catalog.models import Price, Product, Status, Variant
from shop.checkout.models import CheckoutDraft
from shop.core import store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from tests.world import Shopper, World, change, make_variant
from worker.tasks import upkeep

pytestmark = pytest.mark.both


def lines() -> list[tuple[int, int]]:
    """(variant, pieces) of every bag there is."""
    db.session.rollback()
    rows = db.session.execute(select(CartLine.variant_id, CartLine.quantity).order_by(CartLine.id))
    return [(row[0], row[1]) for row in rows]


def line_id() -> int:
    db.session.rollback()
    return db.session.scalars(select(CartLine.id)).one()


def said(page: str) -> str:
    """All notices of a page."""
    return " ".join(re.findall(r'<div class="notice .*?</div></div>', page, re.DOTALL))


def test_what_is_added_twice_is_one_line(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug, 2)
    assert "Mug is in your bag." in said(alice.get("/"))
    alice.add(world.mug)
    alice.add(world.a3)
    assert lines() == [(world.mug, 3), (world.a3, 1)]
    page = alice.get("/cart")
    assert "£82.00" in page  # 3 × 16 + 34
    assert "Bag, 4 items" in page
    assert 'href="/products/print?size=a3"' in page


def test_more_than_there_is_does_not_go_in(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug, 8)
    alice.get("/cart")
    assert alice.add(world.mug, 3).location == "/cart"
    assert "Only 10 of Mug are left." in said(alice.get("/cart"))
    alice.add(world.cap)
    assert "Cap has just sold out." in said(alice.get("/cart"))
    alice.browser.post(f"/cart/lines/{line_id()}", data={"quantity": "11"})
    assert "Only 10 of Mug are left." in said(alice.get("/cart"))
    assert lines() == [(world.mug, 8)]


def test_more_than_the_most_of_one_thing_does_not_go_in(world: World) -> None:
    plenty = make_variant(world.shelf_id, "Postcard", price=100, stock=500)
    alice = world.shopper()
    alice.add(plenty, 20)
    alice.get("/cart")
    alice.add(plenty, 1)
    assert "20 of one thing is the most in one order." in said(alice.get("/cart"))
    alice.browser.post(f"/cart/lines/{line_id()}", data={"quantity": "21"})
    assert "20 of one thing is the most in one order." in said(alice.get("/cart"))
    assert lines() == [(plenty, 20)]


@pytest.mark.parametrize("what", ["no such variant", "a draft", "a withdrawn variant", "without a price"])
def test_what_is_not_sold_does_not_go_in(world: World, what: str) -> None:
    variant_id = world.mug
    if what == "no such variant":
        variant_id = 2_000_000_000
    elif what == "a draft":
        variant_id = make_variant(world.shelf_id, "Secret", price=100, stock=5, status="draft")
    elif what == "a withdrawn variant":
        variant_id = make_variant(world.shelf_id, "Old", price=100, stock=5, withdrawn_at=now())
    else:
        with transaction():
            change(Price, Price.variant_id == world.mug, currency="EUR")
    alice = world.shopper()
    assert alice.add(variant_id).location == "/cart"
    assert "This is not sold any more." in said(alice.get("/cart"))
    assert lines() == []


def price_up(world: World) -> str:
    catalog.set_price(world.mug, Money(1850, "GBP"))
    return "Mug is now £18.50, was £16."


def three_left(world: World) -> str:
    stock.correct(world.mug, 3, by="carol")
    return "Only 3 of Mug are left, so we changed the quantity from 4."


def one_left(world: World) -> str:
    stock.correct(world.mug, 1, by="carol")
    return "Only 1 of Mug is left, so we changed the quantity from 4."


def none_left(world: World) -> str:
    stock.correct(world.mug, 0, by="carol")
    return "Mug has sold out, so it is not counted."


def discontinued(world: World) -> str:
    with transaction():
        change(Product, Product.slug == "mug", status=Status.DISCONTINUED)
    return "Mug is not sold any more, so it is not counted."


def withdrawn(world: World) -> str:
    with transaction():
        change(Variant, Variant.id == world.mug, withdrawn_at=now())
    return "Mug is not sold any more, so it is not counted."


CHANGES: dict[Callable[[World], str], str] = {  # what four mugs and a print for £24 come to then
    price_up: "£98.00",
    three_left: "£72.00",
    one_left: "£40.00",
    none_left: "£24.00",
    discontinued: "£24.00",
    withdrawn: "£24.00",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_has_changed_is_said_on_the_bag_the_details_and_the_payment_page(
    world: World, change: Callable[[World], str]
) -> None:
    alice = world.shopper()
    alice.add(world.mug, 4)
    alice.add(world.a4, 1)
    alice.fill_in()
    alice.get("/cart")
    sentence = change(world)
    for url in ("/cart", "/checkout", "/checkout/payment"):
        page = alice.get(url)
        assert sentence in said(page), url
        assert CHANGES[change] in page, url
    assert lines() == [(world.mug, 4), (world.a4, 1)]  # as the shopper left it


def test_when_fewer_are_allowed_the_shop_does_not_say_they_have_sold_out(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug, 4)
    alice.get("/cart")
    store.save(replace(world.store, largest_quantity=2))
    page = alice.get("/cart")
    assert "2 of one thing is the most in one order, so we changed Mug from 4." in said(page)
    assert "left" not in said(page)
    assert "£32.00" in page


def test_when_nothing_can_be_bought_there_is_no_way_to_the_checkout(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    alice.fill_in()
    none_left(world)
    assert "Nothing in your bag can be bought at the moment." in alice.get("/cart")
    for url in ("/checkout", "/checkout/payment"):
        assert alice.browser.get(url).location == "/cart"


def test_looking_at_the_bag_again_after_updating_it_takes_note_of_the_price(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    alice.get("/cart")
    price_up(world)
    assert "was £16" in alice.get("/cart")
    alice.browser.post(f"/cart/lines/{line_id()}", data={"quantity": "2"})
    page = alice.get("/cart")
    assert "was £16" not in page
    assert "£37.00" in page


def test_a_line_is_taken_out_and_put_back(world: World) -> None:
    alice = world.shopper()
    alice.add(world.a3, 3)
    alice.get("/cart")
    gone = alice.browser.post(f"/cart/lines/{line_id()}/removal")
    page = alice.get(gone.location)
    assert lines() == []
    assert "Print, A3 removed." in page
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\d+)">', page))
    assert form == {"variant_id": str(world.a3), "quantity": "3"}
    alice.browser.post("/cart/lines", data=form)
    assert lines() == [(world.a3, 3)]


def test_an_undo_that_somebody_made_up_offers_nothing(world: World) -> None:
    alice = world.shopper()
    assert "Undo" not in alice.get("/cart?removed=2000000000&quantity=3")
    assert "Undo" not in alice.get("/cart?removed=x&quantity=-1")
    assert "removed" not in said(alice.get(f"/cart?removed={make_draft(world)}&quantity=3"))


def make_draft(world: World) -> int:
    return make_variant(world.shelf_id, "Secret", price=100, stock=5, status="draft")


@pytest.mark.parametrize("act", ["", "/removal"])
def test_a_line_that_is_not_yours_is_not_there(world: World, act: str) -> None:
    alice, bob = world.shopper(), world.shopper()
    bob.add(world.mug, 2)
    bobs = line_id()
    alice.add(world.a4)
    alice.get("/cart")
    for number in (bobs, 2_000_000_000):
        answer = alice.browser.post(f"/cart/lines/{number}{act}", data={"quantity": "1"})
        assert answer.location == "/cart"
        assert "This is not in your bag any more." in said(alice.get("/cart"))
    assert lines() == [(world.mug, 2), (world.a4, 1)]


def test_the_database_knows_only_a_hash_of_the_cookie(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    cookie = alice.browser.get_cookie("cart")
    assert cookie is not None
    assert len(cookie.value) >= 43  # 256 bits
    with db.engine.connect() as connection:
        everything = "".join(
            str(row) for table in db.metadata.tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )
    assert cookie.value not in everything
    assert hashlib.sha256(cookie.value.encode()).hexdigest() in everything


def test_a_made_up_cookie_is_an_empty_bag(world: World) -> None:
    alice, mallory = world.shopper(), world.shopper()
    alice.add(world.mug)
    for secret in ("", "x", "x" * 3000, hashlib.sha256(b"x").hexdigest(), "'; --", "é"):
        mallory.browser.set_cookie("cart", secret)
        assert "Your bag is empty." in mallory.get("/cart")
    mallory.browser.set_cookie("cart", db.session.scalars(select(Cart.secret_hash)).one())
    assert "Your bag is empty." in mallory.get("/cart")


def opened(shopper: Shopper) -> str:
    cookie = shopper.browser.get_cookie("cart")
    assert cookie is not None
    return cookie.value


def test_a_bag_is_kept_for_thirty_days_after_it_was_last_touched(world: World) -> None:
    alice = world.shopper()
    start = now()
    with time_machine.travel(start, tick=False):
        alice.add(world.mug)
    first = opened(alice)
    with time_machine.travel(start + timedelta(days=29), tick=False):
        assert "£16.00" in alice.get("/cart")
        alice.add(world.mug)
    with time_machine.travel(start + timedelta(days=58), tick=False):
        assert "£32.00" in alice.get("/cart")
    with time_machine.travel(start + timedelta(days=59, seconds=1), tick=False):
        alice.browser.set_cookie("cart", first)  # a browser whose clock is wrong
        assert "Your bag is empty." in alice.get("/cart")
        assert alice.browser.get("/checkout").location == "/cart"
        alice.add(world.a4)
    assert opened(alice) != first


def test_bags_whose_time_is_over_are_deleted_with_all_that_was_typed(world: World) -> None:
    alice, bob = world.shopper(), world.shopper()
    alice.add(world.mug)
    alice.fill_in()
    with time_machine.travel(now() + timedelta(days=20), tick=False):
        bob.add(world.a4)
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        upkeep.expire_carts()
    assert lines() == [(world.a4, 1)]
    assert db.session.scalar(select(func.count()).select_from(CheckoutDraft)) == 0
    assert db.session.scalar(select(func.count()).select_from(Cart)) == 1


def test_what_was_bought_leaves_the_bag_and_what_was_added_meanwhile_stays(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug, 3)
    alice.add(world.a4, 2)
    db.session.rollback()
    cart_id = db.session.scalars(select(Cart.id)).one()
    carts.take_out(cart_id, {world.mug: 1, world.a4: 2, world.a3: 9})
    assert lines() == [(world.mug, 2)]


def test_the_way_to_free_delivery_is_told(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    page = alice.get("/cart")
    assert "£29.00 away from free delivery" in page
    assert "£19.90" in page
    alice.browser.post(f"/cart/lines/{line_id()}", data={"quantity": "3"})
    page = alice.get("/cart")
    assert "You have free delivery." in page
    assert "£48.00" in page


def test_nonsense_in_an_empty_bag_opens_no_cart(world: World) -> None:
    alice = world.shopper()
    assert alice.add(999_999).location == "/cart"
    assert "This is not sold any more." in alice.get("/cart")
    assert world.count(Cart) == 0
