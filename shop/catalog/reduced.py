"""What is on sale, and what will be: reduced prices that are not over."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from shop.catalog.models import Price, Product, Variant
from shop.core.clock import now
from shop.core.db import db
from shop.core.lists import Piece, piece


def ending(*, after: int | None = None, before: int | None = None) -> Piece[Price]:
    """Those that end by themselves, the next to end first."""
    found = select(Price).where(Price.compare_at_minor.is_not(None), Price.valid_to > now())
    return piece(found, Price.valid_to, Price.id, after=after, before=before, descending=False)


def endless(*, after: int | None = None, before: int | None = None) -> Piece[Price]:
    """Those that hold until somebody ends them, the last made first."""
    found = select(Price).where(Price.compare_at_minor.is_not(None), Price.valid_to.is_(None))
    return piece(found, Price.id, Price.id, after=after, before=before)


def names(variant_ids: list[int]) -> dict[int, tuple[int, str, str]]:
    """(product's id, name in full, SKU) by variant."""
    product = aliased(Product)
    rows = db.session.execute(
        select(Variant.id, product.id, product.name, Variant.name, Variant.sku)
        .join(product, product.id == Variant.product_id)
        .where(Variant.id.in_(variant_ids))
    )
    return {row[0]: (row[1], f"{row[2]}, {row[3]}" if row[3] else row[2], row[4]) for row in rows}
