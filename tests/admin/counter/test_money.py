"""How staff give money back: chosen, read once more, sent."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.core.db import db
from shop.downloads import services as downloads
from shop.orders.models import Order
from shop.orders.states import Status
from shop.payments.models import Refund
from tests.admin.conftest import Desk
from tests.admin.counter.test_parcels import lines
from tests.payments.steps import sessions
from tests.payments.test_lies_of_the_network import paid_nowhere_yet_twice_open
from tests.world import World, hidden, make_variant

pytestmark = pytest.mark.both


def bought(world: World) -> tuple[str, int, int]:
    """A mug and a print, paid: the order's number, and the ids of its lines."""
    number = world.shopper().buy(world.mug, world.a4).number
    mug, a4 = (line.id for line in lines(world))
    return number, mug, a4


def fields(page: str) -> dict[str, str]:
    """All that is hidden in the form of a page."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def test_pieces_and_delivery_are_refunded_once_it_is_said_what_goes_back(world: World, desk: Desk) -> None:
    number, mug, _a4 = bought(world)
    url = f"/admin/orders/{number}/refund"
    typed = {f"line_{mug}": "1", "delivery": "3.90", "reason": "a scratch", "restock": "y"}
    page = desk.post(url, **typed).text
    assert "Alice gets £19.90 back" in page
    assert "1 piece that was not sent will not be sent any more." in page
    assert "The pieces go back on the shelf." in page
    assert world.count(Refund) == 0
    sure = fields(page)
    del sure["csrf_token"]
    for _twice in range(2):
        desk.after(desk.post(url, **sure))
    world.settle()
    page = desk.get(f"/admin/orders/{number}")
    assert "Part refunded" in page
    assert "1 cancelled · 1 refunded" in page
    assert world.count(Refund, amount_minor=1990, reason="a scratch") == 1
    assert world.stock(world.mug) == (10, 0)
    world.prove()


def test_a_form_sent_twice_has_the_same_answer_twice(world: World, desk: Desk) -> None:
    shopper = world.shopper()
    shopper.add(world.mug, 2)
    number = shopper.buy(world.mug).number
    (mug,) = (line.id for line in lines(world))
    url = f"/admin/orders/{number}/refund"
    sure = fields(desk.post(url, **{f"line_{mug}": "2", "reason": "late"}).text)
    del sure["csrf_token"]
    for _twice in range(2):
        assert "The refund is on its way to Stripe." in desk.after(desk.post(url, **sure))
    assert world.count(Refund) == 1


def test_an_amount_is_refunded_without_touching_the_goods(world: World, desk: Desk) -> None:
    number, _mug, _a4 = bought(world)
    url = f"/admin/orders/{number}/refund"
    page = desk.post(url, amount="5", reason="late").text
    assert "Refund £5.00" in page
    sure = fields(page)
    del sure["csrf_token"]
    desk.after(desk.post(url, **sure))
    world.settle()
    assert world.count(Refund, amount_minor=500) == 1
    assert world.order().status == Status.PAID
    world.prove()


def test_what_is_not_what_was_shown_is_shown_again(world: World, desk: Desk) -> None:
    number, mug, _a4 = bought(world)
    response = desk.post(f"/admin/orders/{number}/refund", **{f"line_{mug}": "1", "reason": "x", "sure": "1"})
    assert response.status_code == 200
    assert "Refund £16.00" in response.text
    assert world.count(Refund) == 0


def test_a_choice_can_be_changed_with_what_was_typed_still_there(world: World, desk: Desk) -> None:
    number, mug, _a4 = bought(world)
    page = desk.post(f"/admin/orders/{number}/refund", **{f"line_{mug}": "1", "reason": "late", "go": "change"}).text
    assert re.search(rf'name="line_{mug}" value="1"', page)
    assert 'value="late"' in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "5"}, "Say why the money goes back."),
        ({"reason": "x"}, "Choose something to refund"),
        ({"reason": "x", "amount": "much"}, "is not an amount"),
        ({"reason": "x", "amount": "1000"}, "At most £43.90 can still be refunded."),
        ({"reason": "x", "delivery": "4"}, "At most £3.90 of the delivery"),
    ],
)
def test_a_refund_that_cannot_be_says_why(world: World, desk: Desk, typed: dict[str, str], said: str) -> None:
    number, _mug, _a4 = bought(world)
    response = desk.post(f"/admin/orders/{number}/refund", **typed)
    assert response.status_code in (409, 422)
    assert said in response.text
    assert world.count(Refund) == 0


def test_a_packer_gives_no_money_back_and_does_not_see_what_is_kept(
    world: World, desk: Desk, desk_of: Callable[[Role], Desk]
) -> None:
    number, _mug, _a4 = bought(world)
    packer = desk_of(Role.PACKER)
    page = packer.get(f"/admin/orders/{number}")
    assert "/refund" not in page
    assert "Stripe’s fees" not in page
    assert "alice@example.com" not in page
    assert packer.browser.get(f"/admin/orders/{number}/refund").status_code == 403
    assert packer.post(f"/admin/orders/{number}/refund", amount="5", reason="x").status_code == 403
    assert "Stripe’s fees" in desk.get(f"/admin/orders/{number}")


def test_a_paid_order_is_cancelled_with_its_money_and_goods(world: World, desk: Desk) -> None:
    number, _mug, _a4 = bought(world)
    url = f"/admin/orders/{number}/cancellation"
    page = desk.get(url)
    assert "Alice gets £43.90 back" in page
    assert "2 pieces go back on the shelf" in page
    assert desk.post(url, reason="").status_code == 422
    token = hidden(page, "form_token")
    assert "The order is cancelled" in desk.after(desk.post(url, reason="sold twice", form_token=token))
    world.settle()
    assert world.order().status == Status.CANCELLED
    assert world.stock(world.mug) == (10, 0)
    assert world.count(Refund, amount_minor=4390) == 1
    world.prove()


def test_an_unpaid_order_is_cancelled_and_nothing_was_charged(world: World, desk: Desk) -> None:
    world.shopper().check_out(world.mug)
    number = world.order().number
    url = f"/admin/orders/{number}/cancellation"
    assert "nothing has been charged" in desk.get(url)
    desk.after(desk.post(url, reason="asked on the phone"))
    assert world.order().status == Status.CANCELLED
    assert world.stock(world.mug) == (10, 0)


def test_what_has_been_sent_is_not_cancelled(world: World, desk: Desk) -> None:
    number, _mug, _a4 = bought(world)
    desk.after(desk.post(f"/admin/orders/{number}/shipment"))
    url = f"/admin/orders/{number}/cancellation"
    assert "This order cannot be cancelled" in desk.get(url)
    assert desk.post(url, reason="x").status_code == 409
    assert world.count(Order, status="shipped") == 1


def test_only_what_paid_the_order_is_promised_back_when_it_is_cancelled(world: World, desk: Desk) -> None:
    """It was paid twice, and sending the second payment back has failed."""
    paid_nowhere_yet_twice_open(world)
    for session in sessions(world):
        world.twin.pay(session.id)
        world.settle()
    db.session.rollback()
    world.twin.settle_refund(db.session.scalars(select(Refund.gateway_id)).one(), "failed")
    world.settle()
    page = desk.get(f"/admin/orders/{world.order().number}/cancellation")
    assert page.count("Alice gets £19.90 back") == 1


def test_what_is_not_to_be_sent_is_not_among_what_goes_back_on_the_shelf(world: World, desk: Desk) -> None:
    shopper, calendar = world.shopper(), make_calendar(world)
    shopper.add(world.mug)
    number = shopper.buy(world.mug, calendar).number
    mug, download = (line.id for line in lines(world))
    cancellation, refund = f"/admin/orders/{number}/cancellation", f"/admin/orders/{number}/refund"
    assert "2 pieces go back on the shelf" in desk.get(cancellation)
    both = {f"line_{mug}": "1", f"line_{download}": "1", "reason": "late"}
    page = desk.post(refund, **both).text
    assert "1 piece that was not sent will not be sent any more." in page
    desk.after(desk.post(refund, **fields(page)))
    assert "1 piece goes back on the shelf" in desk.get(cancellation)


def test_of_mere_downloads_nothing_is_free_again(world: World, desk: Desk) -> None:
    world.shopper().check_out(make_calendar(world))
    page = desk.get(f"/admin/orders/{world.order().number}/cancellation")
    assert "nothing has been charged" in page
    assert "Stock:" not in page


def make_calendar(world: World, *, price: int = 600) -> int:
    """A file to download."""
    variant_id = make_variant(world.shelf_id, "Calendar", price=price, stock=0, weight_g=0, requires_shipping=False)
    downloads.keep(variant_id, "calendar.pdf", b"twelve months")
    return variant_id
