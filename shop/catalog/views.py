from __future__ import annotations

from functools import partial
from http import HTTPStatus

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from shop.catalog import collections, found, listing, queries, redirects
from shop.catalog import search as searches
from shop.catalog.product_page import contents
from shop.catalog.suggestions import suggest
from shop.core.i18n import format_number
from shop.core.web import not_found, positive, public
from shop.media import queries as media
from shop.reviews import queries as reviews
from shop.reviews.stars import MOST

bp = Blueprint("catalog", __name__)

LOVED = 8  # cards in "Most loved"
FRESH = 4  # cards in "New this month"
PRAISE = 3  # short reviews on the first page
MOST_PAGES = 10_000
MOST_RECENT = 8  # cards of products seen before
PARTS_KEPT_S = 60


@bp.app_context_processor
def navigation() -> dict[str, object]:
    """The shelves' names for the header, read once a request and only by pages that show them."""
    return {"nav": _Nav(), "shelves_to_try": _shelves_to_try}


@bp.app_template_global()
def figure(count: int) -> str:
    """As far as it was counted: 41, or 1,000+."""
    return f"{format_number(found.MOST)}+" if count > found.MOST else format_number(count)


class _Nav:
    def __iter__(self):  # type: ignore[no-untyped-def]
        if "nav" not in g:
            g.nav = queries.nav()
        return iter(g.nav)


def _shelves_to_try() -> list[tuple[str, str]]:
    """The same for a page that tells of an error, and comes without them when the database does not answer."""
    try:
        return list(_Nav())
    except SQLAlchemyError:
        return []


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    rating = reviews.overall()
    return render_template(
        "catalog/home.html",
        hero=media.asset(g.store.hero) if g.store.hero else None,
        shelves=queries.shelves(),
        collections=collections.links(),
        newest=queries.newest(FRESH, currency=g.store.currency),
        loved=queries.most_loved(LOVED, currency=g.store.currency) if rating.count else [],
        praise=queries.praise(PRAISE),
        rating=rating,
        story=queries.making(g.store.story_product) if g.store.story_product else None,
    )


@bp.get("/menu")
@public
def menu() -> ResponseReturnValue:
    """The shelves as a page of their own: what the menu button opens on a phone without JavaScript."""
    return render_template("catalog/menu.html")


@bp.get("/categories/<slug>")
@public
def category(slug: str) -> ResponseReturnValue:
    shelf = queries.category(slug)
    if shelf is None:
        return _moved(redirects.of_category(slug))
    *trail, _here = way = queries.shown_way_to(shelf)
    shown = listing.on_shelf(shelf.id, request.args.items(multi=True), page=_page(), currency=g.store.currency)
    return render_template(
        "catalog/category.html",
        category=shelf,
        trail=trail,
        below=[each for each in queries.shelves(shelf.id) if each.count],
        listing=shown,
        current_shelf=way[0].slug,
    )


@bp.get("/collections/<slug>")
@public
def collection(slug: str) -> ResponseReturnValue:
    shown = collections.collection(slug)
    if shown is None:
        return _moved(redirects.of_collection(slug))
    products = collections.products(shown, request.args.items(multi=True), page=_page(), currency=g.store.currency)
    return render_template("catalog/collection.html", collection=shown, listing=products)


@bp.get("/products/<slug>")
@public
def product(slug: str) -> ResponseReturnValue:
    found = queries.product_page(slug)
    if found is None:
        gone = queries.discontinued(slug)
        if gone is None:
            return _moved(redirects.of_product(slug))
        beside = queries.beside(gone, FRESH, currency=g.store.currency)
        trail = queries.shown_way_to(gone.category)
        return render_template("catalog/gone.html", product=gone, trail=trail, beside=beside), HTTPStatus.GONE
    address = partial(url_for, "catalog.product", slug=slug)
    return render_template(
        "catalog/product.html", address=address, preview=False, **contents(found, request.args, g.store)
    )


@bp.get("/products/recent")
@public
def recent() -> ResponseReturnValue:
    """A part of a page: cards of the products that a browser says it has seen."""
    slugs = request.args.get("slugs", "").split(",")[:MOST_RECENT]
    found = queries.named(slugs, currency=g.store.currency)
    return _kept_part(render_template("catalog/_recent.html", recent=found) if found else "")


@bp.get("/products/<slug>/reviews", endpoint="reviews")
@public
def reviews_of(slug: str) -> ResponseReturnValue:
    found = queries.product_named(slug)
    if found is None:
        return _moved(redirects.of_product(slug))
    page = reviews.page(found.id, stars=positive(request.args.get("stars"), most=MOST), number=_page())
    trail = queries.shown_way_to(found.category)
    return render_template("catalog/reviews.html", product=found, trail=trail, page=page)


@bp.get("/search")
@public
def search() -> ResponseReturnValue:
    words = _words()
    asked, currency = request.args.items(multi=True), g.store.currency
    shown = listing.searched(words, asked, page=_page(), currency=currency) if words else None
    if shown and shown.empty:
        searches.note_miss(words)
    loved = queries.most_loved(FRESH, currency=currency) if shown is None or shown.empty else []
    return render_template("catalog/search.html", q=words, listing=shown, loved=loved)


@bp.get("/search/suggestions")
@public
def suggestions() -> ResponseReturnValue:
    """A part of a page: what the words so far may become."""
    words = _words()
    found = suggest(words, currency=g.store.currency)
    return _kept_part(render_template("catalog/_suggestions.html", q=words, found=found) if found else "")


def _kept_part(part: str) -> ResponseReturnValue:
    answer = make_response(part, HTTPStatus.OK if part else HTTPStatus.NO_CONTENT)
    answer.cache_control.public = True
    answer.cache_control.max_age = PARTS_KEPT_S
    return answer


def _moved(slug: str | None) -> ResponseReturnValue:
    """To the same page of what has another slug now."""
    if slug is None:
        not_found()
    address = url_for(request.endpoint or "", slug=slug)
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{address}?{query}" if query else address, HTTPStatus.MOVED_PERMANENTLY)


def _words() -> str:
    return request.args.get("q", "")[: searches.LONGEST].strip()


def _page() -> int:
    return positive(request.args.get("page"), default=1, most=MOST_PAGES) or 1
