"""The audit log as the owner reads it: who changed what, from what to what."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import Select, select

from shop.accounts import queries as accounts
from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.people.words import ACTIONS, THINGS, field
from shop.audit import AuditEntry
from shop.core.db import db
from shop.core.i18n import _, format_moment, format_money
from shop.core.lists import piece
from shop.core.money import Money
from shop.core.web import staff

LONGEST = 255
LONGEST_VALUE = 300  # characters of a text that are shown
TERMINAL = "cli"


@bp.get("/log", endpoint="log")
@staff("staff")
def log() -> ResponseReturnValue:
    asked: dict[str, Any] = {
        name: request.args.get(name, "").strip()[:LONGEST] or None for name in ("q", "who", "what", "from", "to")
    }
    at = place()
    found = piece(_found(asked), AuditEntry.at, AuditEntry.id, after=at["after"], before=at["before"])
    if found.lost:
        return redirect(url_for("staff.log", **asked))
    return render_template(
        "admin/people/log.html",
        piece=found,
        asked=asked,
        people=accounts.staff(),
        terminal=TERMINAL,
        things=sorted(((name, str(words)) for name, words in THINGS.items()), key=lambda pair: pair[1]),
        actions=ACTIONS,
        thing=lambda entry: THINGS.get(entry.what, entry.what.replace("_", " ")),
        changes=changes,
        address=address,
    )


def _found(asked: dict[str, Any]) -> Select[Any]:
    found = select(AuditEntry)
    if asked["who"]:
        found = found.where(AuditEntry.actor == asked["who"])
    if asked["what"]:
        found = found.where(AuditEntry.what == asked["what"])
    if asked["q"]:
        found = found.where(_called(asked["q"]))
    for name, days in (("from", 0), ("to", 1)):
        moment = _day(asked[name], days)
        if moment is not None:
            found = found.where(AuditEntry.at >= moment if name == "from" else AuditEntry.at < moment)
    return found


def _called(q: str) -> Any:
    """What is called so: the thing itself, or else a part of one, like a variant by its SKU."""
    spelt = {q, q.upper(), q.lower(), q.capitalize(), q.title()}
    there = select(AuditEntry.id).where(AuditEntry.ref.in_(spelt)).limit(1)
    column = AuditEntry.label if db.session.scalar(there) is None else AuditEntry.ref
    return column.in_(spelt)


def _day(typed: str | None, days: int) -> datetime | None:
    """The beginning of a day that somebody typed, or of one so many days later, in the shop's own time."""
    try:
        day = date.fromisoformat(typed or "") + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time(), ZoneInfo(g.store.timezone)).astimezone(UTC)


def changes(entry: AuditEntry) -> list[tuple[str, str | Markup, str | Markup]]:
    """What changed, as rows of field, before and after."""
    before, after = entry.before or {}, entry.after or {}
    names = [name for name in {**before, **after} if name != "id"]
    return [(field(name), shown(name, before.get(name)), shown(name, after.get(name))) for name in names]


def shown(name: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name.endswith("_minor") and isinstance(value, int):
        return format_money(Money(value, g.store.currency))
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if name.endswith(("_at", "_from", "_to", "_since")) and isinstance(value, str):
        value = _moment(value)
    text = str(value)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + " …"


def _moment(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return format_moment(moment, timezone=g.store.timezone) if moment.tzinfo else value


def address(entry: AuditEntry) -> str | None:
    """The page of the thing that was changed, where it has one."""
    table, _colon, row_id = entry.about.partition(":")
    if table == "products":
        return url_for("staff.product", product_id=int(row_id))
    if table == "orders":
        return url_for("staff.order", number=entry.ref)
    if table == "staff":
        return url_for("staff.member", staff_id=int(row_id))
    return None
