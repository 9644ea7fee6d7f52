from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.core.db import db
from shop.orders.models import Order, OrderAddress, PlacedForm
from shop.orders.numbers import tidy
from shop.orders.states import Status

PAGE = 50


def by_token(token: str) -> Order | None:
    """The order whose secret this is, with what its page and its mails show."""
    return db.session.scalar(select(Order).where(Order.token == token).options(*_whole()))


def by_number(number: str) -> Order | None:
    return db.session.scalar(select(Order).where(Order.number == tidy(number)).options(*_whole()))


def whole(order_id: int) -> Order | None:
    return db.session.scalar(select(Order).where(Order.id == order_id).options(*_whole()))


def token_of(order_id: int) -> str:
    return db.session.scalars(select(Order.token).where(Order.id == order_id)).one()


def unpaid_of_cart(cart_id: int) -> Order | None:
    return db.session.scalar(select(Order).where(Order.cart_id == cart_id, Order.status == Status.PENDING))


def of_form(form_token: str) -> int | None:
    """The id of the order that a checkout form has become."""
    return db.session.scalar(select(PlacedForm.order_id).where(PlacedForm.token == form_token))


def find(text: str, *, status: str = "", page: int = 1) -> tuple[Sequence[Order], int]:
    """Orders by number, e-mail or name, newest first, and how many there are in all."""
    found = select(Order)
    if status:
        found = found.where(Order.status == status)
    text = text.strip()[:100]
    if text:
        pattern = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        named = select(OrderAddress.order_id).where(func.lower(OrderAddress.name).like(pattern, escape="\\"))
        found = found.where(
            or_(Order.number == tidy(text), Order.email.like(pattern, escape="\\"), Order.id.in_(named))
        )
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = db.session.scalars(
        found.order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .options(selectinload(Order.addresses))
    ).all()
    return rows, total


def counts() -> dict[str, int]:
    """How many orders are in each status."""
    rows = db.session.execute(select(Order.status, func.count()).group_by(Order.status))
    return {status: count for status, count in rows}


def _whole() -> tuple[ORMOption, ...]:
    return (
        selectinload(Order.lines),
        selectinload(Order.adjustments),
        selectinload(Order.addresses),
        selectinload(Order.events),
    )
