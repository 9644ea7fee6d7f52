"""The staff's lists of goods read the next few in the order of an index, however many products there are."""

from __future__ import annotations

import pytest

from shop.catalog import stock
from tests.admin.conftest import Desk
from tests.guards.test_budgets import stock_up
from tests.guards.test_plans import WAYS_AROUND, asked, plan_of, scans, sorts
from tests.world import World

pytestmark = pytest.mark.both

LISTS = {
    "/admin/stock": "stock_name_key",
    "/admin/stock?show=out": "stock_name_key",
    "/admin/products": "updated_at",
    "/admin/products?sort=name": "name_key",
    "/admin/products?tab=live": "status_updated_at",
    "/admin/products?tab=low": "stock_updated_at",
    "/admin/products?tab=low&sort=name": "stock_name_key",
    "/admin/products?tab=out": "stock_updated_at",
    "/admin/products?tab=scheduled": "published",
}


@pytest.mark.parametrize(("address", "index"), LISTS.items())
def test_a_list_of_goods_reads_the_next_few_in_the_order_of_its_index(
    world: World, desk: Desk, address: str, index: str
) -> None:
    stock_up(world, 20)
    stock.correct(world.mug, 2, by="test")
    with asked() as statements:
        desk.get(address)
    assert [read for statement, values in statements for read in scans(statement, values)] == []
    ((statement, values),) = [each for each in statements if each[0].startswith("SELECT stocked_products")]
    assert not sorts(statement, values)
    assert f"ix_stocked_products_{index}" in str(plan_of(statement, values, WAYS_AROUND))


@pytest.mark.parametrize("address", ["/admin/products?q=blue+thing", "/admin/search?q=blue+thing"])
def test_goods_are_found_by_the_rarest_of_their_words(world: World, desk: Desk, address: str) -> None:
    stock_up(world, 20)
    with asked() as statements:
        desk.get(address)
    assert len(statements) <= 10
    assert [read for statement, values in statements for read in scans(statement, values)] == []
