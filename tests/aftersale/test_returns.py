"""Goods that come back: asked for in time, decided, received, and paid for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.aftersale import money_back
from shop.core.clock import now
from shop.core.db import db
from shop.core.errors import Invalid
from shop.core.money import Money
from shop.orders import fulfilment, returns
from shop.orders.models import Order, Return
from shop.orders.services import WrongState
from shop.payments import refunds as money
from shop.payments.models import Refund
from shop.payments.refunds import Asked, NotRefundable
from tests.aftersale.steps import ask, lines, newest, refunds, said, send, submit, the_return
from tests.payments.steps import history, later
from tests.world import World, new_token

pytestmark = pytest.mark.both


@pytest.fixture
def order(world: World) -> Order:
    """Two mugs and a print of Alice's, sent and arrived."""
    world.store_with(returns_days=30, returns="30-day returns", address="1 Mill Lane\nBristol BS1 2AB")
    shopper = world.shopper()
    shopper.add(world.mug)
    order = shopper.buy(world.mug, world.a4)
    send(order)
    return order


def test_pieces_are_asked_for_approved_received_and_paid_for(world: World, order: Order) -> None:
    mug, _print = lines(order)
    return_id = ask(order, {mug.id: 1})
    world.work()
    assert "please keep the goods until then" in said(world, "return-requested")
    assert "waiting for your answer" in said(world, "staff-attention")

    returns.approve(return_id, by="staff:1", answer="Wrap it well.")
    world.work()
    text = said(world, "return-approved")
    assert "Wrap it well." in text
    assert "1 Mill Lane" in text

    money_back.receive_and_refund(return_id, {mug.id: (1, 0)}, by="staff:1")
    world.settle()
    assert "£16.00 go back the way you paid" in said(world, "return-received")
    assert refunds() == [(1600, "returned", "succeeded")]
    mug, _print = lines(order)
    assert (mug.shipped, mug.returned, mug.restocked, mug.refunded, mug.cancelled) == (2, 1, 1, 1, 0)
    assert world.stock(world.mug) == (9, 0)
    row = the_return(return_id)
    assert (row.status, row.received_at is not None) == ("received", True)
    kinds = [kind for kind, _by in history(order.id) if kind.startswith("return_")]
    assert kinds == ["return_requested", "return_approved", "return_received"]
    assert world.waiting() == []
    world.prove()


def test_a_form_sent_twice_is_one_request(world: World, order: Order) -> None:
    mug, _print = lines(order)
    token = new_token()
    assert ask(order, {mug.id: 1}, form_token=token) == ask(order, {mug.id: 1}, form_token=token)
    assert world.count(Return) == 1
    assert lines(order)[0].returned == 1


def test_no_piece_comes_back_twice(world: World, order: Order) -> None:
    mug, _print = lines(order)
    ask(order, {mug.id: 1})
    with pytest.raises(Invalid, match="Only 1 of Mug can be sent back"):
        ask(order, {mug.id: 2})
    ask(order, {mug.id: 1})
    with pytest.raises(Invalid, match="Only 0 of Mug"):
        ask(order, {mug.id: 1})


@pytest.mark.parametrize("pieces", [{}, {0: 1}, {-1: 1}])
def test_what_is_not_of_the_order_does_not_come_back(order: Order, pieces: dict[int, int]) -> None:
    with pytest.raises(Invalid):
        ask(order, pieces)


def test_a_negative_count_is_refused(order: Order) -> None:
    with pytest.raises(Invalid):
        ask(order, {lines(order)[0].id: -1})


def test_what_was_not_sent_cannot_come_back(world: World) -> None:
    world.store_with(returns_days=30)
    order = world.shopper().buy(world.mug)
    with pytest.raises(WrongState, match="Nothing of this order"):
        ask(order, {lines(order)[0].id: 1})


def test_a_shop_that_takes_nothing_back_is_not_asked(world: World) -> None:
    order = world.shopper().buy(world.mug)
    send(order)
    with pytest.raises(WrongState):
        ask(order, {lines(order)[0].id: 1})


def test_after_its_days_nothing_is_taken_back(order: Order) -> None:
    mug, _print = lines(order)
    with later(days=29):
        ask(order, {mug.id: 1})
    with later(days=33), pytest.raises(WrongState, match="time to send this order back is over"):
        ask(order, {mug.id: 1})


def test_where_nobody_told_of_the_delivery_the_parcels_way_is_added(world: World) -> None:
    world.store_with(returns_days=30)
    order = world.shopper().buy(world.mug)
    send(order, arrived=False)
    line = lines(order)[0]
    with later(days=36):
        ask(order, {line.id: 1})
    assert the_return(newest()).status == "requested"


def test_of_several_parcels_the_last_counts(world: World) -> None:
    shop = world.store_with(returns_days=30)
    order = world.shopper().buy(world.mug, world.a4)
    mug, a4 = lines(order)
    send(order, {mug.id: 1})
    with later(days=20):
        send(order, {a4.id: 1})
    end = returns.last_day(returns.arrived(order.id), shop)
    assert end is not None
    assert end >= (now() + timedelta(days=50)).date()


