"""`with transaction():` commits whole or leaves no trace."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from shop.core import outbox
from shop.core.db import SwallowedError, after_commit, db, end_read, is_sqlite, transaction
from shop.core.outbox import OutboxMessage
from shop.core.store import StoreSetting

pytestmark = pytest.mark.both


def setting(key: str) -> StoreSetting:
    return StoreSetting(key=key, value=1)


def kept() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(StoreSetting.key).order_by(StoreSetting.key)))


def test_the_outermost_block_commits_and_inner_ones_join(app: Flask) -> None:
    with transaction():
        db.session.add(setting("a"))
        with transaction():
            db.session.add(setting("b"))
        with db.engine.connect() as elsewhere:
            assert elsewhere.execute(select(func.count()).select_from(StoreSetting)).scalar_one() == 0
    assert kept() == ["a", "b"]


def test_an_error_leaves_no_trace(app: Flask) -> None:
    def act() -> None:
        with transaction():
            db.session.add(setting("a"))
            db.session.flush()
            with transaction():
                db.session.add(setting("b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert kept() == []
    with transaction():
        db.session.add(setting("c"))
    assert kept() == ["c"]


def test_an_inner_error_that_is_caught_dooms_the_whole(app: Flask) -> None:
    def act() -> None:
        with transaction():
            db.session.add(setting("a"))
            with suppress(ZeroDivisionError), transaction():
                db.session.add(setting("b"))
                raise ZeroDivisionError

    with pytest.raises(SwallowedError):
        act()
    assert kept() == []


def test_changes_made_before_are_refused_rather_than_slipped_in(app: Flask) -> None:
    db.session.add(setting("stray"))
    with pytest.raises(RuntimeError, match="outside transaction"), transaction():
        pass
    db.session.rollback()
    with transaction():
        db.session.add(setting("a"))
    loaded = db.session.get_one(StoreSetting, "a")
    loaded.value = 2
    with pytest.raises(RuntimeError, match="outside transaction"), transaction():
        pass
    db.session.rollback()
    db.session.delete(db.session.get_one(StoreSetting, "a"))
    with pytest.raises(RuntimeError, match="outside transaction"), transaction():
        pass
    assert kept() == ["a"]


def test_what_follows_a_commit_comes_after_it_and_only_then(app: Flask) -> None:
    told: list[list[str]] = []
    with transaction():
        with transaction():
            after_commit(lambda: told.append(kept()))
            db.session.add(setting("a"))
        assert told == []
    assert told == [["a"]]

    with suppress(ZeroDivisionError), transaction():
        after_commit(lambda: told.append(["never"]))
        raise ZeroDivisionError
    with transaction():
        pass
    assert told == [["a"]]


def test_a_message_is_there_exactly_when_its_reason_is(app: Flask) -> None:
    woken: list[object] = []

    def wake(_sender: object = None) -> None:
        woken.append(1)

    with outbox.committed.connected_to(wake):
        with suppress(ZeroDivisionError), transaction():
            outbox.emit("order.paid", order_id=1)
            raise ZeroDivisionError
        assert woken == []
        with transaction():
            outbox.emit("order.paid", order_id=2)
        assert len(woken) == 1
    db.session.rollback()
    assert [message.payload for message in db.session.scalars(select(OutboxMessage))] == [{"order_id": 2}]


def test_nobody_waits_for_the_network_inside(app: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError, match="network"):
        end_read()
    end_read()


def test_an_open_read_is_ended_first_and_read_again(app: Flask) -> None:
    with transaction():
        db.session.add(setting("a"))
    seen = db.session.get_one(StoreSetting, "a")
    assert seen.value == 1
    with db.engine.connect().execution_options(writing=True) as elsewhere, elsewhere.begin():
        elsewhere.execute(StoreSetting.__table__.update().values(value=7))  # type: ignore[attr-defined]
    with transaction():
        assert seen.value == 7


def test_sqlite_reads_together_and_writes_one_after_the_other(app: Flask) -> None:
    if not is_sqlite():
        pytest.skip("PostgreSQL locks rows")
    begun: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("BEGIN"):
            begun.append(statement)

    try:
        db.session.rollback()
        db.session.execute(select(StoreSetting.key))
        with transaction():
            pass
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert begun == ["BEGIN", "BEGIN IMMEDIATE"]


def test_ten_threads_that_count_lose_nothing(app: Flask) -> None:
    """A read that turns into a write is where SQLite loses updates, and PostgreSQL without a lock."""
    with transaction():
        db.session.add(setting("count"))

    def count() -> None:
        with app.app_context():
            for _ in range(5):
                with transaction():
                    row = db.session.get_one(StoreSetting, "count", with_for_update=True)
                    row.value = row.value + 1

    threads = [threading.Thread(target=count) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert db.session.get_one(StoreSetting, "count").value == 51


def test_the_database_keeps_foreign_keys_and_refuses_naive_times(app: Flask) -> None:
    from sqlalchemy.exc import IntegrityError, StatementError

    from shop.cart.models import CartLine

    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            CartLine(cart_id=404, variant_id=404, quantity=1, currency="GBP", unit_price_minor=1, product_name="x")
        )
    with pytest.raises(StatementError, match="naive datetime"), transaction():
        db.session.add(StoreSetting(key="a", value=1, updated_at=datetime(2026, 1, 1)))  # noqa: DTZ001 (the point)
    with transaction():
        db.session.add(StoreSetting(key="a", value=1, updated_at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert db.session.get_one(StoreSetting, "a").updated_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_writer_that_is_kept_waiting_gives_up_in_the_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    if not is_sqlite():
        pytest.skip("measured on SQLite's one writer")
    holder = sqlite3.connect(db.engine.url.database or "", isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    try:
        db.session.rollback()
        db.engine.dispose()
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA busy_timeout=50")  # type: ignore[union-attr]
        with pytest.raises(OperationalError, match="locked"), transaction():
            pass
    finally:
        holder.rollback()
        holder.close()
        db.engine.dispose()
    with transaction():
        db.session.add(setting("a"))
    assert kept() == ["a"]
