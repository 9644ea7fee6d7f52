"""No list of the counter's reads from end to end what grows with the years, and each costs few statements."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from tests.admin.conftest import Desk
from tests.admin.counter.test_returning import asked as a_return
from tests.guards.test_budgets import statements
from tests.guards.test_plans import GROWING, asked, scans
from tests.world import World

pytestmark = pytest.mark.both

# But for disputes: those that are open have an index of their own, which is read whole.
YEARS = frozenset(
    [
        *("order_addresses", "order_events", "order_words", "returns", "return_lines", "shipments", "refunds"),
        *("webhook_events", "mails", "documents", "ledger_transactions", "ledger_entries"),
    ]
)
LISTS = [
    "/admin/orders",
    "/admin/orders?tab=to-pack",
    "/admin/orders?tab=held",
    "/admin/orders?tab=disputed",
    "/admin/orders?tab=returns",
    "/admin/orders?tab=posted&country=GB&sort=oldest",
    "/admin/orders?fulfilment=sent&method=1&held=no",
    "/admin/orders?since=2026-01-01&until=2030-01-01",
    "/admin/orders?q=alice+archer",
    "/admin/orders?q=alice@example.com&tab=to-pack",
    "/admin/returns",
    "/admin/returns?status=requested",
]


@pytest.mark.parametrize("address", LISTS)
def test_a_list_reads_no_more_than_it_shows(world: World, desk: Desk, address: str) -> None:
    a_return(world)
    with asked() as questions:
        desk.get(address)
    with patch("tests.guards.test_plans.GROWING", GROWING | YEARS):
        bad = [(read, statement) for statement, given in questions if (read := scans(statement, given))]
    assert not bad, bad
    with statements() as every:
        desk.get(address)
    assert len(every) <= 10, every


def test_the_fullest_order_costs_few_statements(world: World, desk: Desk) -> None:
    number, _mug, _return_id = a_return(world)
    world.settle()
    with statements() as every:
        desk.get(f"/admin/orders/{number}")
    assert len(every) <= 12, every
