from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from shop.catalog.models import Product, Variant
from shop.core.db import db
from shop.core.lists import Piece, piece
from shop.restock.models import RestockRequest

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """A variant that is waited for: by how many, and since when."""

    variant: Variant
    count: int
    since: datetime


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


def wanted(*, after: int | None = None, before: int | None = None) -> Piece[Wanted]:
    """What is waited for, the newest goods first. `after` and `before` are ids of variants."""
    backwards, edge = before is not None, after if before is None else before
    waits = RestockRequest.notified_at.is_(None)
    found = select(RestockRequest.variant_id).where(waits).distinct()
    if edge is not None:
        found = found.where(RestockRequest.variant_id > edge if backwards else RestockRequest.variant_id < edge)
    order = RestockRequest.variant_id if backwards else RestockRequest.variant_id.desc()
    read = db.session.scalars(found.order_by(order).limit(SHOWN + 1)).all()
    more, ids = len(read) > SHOWN, sorted(read[:SHOWN], reverse=True)
    counted = db.session.execute(
        select(RestockRequest.variant_id, func.count(), func.min(RestockRequest.created_at))
        .where(waits, RestockRequest.variant_id.in_(ids))
        .group_by(RestockRequest.variant_id)
    ).all()
    some = sorted(counted, key=lambda row: -row[0])
    variants = db.session.scalars(select(Variant).where(Variant.id.in_(ids)).options(joinedload(Variant.product)))
    by_id = {variant.id: variant for variant in variants}
    rows = [Wanted(by_id[variant_id], count, since) for variant_id, count, since in some]
    if not rows:
        return Piece([], None, None, lost=edge is not None)
    return Piece(
        rows,
        before=rows[0].variant.id if (more if backwards else edge is not None) else None,
        after=rows[-1].variant.id if (more or backwards) else None,
        lost=False,
    )


def told(*, after: int | None = None, before: int | None = None) -> Piece[RestockRequest]:
    """Who was told that something is back, the last first, with variants and products."""
    found = (
        select(RestockRequest)
        .where(RestockRequest.notified_at.is_not(None))
        .options(joinedload(RestockRequest.variant).joinedload(Variant.product))
    )
    return piece(found, RestockRequest.notified_at, RestockRequest.id, after=after, before=before)


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
