"""What a product's page is made of: for shoppers, and for staff who look at it before it is on sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from shop.catalog import queries, stock
from shop.catalog.models import Option, Picture, Place, Product, Variant
from shop.catalog.picker import Offer, OptionText, ValueText, pick, questions
from shop.catalog.room import Room, Size, room
from shop.catalog.units import unit_price
from shop.core.clock import now
from shop.core.store import Store
from shop.delivery import queries as deliveries
from shop.delivery.models import Method
from shop.reviews import queries as reviews

BESIDE = 4  # cards under a product
REVIEWS = 6


def contents(product: Product, asked: Mapping[str, str], store: Store) -> dict[str, Any]:
    """`asked` is what the address says of choices and of the picture; what it says wrong is not minded."""
    tags = queries.price_tags([variant.id for variant in product.variants], store.currency)
    options, offers = _choosable(product, tags)
    wanted = {option.slug: asked[option.slug] for option in options if option.slug in asked}
    offer = pick(offers, wanted)
    methods = deliveries.methods(store.country) if offer else []
    quotes = _quotes(methods, product, offer, store) if offer and offer.posted else []
    trail = queries.shown_way_to(product.category)
    compare_at = tags[offer.variant_id].compare_at if offer else None
    rating = reviews.rating(product.id)
    return {
        "product": product,
        "trail": trail,
        "current_shelf": trail[0].slug if trail else "",
        **_pictures(product, offer, asked.get("image", "")),
        "questions": questions(options, offers, offer) if offer else [],
        "chosen": offer.choices if offer else {},
        "offer": offer,
        "tags": tags,
        "methods": methods,
        "compare_at": compare_at,
        "unit_price": unit_price(offer.price, _variant(product, offer)) if offer else None,
        "lowest": queries.lowest_before_sale(offer.variant_id, store.currency) if offer and compare_at else None,
        "most": min(offer.buyable, store.largest_quantity) if offer else 0,
        "availability": stock.availabilities([_variant(product, offer)])[offer.variant_id] if offer else None,
        "expected": stock.expected(product.restock_at),
        "quotes": quotes,
        "home_quote": next((quote for quote in quotes if quote.kind == "parcel"), None),
        "order_by": _order_by(store) if offer and offer.posted and offer.available > 0 else "",
        "making": queries.making_of(product),
        "rating": rating,
        "reviews": reviews.for_product(product.id, count=REVIEWS) if rating.count else [],
        "beside": queries.beside(product, BESIDE, currency=store.currency),
    }


def _pictures(product: Product, offer: Offer | None, number: str) -> dict[str, Any]:
    """Its gallery, and which view of it is asked for, or fits what is chosen; the drawing of its sizes comes last."""
    pictures = [picture for picture in product.pictures if picture.place == Place.GALLERY]
    drawn = next((found for option in product.options if (found := _room(option))), None)
    views = len(pictures) + (drawn is not None)
    if number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= views:
        current = int(number[:6])
    else:
        current = 1 + min(range(len(pictures)), key=lambda place: _strange(pictures[place], offer), default=0)
    in_room = drawn is not None and current == views and views > 1
    return {
        "pictures": pictures,
        "room": drawn,
        "views": views,
        "image_number": current,
        "in_room": in_room,
        "current_picture": pictures[current - 1] if pictures and not in_room else None,
    }


def _strange(picture: Picture, offer: Offer | None) -> int:
    """0 for the chosen variant's own picture, 2 for another's."""
    if picture.variant_id is None:
        return 1
    return 0 if offer and picture.variant_id == offer.variant_id else 2


def _room(option: Option) -> Room | None:
    sizes = [
        Size(value.slug, value.label, value.hint, value.width_mm, value.height_mm)
        for value in option.values
        if value.width_mm and value.height_mm
    ]
    return room(option.slug, sizes)


def _choosable(product: Product, tags: Mapping[int, queries.PriceTag]) -> tuple[list[OptionText], list[Offer]]:
    values = {value.id: (option.slug, value.slug) for option in product.options for value in option.values}
    options = [
        OptionText(
            option.slug,
            option.name,
            [ValueText(value.slug, value.label, value.hint, value.colour) for value in option.values],
        )
        for option in product.options
    ]
    offers = [
        Offer(
            variant_id=variant.id,
            choices=dict(values[choice.value_id] for choice in variant.choices),
            price=tags[variant.id].amount,
            available=variant.available,
            limit=variant.back_order_limit,
            posted=variant.requires_shipping,
        )
        for variant in product.variants
        if variant.id in tags
    ]
    return options, offers


def _quotes(methods: Sequence[Method], product: Product, offer: Offer, store: Store) -> list[deliveries.Quote]:
    """What delivery at home would cost for one of it, and when it would come, as far as that is known."""
    weight = _variant(product, offer).weight_g
    promised = stock.expected(product.restock_at)
    at_once, later = store.day_of_order(now()), store.day_of(promised) if promised else None
    today = at_once if offer.available > 0 else later
    return deliveries.quoted(methods, value=offer.price, weight_g=weight, today=today)


def _variant(product: Product, offer: Offer) -> Variant:
    return next(variant for variant in product.variants if variant.id == offer.variant_id)


def _order_by(store: Store) -> str:
    """The hour by which to order for the dates shown, while there is time left today."""
    today = now().astimezone(ZoneInfo(store.timezone)).date()
    return store.order_by if store.day_of_order(now()) == today else ""
