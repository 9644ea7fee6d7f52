"""The same once more: what an order's goods cost now, and how many of them can be had. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from shop.catalog import queries as catalog
from shop.catalog.models import Hold, Product, Variant
from shop.catalog.stock import full_name
from shop.core.db import db
from shop.core.i18n import _, _n, format_money
from shop.core.money import Money
from shop.orders.models import Order


@dataclass(frozen=True, slots=True)
class Again:
    """A variant of an order as it can be bought now: `quantity` of the `wanted` pieces, at `price` if it is sold."""

    variant_id: int
    name: str
    wanted: int
    quantity: int
    price: Money | None
    was: Money
    largest: int

    @property
    def difference(self) -> str:
        """What is not as it was, as a sentence; empty when all is."""
        said = self._fewer()
        if self.quantity and self.price is not None and self.price != self.was:
            now, was = format_money(self.price, brief=True), format_money(self.was, brief=True)
            dearer = _("%(name)s is now %(now)s, was %(was)s.", name=self.name, now=now, was=was)
            return f"{said} {dearer}".strip()
        return said

    def _fewer(self) -> str:
        if self.price is None:
            return _("%(name)s is not sold any more.", name=self.name)
        if not self.quantity:
            return _("%(name)s has sold out.", name=self.name)
        if self.quantity == self.wanted:
            return ""
        if self.quantity == self.largest:
            return _("%(most)s of %(name)s is the most in one order.", most=self.largest, name=self.name)
        return _n(
            "Only %(num)s of %(name)s is left, of %(wanted)s.",
            "Only %(num)s of %(name)s are left, of %(wanted)s.",
            self.quantity,
            name=self.name,
            wanted=self.wanted,
        )


def again(order: Order, *, cart_id: int | None, currency: str, largest: int) -> list[Again]:
    """Each variant of the order once, in the order of its lines. What the cart's own unpaid order holds is free."""
    wanted: dict[int, int] = {}
    for line in order.lines:
        wanted[line.variant_id] = wanted.get(line.variant_id, 0) + line.quantity
    free = _free(list(wanted), cart_id)
    tags = catalog.price_tags(wanted, currency)
    lines = {line.variant_id: line for line in reversed(order.lines)}
    found = []
    for variant_id, count in wanted.items():
        line, tag = lines[variant_id], tags.get(variant_id)
        is_sold = tag is not None and variant_id in free
        found.append(
            Again(
                variant_id=variant_id,
                name=full_name(line.product_name, line.variant_name),
                wanted=count,
                quantity=max(0, min(count, free[variant_id], largest)) if is_sold else 0,
                price=tag.amount if tag is not None and is_sold else None,
                was=line.unit_price,
                largest=largest,
            )
        )
    return found


def _free(variant_ids: list[int], cart_id: int | None) -> dict[int, int]:
    """Pieces that this cart may have, of each variant that is on sale."""
    rows = db.session.execute(
        select(Variant, func.coalesce(Hold.quantity, 0))
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Hold, (Hold.variant_id == Variant.id) & (Hold.cart_id == cart_id))
        .where(Variant.id.in_(variant_ids), Variant.withdrawn_at.is_(None), catalog.on_sale())
    )
    return {variant.id: variant.buyable + held for variant, held in rows}
