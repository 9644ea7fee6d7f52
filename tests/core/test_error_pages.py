"""What somebody reads when something is wrong: what it is, and how to go on, with or without a database."""

from __future__ import annotations

import re

import pytest
from flask import Flask, render_template
from sqlalchemy.exc import OperationalError

from shop.catalog import queries
from shop.core import store
from tests.conftest import browser
from tests.world import World

pytestmark = pytest.mark.both


def away(*_: object) -> None:
    raise OperationalError("SELECT 1", {}, Exception("the database is away"))


def test_a_page_that_is_not_there_leads_to_the_search_and_the_shelves(world: World) -> None:
    for address in ("/no/such/page", "/products/none"):
        answer = browser(world.app).get(address)
        assert answer.status_code == 404
        assert '<form class="search" action="/search">' in answer.text
        assert 'href="/categories/things"' in answer.text


def test_it_comes_without_shelves_when_the_database_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "nav", away)
    answer = browser(world.app).get("/no/such/page")
    assert answer.status_code == 404
    assert "We cannot find that page" in answer.text
    assert "/categories/" not in answer.text


def test_a_shop_whose_database_is_away_says_so_calmly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "load", away)
    answer = browser(world.app).get("/")
    assert answer.status_code == 500
    assert "Your bag is safe, and so is every order you have placed." in answer.text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503, 418])
def test_every_error_has_one_heading_and_a_way_on(app: Flask, status: int) -> None:
    with app.test_request_context("/"):
        page = render_template("layout/error.html", status=status, message="It happened.")
    assert len(re.findall(r"<h1>", page)) == 1
    assert "It happened." in page
    assert re.search(r'<a class="button[^"]*" href="/">', page)
