from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.content import queries
from shop.content.models import Entry, Kind, Place
from shop.content.queries import Link
from shop.content.reading import contents, spreads
from shop.core.clock import now
from shop.core.i18n import below
from shop.core.web import not_found, positive, private, public

bp = Blueprint("content", __name__)

OTHERS = 3  # entries below one of the journal
MOST_PAGES = 10_000


@bp.app_context_processor
def around_every_page() -> dict[str, object]:
    return {"footer_menu": _footer_menu, "announcement": _announcement}


def _footer_menu() -> dict[str, list[tuple[str, str]]]:
    """Label and address of the links in each column."""
    columns: dict[str, list[tuple[str, str]]] = {place: [] for place in Place}
    for link in queries.menu():
        columns[link.place].append((link.label, _leads_to(link)))
    return columns


def _leads_to(link: Link) -> str:
    if link.category:
        return url_for("catalog.category", slug=link.category)
    if link.slug:
        return url_for("content.entry", folder=link.folder, slug=link.slug)
    return below(request.root_path, link.address)


def _announcement() -> tuple[str, str] | None:
    """What is announced today, and where it leads."""
    words = g.store.announced(now())
    return (words, below(request.root_path, g.store.notice_link)) if words else None


@bp.get("/<any(pages, journal, lookbooks):folder>/<slug>")
@public
def entry(folder: str, slug: str) -> ResponseReturnValue:
    found = queries.entry(folder, slug)
    if found is not None:
        return _page(found)
    if queries.is_withdrawn(folder, slug):
        abort(HTTPStatus.GONE)
    moved = queries.moved_to(folder, slug)
    if moved is None:
        not_found()
    return redirect(url_for("content.entry", folder=moved.folder, slug=moved.slug), HTTPStatus.MOVED_PERMANENTLY)


@bp.get("/journal")
@public
def journal() -> ResponseReturnValue:
    page = queries.journal(positive(request.args.get("page"), default=1, most=MOST_PAGES) or 1)
    if not page.entries and page.number > 1:
        not_found()
    return render_template("content/journal.html", page=page)


@bp.get("/preview/<token>")
@private
def preview(token: str) -> ResponseReturnValue:
    """The token is the right: whoever was given the address reads an entry before everybody can."""
    found = queries.preview(token)
    if found is None:
        not_found()
    return _page(found, preview=True)


def _page(entry: Entry, *, preview: bool = False) -> str:
    text = contents(
        entry.body, currency=g.store.currency, site=current_app.config["PUBLIC_URL"], root=request.root_path
    )
    shown = {"entry": entry, "missing": text.missing, "preview": preview, "moment": now()}
    if entry.kind == Kind.LOOKBOOK:
        return render_template("content/lookbook.html", spreads=spreads(text.parts), **shown)
    others = queries.others(entry, OTHERS) if entry.kind == Kind.JOURNAL else []
    return render_template("content/entry.html", parts=text.parts, others=others, **shown)
