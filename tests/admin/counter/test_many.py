"""Many orders marked as posted at once, and that undone."""

from __future__ import annotations

import re

import pytest

from shop.orders import services as orders
from shop.orders.states import Status
from tests.admin.conftest import Desk
from tests.world import World

pytestmark = pytest.mark.both


def test_many_are_posted_as_a_job_and_taken_back(world: World, desk: Desk) -> None:
    fine, held = world.shopper().buy(world.mug).number, world.shopper().buy(world.mug)
    held_number = held.number
    orders.hold_back(held.id, by="test", reason="asked")
    page = desk.post("/admin/orders/posting/check", order=[fine, held_number]).text
    assert "Mark 2 orders as posted" in page
    response = desk.post("/admin/orders/posting", order=[fine, held_number], tell="y")
    world.work()
    page = desk.after(response)
    assert "2 of 2 rows, 1 error" in page
    assert "This order is on hold." in page
    assert held_number in page
    assert [order.status for order in world.orders()] == [Status.SHIPPED, Status.PAID]
    assert len(world.mails("shipment-sent")) == 1
    undo = re.search(r'action="(/admin/orders/posting/[0-9]+/undoing)"', page)
    assert undo
    assert "Undo: take 1 parcel back" in page
    response = desk.post(undo[1])
    world.work()
    assert "2 of 2 rows" in desk.after(response)
    assert [order.status for order in world.orders()] == [Status.PAID, Status.PAID]
    world.prove()


def test_nothing_chosen_says_so(world: World, desk: Desk) -> None:
    assert "Choose the orders that are posted." in desk.after(desk.post("/admin/orders/posting/check"))
    assert "Choose the orders that are posted." in desk.after(desk.post("/admin/orders/posting", order="AAAA-BBBB"))


def test_only_such_a_job_can_be_undone(world: World, desk: Desk) -> None:
    job = desk.post("/admin/jobs").location.rsplit("/", 1)[-1]
    assert "There is no such job." in desk.after(desk.post(f"/admin/orders/posting/{job}/undoing"))
