"""How the staff narrow the list of orders, and keep their views of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.admin.counter import queries
from shop.admin.counter.models import SavedView
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.orders import fulfilment, returns
from shop.orders import services as orders
from shop.orders.models import Order, OrderLine
from shop.payments.models import Dispute
from tests.admin.conftest import Desk
from tests.admin.counter.test_orders import numbers, tabs
from tests.world import Typed, World

pytestmark = pytest.mark.both


def dispute(payment_id: int, **more: object) -> None:
    with transaction():
        db.session.add(
            Dispute(
                payment_id=payment_id,
                gateway_id=f"dp_{payment_id}",
                status="needs_response",
                reason="fraudulent",
                currency="GBP",
                amount_minor=1990,
                opened_at=now(),
                **more,
            )
        )


def send_all(order: Order) -> int:
    return fulfilment.ship(order.id, by="test", form_token=f"all-{order.id}")


def test_a_tab_has_what_is_disputed_and_one_what_comes_back(world: World, desk: Desk) -> None:
    world.store_with(returns_days=30)
    calm, disputed, returning = (world.shopper().buy(world.mug).number for _ in range(3))
    dispute(world.payments()[1].id)
    dispute(world.payments()[0].id, closed_at=now())
    third = world.orders()[2]
    send_all(third)
    returns.request(third.id, {line_of(third.id): 1}, reason="other", by="shopper", form_token="back")
    assert numbers(desk.get("/admin/orders?tab=disputed")) == [disputed]
    assert "Disputed" in desk.get("/admin/orders?tab=disputed").split("<tbody>")[1]
    assert numbers(desk.get("/admin/orders?tab=returns")) == [returning]
    assert tabs(desk.get("/admin/orders?tab=to-pack"))["Disputed"] == 1
    assert numbers(desk.get("/admin/orders?tab=to-pack")) == [disputed, calm]


def line_of(order_id: int) -> int:
    return db.session.scalars(select(OrderLine.id).where(OrderLine.order_id == order_id)).first() or 0


def test_filters_narrow_the_list_and_are_in_its_address(world: World, desk: Desk) -> None:
    held = world.shopper().buy(world.mug)
    orders.hold_back(held.id, by="test", reason="asked")
    held_number = held.number
    delivered = world.shopper().buy(world.mug)
    delivered_number = delivered.number
    fulfilment.deliver(send_all(delivered), by="test")
    world.shopper().check_out(
        world.mug,
        typed=Typed(country="DE", city="Berlin", postal_code="10115", street="Weg 1"),
        delivery=world.parcel_abroad_id,
    )
    abroad = world.orders()[-1].number
    tomorrow = (now() + timedelta(days=1)).date().isoformat()
    for asked, expected in {
        "held=yes": [held_number],
        "held=no": [abroad, delivered_number],
        "fulfilment=delivered": [delivered_number],
        "country=DE": [abroad],
        f"method={world.parcel_id}": [delivered_number, held_number],
        f"since={tomorrow}": [],
        f"until={now().date().isoformat()}": [abroad, delivered_number, held_number],
        "since=yesterday&country=nonsense&held=perhaps&method=x": [abroad, delivered_number, held_number],
        "q=alice&held=yes": [held_number],
    }.items():
        assert numbers(desk.get(f"/admin/orders?{asked}")) == expected, asked
    page = desk.get("/admin/orders?held=yes&q=alice")
    assert 'href="/admin/orders?q=alice"' in page
    assert "1 order<" in page
    assert "No order matches this here." in desk.get("/admin/orders?tab=review&held=yes")


def test_of_very_many_that_match_the_newest_are_shown(world: World, desk: Desk) -> None:
    first, second = (world.shopper().buy(world.mug).number for _ in range(2))
    with patch.object(queries, "MOST_FOUND", 1):
        page = desk.get("/admin/orders?q=alice")
        assert numbers(page) == [second]
        assert "The newest are shown." in page
        assert numbers(desk.get("/admin/orders?q=alice&tab=to-pack")) == [second, first], "a filter leaves nobody out"


def test_an_order_is_found_by_its_new_name_once_its_address_has_changed(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    address = orders.Address(name="Zoë Quartermain", street="2 High Street", city="Bristol", country="GB")
    orders.edit(order.id, email="zoe@example.com", address=address, by="test")
    assert numbers(desk.get("/admin/orders?q=zoe+quarter")) == [order.number]
    assert numbers(desk.get("/admin/orders?q=archer")) == []


def test_a_view_is_kept_under_a_name_for_one_person_and_removed(
    world: World, desk: Desk, desk_of: Callable[[Role], Desk]
) -> None:
    page = desk.after(desk.post("/admin/orders/views", name="Held", query="held=yes&tab=to-pack&evil=1"))
    assert '?tab=to-pack&amp;held=yes" aria-current="page">Held</a>' in page
    assert ">Held</a>" not in desk_of(Role.PACKER).get("/admin/orders")
    view_id = re.search(r"/admin/orders/views/([0-9]+)/removal", page)
    assert view_id
    assert desk_of(Role.SUPPORT).post(f"/admin/orders/views/{view_id[1]}/removal").status_code == 404
    response = desk.post(f"/admin/orders/views/{view_id[1]}/removal")
    assert unquote(response.location) == "/admin/orders?tab=to-pack&held=yes"
    assert "Held” is removed" in desk.after(response)
    assert world.count(SavedView) == 0


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_view_without_a_fitting_name_is_not_kept(world: World, desk: Desk, name: str) -> None:
    page = desk.after(desk.post("/admin/orders/views", name=name, query="held=yes"))
    assert "notice-error" in page
    assert world.count(SavedView) == 0