def test_a_request_is_declined_with_an_answer_and_its_pieces_are_free_again(world: World, order: Order) -> None:
    mug, _print = lines(order)
    return_id = ask(order, {mug.id: 2})
    with pytest.raises(Invalid, match="Write why"):
        returns.decline(return_id, by="staff:1", answer=" ")
    returns.decline(return_id, by="staff:1", answer="It was made to your measure.")
    returns.decline(return_id, by="staff:1", answer="Again.")
    world.work()
    assert "It was made to your measure." in said(world, "return-declined")
    assert lines(order)[0].returned == 0
    ask(order, {mug.id: 2})
    with pytest.raises(Invalid):
        returns.reopen(return_id, by="staff:1")
    with pytest.raises(WrongState):
        returns.receive(return_id, {mug.id: (1, 0)}, by="staff:1")


def test_a_decision_made_by_mistake_is_taken_back_and_not_told(world: World, order: Order) -> None:
    mug, _print = lines(order)
    return_id = ask(order, {mug.id: 1})
    returns.decline(return_id, by="staff:1", answer="No.")
    returns.reopen(return_id, by="staff:1")
    assert lines(order)[0].returned == 1
    world.work()
    assert world.mails("return-declined") == []
    returns.approve(return_id, by="staff:1")
    returns.reopen(return_id, by="staff:1")
    returns.approve(return_id, by="staff:1")
    world.work()
    assert the_return(return_id).status == "approved"
    assert len(world.mails("return-approved")) == 2
    assert world.waiting() == []


def test_what_is_broken_is_paid_for_but_not_sold_again(world: World, order: Order) -> None:
    mug, _print = lines(order)
    return_id = ask(order, {mug.id: 2})
    returns.approve(return_id, by="staff:1")
    money_back.receive_and_refund(return_id, {mug.id: (1, 1)}, by="staff:1")
    world.settle()
    mug, _print = lines(order)
    assert (mug.restocked, mug.refunded) == (1, 2)
    assert world.stock(world.mug) == (9, 0)
    assert refunds() == [(3200, "returned", "succeeded")]
    world.prove()


def test_goods_are_received_once(world: World, order: Order) -> None:
    mug, _print = lines(order)
    return_id = ask(order, {mug.id: 2})
    returns.approve(return_id, by="staff:1")
    for _time in range(2):
        money_back.receive_and_refund(return_id, {mug.id: (2, 0)}, by="staff:1")
    world.settle()
    assert world.stock(world.mug) == (10, 0)
    assert refunds() == [(3200, "returned", "succeeded")]
    assert len(world.mails("return-received")) == 1
    world.prove()


@pytest.mark.parametrize("come", [(3, 0), (2, 1), (-1, 2), (0, 0)])
def test_no_more_is_received_than_was_to_come_and_not_nothing(order: Order, come: tuple[int, int]) -> None:
    mug, _print = lines(order)
    return_id = ask(order, {mug.id: 2})
    returns.approve(return_id, by="staff:1")
    with pytest.raises(Invalid):
        returns.receive(return_id, {mug.id: come}, by="staff:1")
    assert the_return(return_id).status == "approved"


def test_staff_may_receive_now_and_refund_less(world: World, order: Order) -> None:
    mug, _print = lines(order)
    return_id = ask(order, {mug.id: 1})
    returns.approve(return_id, by="staff:1")
    with pytest.raises(WrongState, match="not come yet"):
        money_back.refund_return(return_id, by="staff:1")
    returns.receive(return_id, {mug.id: (0, 1)}, by="staff:1")
    less = Asked(amount=Money(1000, "GBP"))
    money.refund(order.id, less, reason="used", by="staff:1", form_token=new_token(), return_id=return_id)
    world.settle()
    assert "£10.00 go back" in said(world, "return-received")
    world.prove()


def test_where_the_money_is_gone_a_person_decides_and_nothing_is_half_done(world: World, order: Order) -> None:
    mug, _print = lines(order)
    return_id = ask(order, {mug.id: 2})
    returns.approve(return_id, by="staff:1")
    gone = Asked(amount=Money(5000, "GBP"))
    money.refund(order.id, gone, reason="goodwill", by="staff:1", form_token=new_token())
    with pytest.raises(NotRefundable):
        money_back.receive_and_refund(return_id, {mug.id: (2, 0)}, by="staff:1")
    assert the_return(return_id).status == "approved"
    assert world.stock(world.mug) == (8, 0)
    returns.receive(return_id, {mug.id: (2, 0)}, by="staff:1")
    world.settle()
    world.prove()


def test_a_refund_for_what_came_back_leaves_what_is_still_to_be_sent(world: World) -> None:
    world.store_with(returns_days=30)
    shopper = world.shopper()
    shopper.add(world.mug)
    order = shopper.buy(world.mug)
    (mug,) = lines(order)
    send(order, {mug.id: 1})
    return_id = ask(order, {mug.id: 1})
    returns.approve(return_id, by="staff:1")
    money_back.receive_and_refund(return_id, {mug.id: (1, 0)}, by="staff:1")
    (mug,) = lines(order)
    assert (mug.to_ship, mug.cancelled, mug.refunded) == (1, 0, 1)
    send(order)
    world.settle()
    world.prove()


