"""A database written to a file while others use it, and read back whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from shop.core.errors import Unavailable
from shop.core.i18n import _

# All that the shop has made in its schema, and nothing that an extension has brought.
CLEAR = """
DO $$ DECLARE each text; BEGIN
    FOR each IN SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', schemaname, tablename)
        FROM pg_tables WHERE schemaname = current_schema()
    LOOP EXECUTE each; END LOOP;
    FOR each IN SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure)
        FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP EXECUTE each; END LOOP;
END $$
"""
PATIENCE = "-c lock_timeout=15s"  # with whoever still uses what is to be replaced


class CannotCopy(Unavailable):
    code = "cannot_copy"


def kind_of(url: str) -> str:
    return make_url(url).get_backend_name()


def dump(url: str, to: Path) -> None:
    """Writes all of a database as it is at one moment; nobody who writes to it waits. Raises CannotCopy."""
    if kind_of(url) == "sqlite":
        _copy_sqlite(_file(url), to)
        with closing(sqlite3.connect(to)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")  # one file that stands alone
    else:
        _client(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")


def load(dumped: Path, url: str) -> None:
    """Puts what was dumped in the place of all that is in a database of the same kind. Raises CannotCopy."""
    if kind_of(url) == "sqlite":
        _file(url).parent.mkdir(parents=True, exist_ok=True)
        _copy_sqlite(dumped, _file(url))
        return
    with TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"  # whole before any of it is done
        _client("", "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dumped))
        once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
        _client(url, "psql", *once, f"--command={CLEAR}", f"--file={script}")


@contextmanager
def aside(dumped: Path, kind: str, url: str) -> Iterator[str]:
    """The address of a database beside the shop's own with what was dumped, gone afterwards. Raises CannotCopy."""
    if kind == "sqlite":
        with TemporaryDirectory(dir=dumped.parent.parent, prefix=".checked-") as folder:
            there = f"sqlite:///{folder}/shop.db"
            load(dumped, there)
            yield there
        return
    name = f"vitrine_checked_{secrets.token_hex(6)}"
    _on_server(url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        there = make_url(url).set(database=name).render_as_string(hide_password=False)
        load(dumped, there)
        yield there
    finally:
        _on_server(url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _copy_sqlite(source: Path, target: Path) -> None:
    """In one step, so that it is one moment's, and one transaction of the target's."""
    try:
        with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(target, timeout=15)) as to:
            from_.backup(to)
    except sqlite3.Error as error:
        raise _refused("SQLite", str(error)) from error


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def _client(url: str, program: str, *arguments: str) -> None:
    """Runs one of PostgreSQL's own programs; the password is not among what others see of a process."""
    path = shutil.which(program)
    if path is None:
        raise CannotCopy(
            _(
                "%(program)s is not installed here. Install PostgreSQL’s client, of the server’s version or newer.",
                program=program,
            )
        )
    where = [] if not url else [f"--dbname={_plain(make_url(url).set(password=None))}"]
    secret = {"PGPASSWORD": str(make_url(url).password)} if url and make_url(url).password else {}
    surroundings = {**os.environ, **secret, "PGOPTIONS": PATIENCE if program == "psql" else ""}
    done = subprocess.run(  # noqa: S603 (a program found above, without a shell)
        [path, *where, *arguments], env=surroundings, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise _refused(program, done.stderr)


def _on_server(url: str, statement: sql.Composed) -> None:
    try:
        with psycopg.connect(_plain(make_url(url)), autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)
    except psycopg.Error as error:
        raise _refused("PostgreSQL", str(error)) from error


def _plain(url: URL) -> str:
    """As PostgreSQL's own programs write it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _refused(who: str, said: str) -> CannotCopy:
    line = next((line.strip() for line in said.splitlines() if line.strip()), "")
    return CannotCopy(_("%(who)s refuses: %(line)s", who=who, line=line[:500]))
