"""The schema that migrations make is the one the models describe, on both databases, in both directions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import func, inspect, select, text

from shop.app import create_app
from shop.catalog.models import Picture, Product
from shop.core.db import db
from shop.demo import seed
from shop.settings import ROOT
from tests.conftest import fresh_postgres, settings_for

pytestmark = pytest.mark.both


@pytest.fixture
def new_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A shop with a database in which there is nothing at all."""
    if request.config.getoption("--database") == "sqlite":
        yield from opened(f"sqlite:///{tmp_path}/new.db", tmp_path)
    else:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        with fresh_postgres(f"vitrine_migrations_{worker}_{os.getpid()}") as url:
            yield from opened(url, tmp_path)


def opened(url: str, folder: Path) -> Iterator[Flask]:
    app = create_app(settings_for(url, folder))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def revisions() -> list[str]:
    """Oldest first."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def not_words(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name and name.startswith("listed_words"))


def test_the_models_are_what_the_migrations_make(new_app: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        opts = {"compare_type": True, "target_metadata": db.metadata, "include_name": not_words}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, db.metadata) == []
    assert {name for name in tables() if not name.startswith("listed_words")} == set(db.metadata.tables)


def test_the_triggers_are_there(new_app: Flask) -> None:
    """A migration that rebuilds a table on SQLite drops its triggers, and nothing else would notice."""
    flask_migrate.upgrade()
    if db.engine.dialect.name == "sqlite":
        listed = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE 'listed%'"
        ledger = movements = documents = audit = ("insert", "update", "delete")
    else:
        listed = (
            "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O' "
            "AND (tgname LIKE 'ledger%' OR tgname LIKE 'stock_movements%' OR tgname LIKE 'documents%' "
            "OR tgname LIKE 'audit%')"
        )
        ledger = ("insert", "update", "delete", "truncate")
        movements = documents = audit = ("update", "delete", "truncate")
    with db.engine.connect() as connection:
        found = set(connection.scalars(text(listed)))
    assert found == {
        *(f"{table}_{change}" for table in ("ledger_transactions", "ledger_entries") for change in ledger),
        *(f"stock_movements_{change}" for change in movements),
        *(f"documents_{change}" for change in documents),
        *(f"audit_entries_{change}" for change in audit),
    }


def test_every_migration_goes_up_down_and_up_again(new_app: Flask) -> None:
    for revision in revisions():
        before = tables()
        flask_migrate.upgrade(revision=revision)
        after = tables()
        flask_migrate.downgrade(revision="-1")
        assert tables() == before, revision
        flask_migrate.upgrade(revision=revision)
        assert tables() == after, revision
    flask_migrate.downgrade(revision="base")
    assert tables() == set()


def test_a_shop_full_of_goods_goes_down_and_up_with_them(new_app: Flask) -> None:
    flask_migrate.upgrade()
    goods = seed.fill()
    flask_migrate.downgrade(revision="0001")
    flask_migrate.upgrade()
    assert db.session.scalar(select(func.count()).select_from(Product)) == goods
    assert db.session.scalar(select(func.count()).select_from(Picture)) >= goods


def test_migrations_follow_one_another_in_one_line() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
