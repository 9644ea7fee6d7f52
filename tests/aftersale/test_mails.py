"""The mails about an order after its sale: each once, in its language, and none about what is not so any more."""

from __future__ import annotations

import re
from html import unescape

import pytest

from shop.core.money import Money
from shop.demo import mail_samples
from shop.orders import fulfilment, queries
from shop.orders.models import Order
from shop.payments import refunds, sweeper
from shop.payments.refunds import EVERYTHING, Asked
from tests.payments.steps import later, press
from tests.world import Shopper, World, new_token

pytestmark = pytest.mark.both

ADDRESS = re.compile(r"https?://[^\s\"<]+")
BUTTON = re.compile(r'<td bgcolor="#2336c9"')


def kinds(world: World) -> list[str]:
    """What arrived, in its order, the confirmation left out."""
    found = [re.sub(r"^<([a-z-]+)\..*", r"\1", mail.message_id) for mail in world.mails()]
    return [kind for kind in found if kind != "order-confirmation"]


def ship(order: Order, *positions: int, **more: str) -> int:
    whole = queries.whole(order.id)
    assert whole is not None
    pieces = {whole.lines[position].id: 1 for position in positions}
    return fulfilment.ship(order.id, pieces or None, by="staff:1", form_token=new_token(), **more)


@pytest.fixture
def alice(world: World) -> Shopper:
    return world.shopper()


@pytest.mark.parametrize("kind", mail_samples.SAMPLES)
def test_a_mail_has_one_button_and_says_the_same_in_plain_text(world: World, kind: str) -> None:
    mail = mail_samples.mail(kind)
    html, text = unescape(str(mail.html)), str(mail.body)
    assert len(BUTTON.findall(html)) == 1
    assert len(re.findall(r"<h1\b", html)) == 1
    assert set(ADDRESS.findall(html)) == set(ADDRESS.findall(text))
    assert not re.search(r"\n{4,}", text)
    written = re.findall(r"<(?:body|h1|p|a)\b[^>]*>", html)
    assert [tag for tag in written if not re.search(r"[;\"]color:#", tag)] == []


def test_each_parcel_is_told_with_what_is_in_it_and_what_is_to_come(world: World, alice: Shopper) -> None:
    order = alice.buy(world.mug, world.a3)
    ship(order, 0, carrier="Royal Mail", tracking_number="RM1GB", tracking_url="https://parcels.example/RM1GB")
    world.work()
    ship(order)
    world.work()
    first, second = world.mails("shipment-sent")
    assert first.subject == f"Order {order.number}: a part is on its way"
    assert "In this parcel:\n1 × Mug\n\nStill to come:\n1 × Print, A3\n" in first.text
    assert "Royal Mail, RM1GB" in first.text
    assert "https://parcels.example/RM1GB" in first.html
    assert second.subject == f"Order {order.number} is on its way"
    assert "Still to come" not in second.text
    assert "Follow the parcel" not in second.text


def test_a_parcel_undone_before_its_mail_went_is_not_told(world: World, alice: Shopper) -> None:
    order = alice.buy(world.mug)
    fulfilment.undo(ship(order), by="staff:1")
    world.work()
    assert kinds(world) == []
    assert world.waiting() == []


def test_what_has_arrived_is_told_once(world: World, alice: Shopper) -> None:
    order = alice.buy(world.mug)
    shipment_id = ship(order)
    for _time in range(2):
        fulfilment.deliver(shipment_id, by="staff:1")
        world.work()
    assert kinds(world) == ["shipment-sent", "shipment-delivered"]


def test_what_was_collected_needs_no_mail_that_it_arrived(world: World, alice: Shopper) -> None:
    alice.check_out(world.mug, delivery=world.pick_up_id)
    alice.pay_at_stripe()
    world.settle()
    order = world.order()
    fulfilment.deliver(ship(order), by="staff:1")
    world.work()
    assert [mail.subject for mail in world.mails("shipment")] == [f"Order {order.number} can be collected"]


def test_a_refund_is_told_with_what_it_is_for(world: World, alice: Shopper) -> None:
    order = alice.buy(world.mug, world.a3)
    whole = queries.whole(order.id)
    assert whole is not None
    asked = Asked(lines={whole.lines[0].id: 1}, amount=Money(100, "GBP"))
    refunds.refund(order.id, asked, reason="scratched", by="staff:1", form_token=new_token())
    world.settle()
    (mail,) = world.mails("refund-started")
    assert mail.subject == f"£17.00 goes back to you (order {order.number})"
    assert "What it is for:\n1 × Mug\n" in mail.text
    assert "scratched" not in mail.text + mail.html


def test_a_refund_made_at_stripe_is_told_once_however_often_stripe_says_so(world: World, alice: Shopper) -> None:
    alice.buy(world.mug)
    world.twin.faults.arm("duplicate", times=2)
    world.twin.refund_in_dashboard(world.payment().charge_id, 500)
    world.settle()
    with later(minutes=2):
        sweeper.sweep()
        world.settle()
    (mail,) = world.mails("refund-started")
    assert mail.recipients == "alice@example.com"
    assert "£5.00" in mail.subject
    assert kinds(world) == ["refund-started"]


def test_a_refund_made_at_stripe_that_has_failed_meanwhile_is_not_told(world: World, alice: Shopper) -> None:
    alice.buy(world.mug)
    refund = world.twin.refund_in_dashboard(world.payment().charge_id, 500)
    world.twin.settle_refund(refund["id"], "failed")
    world.settle()
    assert kinds(world) == ["staff-attention"]


def test_an_order_refunded_whole_before_it_was_sent_is_told_once(world: World, alice: Shopper) -> None:
    order = alice.buy(world.mug)
    refunds.refund(order.id, EVERYTHING, reason="gone", by="staff:1", form_token=new_token(), restock=True)
    world.settle()
    (mail,) = world.mails("order-cancelled")
    assert "£19.90 goes back the way you paid." in mail.text
    assert kinds(world) == ["order-cancelled"]


def test_an_unpaid_order_that_its_shopper_cancels_is_told(world: World, alice: Shopper) -> None:
    alice.check_out(world.mug)
    press(alice, world.order().token, "cancellation")
    world.settle()
    (mail,) = world.mails("order-cancelled")
    assert "Nothing was charged." in mail.text
    assert kinds(world) == ["order-cancelled"]


def test_an_order_that_gives_way_to_the_next_of_its_bag_is_not_told(world: World, alice: Shopper) -> None:
    alice.check_out(world.mug)
    alice.add(world.a3)
    alice.fill_in()
    alice.press_pay()
    world.settle()
    assert [order.status for order in world.orders()] == ["cancelled", "pending"]
    assert kinds(world) == []


def test_an_order_that_was_not_paid_in_time_can_be_ordered_again(world: World, alice: Shopper) -> None:
    alice.check_out(world.mug)
    order = world.order()
    with later(minutes=40):
        sweeper.sweep()
        world.settle()
        (mail,) = world.mails("order-ended-unpaid")
        assert mail.subject == f"Your order {order.number} was not paid"
        assert f"http://localhost/orders/{order.token}/again" in mail.text
        assert "Put 1 item in your bag" in alice.get(f"/orders/{order.token}/again")
    assert kinds(world) == ["order-ended-unpaid"]


def test_a_bank_that_does_not_pay_is_told(world: World, alice: Shopper) -> None:
    alice.check_out(world.mug)
    session_id = alice.pay_at_stripe("later_fails")
    world.settle()
    world.twin.settle(session_id)
    world.settle()
    (mail,) = world.mails("order-ended-unpaid")
    assert "Your bank did not make the payment" in mail.text
