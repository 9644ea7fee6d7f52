"""The staff's lists of goods read the next few in the order of an index, however many products there are."""

from __future__ import annotations

import pytest

from shop.catalog import stock
from tests.admin.conftest import Desk
from tests.guards.test_budgets import stock_up
from tests.guards.test_plans import asked, scans, sorts
from tests.world import World

pytestmark = pytest.mark.both

LISTS = [
    "/admin/stock",
    "/admin/stock?show=out",
    "/admin/products",
    "/admin/products?sort=name",
    "/admin/products?tab=live",
    "/admin/products?tab=low",
    "/admin/products?tab=low&sort=name",
    "/admin/products?tab=out",
    "/admin/products?tab=scheduled",
]


@pytest.mark.parametrize("address", LISTS)
def test_a_list_of_goods_reads_the_next_few_in_the_order_of_an_index(world: World, desk: Desk, address: str) -> None:
    stock_up(world, 20)
    stock.correct(world.mug, 2, by="test")
    with asked() as statements:
        desk.get(address)
    assert [read for statement, values in statements for read in scans(statement, values)] == []
    listed = [(statement, values) for statement, values in statements if "FROM stocked_products" in statement]
    assert listed
    assert [statement for statement, values in listed if sorts(statement, values)] == []


@pytest.mark.parametrize("address", ["/admin/products?q=blue+thing", "/admin/search?q=blue+thing"])
def test_goods_are_found_by_the_rarest_of_their_words(world: World, desk: Desk, address: str) -> None:
    stock_up(world, 20)
    with asked() as statements:
        desk.get(address)
    assert len(statements) <= 10
    assert [read for statement, values in statements for read in scans(statement, values)] == []
