"""Search from every page of the staff's: straight to what is meant exactly, in groups to what may be meant."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.catalog.models import Variant
from shop.core.db import db
from tests.admin.conftest import Desk
from tests.guards.test_budgets import statements
from tests.world import Typed, World

pytestmark = pytest.mark.both


def numbers(page: str) -> list[str]:
    return re.findall(r'href="/admin/orders/([0-9A-Z-]+)"', page)


def buy_as(world: World, name: str, email: str) -> str:
    shopper = world.shopper()
    shopper.check_out(world.mug, typed=Typed(name=name, email=email))
    return world.orders()[-1].number


def test_every_page_has_the_field_and_slash_leads_to_it(world: World, desk: Desk) -> None:
    for url in ("/admin", "/admin/orders", "/admin/products", "/admin/jobs", "/admin/search"):
        page = desk.get(url)
        assert re.search(r'<form class="find" role="search" action="/admin/search">', page), url
        assert 'data-behaviour="slash"' in page


def test_an_order_number_and_a_sku_lead_straight_there(world: World, desk: Desk) -> None:
    number = buy_as(world, "Ann Archer", "ann@example.com")
    variant = db.session.get_one(Variant, world.mug)
    sku, address = variant.sku, f"/admin/products/{variant.product_id}#variant-{variant.id}"
    for typed in (number, number.lower(), number.replace("-", "")):
        assert desk.browser.get("/admin/search", query_string={"q": typed}).location == f"/admin/orders/{number}"
    for typed in (sku, sku.lower()):
        assert desk.browser.get("/admin/search", query_string={"q": typed}).location == address


def test_orders_are_found_by_the_beginnings_of_names_and_addresses(world: World, desk: Desk) -> None:
    ann = buy_as(world, "Ann Archer", "ann@example.com")
    bert = buy_as(world, "Bert Baker", "bert@example.com")
    for typed, found in {"arch": [ann], "bert+ba": [bert], "Ann%40exa": [ann], "ann+baker": []}.items():
        assert numbers(desk.get(f"/admin/search?q={typed}")) == found, typed


def test_products_are_found_by_name_and_lead_to_their_page(world: World, desk: Desk) -> None:
    product_id = db.session.scalars(select(Variant.product_id).where(Variant.id == world.a4)).one()
    page = desk.get("/admin/search?q=pri")
    assert f'href="/admin/products/{product_id}"' in page
    assert "All products found" in page


def test_customers_are_found_by_name_and_address(world: World, desk: Desk) -> None:
    shopper = world.shopper()
    shopper.check_out(world.mug, typed=Typed(name="Ann Archer", email="ann@example.com"))
    shopper.pay_at_stripe()
    world.settle()
    for typed in ("archer", "ann%40exa"):
        page = desk.get(f"/admin/search?q={typed}")
        assert re.search(r'href="/admin/customers/\d+">Ann Archer<', page), typed
        assert "1 order" in page


def test_who_may_not_know_shoppers_finds_no_address(world: World, desk_of: Callable[[Role], Desk]) -> None:
    number = buy_as(world, "Ann Archer", "ann@example.com")
    packer = desk_of(Role.PACKER)
    assert numbers(packer.get("/admin/search?q=archer")) == [number]
    assert numbers(packer.get("/admin/search?q=ann%40example.com")) == []
    page = packer.get("/admin/search?q=archer")
    assert "ann@example.com" not in page
    assert "Customers" not in page


@pytest.mark.parametrize("odd", ["", "%20", "%25", "'", "zzzz", "a" * 300, "%00", "<b>"])
def test_what_makes_no_sense_finds_nothing_and_says_so(world: World, desk: Desk, odd: str) -> None:
    page = desk.get(f"/admin/search?q={odd}")
    assert numbers(page) == []
    assert "Type an order’s number" in page or "Nothing has these words" in page


def test_a_search_costs_few_statements(world: World, desk: Desk) -> None:
    for _order in range(3):
        buy_as(world, "Ann Archer", "ann@example.com")
    with statements() as asked:
        desk.get("/admin/search?q=ann%40example.com")
    assert len(asked) <= 10, asked


def test_the_page_of_the_search_has_a_box_that_scripts_switch_the_slash_off_with(world: World, desk: Desk) -> None:
    for url in ("/admin/search", "/admin/search?q=zzzz"):
        page = desk.get(url)
        box = page.index('<input type="checkbox" id="slash"')
        assert page.rindex("<div hidden>", 0, box), "without a script there is nothing to switch off"
        assert '<label for="slash">/ leads to the search from every page</label>' in page
