"""The twin's books: every object, every event and its delivery, every idempotent answer, in one SQLite file."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shop.demo.twin import hour

Obj = dict[str, Any]
Where = tuple[str, Any]

DAY = 24 * 60 * 60
SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL,
    hidden TEXT NOT NULL DEFAULT '{}',  -- what the API does not show
    due_at REAL                         -- when something happens to it by itself
);
CREATE INDEX IF NOT EXISTS objects_due ON objects (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_intent ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_charge ON objects (kind, json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS objects_source ON objects (kind, json_extract(body, '$.source'));
CREATE TABLE IF NOT EXISTS deliveries (
    event_id TEXT PRIMARY KEY REFERENCES objects (id),
    tries INTEGER NOT NULL DEFAULT 0,
    next_at REAL,                       -- NULL: never again
    delivered_at REAL
);
CREATE INDEX IF NOT EXISTS deliveries_open ON deliveries (next_at) WHERE delivered_at IS NULL;
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    asked TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created REAL NOT NULL
);
"""


class Books:
    """One connection behind one lock; `with books.change():` is the only way to write."""

    def __init__(self, path: str | Path = ":memory:") -> None:
        self.news = threading.Event()  # set by every commit; wakes the sender
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;")
        self._db.executescript(SCHEMA)

    @contextmanager
    def change(self) -> Iterator[None]:
        """A transaction; nested ones join, and the outermost commits or undoes all of it."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        self.news.set()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _rows(self, sql: str, *args: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, args).fetchall()

    # objects

    def put(self, obj: Obj, *, due_at: float | None = None, hidden: Obj | None = None) -> Obj:
        """Adds or replaces; `due_at` is set anew each time, `hidden` stays unless given."""
        self._rows(
            "INSERT INTO objects (id, kind, created, body, hidden, due_at) VALUES (?, ?, ?, ?, coalesce(?, '{}'), ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body, due_at = excluded.due_at, "
            "hidden = iif(excluded.hidden = '{}', hidden, excluded.hidden)",
            *(obj["id"], obj["object"], obj["created"], json.dumps(obj, indent=2)),
            *(json.dumps(hidden) if hidden else None, due_at),
        )
        return obj

    def get(self, id: str, kind: str | None = None) -> Obj | None:
        rows = self._rows("SELECT body FROM objects WHERE id = ? AND kind = coalesce(?, kind)", id, kind)
        return json.loads(rows[0][0]) if rows else None

    def hidden(self, id: str) -> Obj:
        found: Obj = json.loads(self._rows("SELECT hidden FROM objects WHERE id = ?", id)[0][0])
        return found

    def find(
        self,
        kind: str,
        where: Sequence[Where] = (),
        *,
        limit: int = -1,
        after: str | None = None,
        before: str | None = None,
    ) -> list[Obj]:
        """Newest first. `after` goes on towards older ones, `before` towards newer ones, nearest to the cursor."""
        conditions = [("kind = ?", kind), *where]
        if after:
            conditions.append(("seq < (SELECT seq FROM objects WHERE id = ?)", after))
        if before:
            conditions.append(("seq > (SELECT seq FROM objects WHERE id = ?)", before))
        rows = self._rows(
            f"SELECT body FROM objects WHERE {' AND '.join(sql for sql, _ in conditions)} "  # noqa: S608 - our own words
            f"ORDER BY seq {'ASC' if before else 'DESC'} LIMIT ?",
            *(value for _, value in conditions),
            limit,
        )
        return [json.loads(body) for (body,) in (reversed(rows) if before else rows)]

    def due(self, now: float) -> list[str]:
        return [id for (id,) in self._rows("SELECT id FROM objects WHERE due_at <= ? ORDER BY due_at", now)]

    # events and their delivery

    def add_event(self, event: Obj) -> None:
        self.put(event)
        self._rows("INSERT INTO deliveries (event_id, next_at) VALUES (?, ?)", event["id"], event["created"])

    def unsent(self, now: float) -> list[tuple[str, int, bytes]]:
        """(event id, tries, body) of what should be sent by now, oldest first; the same bytes at every try."""
        rows = self._rows(
            "SELECT event_id, tries, body FROM deliveries JOIN objects ON id = event_id "
            "WHERE delivered_at IS NULL AND next_at <= ? ORDER BY seq LIMIT 100",
            now,
        )
        return [(id, tries, body.encode()) for id, tries, body in rows]

    def was_delivered(self, event_id: str) -> bool:
        return bool(self._rows("SELECT 1 FROM deliveries WHERE event_id = ? AND delivered_at > 0", event_id))

    def delivered(self, event_id: str) -> None:
        now = hour.now()
        self._rows(
            "UPDATE deliveries SET delivered_at = coalesce(delivered_at, ?), tries = tries + 1 WHERE event_id = ?",
            *(now, event_id),
        )

    def not_delivered(self, event_id: str, *, next_at: float | None) -> None:
        """Tries again at `next_at`, or never."""
        self._rows(
            "UPDATE deliveries SET tries = tries + 1, next_at = ? WHERE event_id = ? AND delivered_at IS NULL",
            *(next_at, event_id),
        )

    # idempotent answers

    def answer(self, key: str) -> tuple[str, int, str] | None:
        """(what was asked, status, body) kept under this key, for 24 hours."""
        with self.change():
            self._rows("DELETE FROM answers WHERE created < ?", time.time() - DAY)
            rows = self._rows("SELECT asked, status, body FROM answers WHERE key = ?", key)
        return rows[0] if rows else None

    def keep_answer(self, key: str, asked: str, status: int, body: str) -> None:
        self._rows("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", key, asked, status, body, time.time())
