from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, false, intersect, select, union
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from shop.core.db import db
from shop.orders import found
from shop.orders.models import Order, OrderWord, PlacedForm, Return, Shipment
from shop.orders.numbers import tidy
from shop.orders.states import Status

LOOKED_AT = 300  # orders with a word


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


def numbers_of(order_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Order.id, Order.number).where(Order.id.in_(set(order_ids))))
    return {row.id: row.number for row in rows}


def token_of(order_id: int) -> str:
    return db.session.scalars(select(Order.token).where(Order.id == order_id)).one()


def unpaid_of_cart(cart_id: int) -> Order | None:
    return db.session.scalar(select(Order).where(Order.cart_id == cart_id, Order.status == Status.PENDING))


def of_form(form_token: str) -> int | None:
    """The id of the order that a checkout form has become."""
    return db.session.scalar(select(PlacedForm.order_id).where(PlacedForm.token == form_token))


def latest(count: int) -> Sequence[Order]:
    """The newest orders, with their addresses."""
    return db.session.scalars(
        select(Order)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(count)
        .options(selectinload(Order.addresses))
    ).all()


def matching(text: str, *, newest: int | None = None) -> list[ColumnElement[bool]]:
    """Orders of which every word that was typed begins one of number, email or name. Nothing typed matches all.

    With `newest` only so many, looked up now, which bounds what a name costs that thousands have.
    """
    words = found.asked(text)
    if not words:
        return [false()] if text.strip() else []
    each = [select(OrderWord.order_id).where(_begins(word)) for word in words]
    found_by = intersect(*each) if len(each) > 1 else each[0].distinct()  # of an index, sooner than one in the other
    if newest is not None:
        found_by = found_by.order_by(found_by.selected_columns.order_id.desc()).limit(newest)
        return [Order.id.in_(db.session.scalars(found_by).all())]
    return [Order.id.in_(found_by)]


def newest_matching(text: str, count: int) -> Sequence[Order]:
    """The newest orders that `matching` finds, with their addresses.

    Of a single word, at a price that does not grow with them: of those that have it whole the newest are looked at, of
    those in which a word only begins so, some.
    """
    words = found.asked(text)
    if not words:
        return []
    these = _some(words[0]) if len(words) == 1 else matching(text, newest=count)
    return db.session.scalars(
        select(Order)
        .where(*these)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(count)
        .options(selectinload(Order.addresses))
    ).all()


def _some(word: str) -> list[ColumnElement[bool]]:
    whole = select(OrderWord.order_id).where(OrderWord.word == word).order_by(OrderWord.order_id.desc())
    some = [each.limit(LOOKED_AT).subquery() for each in (whole, select(OrderWord.order_id).where(_begins(word)))]
    return [Order.id.in_(union(*(select(each.c.order_id) for each in some)))]


def _begins(prefix: str) -> ColumnElement[bool]:
    return and_(OrderWord.word >= prefix, OrderWord.word < prefix + "\U0010ffff")


def _whole() -> tuple[ORMOption, ...]:
    return (
        selectinload(Order.lines),
        selectinload(Order.adjustments),
        selectinload(Order.addresses),
        selectinload(Order.events),
    )
