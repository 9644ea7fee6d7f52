"""Asking those who bought something what they think of it: once for each parcel, some days after it came."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select, update

from shop.catalog.models import Variant
from shop.core import outbox, store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.orders.models import Order, OrderLine, Shipment, ShipmentLine
from shop.reviews import services as reviews
from shop.reviews.models import Review
from shop.reviews.services import Opinion

BATCH = 200
TOO_LATE = timedelta(days=60)  # after delivery: a shop that begins to ask does not ask about last year
LINK_LASTS = timedelta(days=90)


def invite_due() -> bool:
    """Marks parcels whose time it is, and says so where there is something to ask. Returns whether there may be more.

    A parcel is looked at once: what has gone back by then is not asked about.
    """
    shop = store.get()
    if not shop.invite_after_days:
        return False
    with transaction():
        due = db.session.execute(
            select(Shipment.id, Shipment.order_id)
            .where(
                Shipment.invited_at.is_(None),
                Shipment.undone_at.is_(None),
                Shipment.delivered_at <= now() - timedelta(days=shop.invite_after_days),
                Shipment.delivered_at > now() - TOO_LATE,
            )
            .order_by(Shipment.delivered_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        ids = [row.id for row in due]
        db.session.execute(update(Shipment).where(Shipment.id.in_(ids)).values(invited_at=now()))
        for shipment_id, order_id in due:
            if to_review(shipment_id):
                outbox.emit("review.invited", order_id=order_id, shipment_id=shipment_id)
    return len(due) == BATCH


def to_review(shipment_id: int) -> list[OrderLine]:
    """What of a parcel was kept and not reviewed yet: one line for each product, with its variant and product."""
    order_id = db.session.scalar(select(Shipment.order_id).where(Shipment.id == shipment_id))
    said = set(
        db.session.scalars(
            select(Review.product_id)
            .join(OrderLine, OrderLine.id == Review.order_line_id)
            .where(OrderLine.order_id == order_id)
        )
    )
    lines = db.session.scalars(
        select(OrderLine)
        .join(ShipmentLine, ShipmentLine.line_id == OrderLine.id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(OrderLine.position)
    )
    kept = [line for line in lines if line.shipped > max(line.returned, line.refunded)]
    products = product_ids([line.variant_id for line in kept])
    found: dict[int, OrderLine] = {}
    for line in kept:
        if products[line.variant_id] not in said:
            found.setdefault(products[line.variant_id], line)
    return list(found.values())


def product_ids(variant_ids: list[int]) -> dict[int, int]:
    """By variant."""
    rows = db.session.execute(select(Variant.id, Variant.product_id).where(Variant.id.in_(variant_ids)))
    return {variant_id: product_id for variant_id, product_id in rows}


def say(order: Order, line: OrderLine, opinion: Opinion, *, language: str) -> bool:
    """Keeps what a buyer thinks of a line's product, for somebody to read first. False when it was said before."""
    product_id = product_ids([line.variant_id])[line.variant_id]
    return reviews.write(product_id, opinion, order_line_id=line.id, variant_name=line.variant_name, language=language)


def link_token(shipment_id: int) -> str:
    return _signer().dumps(shipment_id)


def shipment_of(token: str) -> int | None:
    """The parcel that a link was made for, None for one that was made up or is too old."""
    try:
        shipment_id = _signer().loads(token, max_age=int(LINK_LASTS.total_seconds()))
    except BadSignature:
        return None
    return shipment_id if isinstance(shipment_id, int) else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="review-invitation")
