"""The shopper's order page: what has happened, how it stands, and cancelling what was not sent."""

from __future__ import annotations

import re
from html import unescape

import pytest

from shop.aftersale.services import CannotCancel, cancel, write_to_shopper
from shop.core.errors import Invalid
from shop.orders import fulfilment, queries
from shop.orders import services as orders
from shop.orders.models import Order, OrderLine
from shop.payments import refunds
from shop.payments.models import Refund
from shop.payments.refunds import Asked
from tests.payments.steps import at_stripe, history
from tests.world import Shopper, World, hidden, new_token

pytestmark = pytest.mark.both

TRACKED = {"carrier": "Royal Mail", "tracking_number": "RM1GB", "tracking_url": "https://parcels.example/RM1GB"}


def lines(order: Order) -> list[OrderLine]:
    whole = queries.whole(order.id)
    assert whole is not None
    return whole.lines


def ship(order: Order, *positions: int, **more: str) -> int:
    """Lines by their place; all that is left without any."""
    pieces = {lines(order)[position].id: lines(order)[position].quantity for position in positions}
    return fulfilment.ship(order.id, pieces or None, by="staff:1", form_token=new_token(), **more)


def page_of(shopper: Shopper, order: Order) -> str:
    return unescape(shopper.get(f"/orders/{order.token}"))


def story(page: str) -> list[str]:
    """The headings of the timeline, what is to come included."""
    (found,) = re.findall(r'<ol class="timeline">(.*?)</ol>', page, re.DOTALL)
    return [step.strip() for step in re.findall(r"<b>(.*?)</b>", found, re.DOTALL)]


def badges(page: str) -> list[str]:
    return re.findall(r'<li class="badge[^"]*">([^<]+)</li>', page)


def press_cancel(shopper: Shopper, order: Order) -> str:
    """Through the page that says what happens; returns the order's page afterwards."""
    address = f"/orders/{order.token}/cancellation"
    token = hidden(shopper.get(address), "csrf_token")
    assert shopper.browser.post(address, data={"csrf_token": token}).location == f"/orders/{order.token}"
    return page_of(shopper, order)


def test_a_paid_order_says_what_comes_next(world: World) -> None:
    alice = world.shopper()
    page = page_of(alice, alice.buy(world.mug))
    assert story(page) == ["Ordered", "Paid", "Posted", "At your door"]
    assert badges(page) == ["Paid", "Not sent yet"]


def test_each_parcel_says_what_is_in_it_and_where_it_is(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug, world.a3)
    ship(order, 0, **TRACKED)

    page = page_of(alice, order)
    assert story(page) == ["Ordered", "Paid", "Parcel 1 posted", "The rest"]
    assert badges(page) == ["Paid", "Partly sent"]
    assert "A part is on its way." in page
    assert '<a class="link" href="https://parcels.example/RM1GB" rel="noreferrer">Follow parcel 1</a>' in page
    assert "Royal Mail" in page

    second = ship(order)
    page = page_of(alice, order)
    assert story(page) == ["Ordered", "Paid", "Parcel 1 posted", "Parcel 2 posted", "At your door"]
    assert badges(page) == ["Paid", "On its way"]

    fulfilment.deliver(second, by="staff:1")
    assert "Parcel 2 delivered" in story(page_of(alice, order))
    assert "At your door" in story(page_of(alice, order))


