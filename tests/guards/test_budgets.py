"""How many statements a page needs: few, and no more with more goods in the shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from shop.aftersale.services import write_to_shopper
from shop.content.models import Kind, MenuItem
from shop.core.db import db, transaction
from shop.orders import fulfilment, queries
from shop.payments import refunds
from tests.content.writers import publish
from tests.reviews.writers import show
from tests.world import Shopper, World, make_asset, make_variant

pytestmark = pytest.mark.both

# Measured, and one for luck. What grows is looked at, not raised.
BUDGETS = {
    "/": 20,
    "/categories/things": 14,
    "/products/print": 22,
    "/products/mug/reviews": 6,
    "/search?q=thing": 14,
    "/pages/a-text": 11,
    "/journal/a-text": 12,
    "/journal": 5,
    "/cart": 12,
    "/checkout": 13,
    "/checkout/payment": 11,
    "the order": 14,
}
TEXTS = ["/pages/a-text", "/journal/a-text", "/journal"]
SHARED = ["/", "/categories/things", "/products/print", "/products/mug/reviews", "/search?q=thing"]


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked meanwhile, but for where transactions begin and end."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def cost(shopper: Shopper, url: str) -> list[str]:
    with statements() as asked:
        shopper.get(url)
    return asked


def test_a_page_of_reviews_costs_the_same_with_1_and_with_30(world: World) -> None:
    alice = world.shopper()
    show("mug", 4)
    few = cost(alice, "/products/mug/reviews")
    for n in range(30):
        show("mug", 1 + n % 5, reply="Thank you.")
    many = cost(alice, "/products/mug/reviews")
    assert len(few) == len(many), many
    assert len(many) <= BUDGETS["/products/mug/reviews"], many


@pytest.mark.parametrize("url", TEXTS)
def test_a_text_costs_the_same_with_much_set_into_it(world: World, url: str) -> None:
    alice = world.shopper()
    stock_up(world, 20)
    with transaction():
        db.session.add_all(make_asset(f"wall-{n}") for n in range(5))
        db.session.add_all(MenuItem(place="help", label=f"Link {n}", address="/search") for n in range(10))
    found = []
    for slug, goods, pictures in (("a-text", 1, 1), ("a-long-text", 20, 5)):
        body = "\n\n".join(
            [
                *(f"{{product: thing-{n}}}\n\nWords." for n in range(goods)),
                *(f"{{picture: wall-{n}}}" for n in range(pictures)),
            ]
        )
        for kind in (Kind.PAGE, Kind.JOURNAL):
            publish(slug, kind=kind, body=body)
        found.append(cost(alice, url.replace("a-text", slug)))
    assert len(found[0]) == len(found[1]), found[1]
    assert len(found[1]) <= BUDGETS[url], found[1]


def stock_up(world: World, count: int) -> list[int]:
    return [make_variant(world.shelf_id, f"Thing {n}", price=500 + n, stock=9) for n in range(count)]


@pytest.mark.parametrize("url", SHARED)
def test_a_shared_page_costs_the_same_with_5_and_with_50_products(world: World, url: str) -> None:
    alice = world.shopper()
    show("mug", 5)
    show("print", 2, reply="Sorry.")
    stock_up(world, 5)
    few = cost(alice, url)
    for n in range(5, 50):
        make_variant(world.shelf_id, f"More things {n}", price=700, stock=3)
    many = cost(alice, url)
    assert len(few) == len(many), many
    assert len(many) <= BUDGETS[url], many


@pytest.mark.parametrize("url", ["/cart", "/checkout", "/checkout/payment", "the order"])
def test_a_bag_costs_the_same_with_1_line_and_with_10(world: World, url: str) -> None:
    things = stock_up(world, 10)
    found = []
    for goods in (things[:1], things):
        shopper = world.shopper()
        for variant_id in goods:
            shopper.add(variant_id)
        shopper.fill_in()
        shopper.get("/cart")
        if url == "the order":
            shopper.press_pay()
            found.append(cost(shopper, f"/orders/{world.orders()[-1].token}"))
        else:
            found.append(cost(shopper, url))
    assert len(found[0]) == len(found[1]), found[1]
    assert len(found[1]) <= BUDGETS[url], found[1]


def test_an_order_costs_the_same_however_much_has_happened_to_it(world: World) -> None:
    things = stock_up(world, 6)
    found = []
    for goods in (things[:2], things):
        shopper = world.shopper()
        order = shopper.buy(*goods)
        lines = queries.whole(order.id).lines  # type: ignore[union-attr]
        for line in lines:
            shipment_id = fulfilment.ship(order.id, {line.id: 1}, by="staff:1", form_token=f"parcel-{line.id}")
            fulfilment.deliver(shipment_id, by="staff:1")
            asked = refunds.Asked(lines={line.id: 1})
            refunds.refund(order.id, asked, reason="broken", by="staff:1", form_token=f"refund-{line.id}")
            write_to_shopper(order.id, "It is broken.", by="staff:1")
        found.append(cost(shopper, f"/orders/{order.token}"))
    assert len(found[0]) == len(found[1]), found[1]
    assert len(found[1]) <= BUDGETS["the order"], found[1]
