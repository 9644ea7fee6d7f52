"""The lists of customers read no table from end to end, however many there are."""

from __future__ import annotations

import pytest

from shop.customers import queries
from tests.admin.conftest import Desk
from tests.guards.test_plans import asked, scans
from tests.world import World

pytestmark = pytest.mark.both

PAGES = ["/admin/customers", "/admin/customers?sort=spent", "/admin/customers?q=al", "/admin/customers?q=alice+archer"]


def test_no_list_of_customers_reads_all_of_them(world: World, desk: Desk) -> None:
    world.shopper().buy(world.mug)
    whose = f"/admin/customers/{queries.id_of('alice@example.com')}"
    bad: dict[str, list[str]] = {}
    for page in [*PAGES, *(f"{page}{'&' if '?' in page else '?'}after=1" for page in PAGES[:2]), whose]:
        with asked() as statements:
            assert desk.browser.get(page).status_code in (200, 302)
        assert len(statements) <= 10, page
        for statement, parameters in statements:
            if read := scans(statement, parameters):
                bad[f"{page}: {statement[:1500]}"] = read
    assert not bad, "\n\n".join(f"{read}\n{statement}" for statement, read in bad.items())
