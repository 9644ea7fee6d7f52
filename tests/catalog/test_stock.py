"""What lies on the shelf, what is promised of it, and who is told."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from shop.catalog import stock
from shop.catalog.models import StockMovement
from shop.catalog.stock import ChangedMeanwhile, Counted
from shop.core.db import db, transaction
from shop.core.errors import Conflict
from shop.core.outbox import OutboxMessage
from shop.restock import scarce
from shop.restock.models import StockWarning
from tests.world import World, make_variant

pytestmark = pytest.mark.both


def told(world: World, topic: str) -> int:
    return world.count(OutboxMessage, topic=topic)


def test_a_stock_that_changed_since_it_was_looked_at_is_not_corrected(world: World) -> None:
    stock.receive(world.mug, 2, by="test")
    with pytest.raises(ChangedMeanwhile) as raised:
        stock.correct(world.mug, 8, seen=10, by="staff:1")
    assert raised.value.on_hand == 12
    assert world.stock(world.mug) == (12, 0)
    stock.correct(world.mug, 8, seen=12, by="staff:1")
    assert world.stock(world.mug) == (8, 0)
    world.prove()


def test_a_stock_take_corrects_by_the_difference_so_that_what_was_sold_meanwhile_stays_sold(world: World) -> None:
    world.shopper().buy(world.mug)  # after the sheet with 10 was printed
    sheet = {world.mug: Counted(10, 9), world.cap: Counted(0, 2), world.a4: Counted(5, 5)}
    assert stock.count(sheet, since=0, by="staff:1", note="autumn") == {world.mug: -1, world.cap: 2}
    assert [world.stock(each)[0] for each in (world.mug, world.cap, world.a4)] == [8, 2, 5]
    assert world.count(StockMovement, reason="corrected", note="counted 9, expected 10: autumn") == 1
    world.prove()


def test_a_stock_take_that_does_not_bear_one_promise_changes_nothing(world: World) -> None:
    world.shopper().check_out(world.mug)
    with pytest.raises(Conflict, match="promised to an order"):
        stock.count({world.cap: Counted(0, 2), world.mug: Counted(10, 0)}, since=0, by="staff:1")
    with pytest.raises(Conflict, match="less than nothing"):
        stock.count({world.cap: Counted(3, 2)}, since=0, by="staff:1")
    assert world.stock(world.cap) == (0, 0)
    assert world.stock(world.mug) == (10, 1)


@pytest.mark.parametrize("statement", [update(StockMovement).values(quantity=3), delete(StockMovement)])
def test_no_movement_is_changed_or_deleted(world: World, statement: object) -> None:
    with pytest.raises(IntegrityError, match="ledger: "), transaction():
        db.session.execute(statement)  # type: ignore[call-overload]
    world.prove()


def test_scarce_and_sold_out_are_said_once_for_each_crossing(world: World) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=4000, stock=5)
    steps = [(4, 0, 0), (3, 1, 0), (2, 1, 0), (0, 1, 1), (9, 1, 1), (3, 2, 1), (8, 2, 1), (0, 2, 2)]
    for on_hand, low, sold_out in steps:
        stock.correct(vase, on_hand, by="test")
        assert (told(world, "stock.low"), told(world, "stock.sold_out")) == (low, sold_out), on_hand


def test_a_shop_that_does_not_want_to_hear_of_scarce_things_hears_of_sold_out_ones_only(world: World) -> None:
    world.store_with(low_stock=0)
    stock.correct(world.mug, 1, by="test")
    stock.correct(world.mug, 0, by="test")
    assert (told(world, "stock.low"), told(world, "stock.sold_out")) == (0, 1)


def test_one_mail_names_all_that_is_scarce_and_no_second_one_goes(world: World) -> None:
    stock.correct(world.mug, 2, by="test")
    stock.correct(world.a4, 0, by="test")
    stock.correct(world.a3, 1, by="test")
    stock.correct(world.a3, 9, by="test")
    world.work()
    scarce.tell()
    scarce.tell()
    world.work()
    (mail,) = world.mails("low-stock")
    assert mail.subject == "2 things are running out"
    assert "Print, A4 (PRINT-A4): sold out" in mail.text
    assert "Mug (MUG): 2 left" in mail.text
    assert "PRINT-A3" not in mail.text
    assert world.count(StockWarning) == 0


def test_what_becomes_scarce_after_the_mail_stands_in_the_next(world: World) -> None:
    stock.correct(world.mug, 2, by="test")
    world.work()
    scarce.tell()
    stock.correct(world.a4, 1, by="test")
    world.work()
    scarce.tell()
    world.work()
    assert [mail.subject for mail in world.mails("low-stock")] == ["1 thing is running out"] * 2


def test_what_is_ordered_ahead_does_not_take_what_lies_there_for_somebody_who_has_not_paid_yet(world: World) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=4000, stock=1, back_order_limit=5)
    first, second = world.shopper(), world.shopper("198.51.100.8")
    assert first.check_out(vase).status_code == 303
    paid_later = world.payment().session_id
    ordered_ahead = second.buy(vase)
    assert world.stock(vase) == (1, 2)
    assert stock.owed(ordered_ahead.id) == {vase: 1}
    world.twin.pay(paid_later)
    world.settle()
    assert world.stock(vase) == (0, 1)
    assert stock.owed(ordered_ahead.id) == {vase: 1}
    stock.receive(vase, 1, by="test")
    assert world.stock(vase) == (0, 0)
    world.prove()


def test_what_an_unpaid_order_lets_go_goes_to_whoever_ordered_ahead(world: World) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=4000, stock=1, back_order_limit=5)
    first, second = world.shopper(), world.shopper("198.51.100.8")
    first.check_out(vase)
    unpaid = world.order()
    ordered_ahead = second.buy(vase)
    first.browser.post(f"/orders/{unpaid.token}/cancellation", data={"csrf_token": ""})
    from shop.payments import services as payments

    payments.cancel_unpaid(unpaid.id, by="shopper")
    assert stock.owed(ordered_ahead.id) == {}
    assert world.stock(vase) == (0, 0)
    world.prove()


def test_mails_for_those_who_wait_go_when_it_is_there_and_not_when_it_may_be_ordered(world: World) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=4000, stock=0, back_order_limit=2)
    world.shopper().buy(vase)
    stock.receive(vase, 1, by="test")  # the one that is owed
    assert told(world, "variant.restocked") == 0
    stock.receive(vase, 1, by="test")
    assert told(world, "variant.restocked") == 1
