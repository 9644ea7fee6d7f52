from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import contains_eager

from shop.core.clock import now
from shop.core.db import db
from shop.downloads.models import DownloadGrant
from shop.orders.models import Order, OrderLine
from shop.orders.states import Status


def of_order(order_id: int) -> Sequence[DownloadGrant]:
    """What may be downloaded of an order now, with lines and files."""
    return _read(OrderLine.order_id == order_id, is_open())


def by_token(token: str) -> DownloadGrant | None:
    """With its line and file, whether it is open or not."""
    return next(iter(_read(DownloadGrant.token == token)), None)


def open_now(grant_id: int) -> bool:
    return bool(db.session.scalar(select(exists().where(DownloadGrant.id == grant_id, is_open()))))


def is_open() -> ColumnElement[bool]:
    """Of a grant: not used up, not over, and its line is bought and not taken back."""
    bought = (
        exists()
        .where(
            OrderLine.id == DownloadGrant.line_id,
            OrderLine.refunded + OrderLine.cancelled < OrderLine.quantity,
            Order.id == OrderLine.order_id,
            Order.status.in_((Status.PAID, Status.SHIPPED)),
            Order.held_at.is_(None),
        )
        .correlate(DownloadGrant)
    )
    return and_(DownloadGrant.used < DownloadGrant.most, DownloadGrant.ends_at > now(), bought)


def _read(*conditions: ColumnElement[bool]) -> Sequence[DownloadGrant]:
    return db.session.scalars(
        select(DownloadGrant)
        .join(DownloadGrant.line)
        .join(DownloadGrant.file)
        .where(*conditions)
        .order_by(OrderLine.position)
        .options(contains_eager(DownloadGrant.line), contains_eager(DownloadGrant.file))
    ).all()