def test_a_parcel_that_is_the_whole_order_has_no_number(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    fulfilment.deliver(ship(order), by="staff:1")
    page = page_of(alice, order)
    assert story(page) == ["Ordered", "Paid", "Posted", "Delivered"]
    assert badges(page) == ["Paid", "Delivered"]
    assert "It has arrived." in page


def test_a_parcel_that_was_undone_never_was(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    fulfilment.undo(ship(order, **TRACKED), by="staff:1")
    page = page_of(alice, order)
    assert story(page) == ["Ordered", "Paid", "Posted", "At your door"]
    assert "parcels.example" not in page


def test_a_tracking_link_leads_to_a_page_and_nowhere_else(world: World) -> None:
    order = world.shopper().buy(world.mug)
    with pytest.raises(Invalid, match="begins with https://"):
        ship(order, tracking_url="javascript:alert(1)")
    assert world.order().status == "paid"


def test_a_refund_says_what_it_is_for_and_how_far_it_is(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug, world.a3)
    mug = lines(order)[0]
    asked = Asked(lines={mug.id: 1}, delivery=order.delivery)
    refunds.refund(order.id, asked, reason="our clerk thinks it was dropped", by="staff:1", form_token=new_token())

    page = page_of(alice, order)
    assert f"£{(1600 + order.delivery_minor) / 100:.2f} sent back to you" in story(page)
    assert "on its way" in page
    assert re.search(r'timeline-card">\s*<ul class="pieces">\s*<li><span class="num">1 ×</span> Mug</li>', page)
    assert "dropped" not in page
    assert badges(page) == ["Partly refunded", "Not sent yet"]

    world.settle()
    assert ", on its way" not in page_of(alice, order)


def test_a_word_from_the_shop_stands_on_the_page_and_goes_by_mail(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    orders.note(order.id, "note", by="staff:1", note="a difficult person")
    write_to_shopper(order.id, "The glaze is <darker>.\nDo you mind?", by="staff:1")
    world.work()
    page = alice.get(f"/orders/{order.token}")
    assert "The glaze is &lt;darker&gt;.\nDo you mind?" in page
    assert "difficult" not in page
    (mail,) = world.mails("message-from-shop")
    assert "The glaze is <darker>.\nDo you mind?" in mail.text
    assert "&lt;darker&gt;" in mail.html


# Cancelling


def test_a_paid_order_that_was_not_sent_can_be_cancelled(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    confirmation = unescape(alice.get(f"/orders/{order.token}/cancellation"))
    assert "£19.90 goes back the way you paid." in confirmation
    assert "Cancel and send £19.90 back" in confirmation
    assert world.order().status == "paid"

    page = press_cancel(alice, order)

    assert "Your order is cancelled, and your money goes back the way you paid." in page
    world.settle()
    assert world.order().status == "cancelled"
    assert at_stripe(world) == (1990, 1990)
    assert world.stock(world.mug) == (10, 0)
    assert story(page_of(alice, order))[:2] == ["Ordered", "Paid"]
    assert "Cancelled" in story(page_of(alice, order))
    assert len(world.mails("order-cancelled")) == 1
    assert world.mails("refund-started") == []
    world.prove()


def test_cancelling_twice_is_cancelling_once(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    address = f"/orders/{order.token}/cancellation"
    form = {"csrf_token": hidden(alice.get(address), "csrf_token")}
    for _press in range(2):
        assert alice.browser.post(address, data=form).status_code == 303
        world.settle()
    assert "cannot be cancelled" not in alice.get(f"/orders/{order.token}")
    assert at_stripe(world) == (1990, 1990)
    assert world.count(Refund) == 1
    assert len(world.mails("order-cancelled")) == 1
    world.prove()


def test_nothing_is_cancelled_without_a_press(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    alice.get(f"/orders/{order.token}/cancellation")
    assert alice.browser.post(f"/orders/{order.token}/cancellation", data={}).status_code == 400
    assert world.order().status == "paid"


def test_what_was_sent_or_is_looked_into_is_not_cancelled(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug, world.a3)
    orders.hold_back(order.id, by="stripe", reason="disputed")
    with pytest.raises(CannotCancel):
        cancel(order.id)
    orders.release(order.id, by="staff:1", reason="")
    form = {"csrf_token": hidden(alice.get(f"/orders/{order.token}/cancellation"), "csrf_token")}
    ship(order, 0)

    answer = alice.browser.post(f"/orders/{order.token}/cancellation", data=form)

    page = page_of(alice, order)
    assert answer.status_code == 303
    assert "This order cannot be cancelled any more." in page
    assert "/cancellation" not in page
    assert alice.browser.get(f"/orders/{order.token}/cancellation").location == f"/orders/{order.token}"
    assert "refund_requested" not in [kind for kind, _by in history(order.id)]


def test_an_order_of_nobody_knows_is_not_there(world: World) -> None:
    shopper = world.shopper()
    for page in ("", "/cancellation", "/again"):
        assert shopper.browser.get(f"/orders/made-up{page}").status_code == 404
