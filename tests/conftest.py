"""The shop with real parts: a real database, the real gateway on Stripe's twin, the real relay and tasks.

`--database sqlite` (the default) or `--database postgresql`; the same tests pass on both.
"""

from __future__ import annotations

import contextvars
import gc
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text
from werkzeug.test import TestResponse

from shop.accounts import services as accounts
from shop.app import create_app
from shop.core.db import db
from shop.core.limits import limiter
from shop.demo.stripe_twin import API_KEY, WEBHOOK_SECRET, Twin, create_twin
from shop.payments import gateway
from shop.settings import Settings
from tests.services import MISSING, POSTGRES, there
from tests.stripe_wire import TwinHTTPClient
from tests.world import World

LONGEST_FIRST = ("faults", "browser", "core", "discovery", "payments", "admin", "together")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes goes first, so that at the end no process is left alone with it."""
    rank = {folder: number for number, folder in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.parent.name, len(rank)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name in MISSING:
        if item.get_closest_marker(name) and not there(name):
            if os.environ.get("REQUIRE_SERVICES") == "1":
                pytest.fail(MISSING[name])
            pytest.skip(MISSING[name])


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of this test process's own."""
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db')}/shop.db"
        return
    with fresh_postgres(f"vitrine_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Argon2 is slow on purpose, and the cast's passwords are not worth guessing."""
    accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts._NOBODY = accounts._hasher.hash("nobody's password")


@pytest.fixture(scope="session")
def whole_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(settings_for(database_url, tmp_path_factory.mktemp("media")))
    app.test_client_class = Apart
    with app.app_context():
        flask_migrate.upgrade()
    gc.freeze()  # what is there from now on lives as long as the process: no need to go through it again and again
    gc.set_threshold(20_000, 20, 20)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def twin() -> Iterator[Twin]:
    twin = create_twin()
    yield twin
    twin.close()


@pytest.fixture
def app(whole_app: Flask, twin: Twin) -> Iterator[Flask]:
    """The shop with an empty database and a Stripe that has never heard of it."""
    with whole_app.app_context():
        gateway.init(whole_app, whole_app.extensions["settings"], TwinHTTPClient(twin))
        limiter.reset()
        yield whole_app
        db.session.rollback()
        db.session.remove()
        wipe()


@pytest.fixture
def world(app: Flask, twin: Twin) -> World:
    """The cast: see tests/world.py."""
    return World(app, twin)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that has never been here, on our own pages."""
    return browser(app)


class Apart(FlaskClient):
    """Every request in a context of its own, as in a server, although the test itself has one open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return contextvars.Context().run(super().open, *args, **kwargs)


def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def settings_for(database_url: str, media: Path, **more: str) -> Settings:
    return Settings.from_env(
        {
            "SHOP_ENV": "test",
            "DATABASE_URL": database_url,
            "PUBLIC_URL": "http://localhost",
            "STRIPE_SECRET_KEY": API_KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_BASE": "http://twin.test",
            "MEDIA_URL": f"file:{media}",
            **more,
        }
    )


def wipe(tables: Sequence[str] = ()) -> None:
    """Empties these tables, every one unless some are named, children first."""
    tables = tables or ["listed_words", *(table.name for table in reversed(db.metadata.sorted_tables))]
    past_triggers(*(f'DELETE FROM "{table}"' for table in tables))


def past_triggers(*statements: str) -> None:
    """Does to the database what it refuses to everybody."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # takes all of them at once
            connection.exec_driver_sql("; ".join(["SET LOCAL session_replication_role = replica", *statements]))
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            triggers = _without_triggers(connection)
            for statement in (*statements, *triggers):
                connection.exec_driver_sql(statement)


def _without_triggers(connection: Connection) -> list[str]:
    """SQLite has no way around its triggers: they go, and the statements that bring them back are returned.

    Only where there is something to guard, for most tests sell nothing.
    """
    tables = ("ledger_transactions", "stock_movements", "documents", "audit_entries")
    filled = ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables)
    posted, moved, issued, noted = connection.execute(text(f"SELECT {filled}")).one()
    triggers = connection.execute(
        text(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND "
            "(sql LIKE '%ledger:%' OR sql LIKE '%documents:%' OR sql LIKE '%audit:%') AND "
            "(CASE tbl_name WHEN 'stock_movements' THEN :moved WHEN 'documents' THEN :issued "
            "WHEN 'audit_entries' THEN :noted ELSE :posted END)"
        ),
        {"moved": moved, "posted": posted, "issued": issued, "noted": noted},
    ).all()
    for name, _sql in triggers:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    return [sql for _name, sql in triggers]


class fresh_postgres:
    """A database that is there for the length of a `with`, and gone afterwards: it need not survive a loss of power."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> str:
        self._run(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}"',
            f'ALTER DATABASE "{self.name}" SET synchronous_commit = off',
        )
        return POSTGRES.rsplit("/", 1)[0] + "/" + self.name

    def __exit__(self, *_: object) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _run(self, *statements: str) -> None:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as connection:
            for statement in statements:
                connection.execute(statement)
