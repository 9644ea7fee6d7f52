"""What lies on the shelf, as who counts and fetches it reads it: sheets to count by, what runs out, what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from shop.catalog.models import Product, Status, StockMovement, Variant
from shop.catalog.stocked import Stock, Stocked, shown
from shop.core.db import db
from shop.core.lists import Piece, piece

SHEET = 8  # products of a sheet
MOST = 180  # variants of it, unless one product has more: a form has no more fields
PRODUCTS = 25  # on a page of what runs out


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement, and what lay on the shelf after it."""

    movement: StockMovement
    left: int


def sheet(category_id: int | None, *, after: int | None = None, before: int | None = None) -> Piece[Variant]:
    """Variants that are counted, of the next products by name. `after` and `before` are ids of products."""
    found: Any = select(Stocked.product_id.label("id"), Stocked.name_key)
    if category_id is not None:
        found = found.where(Stocked.category_id == category_id)
    rows = piece(found, Stocked.name_key, Stocked.product_id, after=after, before=before, descending=False, size=SHEET)
    variants = _counted([row.id for row in rows.rows])
    kept: list[Variant] = []
    for row in rows.rows:
        own = [variant for variant in variants if variant.product_id == row.id]
        if kept and len(kept) + len(own) > MOST:
            return Piece(kept, rows.before, kept[-1].product_id, lost=False)
        kept += own
    return Piece(kept, rows.before, rows.after, rows.lost)


def running_out(stock: Stock, low_stock: int, *, after: int | None = None, before: int | None = None) -> Piece[Variant]:
    """Variants on sale of which little, or nothing, is left, by the names of their products."""
    found: Any = select(Stocked.product_id.label("id"), Stocked.name_key).where(
        Stocked.status == Status.LIVE, Stocked.stock == stock, shown()
    )
    rows = piece(
        found, Stocked.name_key, Stocked.product_id, after=after, before=before, descending=False, size=PRODUCTS
    )
    most = low_stock if stock == Stock.LOW else 0
    order = {row.id: place for place, row in enumerate(rows.rows)}
    short = [variant for variant in _counted(list(order)) if variant.available <= most]
    short.sort(key=lambda variant: (order[variant.product_id], variant.position, variant.id))
    return Piece(short, rows.before, rows.after, rows.lost)


def _counted(product_ids: Sequence[int]) -> Sequence[Variant]:
    """With their products."""
    return db.session.scalars(
        select(Variant)
        .join(Variant.product)
        .where(Variant.product_id.in_(product_ids), Variant.withdrawn_at.is_(None), Variant.requires_shipping)
        .order_by(Product.name, Variant.position, Variant.id)
        .options(contains_eager(Variant.product))
    ).all()


def variants(variant_ids: Sequence[int]) -> Sequence[Variant]:
    """With their products, in the order of a sheet."""
    return db.session.scalars(
        select(Variant)
        .join(Variant.product)
        .where(Variant.id.in_(variant_ids), Variant.requires_shipping)
        .order_by(Product.name, Variant.position, Variant.id)
        .options(contains_eager(Variant.product))
    ).all()


def variant(variant_id: int) -> Variant | None:
    """With its product."""
    found = select(Variant).where(Variant.id == variant_id).options(joinedload(Variant.product))
    return db.session.scalar(found)


def last_movement() -> int:
    """The id of the newest, of whatever."""
    return db.session.scalar(select(func.max(StockMovement.id))) or 0


def named(sku: str) -> int | None:
    return db.session.scalar(select(Variant.id).where(Variant.sku == sku.strip().upper()))


def movements(
    variant: Variant, *, after: int | None = None, before: int | None = None
) -> tuple[Piece[StockMovement], list[Moved]]:
    """The newest first, each with what it left."""
    found = select(StockMovement).where(StockMovement.variant_id == variant.id)
    read: Piece[StockMovement] = piece(found, StockMovement.id, StockMovement.id, after=after, before=before)
    if not read.rows:
        return read, []
    newer = select(func.coalesce(func.sum(StockMovement.quantity), 0)).where(
        StockMovement.variant_id == variant.id, StockMovement.id > read.rows[0].id
    )
    left = variant.on_hand - (db.session.scalar(newer) or 0)
    told = []
    for movement in read.rows:
        told.append(Moved(movement, left))
        left -= movement.quantity
    return read, told
