from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, true, tuple_

from shop.catalog.models import Variant
from shop.core.db import db, end_read
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment

ORDERS_AT_ONCE = 2000


def kept() -> ColumnElement[bool]:
    """Orders that were paid, and neither cancelled nor paid back in full."""
    costs_nothing = Order.total_minor == 0
    paid_for = exists().where(Payment.order_id == Order.id, Payment.captured_minor > Payment.refunded_minor)
    return and_(Order.paid_at.is_not(None), Order.cancelled_at.is_(None), or_(costs_nothing, paid_for))


def bought() -> Iterator[tuple[int, list[int]]]:
    """When each order was placed, in seconds, and which products are in it; oldest first, some at a time."""
    last: Row[datetime, int] | None = None
    while True:
        after = true() if last is None else tuple_(Order.placed_at, Order.id) > tuple_(*last)
        orders = db.session.execute(
            select(Order.placed_at, Order.id)
            .where(kept(), after)
            .order_by(Order.placed_at, Order.id)
            .limit(ORDERS_AT_ONCE)
        ).all()
        if not orders:
            return
        last = orders[-1]
        products = _products_of([order_id for _placed_at, order_id in orders])
        end_read()
        yield from ((int(placed_at.timestamp()), products.get(order_id, [])) for placed_at, order_id in orders)


def _products_of(order_ids: list[int]) -> dict[int, list[int]]:
    rows = db.session.execute(
        select(OrderLine.order_id, Variant.product_id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(OrderLine.order_id.in_(order_ids))
        .order_by(OrderLine.order_id, Variant.product_id)
        .distinct()
    )
    return {order_id: [row.product_id for row in own] for order_id, own in groupby(rows, key=lambda row: row.order_id)}


def sold(since: datetime) -> dict[int, tuple[int, int]]:
    """Pieces and orders of every product that was bought since then."""
    rows = db.session.execute(
        select(Variant.product_id, func.sum(OrderLine.quantity), func.count(OrderLine.order_id.distinct()))
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(kept(), Order.placed_at >= since)
        .group_by(Variant.product_id)
    )
    return {product_id: (int(pieces), orders) for product_id, pieces, orders in rows}
