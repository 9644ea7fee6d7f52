"""What people wait for, as staff see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from unittest.mock import patch

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.catalog import stock
from shop.core.db import db
from shop.restock import queries, services
from shop.restock.models import RestockRequest
from tests.admin.conftest import Desk
from tests.guards.test_plans import asked, scans
from tests.world import World, make_variant

pytestmark = pytest.mark.both


def names(page: str) -> list[str]:
    return re.findall(r'class="row-link" href="/admin/products/[^"]*">([^<]*)<', page)


def test_nothing_that_is_waited_for_is_said(world: World, desk: Desk) -> None:
    assert "Nobody waits for anything." in desk.get("/admin/waiting")
    assert "Nobody was told" in desk.get("/admin/waiting/told")


def test_what_has_sold_out_is_listed_with_how_many_wait(world: World, desk: Desk) -> None:
    for name in ("kim", "bob"):
        services.ask(world.cap, f"{name}@example.com", language="en_GB")
    page = " ".join(re.sub(r"<[^>]+>", " ", desk.get("/admin/waiting")).split())
    assert "Cap CAP 2" in page


def test_who_was_told_is_listed_apart(world: World, desk: Desk) -> None:
    services.ask(world.cap, "kim@example.com", language="en_GB")
    stock.correct(world.cap, 3, by="test")
    world.work()
    assert world.waiting() == []
    assert "Nobody waits for anything." in desk.get("/admin/waiting")
    told = desk.get("/admin/waiting/told")
    assert names(told) == ["Cap"]
    assert "kim@example.com" in told


def test_addresses_are_for_those_who_may_know_customers(world: World, desk_of: Callable[[Role], Desk]) -> None:
    services.ask(world.cap, "kim@example.com", language="en_GB")
    services.told(db.session.scalars(select(RestockRequest.id)).one())
    page = desk_of(Role.PACKER).get("/admin/waiting/told")
    assert names(page) == ["Cap"]
    assert "kim@example.com" not in page


def test_a_long_list_is_read_piece_by_piece_there_and_back(world: World, desk: Desk) -> None:
    things = [f"Thing {n}" for n in range(5)]
    for name in things:
        services.ask(make_variant(world.shelf_id, name, price=100, stock=0), "kim@example.com", language="en_GB")
    with patch.object(queries, "SHOWN", 2), asked() as statements:
        url, seen, pages = "/admin/waiting", [], []
        while url:
            page = desk.get(url)
            pages.append(names(page))
            seen += pages[-1]
            onward = re.search(r'rel="next" href="([^"]+)"', page)
            url = onward[1] if onward else ""
        assert seen == things[::-1]
        back = re.search(r'rel="prev" href="([^"]+)"', page)
        assert back
        assert names(desk.get(back[1])) == pages[1]
    assert [read for statement, values in statements for read in scans(statement, values)] == []
