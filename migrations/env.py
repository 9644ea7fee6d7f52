"""Runs migrations on SQLite and PostgreSQL alike, inside the application's context.

Batch mode rebuilds SQLite's tables. With foreign keys on that would delete the children of cascades, so they are off
while migrating and checked afterwards.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.engine import Connection

from shop.core.db import UtcDateTime, db


def render(kind: str, obj: Any, _context: Any) -> str | Literal[False]:
    """Migrations name plain column types, so that they outlive our own."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(obj, UtcDateTime) else False


def known_to_models(name: str | None, kind: str, _parents: Any) -> bool:
    """All but where words are looked up, which each database does in its own way."""
    return not (kind == "table" and name and name.startswith("listed_words"))


def check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"rows without the row they refer to: {broken[:10]}")


def run() -> None:
    engine = db.engine
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as opened:
        if sqlite:
            opened.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        connection = opened.execution_options(writing=True)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=sqlite,
            render_item=render,
            include_name=known_to_models,
            compare_type=True,
            compare_server_default=False,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                check_foreign_keys(connection)
    if sqlite:
        engine.dispose()


run()
