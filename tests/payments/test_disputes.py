"""Nothing is sent while the shopper's bank asks the money back."""

from __future__ import annotations

import pytest

from shop.orders import fulfilment
from shop.orders.services import WrongState
from shop.payments import services as payments
from shop.payments.models import Dispute, Refund
from tests.payments.steps import history
from tests.world import World

pytestmark = pytest.mark.both


def test_a_dispute_holds_the_order_and_tells_the_staff(world: World) -> None:
    order = world.shopper().buy(world.mug)
    world.twin.dispute(world.payment().charge_id)
    world.settle()

    assert world.order().held_at is not None
    with pytest.raises(WrongState, match="on hold"):
        fulfilment.ship(order.id, by="staff:1", form_token="staff:1")
    assert world.order().shipped_at is None
    (mail,) = world.mails("staff-attention")
    assert "The order is on hold; answer in Stripe’s dashboard." in mail.text
    assert world.count(Dispute, status="needs_response") == 1
    assert world.waiting() == []
    world.prove()


def test_a_dispute_that_is_won_lets_the_order_go(world: World) -> None:
    order = world.shopper().buy(world.mug)
    dispute = world.twin.dispute(world.payment().charge_id)
    world.settle()
    world.twin.close_dispute(dispute["id"], won=True)
    world.settle()

    assert world.order().held_at is None
    assert [kind for kind, _by in history(order.id)] == ["placed", "paid", "held", "released"]
    fulfilment.ship(order.id, by="staff:1", form_token="staff:1")
    assert world.order().status == "shipped"
    assert len(world.mails("staff-attention")) == 1
    world.prove()


def test_a_dispute_that_is_lost_keeps_the_order_where_it_is(world: World) -> None:
    order = world.shopper().buy(world.mug)
    dispute = world.twin.dispute(world.payment().charge_id)
    world.settle()
    world.twin.close_dispute(dispute["id"], won=False)
    world.settle()

    assert world.count(Dispute, status="lost") == 1
    assert world.order().held_at is not None
    with pytest.raises(WrongState):
        fulfilment.ship(order.id, by="staff:1", form_token="staff:1")
    world.prove()


def test_one_dispute_won_does_not_let_go_what_another_holds(world: World) -> None:
    world.shopper().buy(world.mug)
    first = world.twin.dispute(world.payment().charge_id, 500)
    second = world.twin.dispute(world.payment().charge_id, 500)
    world.settle()
    world.twin.close_dispute(first["id"], won=True)
    world.settle()
    assert world.order().held_at is not None
    world.twin.close_dispute(second["id"], won=True)
    world.settle()
    assert world.order().held_at is None
    world.prove()


def test_the_end_of_a_dispute_may_be_heard_before_its_beginning(world: World) -> None:
    world.shopper().buy(world.mug)
    dispute = world.twin.dispute(world.payment().charge_id)
    world.twin.close_dispute(dispute["id"], won=False)
    world.twin.faults.arm("reverse")
    world.settle()
    assert world.order().held_at is not None
    assert world.count(Dispute, status="lost") == 1
    world.prove()


@pytest.mark.parametrize("won", [True, False])
def test_money_that_a_dispute_kept_from_going_back_goes_back_when_it_is_won(world: World, won: bool) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    world.twin.tamper(world.payment().session_id, amount_total=777)
    alice.pay_at_stripe()
    world.settle()
    dispute = world.twin.dispute(world.payment().charge_id)
    payments.refuse_review(world.order().id, by="staff:1", reason="odd")
    world.settle()
    assert world.count(Refund, status="failed") == 1
    world.prove()

    world.twin.close_dispute(dispute["id"], won=won)
    world.settle()
    assert world.count(Refund, status="succeeded", amount_minor=777) == won
    world.prove()
