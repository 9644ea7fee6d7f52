"""Withdrawing from the contract, as consumers may for some days without a reason.

Directive 2011/83/EU, art. 9 to 16, with the function that Directive (EU) 2023/2673 adds as art. 11a: a button on the
order's page throughout the period, a statement that asks for no more than the name, the contract and where the
confirmation goes, a second button that confirms it, and an acknowledgement with what was stated and when, at once and
on a durable medium, which is a mail here. It needs nobody's approval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from shop.aftersale import money_back
from shop.aftersale.timeline import Piece
from shop.core import outbox, store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, Invalid
from shop.core.i18n import _
from shop.core.store import Store
from shop.orders import periods, queries, returns
from shop.orders import services as orders
from shop.orders.fulfilment import Pieces
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.orders.states import ReturnKind, Status

WITHDRAWN = "withdrawn"  # the kind of its event


class WithdrawalOver(Conflict):
    code = "withdrawal_over"


@dataclass(frozen=True, slots=True)
class Right:
    """What may be withdrawn from, by line, and until when; None while something is still to be sent."""

    pieces: Mapping[int, int]
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    pieces: Pieces
    name: str
    email: str  # where the confirmation goes


@dataclass(frozen=True, slots=True)
class Made:
    """A withdrawal that was made: of what, and when it was received."""

    order_id: int
    at: datetime
    name: str
    email: str
    pieces: list[Piece]
    sending_back: bool  # goods are to come back


def right(order: Order, shop: Store, *, arrived: datetime | None) -> Right | None:
    """Whether, and until when, its shopper may withdraw. Companies, who give a VAT number, may not.

    Needs the order's lines and addresses; `arrived` is when the last of its parcels came.
    """
    address = order.delivery_address
    pieces = {line.id: line.withdrawable for line in order.lines if line.withdrawable}
    if order.status not in (Status.PAID, Status.SHIPPED) or not pieces:
        return None
    if not shop.withdrawal_days or address.country not in shop.withdrawal_countries or address.vat_id:
        return None
    if arrived is None or any(line.to_ship for line in order.lines):
        return Right(pieces, None)
    end = periods.last_day(arrived, days=shop.withdrawal_days, timezone=shop.timezone)
    return Right(pieces, end) if shop.day_of(now()) <= end else None


def withdraw(order_id: int, said: Statement, *, by: str, form_token: str) -> None:
    """The shopper has confirmed their statement: what was not sent is cancelled and its money goes back at once, what
    was sent becomes a return that is approved already. The same form again changes nothing.

    Raises WithdrawalOver, and Invalid for pieces that are not the order's.
    """
    with transaction():
        order = _locked(order_id)
        if is_made(order, form_token):
            return
        theirs = right(order, store.get(), arrived=returns.arrived(order_id))
        if theirs is None:
            raise WithdrawalOver(_("The time to withdraw from this order is over, or all of it has been given up."))
        chosen = {line_id: count for line_id, count in said.pieces.items() if count}
        if not chosen or any(not 0 < count <= theirs.pieces.get(line_id, 0) for line_id, count in chosen.items()):
            raise Invalid(_("Choose what you want to withdraw from."))
        unsent = {line.id: min(chosen.get(line.id, 0), line.to_ship) for line in order.lines}
        sent = {line_id: count - unsent[line_id] for line_id, count in chosen.items()}
        event_id = orders.note(
            order_id,
            WITHDRAWN,
            by=by,
            public=True,
            form=form_token,
            name=said.name,
            email=said.email,
            pieces=sorted(chosen.items()),
            sending_back=any(sent.values()),
        )
        if any(unsent.values()):
            money_back.end_unsent(order, unsent, by=by, form_token=form_token)
        if any(sent.values()):
            returns.request(order_id, sent, reason=WITHDRAWN, kind=ReturnKind.WITHDRAWAL, by=by, form_token=form_token)
        outbox.emit("order.withdrawn", order_id=order_id, event_id=event_id)
        outbox.emit("order.needs_attention", order_id=order_id, reason="withdrawal", about=event_id)


def is_made(order: Order, form_token: str) -> bool:
    """Whether this form has become a withdrawal from the order. Needs its history."""
    return any(event.data.get("form") == form_token for event in order.events)


def made(event_id: int) -> Made:
    event = db.session.get_one(OrderEvent, event_id)
    data: dict[str, Any] = event.data
    counts = {line_id: count for line_id, count in data["pieces"]}
    lines = db.session.scalars(select(OrderLine).where(OrderLine.id.in_(counts)).order_by(OrderLine.position)).all()
    return Made(
        event.order_id,
        event.at,
        data["name"],
        data["email"],
        [Piece(line, counts[line.id]) for line in lines],
        data["sending_back"],
    )


def _locked(order_id: int) -> Order:
    """With its addresses and its history."""
    orders.lock(order_id)
    order = queries.whole(order_id)
    assert order is not None
    return order
