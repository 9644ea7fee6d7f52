"""Which state may follow which, and what being paid, sent and cancelled does: once."""

from __future__ import annotations

import re
from itertools import product

import pytest
from sqlalchemy import select

from shop.core import outbox
from shop.core.db import db
from shop.core.errors import NotFound
from shop.orders import fulfilment
from shop.orders import services as orders
from shop.orders.models import Order, OrderEvent
from shop.orders.numbers import ALPHABET, new_number, tidy
from shop.orders.services import WrongState
from shop.orders.states import MOVES, Status, can_move
from tests.payments.steps import history, press
from tests.world import World

pytestmark = pytest.mark.both

ALLOWED = {
    ("pending", "paid"),
    ("pending", "review"),
    ("pending", "cancelled"),
    ("review", "paid"),
    ("review", "cancelled"),
    ("paid", "shipped"),
    ("shipped", "paid"),
    ("paid", "cancelled"),
    ("cancelled", "paid"),
    ("cancelled", "review"),
}


@pytest.mark.parametrize(("source", "target"), list(product(Status, Status)))
def test_these_moves_and_no_others(source: Status, target: Status) -> None:
    assert can_move(source, target) == ((source, target) in ALLOWED)


def test_every_status_has_its_moves() -> None:
    assert set(MOVES) == set(Status)
    with pytest.raises(ValueError, match="nonsense"):
        can_move("nonsense", "paid")


def test_being_told_twice_that_an_order_is_paid_is_fine(world: World) -> None:
    order = world.shopper().buy(world.mug)
    paid_at = world.order().paid_at

    assert orders.mark_paid(order.id, by="stripe") is False
    world.settle()

    assert world.order().paid_at == paid_at
    assert world.stock(world.mug) == (9, 0)
    assert world.count(outbox.OutboxMessage, topic="order.paid") == 1
    assert len(world.mails("order-confirmation")) == 1
    assert [kind for kind, _by in history(order.id)] == ["placed", "paid"]
    world.prove()


def test_an_order_that_was_sent_is_not_paid_again(world: World) -> None:
    order = world.shopper().buy(world.mug)
    fulfilment.ship(order.id, by="staff:1", form_token="staff:1")
    assert orders.mark_paid(order.id, by="stripe") is False
    assert world.order().status == "shipped"
    world.prove()


def test_an_order_is_sent_once(world: World) -> None:
    order = world.shopper().buy(world.mug)
    fulfilment.ship(order.id, by="staff:1", form_token="one", note="RM123")
    shipped_at = world.order().shipped_at
    fulfilment.ship(order.id, by="staff:1", form_token="one")
    with pytest.raises(WrongState, match="All of this order has been sent"):
        fulfilment.ship(order.id, by="staff:2", form_token="two")

    assert (world.order().status, world.order().shipped_at) == ("shipped", shipped_at)
    assert [event for event in history(order.id) if event[0] == "shipped"] == [("shipped", "staff:1")]
    (row,) = db.session.scalars(select(OrderEvent).where(OrderEvent.kind == "shipped"))
    assert (row.from_status, row.to_status, row.note) == ("paid", "shipped", "RM123")
    assert world.stock(world.mug) == (9, 0)
    world.prove()


def test_an_unpaid_order_is_not_sent(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    order_id = world.order().id
    with pytest.raises(WrongState, match="Only a paid order can be sent; this one is pending"):
        fulfilment.ship(order_id, by="staff:1", form_token="staff:1")
    orders.send_to_review(order_id, by="staff:1", reason="odd")
    with pytest.raises(WrongState, match="this one is review"):
        fulfilment.ship(order_id, by="staff:1", form_token="staff:1")
    orders.cancel(order_id, by="staff:1", reason="odd")
    with pytest.raises(WrongState, match="this one is cancelled"):
        fulfilment.ship(order_id, by="staff:1", form_token="staff:1")
    assert (world.order().shipped_at, world.stock(world.mug)) == (None, (10, 0))
    world.prove()


def test_an_order_that_is_held_is_not_sent_until_it_is_released(world: World) -> None:
    order_id = world.shopper().buy(world.mug).id
    for _ in range(2):
        orders.hold_back(order_id, by="staff:1", reason="a question")
    with pytest.raises(WrongState, match="on hold"):
        fulfilment.ship(order_id, by="staff:1", form_token="staff:1")
    for _ in range(2):
        orders.release(order_id, by="staff:1", reason="answered")
    fulfilment.ship(order_id, by="staff:1", form_token="staff:1")
    assert [kind for kind, _by in history(order_id)] == ["placed", "paid", "held", "released", "shipment", "shipped"]
    world.prove()


def test_a_paid_order_is_not_cancelled(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    for _ in range(2):
        with pytest.raises(WrongState, match="It can be refunded, not cancelled"):
            orders.cancel(order.id, by="staff:1", reason="")
        fulfilment.ship(order.id, by="staff:1", form_token="staff:1")
    assert world.order().status == "shipped"
    assert world.stock(world.mug) == (9, 0)
    world.prove()


def test_an_order_is_cancelled_once(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    order = world.order()
    press(alice, order.token, "cancellation")
    assert orders.cancel(order.id, by="staff:1", reason="again") is False
    assert world.stock(world.mug) == (10, 0)
    assert history(order.id) == [("placed", "shopper"), ("cancel_asked", "shopper"), ("cancelled", "shopper")]
    world.prove()


def test_a_mistaken_amount_in_review_can_be_settled_by_a_person(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    order_id = world.order().id
    orders.send_to_review(order_id, by="stripe", reason="odd")
    orders.send_to_review(order_id, by="stripe", reason="odd again")
    assert world.order().status == "review"
    assert world.stock(world.mug) == (10, 1)
    assert [kind for kind, _by in history(order_id)] == ["placed", "review", "problem"]
    assert orders.mark_paid(order_id, by="staff:1") is True
    assert world.stock(world.mug) == (9, 0)


def test_there_is_nothing_to_do_for_an_order_that_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        orders.mark_paid(4711, by="staff:1")
    with pytest.raises(NotFound):
        fulfilment.ship(4711, by="staff:1", form_token="one")
    with pytest.raises(NotFound):
        orders.cancel(4711, by="staff:1", reason="")
    world.prove()


def test_order_numbers_can_be_read_aloud() -> None:
    numbers = [new_number() for _ in range(500)]
    assert len(set(numbers)) == 500
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", number) for number in numbers)
    assert not set("AEIOUY01258BSGZDLNPVQU6") & set(ALPHABET)


@pytest.mark.parametrize("typed", ["k7mc-4wrx", "K7MC4WRX", " k7mc 4wrx ", "K7MC–4WRX", "k7-mc-4w-rx"])
def test_a_number_is_found_however_it_was_typed(typed: str) -> None:
    assert tidy(typed) == "K7MC-4WRX"


def test_two_orders_that_draw_the_same_number_get_two(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["K7MC-4WRX", "K7MC-4WRX", "K7MC-4WRT"])
    monkeypatch.setattr(orders, "new_number", lambda: next(drawn))
    world.shopper().buy(world.mug)
    world.shopper().buy(world.mug)
    assert [order.number for order in world.orders()] == ["K7MC-4WRX", "K7MC-4WRT"]
    assert world.count(Order) == 2
    world.prove()
