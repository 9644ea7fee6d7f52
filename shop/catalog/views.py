from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from shop.catalog import queries
from shop.catalog.models import Place, Product
from shop.catalog.picker import Offer, OptionText, pick, questions
from shop.core.clock import now
from shop.core.web import not_found, positive, public
from shop.delivery import queries as deliveries
from shop.media import queries as media

bp = Blueprint("catalog", __name__)

FRESH = 4  # cards in "New this month"
BESIDE = 4  # cards under a product
MOST_PAGES = 10_000


@bp.app_context_processor
def navigation() -> dict[str, object]:
    """The shelves' names for the header, read once a request and only by pages that show them."""
    return {"nav": _Nav(), "shelves_to_try": _shelves_to_try}


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
    return render_template(
        "catalog/home.html",
        hero=media.asset(g.store.hero) if g.store.hero else None,
        shelves=queries.shelves(),
        newest=queries.newest(FRESH, currency=g.store.currency),
        loved=[],
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
    found = queries.category(slug)
    if found is None:
        not_found()
    shelf, trail = found
    number = positive(request.args.get("page"), default=1, most=MOST_PAGES) or 1
    page = queries.in_category(shelf.id, page=number, currency=g.store.currency)
    return render_template("catalog/category.html", category=shelf, trail=trail, page=page, current_shelf=shelf.slug)


@bp.get("/products/<slug>")
@public
def product(slug: str) -> ResponseReturnValue:
    found = queries.product_page(slug)
    if found is None:
        not_found()
    tags = queries.price_tags([variant.id for variant in found.variants], g.store.currency)
    options, offers = _choosable(found, tags)
    wanted = {option.slug: request.args[option.slug] for option in options if option.slug in request.args}
    offer = pick(offers, wanted)
    pictures = [picture for picture in found.pictures if picture.place == Place.GALLERY]
    image = positive(request.args.get("image"), default=1, most=max(1, len(pictures))) or 1
    quotes = _quotes(found, offer) if offer else []
    return render_template(
        "catalog/product.html",
        product=found,
        trail=[found.category],
        current_shelf=found.category.slug,
        pictures=pictures,
        current_picture=pictures[image - 1] if pictures else None,
        views=len(pictures),
        chosen=offer.choices if offer else {},
        making=queries.making_of(found),
        beside=queries.beside(found, BESIDE, currency=g.store.currency),
        image_number=image,
        questions=questions(options, offers, offer) if offer else [],
        offer=offer,
        compare_at=tags[offer.variant_id].compare_at if offer else None,
        most=min(offer.available, g.store.largest_quantity) if offer else 0,
        quotes=quotes,
        home_quote=next((quote for quote in quotes if quote.kind == "parcel"), None),
        order_by=_order_by(),
        facts=[],
        room=None,
        in_room=False,
    )


@bp.get("/search")
@public
def search() -> ResponseReturnValue:
    text = request.args.get("q", "")[: queries.LONGEST_SEARCH].strip()
    number = positive(request.args.get("page"), default=1, most=MOST_PAGES) or 1
    page = queries.search(text, page=number, currency=g.store.currency)
    suggestions = [] if page.total else queries.newest(FRESH, currency=g.store.currency)
    return render_template("catalog/search.html", q=text, page=page, suggestions=suggestions)


def _choosable(found: Product, tags: dict[int, queries.PriceTag]) -> tuple[list[OptionText], list[Offer]]:
    values = {value.id: (option.slug, value.slug) for option in found.options for value in option.values}
    options = [
        OptionText(option.slug, option.name, [(value.slug, value.label, value.hint) for value in option.values])
        for option in found.options
    ]
    offers = [
        Offer(
            variant_id=variant.id,
            choices=dict(values[choice.value_id] for choice in variant.choices),
            price=tags[variant.id].amount,
            available=variant.available,
        )
        for variant in found.variants
        if variant.id in tags
    ]
    return options, offers


def _quotes(found: Product, offer: Offer) -> list[deliveries.Quote]:
    """What delivery at home would cost for one of it, and when it would come."""
    weight = next(variant.weight_g for variant in found.variants if variant.id == offer.variant_id)
    today = g.store.day_of_order(now())
    return deliveries.quotes(g.store.country, value=offer.price, weight_g=weight, today=today)


def _order_by() -> str:
    """The hour by which to order for the dates shown, while there is time left today."""
    today = now().astimezone(ZoneInfo(g.store.timezone)).date()
    return g.store.order_by if g.store.day_of_order(now()) == today else ""