def test_a_parcel_whose_goods_come_back_cannot_be_undone(world: World) -> None:
    world.store_with(returns_days=30)
    order = world.shopper().buy(world.mug)
    shipment_id = send(order, arrived=False)
    ask(order, {lines(order)[0].id: 1})
    with pytest.raises(WrongState, match="being sent back"):
        fulfilment.undo(shipment_id, by="staff:1")


def test_what_was_put_back_with_a_refund_that_failed_is_not_put_back_again(world: World) -> None:
    world.store_with(returns_days=30)
    order = world.shopper().buy(world.mug)
    shipment_id, (mug,) = send(order, arrived=False), lines(order)
    world.twin.faults.arm("pending_refund")
    asked = Asked(lines={mug.id: 1})
    money.refund(order.id, asked, reason="lost", by="staff:1", form_token=new_token(), restock=True)
    world.settle()
    world.twin.settle_refund(db.session.scalars(select(Refund.gateway_id)).one(), "failed")
    world.settle()
    assert world.stock(world.mug) == (10, 0)
    with pytest.raises(WrongState, match="back on the shelf"):
        fulfilment.undo(shipment_id, by="staff:1")

    return_id = ask(order, {mug.id: 1})
    returns.approve(return_id, by="staff:1")
    money_back.receive_and_refund(return_id, {mug.id: (1, 0)}, by="staff:1")
    world.settle()
    assert world.stock(world.mug) == (10, 0)
    world.prove()


class TestTheForm:
    def test_asks_for_pieces_and_a_reason(self, world: World, order: Order) -> None:
        alice, url = world.shopper(), f"/orders/{order.token}/return"
        mug, a4 = lines(order)
        assert f'href="{url}"' in alice.get(f"/orders/{order.token}")
        answer = submit(
            alice, url, **{f"line_{mug.id}": 1, f"line_{a4.id}": 0, "reason": "damaged", "note": "A crack."}
        )
        assert answer.location == f"/orders/{order.token}"
        row = the_return(newest())
        assert (row.status, row.reason, row.note, row.by) == ("requested", "damaged", "A crack.", "shopper")
        assert "We have your request" in alice.get(f"/orders/{order.token}")

    def test_sent_twice_leads_to_the_order_both_times(self, world: World, order: Order) -> None:
        mug, _print = lines(order)
        typed = {f"line_{mug.id}": 2, "reason": "damaged", "form_token": "twice"}
        for _twice in range(2):
            answer = submit(world.shopper(), f"/orders/{order.token}/return", **typed)
            assert answer.location == f"/orders/{order.token}"
        assert world.count(Return) == 1

    def test_says_what_is_wrong_and_keeps_what_was_typed(self, world: World, order: Order) -> None:
        mug, _print = lines(order)
        answer = submit(world.shopper(), f"/orders/{order.token}/return", note="A long story.")
        assert answer.status_code == 422
        for words in ("Error: ", "Check 2 things", "Choose what you want to send back.", "A long story."):
            assert words in answer.text
        assert f'href="#line_{mug.id}"' in answer.text
        assert world.count(Return) == 0

    @pytest.mark.parametrize("count", ["3", "-1", "two", "", "9" * 30])
    def test_refuses_what_cannot_be_chosen(self, world: World, order: Order, count: str) -> None:
        mug, _print = lines(order)
        typed = {f"line_{mug.id}": count, "reason": "damaged"}
        assert submit(world.shopper(), f"/orders/{order.token}/return", **typed).status_code == 422
        assert world.count(Return) == 0

    def test_refuses_a_reason_of_ones_own(self, world: World, order: Order) -> None:
        mug, _print = lines(order)
        typed = {f"line_{mug.id}": "1", "reason": "x" * 300}
        assert submit(world.shopper(), f"/orders/{order.token}/return", **typed).status_code == 422

    def test_is_not_there_for_strangers_nor_without_its_token(self, world: World, order: Order) -> None:
        bob = world.shopper("203.0.113.9")
        assert bob.browser.get("/orders/nobody/return").status_code == 404
        mug, _print = lines(order)
        bare = bob.browser.post(f"/orders/{order.token}/return", data={f"line_{mug.id}": "1", "reason": "damaged"})
        assert bare.status_code == 400
        assert world.count(Return) == 0

    def test_says_why_nothing_can_go_back(self, world: World, order: Order) -> None:
        alice, url = world.shopper(), f"/orders/{order.token}/return"
        with later(days=40):
            assert "The time to send this order back ended on" in alice.get(url)
        mug, a4 = lines(order)
        ask(order, {mug.id: 2, a4.id: 1})
        assert "is on its way back" in alice.get(url)
        world.store_with(returns_days=0)
        assert "Write to shop@example.com" in alice.get(url)

    def test_of_an_order_that_was_not_sent_says_so(self, world: World) -> None:
        world.store_with(returns_days=30)
        alice = world.shopper()
        order = alice.buy(world.mug)
        assert "Nothing of this order has been sent yet" in alice.get(f"/orders/{order.token}/return")
