"""A product as machines want to know it: what its page says, variant by variant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shop.catalog.cards import NOTHING
from shop.catalog.models import Option, OptionValue, Picture, Place, Product, Variant
from shop.catalog.queries import PriceTag
from shop.catalog.stock import Availability, availabilities, expected, full_name
from shop.core.clock import now
from shop.core.money import Money
from shop.core.store import Store
from shop.delivery.models import Method
from shop.delivery.queries import Quote, quoted

# What schema.org and Google have words for, of all that the variants of a product may differ in.
TRAITS = ("size", "color", "material", "pattern")
_UNITS = {"m2": "sqm", "piece": "ct"}
_PER = {
    "100g": "100 g",
    "kg": "1 kg",
    "100ml": "100 ml",
    "l": "1 l",
    "m": "1 m",
    "m2": "1 sqm",
    "piece": "1 ct",
}
AHEAD = {Availability.BACKORDER, Availability.PREORDER}
AddressOf = Callable[[Mapping[str, str]], str]  # of the product's page, with these choices made


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A variant that has a price."""

    id: int
    sku: str
    name: str  # with the product's: "Seven Ridges, A2, oak"
    address: str
    pictures: tuple[str, ...]
    price: Money
    was: Money | None  # when the price is reduced
    since: datetime | None
    until: datetime | None
    availability: Availability
    from_: datetime | None  # when what can only be ordered ahead is expected
    weight_g: int
    content: str  # how much is in it, 250 g, and what of it a price is told for, 100 g; empty where it is not said
    per: str
    traits: Mapping[str, str]
    others: tuple[tuple[str, str], ...]  # what else it differs in, name and value
    parcels: tuple[Quote, ...]  # how it comes to a home in the shop's own country


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    id: int
    name: str
    address: str
    description: str
    shelf: str
    pictures: tuple[str, ...]
    sold: tuple[Sold, ...]
    chosen_by: tuple[str, ...]  # the names of its options


def goods(
    product: Product,
    tags: Mapping[int, PriceTag],
    methods: Sequence[Method],
    store: Store,
    *,
    address: AddressOf,
    picture: Callable[[Picture], str],
) -> Goods:
    """`product` has all loaded that its page shows."""
    choices = {value.id: (option, value) for option in product.options for value in option.values}
    gallery = [(each, picture(each)) for each in product.pictures if each.place == Place.GALLERY]
    gallery = [(each, url) for each, url in gallery if url]

    availability = availabilities(variant for variant in product.variants if variant.id in tags)

    def sold(variant: Variant) -> Sold:
        tag = tags[variant.id]
        made = [choices[choice.value_id] for choice in variant.choices]
        own = [url for each, url in gallery if each.variant_id == variant.id]
        common = [url for each, url in gallery if each.variant_id is None]
        today = store.day_of_order(now())
        ways = quoted(methods, value=tag.amount, weight_g=variant.weight_g, today=today)
        reduced = tag.compare_at is not None and tag.compare_at > tag.amount
        return Sold(
            id=variant.id,
            sku=variant.sku,
            name=full_name(product.name, variant.name),
            address=address({option.slug: value.slug for option, value in made}),
            pictures=tuple(own + common or [url for _each, url in gallery]),
            price=tag.amount,
            was=tag.compare_at if reduced else None,
            since=tag.since,
            until=tag.until,
            availability=availability[variant.id],
            from_=expected(product.restock_at) if availability[variant.id] in AHEAD else None,
            weight_g=variant.weight_g,
            content=_content(variant),
            per=_PER[variant.per] if variant.content else "",
            traits={trait: value.label for option, value in made if (trait := _trait(option)) and not _without(value)},
            others=tuple((option.name, value.label) for option, value in made if not _trait(option)),
            parcels=tuple(each for each in ways if each.kind == "parcel") if variant.requires_shipping else (),
        )

    return Goods(
        id=product.id,
        name=product.name,
        address=address({}),
        description="\n\n".join(filter(None, (product.summary, product.description))),
        shelf=product.category.name,
        pictures=tuple(url for _each, url in gallery),
        sold=tuple(sold(variant) for variant in product.variants if variant.id in tags),
        chosen_by=tuple(_trait(option) or option.name for option in product.options),
    )


def _content(variant: Variant) -> str:
    if not variant.content:
        return ""
    return f"{variant.content.normalize():f} {_UNITS.get(variant.unit, variant.unit)}"


def _trait(option: Option) -> str:
    if any(value.colour for value in option.values):
        return "color"
    return option.slug if option.slug in TRAITS else ""


def _without(value: OptionValue) -> bool:
    return value.slug == NOTHING
