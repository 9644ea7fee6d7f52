"""Money back: never more than was paid, never twice, and as Stripe has it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shop.core.db import db
from shop.core.errors import Invalid
from shop.core.money import Money
from shop.documents.models import Document
from shop.orders.models import Order
from shop.payments import refunds, sweeper
from shop.payments import services as payments
from shop.payments.models import Refund
from shop.payments.refunds import EVERYTHING, Asked, NotRefundable
from shop.payments.sync import sync
from tests.payments.steps import at_stripe, history, later
from tests.world import World, new_token

pytestmark = pytest.mark.both


def give_back(order: Order, minor: int | None, *, form_token: str | None = None) -> int:
    amount = None if minor is None else Money(minor, "GBP")
    return refunds.refund(
        order.id,
        EVERYTHING if amount is None else Asked(amount=amount),
        reason="scratched",
        by="staff:1",
        form_token=form_token or new_token(),
    )


def left(world: World) -> int:
    return refunds.refundable(world.payment()).minor


def states(world: World) -> list[str]:
    return [refund.status for refund in all_refunds(world)]


def all_refunds(world: World) -> list[Refund]:
    db.session.rollback()
    return list(db.session.scalars(select(Refund).order_by(Refund.id)))


def test_a_full_refund_reaches_the_shopper(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    give_back(order, None)
    assert "on its way" in alice.get(f"/orders/{order.token}")

    world.settle()

    assert at_stripe(world) == (1990, 1990)
    assert (world.payment().refunded_minor, states(world), left(world)) == (1990, ["succeeded"], 0)
    assert "This order is cancelled. We have sent £19.90 back" in alice.get(f"/orders/{order.token}")
    said = ["placed", "paid", "refund_requested", "cancelled", "refund_succeeded"]
    assert [kind for kind, _by in history(order.id)] == said
    assert world.waiting() == []
    world.prove()


def test_a_part_and_another_part_and_the_rest(world: World) -> None:
    order = world.shopper().buy(world.mug)
    for minor, remains in ((500, 1490), (490, 1000), (None, 0)):
        give_back(order, minor)
        world.settle()
        assert left(world) == remains
    assert at_stripe(world) == (1990, 1990)
    assert [refund.amount_minor for refund in all_refunds(world)] == [500, 490, 1000]
    world.prove()


def test_never_more_than_is_left(world: World) -> None:
    order = world.shopper().buy(world.mug)
    with pytest.raises(NotRefundable, match=r"At most £19\.90 can still be refunded"):
        give_back(order, 1991)
    give_back(order, 1000)
    with pytest.raises(NotRefundable, match=r"At most £9\.90 can still be refunded"):
        give_back(order, 991)
    world.settle()
    with pytest.raises(NotRefundable, match=r"At most £9\.90"):
        give_back(order, 991)
    give_back(order, 990)
    world.settle()
    with pytest.raises(NotRefundable):
        give_back(order, 1)
    assert at_stripe(world) == (1990, 1990)
    world.prove()


def test_two_refunds_asked_for_before_either_is_sent_stay_within_what_was_paid(world: World) -> None:
    order = world.shopper().buy(world.mug)
    give_back(order, 1500)
    with pytest.raises(NotRefundable):
        give_back(order, 1500)
    give_back(order, None)
    world.settle()
    assert at_stripe(world) == (1990, 1990)
    assert [refund.amount_minor for refund in all_refunds(world)] == [1500, 490]
    world.prove()


def test_the_same_form_sent_twice_is_one_refund(world: World) -> None:
    order = world.shopper().buy(world.mug)
    once = give_back(order, 500, form_token="pressed twice")
    assert give_back(order, 500, form_token="pressed twice") == once
    world.settle()
    assert give_back(order, 500, form_token="pressed twice") == once
    world.settle()
    assert at_stripe(world) == (1990, 500)
    world.prove()


def test_the_same_amount_in_two_forms_is_two_refunds(world: World) -> None:
    order = world.shopper().buy(world.mug)
    give_back(order, 500)
    give_back(order, 500)
    world.settle()
    assert at_stripe(world) == (1990, 1000)
    world.prove()


@pytest.mark.parametrize("minor", [0, -1, -1990])
def test_nothing_and_less_than_nothing_is_refused(world: World, minor: int) -> None:
    order = world.shopper().buy(world.mug)
    with pytest.raises(Invalid, match="above zero"):
        give_back(order, minor)
    assert world.count(Refund) == 0
    world.prove()


def test_what_was_not_paid_cannot_be_refunded(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    with pytest.raises(NotRefundable, match="Nothing was paid"):
        give_back(world.order(), 100)
    payments.cancel_unpaid(world.order().id, by="shopper")
    with pytest.raises(NotRefundable, match="Nothing was paid"):
        give_back(world.order(), None)
    world.prove()


def test_a_refund_made_in_stripes_dashboard_counts(world: World) -> None:
    order = world.shopper().buy(world.mug)
    world.twin.refund_in_dashboard(world.payment().charge_id, 700)
    world.settle()

    (refund,) = all_refunds(world)
    assert (refund.amount_minor, refund.status, refund.by) == (700, "succeeded", "stripe")
    assert (world.payment().refunded_minor, left(world)) == (700, 1290)
    with pytest.raises(NotRefundable):
        give_back(order, 1300)
    give_back(order, None)
    world.settle()
    assert at_stripe(world) == (1990, 1990)
    world.prove()


def test_stripe_refuses_what_the_dashboard_gave_back_first_and_the_shop_catches_up(world: World) -> None:
    order = world.shopper().buy(world.mug)
    world.twin.refund_in_dashboard(world.payment().charge_id, 700)
    world.twin.faults.arm("drop", times=2)
    world.webhooks()
    give_back(order, None)  # the shop knows of nothing

    world.work()

    assert states(world) == ["failed", "succeeded"]
    assert (world.payment().refunded_minor, left(world)) == (700, 1290)
    (mail,) = world.mails("staff-attention")
    assert "A refund has failed." in mail.text
    give_back(order, None)
    world.settle()
    assert at_stripe(world) == (1990, 1990)
    world.prove()


def test_a_refund_that_fails_after_all_is_told_and_can_be_made_again(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    give_back(order, None)
    world.settle()
    world.twin.settle_refund(all_refunds(world)[0].gateway_id, "failed")
    world.settle()

    (refund,) = all_refunds(world)
    assert (refund.status, refund.error) == ("failed", "expired_or_canceled_card")
    assert (world.payment().refunded_minor, left(world)) == (0, 1990)
    (mail,) = world.mails("staff-attention")
    assert (mail.recipients, "A refund has failed." in mail.text) == ("shop@example.com", True)
    assert ("refund_failed", "stripe") in history(order.id)
    assert "We have sent" not in alice.get(f"/orders/{order.token}")

    give_back(order, None)
    world.settle()
    assert states(world) == ["failed", "succeeded"]
    assert at_stripe(world) == (1990, 1990)
    world.prove()


def test_a_pending_refund_counts_until_it_has_come_to_something(world: World) -> None:
    order = world.shopper().buy(world.mug)
    world.twin.faults.arm("pending_refund")
    give_back(order, 1500)
    world.settle()
    assert (states(world), left(world)) == (["pending"], 490)
    with pytest.raises(NotRefundable):
        give_back(order, 500)

    world.twin.settle_refund(all_refunds(world)[0].gateway_id)
    world.settle()

    assert (states(world), left(world)) == (["succeeded"], 490)
    assert at_stripe(world) == (1990, 1500)
    world.prove()


def test_a_pending_refund_that_fails_is_found_by_the_sweeper_when_nobody_tells(world: World) -> None:
    order = world.shopper().buy(world.mug)
    world.twin.faults.arm("pending_refund")
    give_back(order, None)
    world.work()
    world.settle()
    world.twin.faults.arm("drop", times=2)
    world.twin.settle_refund(all_refunds(world)[0].gateway_id, "failed")
    assert world.webhooks() == []

    with later(minutes=2):
        sweeper.sweep()
        world.work()

    assert (states(world), left(world)) == (["failed"], 1990)
    assert len(world.mails("staff-attention")) == 1
    world.prove()


def test_a_refund_nobody_carried_to_stripe_is_found_by_the_sweeper(world: World) -> None:
    order = world.shopper().buy(world.mug)
    give_back(order, 500)
    with later(minutes=2):
        sweeper.sweep()
    assert at_stripe(world) == (1990, 500)
    world.settle()
    assert states(world) == ["succeeded"]
    assert at_stripe(world) == (1990, 500)
    world.prove()


def test_money_that_the_bank_is_taking_back_is_not_given_back_too(world: World) -> None:
    order = world.shopper().buy(world.mug)
    world.twin.dispute(world.payment().charge_id)
    world.settle()
    give_back(order, None)
    world.settle()
    assert (states(world), left(world)) == (["failed"], 1990)
    assert at_stripe(world) == (1990, 0)
    world.prove()


def test_a_refund_at_stripe_is_one_of_the_sale_although_ours_of_all_was_asked_for_first(world: World) -> None:
    order = world.shopper().buy(world.mug)
    give_back(order, None)
    world.twin.refund_in_dashboard(world.payment().charge_id, 700)
    sync(world.payment().id)
    world.settle()
    assert [(each.amount_minor, each.status) for each in all_refunds(world)] == [(1990, "failed"), (700, "succeeded")]
    assert world.count(Document, kind="credit_note") == 1
    world.prove()


def test_what_a_refund_at_stripe_left_of_a_refused_order_goes_back_too(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    world.twin.tamper(world.payment().session_id, amount_total=777)
    alice.pay_at_stripe()
    world.settle()
    payments.refuse_review(world.order().id, by="staff:1", reason="odd")
    world.twin.refund_in_dashboard(world.payment().charge_id, 700)
    world.settle()
    assert sorted((each.amount_minor, each.status) for each in db.session.scalars(select(Refund))) == [
        (77, "succeeded"),
        (700, "succeeded"),
        (777, "failed"),
    ]
    world.prove()
