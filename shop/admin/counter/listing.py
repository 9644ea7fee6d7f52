"""The list of orders: its tabs, filters and sorting are its address, and so are the views that people keep of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.counter import queries, saved
from shop.admin.counter.queries import ALL, TABS, Filters
from shop.admin.counter.words import FULFILMENT, HELD
from shop.admin.forms import one_line
from shop.core.errors import ShopError
from shop.core.i18n import _, country_name
from shop.core.web import not_found, positive, staff
from shop.delivery import queries as deliveries

WHICH = "orders"
OLDEST = "oldest"
NAMES = ("tab", "q", "since", "until", "fulfilment", "method", "country", "held", "sort")  # all that an address says
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter to choose from: its name in the address, its label, and its values with their words."""

    name: str
    label: str
    options: list[tuple[str, str]]


@bp.get("/orders")
@staff("look")
def orders() -> ResponseReturnValue:
    said = _said(request.args)
    filters = _filters(said)
    found, narrowed = queries.page(filters, **place(), oldest_first=said.get("sort") == OLDEST)
    if found.lost:
        return redirect(_address(said))
    choices = _choices()
    return render_template(
        "admin/counter/orders.html",
        found=found,
        said=said,
        filters=filters,
        choices=choices,
        applied=_applied(said, choices),
        tabs=TABS,
        tab=filters.tab,
        counts=queries.counts(),
        narrowed=narrowed,
        most_found=queries.MOST_FOUND,
        views=saved.of(current_user.staff_id, WHICH),
        query=urlencode(said),
    )


@bp.post("/orders/views")
@staff("look")
def keep_view() -> ResponseReturnValue:
    said = _said(dict(parse_qsl(request.form.get("query", "")[: saved.LONGEST_QUERY])))
    name = one_line(request.form.get("name"))
    try:
        saved.keep(current_user.staff_id, WHICH, name=name, query=urlencode(said))
    except ShopError as error:
        flash(error.message, "error")
    else:
        flash(_("The view “%(name)s” is kept, for you alone.", name=name), "success")
    return redirect(_address(said), 303)


@bp.post("/orders/views/<int:view_id>/removal")
@staff("look")
def remove_view(view_id: int) -> ResponseReturnValue:
    view = saved.remove(current_user.staff_id, view_id)
    if view is None:
        not_found()
    flash(_("The view “%(name)s” is removed. Here it is once more, should you want to keep it again.", name=view.name))
    return redirect(_address(_said(dict(parse_qsl(view.query)))), 303)


def _said(given: Mapping[str, str]) -> dict[str, str]:
    """What of an address counts, as it is passed on; nonsense is left out."""
    typed = {name: given.get(name, "").strip()[:LONGEST_SEARCH] for name in NAMES}
    sound = {
        "tab": typed["tab"] in TABS and typed["tab"] != ALL,
        "q": bool(typed["q"]),
        "since": _day(typed["since"]) is not None,
        "until": _day(typed["until"]) is not None,
        "fulfilment": typed["fulfilment"] in FULFILMENT,
        "method": positive(typed["method"]) is not None,
        "country": len(typed["country"]) == 2 and typed["country"].isalpha(),  # noqa: PLR2004
        "held": typed["held"] in HELD,
        "sort": typed["sort"] == OLDEST,
    }
    return {name: typed[name] for name in NAMES if sound[name]}


def _address(said: Mapping[str, str]) -> str:
    return url_for("staff.orders") + (f"?{urlencode(said)}" if said else "")


def _filters(said: Mapping[str, str]) -> Filters:
    until = _day(said.get("until", ""))
    return Filters(
        tab=said.get("tab", ALL),
        q=said.get("q", ""),
        since=_begins(_day(said.get("since", ""))),
        until=_begins(until + timedelta(days=1)) if until else None,
        fulfilment=said.get("fulfilment", ""),
        method_id=positive(said.get("method")),
        country=said.get("country", "").upper(),
        held={"yes": True, "no": False}.get(said.get("held", "")),
    )


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day.year in range(2000, 2200) else None


def _begins(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(g.store.timezone)).astimezone(UTC) if day else None


def _choices() -> list[Choice]:
    places = sorted(((code, country_name(code)) for code in set(deliveries.countries())), key=lambda pair: pair[1])
    return [
        Choice("fulfilment", _("Fulfilment"), [(code, str(word[0])) for code, word in FULFILMENT.items()]),
        Choice("method", _("Delivery"), [(str(each), name) for each, name in deliveries.method_names()]),
        Choice("country", _("Country"), places),
        Choice("held", _("On hold"), [(code, str(word)) for code, word in HELD.items()]),
    ]


def _applied(said: Mapping[str, str], choices: list[Choice]) -> list[tuple[str, str]]:
    """Filters that are on, as (name, words)."""
    found = []
    for name, words in (("since", _("From %(day)s")), ("until", _("Until %(day)s"))):
        if name in said:
            found.append((name, words % {"day": said[name]}))
    for choice in choices:
        if choice.name in said:
            word = dict(choice.options).get(said[choice.name], said[choice.name])
            found.append((choice.name, _("%(label)s: %(word)s", label=choice.label, word=word)))
    return found
