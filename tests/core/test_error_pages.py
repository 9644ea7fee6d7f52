"""What somebody reads when something is wrong: what it is, and how to go on, with or without a database."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import psycopg
import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.dialects.postgresql.psycopg import dialect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from shop.app import create_app
from shop.catalog import queries
from shop.core import store
from shop.core.db import db, is_away
from tests.conftest import Apart, browser, settings_for
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


@pytest.fixture
def lost(tmp_path: Path) -> FlaskClient:
    """A browser at a shop whose database nobody answers for."""
    app = create_app(settings_for("postgresql://127.0.0.1:9/shop", tmp_path))
    app.test_client_class = Apart
    return browser(app)


@pytest.mark.parametrize("address", ["/", "/cart", "/orders/secret", "/admin/orders"])
def test_a_shop_whose_database_is_away_says_so_calmly_and_when_to_come_again(lost: FlaskClient, address: str) -> None:
    with lost.session_transaction() as session:
        session["_user_id"] = "whoever is signed in is in the database too"
    answer = lost.get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "We cannot reach our records just now." in answer.text
    assert "Your bag is safe, and so is every order you have placed." in answer.text
    assert lost.get("/no/such/page").status_code == 404


@pytest.mark.parametrize("address", ["/webhooks/stripe", "/cart/lines"])
def test_a_machine_is_told_in_its_own_words(lost: FlaskClient, address: str) -> None:
    answer = lost.post(address, data=b"{}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert (answer.json["status"], answer.json["code"]) == (503, "unavailable")


def test_a_statement_that_is_wrong_is_a_fault_of_the_shop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "load", lambda: db.session.execute(text("SELECT 1 FROM no_such_table")))
    answer = browser(world.app).get("/")
    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.text
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (psycopg.OperationalError("connection refused"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.CannotConnectNow(), True),
        (psycopg.errors.TooManyConnections(), True),
        (psycopg.errors.LockNotAvailable(), True),
        (psycopg.errors.QueryCanceled(), False),
        (psycopg.errors.DeadlockDetected(), False),
        (psycopg.errors.UndefinedTable(), False),
        (psycopg.InterfaceError("made wrongly"), False),
    ],
)
def test_what_comes_by_itself_is_told_from_what_does_not(error: psycopg.Error, is_so: bool) -> None:
    told = DBAPIError.instance("SELECT 1", {}, error, psycopg.Error, dialect=dialect())
    assert is_away(told) is is_so


def test_a_connection_that_broke_and_one_that_was_never_free_come_by_themselves() -> None:
    assert is_away(OperationalError("SELECT 1", {}, psycopg.errors.DeadlockDetected(), connection_invalidated=True))
    assert is_away(NoConnectionFree())
    assert not is_away(ValueError())


def test_a_database_that_is_busy_for_long_comes_by_itself(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/shop.db", connect_args={"timeout": 0})
    with sqlite3.connect(tmp_path / "shop.db") as other, engine.connect() as ours:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError) as busy:
            ours.exec_driver_sql("CREATE TABLE mugs (id INTEGER)")
    assert is_away(busy.value)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503, 418])
def test_every_error_has_one_heading_and_a_way_on(app: Flask, status: int) -> None:
    with app.test_request_context("/"):
        page = render_template("layout/error.html", status=status, message="It happened.")
    assert len(re.findall(r"<h1>", page)) == 1
    assert "It happened." in page
    assert re.search(r'<a class="button[^"]*" href="/">', page)
