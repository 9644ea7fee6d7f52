from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.core.db import db
from shop.orders.models import Order, OrderAddress, PlacedForm, Return, Shipment
from shop.orders.numbers import tidy
from shop.orders.states import Status

PAGE = 50


def by_token(token: str) -> Order | None:
    """The order whose secret this is, with all that its page shows."""
    return db.session.scalar(
        select(Order)
        .where(Order.token == token)
        .options(
            selectinload(Order.lines),
            selectinload(Order.addresses),
            selectinload(Order.events),
            selectinload(Order.shipments).joinedload(Shipment.lines),
            selectinload(Order.returns).joinedload(Return.lines),
        )
    )


def by_number(number: str) -> Order | None:
    return db.session.scalar(select(Order).where(Order.number == tidy(number)).options(*_whole()))


def by_number_alone(number: str) -> Order | None:
    return db.session.scalar(select(Order).where(Order.number == tidy(number)))


def whole(order_id: int) -> Order | None:
    return db.session.scalar(select(Order).where(Order.id == order_id).options(*_whole()))


def id_of(token: str) -> int | None:
    return db.session.scalar(select(Order.id).where(Order.token == token))


def ids_of(numbers: Sequence[str]) -> list[int]:
    """Of the orders that there are, in the order of their numbers here."""
    rows = db.session.execute(select(Order.number, Order.id).where(Order.number.in_(numbers)))
    known = {number: order_id for number, order_id in rows}
    return [known[number] for number in dict.fromkeys(numbers) if number in known]


def token_of(order_id: int) -> str:
    return db.session.scalars(select(Order.token).where(Order.id == order_id)).one()


def unpaid_of_cart(cart_id: int) -> Order | None:
    return db.session.scalar(select(Order).where(Order.cart_id == cart_id, Order.status == Status.PENDING))


def of_form(form_token: str) -> int | None:
    """The id of the order that a checkout form has become."""
    return db.session.scalar(select(PlacedForm.order_id).where(PlacedForm.token == form_token))


def find(text: str, *, status: str = "", page: int = 1) -> tuple[Sequence[Order], int]:
    """Orders by number, e-mail or name, newest first, and how many there are in all."""
    found = select(Order).where(_matches(text))
    if status:
        found = found.where(Order.status == status)
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = db.session.scalars(
        found.order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .options(selectinload(Order.addresses))
    ).all()
    return rows, total


def latest(count: int) -> Sequence[Order]:
    """The newest orders, with their addresses."""
    return db.session.scalars(
        select(Order)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(count)
        .options(selectinload(Order.addresses))
    ).all()


def counts(text: str = "") -> dict[str, int]:
    """How many orders are in each status, of those that `find` finds with `text`."""
    rows = db.session.execute(select(Order.status, func.count()).where(_matches(text)).group_by(Order.status))
    return {status: count for status, count in rows}


def _matches(text: str) -> ColumnElement[bool]:
    """The number, or the beginning of the e-mail or of a word of the name. Nothing typed matches every order."""
    text = text.strip()[:100]
    if not text:
        return true()
    begins = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    name = func.lower(OrderAddress.name)
    named = select(OrderAddress.order_id).where(
        or_(name.like(begins, escape="\\"), name.like("% " + begins, escape="\\"))
    )
    return or_(Order.number == tidy(text), Order.email.like(begins, escape="\\"), Order.id.in_(named))


def _whole() -> tuple[ORMOption, ...]:
    return (
        selectinload(Order.lines),
        selectinload(Order.adjustments),
        selectinload(Order.addresses),
        selectinload(Order.events),
    )
