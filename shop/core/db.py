"""The database: models' base, column types, and `transaction()`, the only way to write."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Numeric,
    String,
    TypeDecorator,
    event,
    func,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry

from shop.core.money import Money
from shop.settings import Settings


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. Refuses naive values, which mean a different moment on every machine."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER PRIMARY KEY by itself
Id = Annotated[int, mapped_column(BigId, primary_key=True)]
Minor = Annotated[int, mapped_column(BigInteger)]  # an amount in the currency's smallest unit
Code = Annotated[str, mapped_column(String(64))]
Line = Annotated[str, mapped_column(String(255))]


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime(), dict[str, Any]: JSON()},
    )


TaxRateValue = Numeric(6, 5)  # 0.20000 is 20 %

db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model


def money(column: str) -> Money:
    """A property that reads and writes integer column `column` as Money in the row's own `currency`."""

    def read(row: Any) -> Money | None:
        minor = getattr(row, column)
        return None if minor is None else Money(minor, row.currency)

    def write(row: Any, amount: Money) -> None:
        if amount.currency != row.currency:
            raise ValueError(f"{amount.currency} in a row of {row.currency}")
        setattr(row, column, amount.minor)

    return property(read, write)  # type: ignore[return-value]


POSTGRES = (
    "timezone=UTC",
    "lock_timeout=15s",
    "statement_timeout=60s",
    "jit=off",
    "plan_cache_mode=force_custom_plan",  # a word that everything has wants another plan than one that little has
)


def init(app: Flask, settings: Settings) -> None:
    sqlite = settings.database_url.startswith("sqlite")
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True} | (  # addresses do not belong in logs
        {"pool_size": 20, "max_overflow": 20}
        if sqlite
        else {
            "pool_pre_ping": True,
            "pool_size": 10,
            "max_overflow": 10,
            "connect_args": {"options": f"-c {' -c '.join(POSTGRES)}", "connect_timeout": 5},
        }
    )
    db.init_app(app)
    if sqlite:
        with app.app_context():
            _tell_sqlite(db.engine)


def _tell_sqlite(engine: Engine) -> None:
    """Its defaults lose updates under load; these lose none (measured: 423 of 800 against 0)."""

    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, _: object) -> None:
        dbapi.isolation_level = None  # the driver must not begin by itself; begin() below does
        cursor = dbapi.cursor()
        for pragma in ("journal_mode=WAL", "busy_timeout=15000", "foreign_keys=ON", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


Act = TypeVar("Act", bound=Callable[[], object])


class _Block:
    def __init__(self) -> None:
        self.doomed = False
        self.before: dict[str, Callable[[], object]] = {}
        self.after: list[Callable[[], object]] = []


class SwallowedError(RuntimeError):
    """An inner block of a transaction failed and its error was caught: the whole must not be committed."""


@contextmanager
def transaction() -> Iterator[Session]:
    """Commits at its end or leaves no trace. Blocks inside join; only the outermost commits.

    The outermost ends an open read first (on SQLite a read cannot turn into a write), so objects loaded before are
    read again when used. No network inside: Stripe, mail and the broker wait outside.
    """
    session = db.session()
    outer: _Block | None = session.info.get("transaction")
    if outer is not None:
        try:
            yield session
        except BaseException:
            outer.doomed = True
            raise
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside transaction()")
    session.rollback()
    session.info["transaction"] = block = _Block()
    try:
        session.connection(execution_options={"writing": True})
        yield session
        if block.doomed:
            raise SwallowedError("an inner block failed")
        session.flush()
        while block.before:
            block.before.pop(next(iter(block.before)))()
            session.flush()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info["transaction"]
    for act in block.after:
        act()


def before_commit(name: str, act: Act) -> Act:
    """Has `act` run as the last thing in the open transaction. The first one of a `name` stays, and is returned."""
    kept: Act = db.session().info["transaction"].before.setdefault(name, act)
    return kept


def after_commit(act: Callable[[], object]) -> None:
    """Runs `act` once the open transaction is committed. What must not be lost goes through the outbox instead."""
    db.session().info["transaction"].after.append(act)


def is_sqlite() -> bool:
    return db.session().get_bind().dialect.name == "sqlite"


def take_turns(name: str) -> None:
    """Until the open transaction ends, nobody else passes with the same name (SQLite has one writer anyway)."""
    if not is_sqlite():
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(number)))


def end_read() -> None:
    """Gives an open read back to the pool, so that nothing is held while the network is waited for."""
    session = db.session()
    if "transaction" in session.info:
        raise RuntimeError("the network is called inside a transaction")
    session.rollback()


# By the standard's classes or PostgreSQL's own numbers: it stops, starts or has stopped, is full, or somebody has kept
# a row for long.
AWAY_STATES = ("08", "53", "57P01", "57P02", "57P03", "55P03")
AWAY_CODES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def is_away(error: BaseException) -> bool:
    """Whether the database does not answer for a while, and trying again helps; not for a statement that is wrong."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return (getattr(error.orig, "sqlite_errorcode", 0) & 0xFF) in AWAY_CODES  # the rest says more exactly why
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # nobody there to give one
        return isinstance(error, OperationalError)
    return str(state).startswith(AWAY_STATES)
