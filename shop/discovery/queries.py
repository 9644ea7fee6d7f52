from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from shop.catalog.collections import Collection, shown
from shop.catalog.models import Category, Product, Status
from shop.catalog.queries import on_sale, on_sale_by_id
from shop.core.clock import now
from shop.core.db import db

CHUNK = 50_000  # ids in one file of the sitemap, which may name as many addresses and no more: sitemaps.org/protocol


class Listed(NamedTuple):
    """A product as the sitemap has it."""

    id: int
    slug: str
    updated_at: datetime


def chunks() -> list[int]:
    """Numbers of the files that have something in them, counted from 1.

    From the first product on sale of one to the first behind it: as many statements as there are files.
    """
    found: list[int] = []
    while True:
        behind = found[-1] * CHUNK if found else 0
        first = listed(behind, None, 1)
        if not first:
            return found
        found.append((first[0].id - 1) // CHUNK + 1)


def listed(after: int, until: int | None, count: int) -> Sequence[Listed]:
    """The next products on sale by their ids, `until` the last that is wanted."""
    found = select(Product.id, Product.slug, Product.updated_at).where(on_sale_by_id(), Product.id > after)
    if until is not None:
        found = found.where(Product.id <= until)
    return [Listed(*row) for row in db.session.execute(found.order_by(Product.id).limit(count))]


def shelves() -> Sequence[str]:
    return db.session.scalars(select(Category.slug).where(Category.hidden_at.is_(None)).order_by(Category.id)).all()


def collections() -> Sequence[str]:
    return db.session.scalars(select(Collection.slug).where(shown()).order_by(Collection.id)).all()


def newest(count: int) -> Sequence[Product]:
    return db.session.scalars(
        select(Product).where(on_sale()).order_by(Product.published_at.desc(), Product.id.desc()).limit(count)
    ).all()


def known(product_ids: Sequence[int]) -> list[str]:
    """The slugs of those that are, or once were, on sale: what nobody has seen need not be told of."""
    return list(
        db.session.scalars(
            select(Product.slug)
            .where(Product.id.in_(product_ids), Product.status != Status.DRAFT, Product.published_at <= now())
            .order_by(Product.id)
        )
    )
