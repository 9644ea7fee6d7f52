"""Products as lists show them, and what of them can be bought now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from shop.catalog import stock
from shop.catalog.found import in_force
from shop.catalog.listed import ListedOffer
from shop.catalog.models import (
    Option,
    OptionValue,
    Picture,
    Place,
    Product,
    Variant,
    VariantChoice,
)
from shop.catalog.units import UnitPrice, unit_price
from shop.core.clock import now
from shop.core.db import db
from shop.core.i18n import _
from shop.core.money import Money

NEW_FOR = timedelta(days=30)
MANY = 3  # sizes of which a card names the first and the last only
NOTHING = "none"  # the value of an option that stands for going without


@dataclass(frozen=True, slots=True)
class Card:
    """A product as lists show it. Where a list is filtered, its prices are those of the variants that fit."""

    slug: str
    name: str
    fact: str  # one line about it: "A4 to A1"
    lowest: Money
    highest: Money
    unit_price: UnitPrice | None  # of the lowest
    was: Money | None  # the price it is compared with, when the lowest is a sale
    available: int
    ahead: bool  # some of it may be ordered before it is there
    restock_at: datetime | None
    new: bool
    picture: Picture | None
    other_picture: Picture | None
    colours: tuple[str, ...]  # to choose from
    colours_are: str  # what several of them are called: frames

    @property
    def from_price(self) -> bool:
        return self.lowest != self.highest


def cards(ids: Sequence[int], currency: str, *, fitting: frozenset[int] = frozenset()) -> list[Card]:
    """Cards for products, in the order of `ids`; one that cannot be bought now is left out. `fitting` are variants."""
    if not ids:
        return []
    selling = _by_product(
        db.session.execute(
            select(
                ListedOffer.product_id,
                ListedOffer.variant_id,
                ListedOffer.amount_minor.label("amount"),
                ListedOffer.compare_at_minor.label("compare_at"),
                Variant.available,
                Variant.buyable,
                Variant.content,
                Variant.unit,
                Variant.per,
                Variant.piece,
            )
            .join(Variant, Variant.id == ListedOffer.variant_id)
            .where(ListedOffer.product_id.in_(ids), in_force())
            .order_by(ListedOffer.product_id)
        )
    )
    pictures = _pictures(ids)
    options = _options(ids)
    products = {
        product.id: product
        for product in db.session.execute(
            select(
                Product.id,
                Product.slug,
                Product.name,
                Product.summary,
                Product.published_at,
                Product.restock_at,
            ).where(Product.id.in_(ids))
        )
    }
    return [
        _card(
            products[each],
            selling[each],
            pictures.get(each, []),
            options.get(each, []),
            fitting=fitting,
            currency=currency,
        )
        for each in ids
        if each in selling
    ]


def _card(
    product: Any,
    offers: list[Any],
    pictures: list[Picture],
    options: list[Any],
    *,
    fitting: frozenset[int],
    currency: str,
) -> Card:
    shown = [offer for offer in offers if offer.variant_id in fitting] or offers
    cheapest = min(shown, key=lambda offer: offer.amount)
    first, second, *_more = *pictures, None, None
    by_option = [list(values) for _slug, values in groupby(options, key=lambda value: value.option)]
    plain = next((values for values in by_option if not any(value.colour for value in values)), [])
    coloured = next((values for values in by_option if any(value.colour for value in values)), [])
    lowest = Money(cheapest.amount, currency)
    return Card(
        slug=product.slug,
        name=product.name,
        fact=_range([value.label for value in plain]) or product.summary.split(". ")[0].removesuffix("."),
        lowest=lowest,
        highest=Money(max(offer.amount for offer in shown), currency),
        unit_price=unit_price(lowest, cheapest),
        was=None if cheapest.compare_at is None else Money(cheapest.compare_at, currency),
        available=sum(max(offer.available, 0) for offer in offers),
        ahead=any(offer.buyable > max(0, offer.available) for offer in offers),
        restock_at=stock.expected(product.restock_at),
        new=now() - product.published_at < NEW_FOR,
        picture=first,
        other_picture=second,
        colours=tuple(value.colour for value in coloured if value.slug != NOTHING),
        colours_are=coloured[0].many if coloured else "",
    )


def _range(labels: list[str]) -> str:
    """A4 to A1; Dotted, lined, plain."""
    if len(labels) >= MANY and any(letter.isdigit() for label in labels for letter in label):
        return _("%(first)s to %(last)s", first=labels[0], last=_within(labels[-1]))
    return ", ".join([*labels[:1], *map(_within, labels[1:])])


def _within(label: str) -> str:
    """As it stands within a sentence: lined, but A5."""
    return label[:1].lower() + label[1:] if label[1:].islower() else label


def _by_product(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Rows in the order of their products, apart."""
    return {product_id: list(own) for product_id, own in groupby(rows, key=lambda row: row.product_id)}


def _options(ids: Sequence[int]) -> dict[int, list[Any]]:
    """What there is to choose of each product, option by option, but for what is not sold any more."""
    return _by_product(
        db.session.execute(
            select(
                Variant.product_id,
                Option.slug.label("option"),
                Option.many,
                OptionValue.slug,
                OptionValue.label,
                OptionValue.colour,
            )
            .distinct()
            .add_columns(Option.position, OptionValue.position)
            .join(VariantChoice, VariantChoice.variant_id == Variant.id)
            .join(Option, Option.id == VariantChoice.option_id)
            .join(OptionValue, OptionValue.id == VariantChoice.value_id)
            .where(Variant.product_id.in_(ids), Variant.withdrawn_at.is_(None))
            .order_by(Variant.product_id, Option.position, Option.slug, OptionValue.position)
        )
    )


def first_pictures(ids: Sequence[int]) -> dict[int, Picture]:
    """The first of each product's gallery, which lists show."""
    return {product_id: own[0] for product_id, own in _pictures(ids).items()}


def _pictures(ids: Sequence[int]) -> dict[int, list[Picture]]:
    """The first two of each product's gallery."""
    order = func.row_number().over(partition_by=Picture.product_id, order_by=(Picture.position, Picture.id))
    shown = (
        select(Picture.id, order.label("number"))
        .where(Picture.product_id.in_(ids), Picture.place == Place.GALLERY)
        .subquery()
    )
    return _by_product(
        db.session.scalars(
            select(Picture)
            .join(shown, shown.c.id == Picture.id)
            .join(Picture.asset)
            .where(shown.c.number <= 2)  # noqa: PLR2004
            .order_by(Picture.product_id, shown.c.number)
            .options(contains_eager(Picture.asset))
        )
    )
