"""Orders that staff write by hand."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from shop.orders.models import OrderEvent
from shop.orders.states import Status
from tests.admin.conftest import Desk
from tests.admin.counter.test_money import make_calendar
from tests.world import Typed, World, hidden

pytestmark = pytest.mark.both


def filled(world: World, desk: Desk, *goods: int) -> str:
    """A draft with one of each; what its address names it by."""
    draft = ""
    for variant_id in goods:
        response = desk.post("/admin/orders/new/goods", draft=draft, variant=variant_id, quantity="1")
        draft = parse_qs(urlsplit(response.location).query)["draft"][0]
    return draft


def test_an_order_is_written_by_hand_held_and_paid_on_its_own_page(world: World, desk: Desk) -> None:
    page = desk.get("/admin/orders/new?q=PRINT-A3")
    assert "Print, A3" in page
    draft = filled(world, desk, world.a3, world.mug)
    page = desk.get(f"/admin/orders/new?draft={draft}")
    assert "Mug" in page
    assert "See what it comes to" in page
    typed = vars(Typed(email="phone@example.com", name="Pat Phone"))
    response = desk.post("/admin/orders/new/details", draft=draft, delivery=world.parcel_id, go="on", **typed)
    assert "Place the order for £50.00" in response.text
    sent = {name: hidden(response.text, name) for name in ("form_token", "seen_total", "seen_delivery", "seen_waits")}
    assert world.stock(world.mug) == (10, 0), "nothing is held before it is placed"
    page = desk.after(desk.post("/admin/orders/new/placing", draft=draft, **sent))
    assert "Waiting for payment" in page
    order = world.order()
    number, token = order.number, order.token
    assert order.status == Status.PENDING
    assert world.stock(world.mug) == (10, 1)
    assert f"/orders/{token}" in page
    assert world.count(OrderEvent, kind="placed", by="shopper") == 0
    assert desk.after(desk.post("/admin/orders/new/placing", draft=draft, **sent))
    assert len(world.orders()) == 1, "the same form is the same order"
    desk.after(desk.post(f"/admin/orders/{number}/link"))
    world.work()
    (mail,) = world.mails("order-link")
    assert token in mail.text
    world.shopper().pay_at_stripe()
    world.settle()
    assert world.order().status == Status.PAID
    world.prove()


def test_for_an_order_that_costs_nothing_no_link_to_pay_is_promised(world: World, desk: Desk) -> None:
    draft = filled(world, desk, make_calendar(world, price=0))
    typed = {"email": "phone@example.com", "name": "Pat Phone", "country": "GB", "go": "on"}
    page = desk.post("/admin/orders/new/details", draft=draft, **typed).text
    sent = {name: hidden(page, name) for name in ("form_token", "seen_total", "seen_delivery", "seen_waits")}
    page = desk.after(desk.post("/admin/orders/new/placing", draft=draft, **sent))
    assert "There is nothing to pay." in page
    assert "Send the link" not in page


def test_goods_of_a_draft_are_counted_anew_and_taken_out(world: World, desk: Desk) -> None:
    draft = filled(world, desk, world.mug)
    page = desk.get(f"/admin/orders/new?draft={draft}")
    line = page.split("/admin/orders/new/goods/")[1].split('"')[0]
    desk.after(desk.post(f"/admin/orders/new/goods/{line}", draft=draft, quantity="3"))
    assert 'name="quantity" value="3"' in desk.get(f"/admin/orders/new?draft={draft}")
    page = desk.after(desk.post(f"/admin/orders/new/goods/{line}", draft=draft, quantity="99"))
    assert "notice-error" in page
    page = desk.after(desk.post(f"/admin/orders/new/goods/{line}", draft=draft, go="remove"))
    assert "See what it comes to" not in page


def test_details_that_are_missing_are_asked_for(world: World, desk: Desk) -> None:
    draft = filled(world, desk, world.mug)
    response = desk.post("/admin/orders/new/details", draft=draft, go="on", country="GB", name="Pat")
    assert response.status_code == 422
    assert "Enter your email address" in response.text
    assert 'value="Pat"' in response.text


def test_a_price_that_has_changed_is_said_before_it_is_placed(world: World, desk: Desk) -> None:
    draft = filled(world, desk, world.mug)
    desk.post("/admin/orders/new/details", draft=draft, delivery=world.parcel_id, go="on", **vars(Typed()))
    response = desk.post("/admin/orders/new/placing", draft=draft, seen_total="100", seen_delivery="0", seen_waits="")
    assert response.status_code == 409
    assert "Your total changed" in response.text
    assert world.orders() == []


def test_somebody_elses_bag_is_no_draft(world: World, desk: Desk) -> None:
    assert desk.browser.get("/admin/orders/new?draft=guessed").status_code == 404
    assert desk.post("/admin/orders/new/goods", draft="guessed", variant="1", quantity="1").status_code == 404
