from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select

from shop.cart.models import Cart, CartLine
from shop.cart.pricing import Item, Totals, price
from shop.catalog import companions
from shop.catalog import queries as catalog
from shop.catalog.cards import Card, cards
from shop.catalog.models import Hold, Picture, Product, Variant
from shop.catalog.stock import expected, full_name
from shop.core.clock import now
from shop.core.db import db
from shop.core.i18n import _, _n, format_money
from shop.core.money import Money
from shop.core.store import Store


@dataclass(frozen=True, slots=True)
class ReviewedLine:
    """A cart's line as it can be bought now: `quantity` is what is left of the `wanted` pieces."""

    line_id: int
    variant_id: int
    product_slug: str
    product_name: str
    variant_name: str
    sku: str
    choices: Mapping[str, str]  # option slug to value slug, to link back to it
    picture: Picture | None
    unit_price: Money
    quantity: int
    wanted: int
    most: int
    tax_class: str
    requires_shipping: bool
    weight_g: int
    ahead: int = 0  # pieces that are not on the shelf
    promised_at: datetime | None = None  # when these are expected

    @property
    def waiting(self) -> int:
        return self.ahead

    @property
    def amount(self) -> Money:
        return self.unit_price * self.quantity

    @property
    def full_name(self) -> str:
        return full_name(self.product_name, self.variant_name)


@dataclass(frozen=True, slots=True)
class Review:
    """A cart held against the shop as it is now. `notices` say everything that is not as the shopper left it."""

    cart_id: int | None
    currency: str
    lines: list[ReviewedLine]
    notices: list[str]

    @property
    def buyable(self) -> list[ReviewedLine]:
        return [line for line in self.lines if line.quantity > 0]

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def weight_g(self) -> int:
        return sum(line.weight_g * line.quantity for line in self.lines)

    @property
    def needs_delivery(self) -> bool:
        return any(line.requires_shipping for line in self.buyable)

    def ready(self, today: date, store: Store) -> date | None:
        """The day on which all of it is there to be sent, `today` or later, or None where that is not known."""
        later = [line.promised_at for line in self.buyable if line.ahead]
        return None if None in later else max([today, *(store.day_of(each) for each in later if each)])

    @property
    def waits(self) -> str:
        """What is not there yet and when it comes, made short; empty when all is there."""
        later = [
            [line.variant_id, line.ahead, line.promised_at.isoformat() if line.promised_at else ""]
            for line in self.buyable
            if line.ahead
        ]
        return hashed(json.dumps(later)) if later else ""

    @property
    def goods(self) -> Totals:
        """What the goods come to, before delivery; tax is left for when the country is known."""
        items = [Item(line.quantity, line.unit_price, tax_rate=_NO_TAX_YET) for line in self.buyable]
        return price(items, currency=self.currency)


_NO_TAX_YET = Decimal(0)


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def by_secret(secret: str) -> Cart | None:
    return db.session.scalar(select(Cart).where(Cart.secret_hash == hashed(secret), Cart.expires_at > now()))


def count(secret: str) -> int:
    """Pieces in the visitor's cart."""
    return (
        db.session.scalar(
            select(func.sum(CartLine.quantity))
            .join(Cart, Cart.id == CartLine.cart_id)
            .where(Cart.secret_hash == hashed(secret), Cart.expires_at > now())
        )
        or 0
    )


def empty(currency: str) -> Review:
    return Review(None, currency, [], [])


def review(cart_id: int, *, currency: str, largest: int) -> Review:
    """Reads only: what differs is said, and counted as it can be had; the cart's rows stay as the shopper left them."""
    rows = db.session.execute(
        select(CartLine, Variant, Product, catalog.on_sale().label("on_sale"), func.coalesce(Hold.quantity, 0))
        .join(Variant, Variant.id == CartLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Hold, (Hold.variant_id == Variant.id) & (Hold.cart_id == cart_id))  # this cart's own unpaid order
        .where(CartLine.cart_id == cart_id)
        .order_by(CartLine.id)
    ).all()
    variant_ids = [variant.id for _line, variant, *_rest in rows]
    tags = catalog.price_tags(variant_ids, currency)
    pictures = catalog.pictures_of(variant_ids)
    choices = catalog.choices_of(variant_ids)
    lines: list[ReviewedLine] = []
    notices: list[str] = []
    for line, variant, product, on_sale, own_hold in rows:
        tag = tags.get(variant.id)
        name = full_name(product.name, variant.name)
        sold_here = on_sale and variant.withdrawn_at is None and tag is not None
        free = variant.buyable + own_hold if sold_here else 0
        quantity = max(0, min(line.quantity, free, largest))
        ahead = max(0, quantity - max(0, variant.available + own_hold))
        unit_price = tag.amount if tag else line.unit_price
        if not sold_here:
            notices.append(_("%(name)s is not sold any more, so it is not counted.", name=name))
        elif free <= 0:
            notices.append(_("%(name)s has sold out, so it is not counted.", name=name))
        elif quantity < min(line.quantity, free):
            notices.append(
                _(
                    "%(most)s of one thing is the most in one order, so we changed %(name)s from %(wanted)s.",
                    most=largest,
                    name=name,
                    wanted=line.quantity,
                )
            )
        elif quantity < line.quantity:
            notices.append(
                _n(
                    "Only %(num)s of %(name)s is left, so we changed the quantity from %(wanted)s.",
                    "Only %(num)s of %(name)s are left, so we changed the quantity from %(wanted)s.",
                    quantity,
                    name=name,
                    wanted=line.quantity,
                )
            )
        if sold_here and unit_price != line.unit_price:
            notices.append(
                _(
                    "%(name)s is now %(now)s, was %(was)s.",
                    name=name,
                    now=format_money(unit_price, brief=True),
                    was=format_money(line.unit_price, brief=True),
                )
            )
        lines.append(
            ReviewedLine(
                line_id=line.id,
                variant_id=variant.id,
                product_slug=product.slug,
                product_name=product.name,
                variant_name=variant.name,
                sku=variant.sku,
                choices=choices.get(variant.id, {}),
                picture=pictures.get(variant.id),
                unit_price=unit_price,
                quantity=quantity,
                wanted=line.quantity,
                most=max(0, min(free, largest)),
                tax_class=product.tax_class,
                requires_shipping=variant.requires_shipping,
                weight_g=variant.weight_g,
                ahead=ahead,
                promised_at=expected(product.restock_at) if ahead else None,
            )
        )
    return Review(cart_id, currency, lines, notices)


def beside(cart_id: int, count: int, *, currency: str) -> list[Card]:
    """What is often bought together with what is in the cart; nothing where no orders have shown it."""
    inside = (
        select(Variant.product_id).join(CartLine, CartLine.variant_id == Variant.id).where(CartLine.cart_id == cart_id)
    )
    return cards(companions.of_all(inside, count), currency)
