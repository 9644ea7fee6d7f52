"""The same once more: what is gone, fewer or dearer is said before it goes into the bag, and after."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest

from shop.cart.models import CartLine
from shop.catalog import stock
from shop.catalog.models import Price, Product, Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.orders.models import Order
from tests.world import Shopper, World, change, hidden

pytestmark = pytest.mark.both


def put(shopper: Shopper, order: Order) -> str:
    """Into the bag, which is returned."""
    address = f"/orders/{order.token}/again"
    token = hidden(shopper.get(address), "csrf_token")
    answer = shopper.browser.post(address, data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/cart")
    return unescape(shopper.get("/cart"))


def in_bags(world: World) -> dict[int, int]:
    db.session.rollback()
    return {line.variant_id: line.quantity for line in db.session.query(CartLine)}


def test_the_same_goes_into_the_bag_once(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug, world.a3)
    assert in_bags(world) == {}
    for _press in range(2):
        bag = put(alice, order)
        assert in_bags(world) == {world.mug: 1, world.a3: 1}
    assert "2 things of your order are in your bag." in bag


def test_whoever_has_the_link_fills_a_bag_of_their_own(world: World) -> None:
    order = world.shopper().buy(world.mug)
    other = world.shopper()
    assert "Mug" in put(other, order)


def test_what_can_be_ordered_ahead_is_ordered_again(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    change(Variant, Variant.id == world.mug, back_order_limit=2)
    stock.correct(world.mug, 0, by="test")
    bag = put(alice, order)
    assert in_bags(world) == {world.mug: 1}
    assert "has sold out" not in bag


def test_looking_puts_nothing_into_a_bag(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    assert "Put 1 item in your bag" in alice.get(f"/orders/{order.token}/again")
    assert in_bags(world) == {}


def test_what_is_dearer_now_is_said_before_and_after(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    with transaction():
        row = Price(variant_id=world.mug, currency="GBP", amount_minor=1800, valid_from=now() - timedelta(minutes=1))
        db.session.add(row)
    sentence = "Mug is now £18, was £16."
    assert sentence in unescape(alice.get(f"/orders/{order.token}/again"))
    assert sentence in put(alice, order)
    assert in_bags(world) == {world.mug: 1}


def test_what_is_left_goes_into_the_bag_and_the_rest_is_named(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug, 2)
    order = alice.buy(world.mug, world.a3)
    stock.correct(world.mug, 1, by="carol")
    stock.correct(world.a3, 0, by="carol")
    page = unescape(alice.get(f"/orders/{order.token}/again"))
    for sentence in ("Only 1 of Mug is left, of 3.", "Print, A3 has sold out."):
        assert sentence in page
    bag = put(alice, order)
    assert in_bags(world) == {world.mug: 1}
    for sentence in ("Only 1 of Mug is left, of 3.", "Print, A3 has sold out."):
        assert sentence in bag


def test_when_nothing_can_be_had_that_is_said(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug, world.a3)
    change(Product, Product.slug == "mug", status="discontinued")
    change(Variant, Variant.id == world.a3, withdrawn_at=now())
    page = unescape(alice.get(f"/orders/{order.token}/again"))
    assert "None of it is there any more." in page
    assert "Mug is not sold any more." in page
    assert "Print, A3 is not sold any more." in page
    assert "csrf_token" not in page


def test_an_order_that_waits_to_be_paid_is_not_offered_again(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    assert "/again" not in alice.get(f"/orders/{world.order().token}")
