"""What is refunded for goods that come back, and for those that are not to be sent any more. Whole transactions: goods
and money change together or not at all."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from shop.core import store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.i18n import _
from shop.core.money import Money
from shop.delivery import queries as deliveries
from shop.orders import returns
from shop.orders import services as orders
from shop.orders.fulfilment import Pieces
from shop.orders.models import Order, OrderAddress, Return, ReturnLine
from shop.orders.services import WrongState
from shop.orders.states import ReturnKind, ReturnStatus, Status
from shop.payments import refund_parts, refunds
from shop.payments import services as payments
from shop.payments.refunds import Asked

REASON = {ReturnKind.RETURN: "returned", ReturnKind.WITHDRAWAL: "withdrawal"}
PARCEL = "parcel"


def receive_and_refund(return_id: int, come: returns.Come, *, by: str) -> int | None:
    """The goods are here and their money goes back. Returns the refund's id, None when there is nothing to refund.

    A second time changes nothing. Raises what `returns.receive` does, and NotRefundable where less is left of the
    payment, as after a refund of a mere amount: then a person decides, by `returns.receive` and `refunds.refund`.
    """
    with transaction():
        returns.receive(return_id, come, by=by)
        return refund_return(return_id, by=by)


def refund_return(return_id: int, *, by: str) -> int | None:
    """Refunds the pieces of a return that have come, once. Raises WrongState before they have."""
    with transaction():
        row = db.session.scalars(select(Return).where(Return.id == return_id).options(selectinload(Return.lines))).one()
        order = orders.lock(row.order_id)
        if row.status != ReturnStatus.RECEIVED:
            raise WrongState(_("The goods have not come yet."))
        form_token = f"return-{return_id}"
        known = refunds.of_form(form_token)
        if known is not None:
            return known
        asked = _asked_of(order, row)
        if asked is None:
            return None
        return refunds.refund(
            order.id, asked, reason=REASON[ReturnKind(row.kind)], by=by, form_token=form_token, return_id=return_id
        )


def quote_return(order: Order, row: Return) -> Money | None:
    """What `refund_return` would give back now, for goods that have come; None for nothing. Reads only.

    Raises NotRefundable where less is left of the payment.
    """
    if refunds.of_form(f"return-{row.id}") is not None:
        return None
    asked = _asked_of(order, row)
    return refunds.quote(order, asked) if asked is not None else None


def _asked_of(order: Order, row: Return) -> Asked | None:
    pieces = _not_refunded(order, {line.line_id: line.received for line in row.lines})
    delivery = _delivery_due(order, {}) if row.kind == ReturnKind.WITHDRAWAL else None
    return Asked(lines=pieces, delivery=delivery) if pieces or delivery is not None else None


def end_unsent(order: Order, pieces: Pieces, *, by: str, form_token: str) -> None:
    """Pieces of a locked order that were not sent are never to be: their money goes back, as much as is left of it."""
    reason = REASON[ReturnKind.WITHDRAWAL]
    nothing_sent = order.status == Status.PAID and not any(line.shipped for line in order.lines)
    if nothing_sent and all(pieces.get(line.id, 0) == line.quantity - line.cancelled for line in order.lines):
        payments.cancel_paid(order.id, by=by, reason=reason, form_token=form_token)
        return
    paying = refunds.payment_of(order.id)
    left = refunds.refundable(paying) if paying is not None else Money(0, order.currency)
    asked = Asked(lines=_not_refunded(order, pieces), delivery=_delivery_due(order, pieces))
    parts = refund_parts.of_lines(order, refunds.given_back(order.id), asked.lines)
    worth = Money(sum(part.amount_minor for part in parts), order.currency)
    if asked.delivery is not None:
        worth += asked.delivery
    if worth > left:
        asked = Asked(amount=left)
    if worth and left:
        refunds.refund(order.id, asked, reason=reason, by=by, form_token=form_token, restock=True)
    ended = {line_id: count - asked.lines.get(line_id, 0) for line_id, count in pieces.items()}
    orders.cancel_pieces(order, ended, by=by, restock=True)


def _not_refunded(order: Order, pieces: Pieces) -> dict[int, int]:
    """Less those whose money went back before."""
    counts = {line.id: min(pieces.get(line.id, 0), line.quantity - line.refunded) for line in order.lines}
    return {line_id: count for line_id, count in counts.items() if count}


def _delivery_due(order: Order, ending: Pieces) -> Money | None:
    """What of delivery goes back once all of an order is withdrawn from, `ending` pieces of it now: the cost of the
    least expensive delivery that is offered (Directive 2011/83/EU, art. 13). None before, and when it has gone back.
    """
    back = _withdrawn_and_here(order.id)
    for line in order.lines:
        if line.cancelled + ending.get(line.id, 0) + back.get(line.id, 0) < line.quantity:
            return None
    given = sum(part.amount_minor for part in refunds.given_back(order.id) if part.kind == refund_parts.DELIVERY)
    due = min(_least_delivery(order), order.delivery) - Money(given, order.currency)
    return due if due.minor > 0 else None


def _withdrawn_and_here(order_id: int) -> Mapping[int, int]:
    """Pieces by line that came back by withdrawals."""
    rows = db.session.execute(
        select(ReturnLine.line_id, func.sum(ReturnLine.restocked + ReturnLine.written_off))
        .join(Return, Return.id == ReturnLine.return_id)
        .where(Return.order_id == order_id, Return.kind == ReturnKind.WITHDRAWAL)
        .group_by(ReturnLine.line_id)
    )
    return {line_id: int(count) for line_id, count in rows}


def _least_delivery(order: Order) -> Money:
    """What delivery would have cost at least, as far as today's rates tell."""
    country = db.session.scalars(
        select(OrderAddress.country).where(OrderAddress.order_id == order.id, OrderAddress.kind == "delivery")
    ).one()
    weight_g = sum(line.weight_g * line.quantity for line in order.lines if line.requires_shipping)
    quotes = deliveries.quotes(country, value=order.subtotal, weight_g=weight_g, today=store.get().day_of(now()))
    parcels = [quote for quote in quotes if quote.kind == PARCEL]
    least = min(parcels, key=lambda quote: quote.price.minor, default=None)
    return order.delivery if least is None or least.method_id == order.delivery_method_id else least.price
