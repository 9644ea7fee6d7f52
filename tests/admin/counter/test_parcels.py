"""How staff pack an order in parts, undo a parcel, and say that one has arrived."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from shop.core.db import db
from shop.orders.models import OrderLine, Shipment
from shop.orders.states import Fulfilment, Status
from tests.admin.conftest import Desk
from tests.world import World, hidden

pytestmark = pytest.mark.both


def lines(world: World) -> list[OrderLine]:
    db.session.rollback()
    return list(db.session.scalars(select(OrderLine).order_by(OrderLine.id)))


def the_parcel() -> int:
    db.session.rollback()
    return db.session.scalars(select(Shipment.id)).one()


def test_an_order_is_packed_in_two_parts(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug, world.a4).number
    assert "Fulfil 2 items" in desk.get(f"/admin/orders/{number}")
    mug, a4 = (line.id for line in lines(world))
    url = f"/admin/orders/{number}/shipment"
    page = desk.get(url)
    assert re.search(rf'name="line_{mug}" value="1"', page), "all that is left stands in the form"
    token = hidden(page, "form_token")
    typed = {f"line_{mug}": "1", f"line_{a4}": "0", "carrier": "Royal Mail", "tracking_number": "RM1", "tell": "y"}
    page = desk.after(desk.post(url, form_token=token, **typed))
    assert "1 item is posted; Alice is told by mail." in page
    assert "Partly posted" in page
    assert "Royal Mail" in page
    assert "Fulfil 1 item" in page
    assert world.order().fulfilment == Fulfilment.PARTLY_SENT
    world.work()
    assert len(world.mails("shipment-sent")) == 1
    desk.after(desk.post(url, form_token="other"))
    assert world.order().status == Status.SHIPPED
    assert world.order().fulfilment == Fulfilment.SENT
    world.work()
    assert len(world.mails("shipment-sent")) == 1, "the box was not ticked"
    world.prove()


def test_a_form_sent_twice_is_one_parcel_and_has_the_same_answer_twice(world: World, desk: Desk) -> None:
    shopper = world.shopper()
    shopper.add(world.mug, 2)
    number = shopper.buy(world.mug).number
    (mug,) = (line.id for line in lines(world))
    typed = {f"line_{mug}": "2", "tell": "y", "form_token": "twice"}
    for _twice in range(2):
        page = desk.after(desk.post(f"/admin/orders/{number}/shipment", **typed))
        assert "2 items are posted; Alice is told by mail." in page
        assert "Fulfil 1 item" in page
    assert world.count(Shipment) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2", "There is only 1."), ("one", "is not a number of pieces"), ("0", "Choose what is in the parcel.")],
)
def test_pieces_that_are_not_there_cannot_be_packed(world: World, desk: Desk, typed: str, said: str) -> None:
    number = world.shopper().buy(world.mug).number
    (mug,) = (line.id for line in lines(world))
    response = desk.post(f"/admin/orders/{number}/shipment", **{f"line_{mug}": typed, "carrier": "Hermes"})
    assert response.status_code == 422
    assert said in response.text
    assert 'value="Hermes"' in response.text
    assert world.count(Shipment) == 0


def test_a_tracking_link_leads_to_a_page(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug).number
    response = desk.post(f"/admin/orders/{number}/shipment", tracking_url="javascript:alert(1)")
    assert response.status_code == 422
    assert "begins with https://" in response.text


def test_a_parcel_is_undone_and_its_pieces_are_to_be_packed_again(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug).number
    desk.after(desk.post(f"/admin/orders/{number}/shipment"))
    parcel = the_parcel()
    other = world.shopper().buy(world.mug).number
    assert desk.post(f"/admin/orders/{other}/shipments/{parcel}/undoing").status_code == 404
    page = desk.after(desk.post(f"/admin/orders/{number}/shipments/{parcel}/undoing"))
    assert "The parcel is undone." in page
    assert "Fulfil 1 item" in page
    assert world.orders()[0].fulfilment == Fulfilment.UNSENT


def test_a_parcel_that_has_arrived_stays(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug).number
    desk.after(desk.post(f"/admin/orders/{number}/shipment"))
    parcel = the_parcel()
    page = desk.after(desk.post(f"/admin/orders/{number}/shipments/{parcel}/delivery"))
    assert "The parcel has arrived." in page
    assert "Delivered" in page
    assert world.order().fulfilment == Fulfilment.DELIVERED
    page = desk.after(desk.post(f"/admin/orders/{number}/shipments/{parcel}/undoing"))
    assert "so it cannot be undone" in page
