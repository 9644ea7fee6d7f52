"""The audit log, as the owner reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from shop.accounts.models import Role
from shop.audit import AuditEntry
from shop.catalog import services as catalog
from shop.catalog import stock
from shop.core.acting import acting
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.lists import SIZE
from shop.core.money import Money
from tests.admin.conftest import Desk
from tests.guards.test_budgets import statements
from tests.guards.test_plans import GROWING, asked, scans
from tests.world import World

pytestmark = pytest.mark.both

CAROL = "staff:1 Carol"


def rows(page: str) -> list[str]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


def fill(number: int) -> None:
    with transaction():
        db.session.add_all(
            AuditEntry(
                **{"at": now() - timedelta(minutes=n), "actor": "staff:1", "who": CAROL, "request_id": ""},
                **{"what": "products", "row_id": str(n), "about": f"products:{n}", "ref": f"Thing {n}", "label": ""},
                **{"action": "changed", "before": {"name": "a"}, "after": {"name": "b"}},
            )
            for n in range(number)
        )


def test_a_change_is_readable(world: World, desk: Desk) -> None:
    with acting(CAROL):
        catalog.set_price(world.mug, Money(1850, "GBP"), compare_at=None)
        stock.correct(world.mug, 7, by=CAROL)
    page = desk.get("/admin/log?q=Mug")
    found = rows(page)
    assert any("Carol" in row and "Variant MUG" in row and "on the shelf 10 → now 7" in row for row in found), found
    assert any("£18.50" in row for row in found), found
    assert 'href="/admin/products/' in page


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("q=MUG", 3),
        ("q=mug&what=variants", 1),
        ("who=staff:1", 3),
        ("who=staff:999", 0),
        ("what=orders", 0),
        ("from=2001-01-01&to=2002-01-01", 0),
        ("from=2001-01-01", 3),
        ("from=nonsense", 3),
    ],
)
def test_it_is_searched_by_who_what_name_and_day(world: World, desk: Desk, query: str, number: int) -> None:
    with acting(CAROL):
        catalog.set_price(world.mug, Money(1850, "GBP"), compare_at=None)
        stock.correct(world.mug, 7, by=CAROL)
    found = rows(desk.get(f"/admin/log?{query}"))
    assert min(len(found), 3) == number, found


def test_it_is_empty_with_a_word_and_only_the_owners(world: World, desk: Desk, desk_of: Callable[[Role], Desk]) -> None:
    assert "Nothing has been changed yet" in desk.get("/admin/log")
    assert "Nobody has changed anything like that" in desk.get("/admin/log?q=x")
    assert desk_of(Role.MANAGER).browser.get("/admin/log").status_code == 403


def test_a_long_log_is_read_piece_by_piece_by_an_index(world: World, desk: Desk) -> None:
    fill(SIZE + 10)
    page = desk.get("/admin/log?who=staff:1")
    assert len(rows(page)) == SIZE
    onwards = re.search(r'rel="next" href="([^"]+)"', page)
    assert onwards
    assert len(rows(desk.get(onwards[1].replace("&amp;", "&")))) == 10
    with statements() as made:
        desk.get("/admin/log?who=staff:1&what=products&q=Thing 3")
    assert len(made) <= 10, made


@pytest.mark.parametrize("query", ["", "who=staff:1", "what=products", "who=staff:1&what=products", "q=Thing 3"])
def test_no_list_of_it_reads_all_of_it(world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    fill(SIZE * 3)
    monkeypatch.setattr("tests.guards.test_plans.GROWING", GROWING | {"audit_entries"})
    with asked() as made:
        desk.get(f"/admin/log?{query}")
    about = [(statement, parameters) for statement, parameters in made if "audit_entries" in statement]
    assert about
    assert [found for statement, parameters in about for found in scans(statement, parameters)] == []
