"""What may be sold before it is there: said before paying, promised with a date, kept in the order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shop.catalog import stock
from shop.catalog.models import Product
from shop.core.clock import now
from shop.orders import fulfilment, queries
from tests.world import World, change, hidden, make_variant

pytestmark = pytest.mark.both

IN_THREE_WEEKS = (now() + timedelta(weeks=3)).replace(hour=12, minute=0, second=0, microsecond=0)
DAY = f"{IN_THREE_WEEKS.day} {IN_THREE_WEEKS:%b}"


def vase(world: World, *, stock: int = 1, limit: int = 5, expected: datetime | None = IN_THREE_WEEKS) -> int:
    variant_id = make_variant(world.shelf_id, "Vase", price=4000, stock=stock, back_order_limit=limit)
    change(Product, Product.slug == "vase", restock_at=expected)
    return variant_id


def test_what_was_never_there_is_a_pre_order_and_what_has_gone_is_a_back_order(world: World) -> None:
    vase(world, stock=0)
    page = world.shopper().get("/products/vase")
    assert f"Pre-order: expected on {DAY}" in page
    assert "Add to bag" in page
    assert "https://schema.org/PreOrder" in page
    jar = make_variant(world.shelf_id, "Jar", price=900, stock=1, back_order_limit=5)
    world.shopper("198.51.100.9").buy(jar)
    page = world.shopper().get("/products/jar")
    assert "Not on the shelf now: sent as soon as it is here again" in page
    assert "https://schema.org/BackOrder" in page
    assert "Email me when" not in page


def test_no_more_can_be_ordered_ahead_than_the_shop_allows(world: World) -> None:
    shopper, goods = world.shopper(), vase(world, stock=1, limit=2)
    shopper.add(goods, 4)
    assert "Only 3 of Vase are left." in shopper.get("/cart")
    shopper.add(goods, 3)
    assert f"2 of them ordered ahead: expected on {DAY}" in shopper.get("/cart")


def test_a_day_that_has_passed_is_no_promise(world: World) -> None:
    shopper, goods = world.shopper(), vase(world, stock=0, expected=datetime(2026, 1, 1, tzinfo=UTC))
    assert "Pre-order: sent as soon as it is here" in shopper.get("/products/vase")
    shopper.add(goods)
    shopper.fill_in()
    page = shopper.get("/checkout/payment")
    assert "Ordered ahead: sent as soon as it is here" in page
    assert "As soon as all of it is here" in page
    order = shopper.buy()
    assert (order.arrives_from, order.arrives_to) == (None, None)


def test_the_promise_is_said_before_paying_and_kept_with_the_order_and_its_mail(world: World) -> None:
    shopper, goods = world.shopper(), vase(world)
    shopper.add(goods, 3)
    shopper.add(world.mug)
    shopper.fill_in()
    said = f"2 of them ordered ahead: expected on {DAY}"
    assert said in shopper.get("/checkout/payment")
    assert shopper.press_pay().status_code == 303
    shopper.pay_at_stripe()
    world.settle()
    order = queries.whole(world.order().id)
    assert order is not None
    assert [(line.ahead, line.promised_at) for line in order.lines] == [(2, IN_THREE_WEEKS), (0, None)]
    assert order.arrives_from is not None
    assert order.arrives_from > IN_THREE_WEEKS
    change(Product, Product.slug == "vase", restock_at=None)
    assert said in shopper.get(f"/orders/{order.token}")
    (mail,) = world.mails("order-confirmation")
    assert said in mail.text
    assert said in mail.html
    world.prove()


def test_what_has_come_is_sent_and_not_said_to_be_missing_any_more(world: World) -> None:
    goods = vase(world, stock=0)
    shopper = world.shopper()
    order = shopper.buy(goods)
    stock.receive(goods, 1, by="test")
    fulfilment.ship(order.id, by="test", form_token="parcel")
    assert "Ordered ahead" not in shopper.get(f"/orders/{order.token}")
    world.prove()


def test_whoever_was_told_that_it_is_there_is_told_before_paying_that_it_is_not(world: World) -> None:
    goods = vase(world)
    shopper = world.shopper()
    shopper.add(goods)
    shopper.fill_in()
    form = shopper.last_step()
    world.shopper("198.51.100.9").buy(goods)
    answer = shopper.press_pay(form)
    assert answer.status_code == 409
    assert "Not all in your bag is on the shelf any more." in answer.text
    assert f"Ordered ahead: expected on {DAY}" in answer.text
    assert shopper.press_pay(form | {"seen_waits": hidden(answer.text, "seen_waits")}).status_code == 303
    assert world.stock(goods) == (0, 1)


def test_good_news_needs_no_second_look(world: World) -> None:
    goods = vase(world, stock=0)
    shopper = world.shopper()
    shopper.add(goods)
    shopper.fill_in()
    form = shopper.last_step()
    stock.receive(goods, 1, by="test")
    assert shopper.press_pay(form).status_code == 303
    (line,) = queries.whole(world.order().id).lines  # type: ignore[union-attr]
    assert (line.ahead, line.promised_at) == (0, None)


def test_a_list_says_so_and_does_not_count_it_as_in_stock(world: World) -> None:
    vase(world, stock=0)
    assert f"Order ahead, here on {DAY}" in world.shopper().get("/categories/things")
    in_stock = world.shopper().get("/categories/things?stock=1")
    assert "Mug" in in_stock
    assert "Vase" not in in_stock
