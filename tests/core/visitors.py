"""What tests of every address share: ready browsers, tokens of forms, and the database at a glance."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from datetime import timedelta
from typing import TypeVar
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Select, select, text
from werkzeug.routing import Rule

from shop.accounts import services as accounts
from shop.accounts.models import Staff
from shop.core.clock import now
from shop.core.db import db
from shop.core.web import access_of
from shop.settings import DEMO_SECRET_KEY

T = TypeVar("T")
CAROLS_SECRET = "the secret in carols cookie"


def csrf_token(client: FlaskClient, *, raw: str = "a" * 40) -> str:
    """The token that the private forms of this browser carry."""
    with client.session_transaction() as session:
        session["csrf_token"] = raw
    return str(URLSafeTimedSerializer(DEMO_SECRET_KEY, salt="wtf-csrf-token").dumps(raw))


def sign_carol_in(client: FlaskClient) -> None:
    digest = hashlib.sha256(CAROLS_SECRET.encode()).hexdigest()
    carol = db.session.scalars(select(Staff.id).where(Staff.email == "carol@example.com")).one()
    accounts.close_session(digest)
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM staff_sessions"))
    accounts.open_session(carol, secret_hash=digest, expires_at=now() + timedelta(hours=1), user_agent="test")
    with client.session_transaction() as session:
        session["_user_id"] = CAROLS_SECRET
        session["_fresh"] = True


def snapshot(*, without: Collection[str] = ()) -> dict[str, tuple[int, str]]:
    """Table to (rows, a hash of all that is in them)."""
    db.session.rollback()
    found = {}
    with db.engine.connect() as connection:
        for table in sorted(db.metadata.tables):
            if table not in without:
                rows = sorted(str(row) for row in connection.execute(text(f'SELECT * FROM "{table}"')))
                found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()[:12])
    return found


def rules(app: Flask, *, kinds: Collection[str], method: str) -> list[Rule]:
    """The addresses of these kinds (public, private, staff, signed) that take `method`, in a steady order."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        assert access is not None
        if access.kind in kinds and method in (rule.methods or ()):
            found.append(rule)
    return sorted(found, key=lambda rule: rule.rule)


def filled(rule: Rule, values: dict[str, str]) -> str:
    """The rule as an address. What `values` leaves open is 1 where a number belongs, else words that name nothing."""

    def part(found: re.Match[str]) -> str:
        kind, name = found[1] or "", found[2]
        return quote(values.get(name, "1" if kind.startswith("int") else "no-such-thing"), safe="")

    return re.sub(r"<(?:([^:<>]+):)?(\w+)>", part, rule.rule)


def one(query: Select[tuple[T]]) -> T:
    """The only row there is now, whatever was read before."""
    db.session.rollback()
    return db.session.scalars(query).one()
