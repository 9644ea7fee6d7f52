from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from shop.catalog.models import Product, Variant
from shop.core.db import db
from shop.restock.models import RestockRequest

SHOWN = 50


def by_token(token: str) -> RestockRequest | None:
    return db.session.scalar(select(RestockRequest).where(RestockRequest.token == token))


def of(email: str) -> Sequence[RestockRequest]:
    """What an address has asked for, told or not, the newest first, with variants and products."""
    return db.session.scalars(
        select(RestockRequest)
        .where(RestockRequest.email == email)
        .order_by(RestockRequest.id.desc())
        .limit(SHOWN)
        .options(joinedload(RestockRequest.variant).joinedload(Variant.product))
    ).all()


def waiting(email: str) -> Sequence[RestockRequest]:
    """What an address waits for, with variants and products."""
    return db.session.scalars(
        select(RestockRequest)
        .join(RestockRequest.variant)
        .join(Variant.product)
        .where(RestockRequest.email == email, RestockRequest.notified_at.is_(None))
        .order_by(Product.name, Variant.position)
        .options(contains_eager(RestockRequest.variant).contains_eager(Variant.product))
    ).all()
