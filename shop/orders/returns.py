"""Goods on their way back, from the request to the shelf. Under the order's lock, so that no piece is sent back twice.

What is refunded for them is decided above: `shop/aftersale/money_back.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from shop.catalog import stock
from shop.core import outbox, store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Invalid
from shop.core.i18n import _, _n
from shop.core.store import Store
from shop.orders import periods, services
from shop.orders.fulfilment import Pieces
from shop.orders.models import Order, Return, ReturnLine, Shipment
from shop.orders.services import WrongState
from shop.orders.states import RETURN_MOVES, ReturnKind, ReturnStatus

Come = Mapping[int, tuple[int, int]]  # by line: pieces for the shelf, and pieces that are not fit for it


def arrived(order_id: int) -> datetime | None:
    """When the last parcel of an order came, or must have come. None while nothing was sent."""
    return periods.arrived(db.session.scalars(select(Shipment).where(Shipment.order_id == order_id)))


def last_day(moment: datetime | None, shop: Store) -> date | None:
    """Until when goods that came at `moment` may be sent back as the shop offers it, if it does."""
    if moment is None or not shop.returns_days:
        return None
    return periods.last_day(moment, days=shop.returns_days, timezone=shop.timezone)


def request(
    order_id: int,
    pieces: Pieces,
    *,
    reason: str,
    by: str,
    form_token: str,
    kind: ReturnKind = ReturnKind.RETURN,
    note: str = "",
) -> int:
    """These pieces are to come back. Returns the return's id; the same form again is the same one.

    A withdrawal needs nobody's approval, and whether its time is over is asked before (`shop/aftersale/withdrawal.py`).
    Raises WrongState when it is too late or nothing was sent, Invalid for pieces that cannot come back.
    """
    with transaction():
        order = services.lock(order_id)
        known = of_form(form_token)
        if known is not None:
            return known
        chosen = {line_id: count for line_id, count in pieces.items() if count}
        if kind == ReturnKind.RETURN:
            _check_in_time(order)
        _check(order, chosen)
        own_right = kind == ReturnKind.WITHDRAWAL
        row = _write(order, chosen, reason=reason, by=by, form_token=form_token, kind=kind, note=note)
        if not own_right:
            services.note(order_id, "return_requested", by=by, note=note, public=True, return_id=row.id)
            outbox.emit("return.requested", order_id=order_id, return_id=row.id)
            outbox.emit("order.needs_attention", order_id=order_id, reason="return", about=row.id)
        return row.id


def take(order_id: int, pieces: Pieces, *, reason: str, by: str, form_token: str, note: str = "") -> int:
    """The shop agrees by itself that these pieces come back, however late: the shopper has called, or stands there.

    Returns the return's id; the same form again is the same one. Raises Invalid for pieces that cannot come back.
    """
    with transaction():
        order = services.lock(order_id)
        known = of_form(form_token)
        if known is not None:
            return known
        chosen = {line_id: count for line_id, count in pieces.items() if count}
        _check(order, chosen)
        row = _write(
            order, chosen, reason=reason, by=by, form_token=form_token, kind=ReturnKind.RETURN, note=note, agreed=True
        )
        event_id = services.note(order_id, "return_approved", by=by, public=True, return_id=row.id)
        outbox.emit("return.approved", order_id=order_id, return_id=row.id, event_id=event_id)
        return row.id


def of_form(form_token: str) -> int | None:
    """The id of the return that a form has become."""
    return db.session.scalar(select(Return.id).where(Return.form_token == form_token))


def approve(return_id: int, *, by: str, answer: str = "") -> None:
    """The goods may come; `answer` is what the shopper reads. A second time changes nothing. Raises WrongState."""
    with transaction():
        row, order = _locked(return_id)
        if row.status == ReturnStatus.APPROVED:
            return
        _decide(row, ReturnStatus.APPROVED, answer)
        event_id = services.note(order.id, "return_approved", by=by, note=answer, public=True, return_id=return_id)
        outbox.emit("return.approved", order_id=order.id, return_id=return_id, event_id=event_id)


def decline(return_id: int, *, by: str, answer: str) -> None:
    """The goods stay where they are, and the shopper is told why. Raises WrongState, and Invalid without an answer."""
    with transaction():
        row, order = _locked(return_id)
        if row.status == ReturnStatus.DECLINED:
            return
        if not answer.strip():
            raise Invalid(_("Write why it is declined: the shopper reads it."))
        _decide(row, ReturnStatus.DECLINED, answer)
        _count(order, row, -1)
        event_id = services.note(order.id, "return_declined", by=by, note=answer, public=True, return_id=return_id)
        outbox.emit("return.declined", order_id=order.id, return_id=return_id, event_id=event_id)


def reopen(return_id: int, *, by: str) -> None:
    """What was decided by mistake waits to be decided again.

    Raises WrongState once the goods have come, for a withdrawal, and when what was declined has been asked for anew.
    """
    with transaction():
        row, order = _locked(return_id)
        if row.status == ReturnStatus.REQUESTED:
            return
        if row.kind == ReturnKind.WITHDRAWAL:
            raise WrongState(_("A withdrawal is the shopper’s right; it waits for nobody’s decision."))
        if row.status == ReturnStatus.DECLINED:
            _check(order, {line.line_id: line.quantity for line in row.lines})
            _count(order, row, 1)
        _decide(row, ReturnStatus.REQUESTED, "")
        row.decided_at = None
        services.note(order.id, "return_reopened", by=by, return_id=return_id)


def receive(return_id: int, come: Come, *, by: str) -> None:
    """The goods are here: what is fit for it goes back on the shelf. A second time changes nothing.

    Raises WrongState for a return that was not approved, Invalid for more than was to come, or nothing.
    """
    with transaction():
        row, order = _locked(return_id)
        if row.status == ReturnStatus.RECEIVED:
            return
        _check_come(row, come)
        _move(row, ReturnStatus.RECEIVED)
        row.received_at = now()
        of_return = {line.line_id: line for line in row.lines}
        stock.lock(line.variant_id for line in order.lines)
        for line in order.lines:
            restocked, written_off = come.get(line.id, (0, 0))
            if restocked:
                services.put_back(line, restocked, "returned", by=by)
            if line.id in of_return:
                of_return[line.id].restocked, of_return[line.id].written_off = restocked, written_off
        services.note(order.id, "return_received", by=by, public=True, return_id=return_id)
        outbox.emit("return.received", order_id=order.id, return_id=return_id)


def _write(
    order: Order,
    chosen: Pieces,
    *,
    reason: str,
    by: str,
    form_token: str,
    kind: ReturnKind,
    note: str,
    agreed: bool = False,
) -> Return:
    """Nobody has to decide about a withdrawal, nor about what the shop has agreed to."""
    decided = agreed or kind == ReturnKind.WITHDRAWAL
    row = Return(
        order_id=order.id,
        form_token=form_token,
        kind=kind,
        status=ReturnStatus.APPROVED if decided else ReturnStatus.REQUESTED,
        reason=reason,
        note=note,
        by=by,
        requested_at=now(),
        decided_at=now() if decided else None,
    )
    row.lines = [ReturnLine(line_id=line_id, quantity=count) for line_id, count in sorted(chosen.items())]
    db.session.add(row)
    _count(order, row, 1)
    db.session.flush()
    return row


def _locked(return_id: int) -> tuple[Return, Order]:
    return services.lock_with(Return, return_id, missing=_("There is no such return."))


def _decide(row: Return, target: ReturnStatus, answer: str) -> None:
    _move(row, target)
    row.answer, row.decided_at = answer.strip(), now()


def _move(row: Return, target: ReturnStatus) -> None:
    if target not in RETURN_MOVES[ReturnStatus(row.status)]:
        raise WrongState(_("A return that is %(source)s cannot become %(target)s.", source=row.status, target=target))
    row.status = target


def _count(order: Order, row: Return, sign: int) -> None:
    counts = {line.line_id: line.quantity for line in row.lines}
    for line in order.lines:
        line.returned += sign * counts.get(line.id, 0)


def _check_in_time(order: Order) -> None:
    shop = store.get()
    end = last_day(arrived(order.id), shop)
    if end is None:
        raise WrongState(_("Nothing of this order can be sent back."))
    if end < shop.day_of(now()):
        raise WrongState(_("The time to send this order back is over. Write to us if something is wrong with it."))


def _check(order: Order, chosen: Pieces) -> None:
    if not chosen:
        raise Invalid(_("Choose what you want to send back."))
    lines = {line.id: line for line in order.lines}
    for line_id, count in chosen.items():
        if line_id not in lines or count < 0:
            raise Invalid(_("That is not a part of this order."))
        line = lines[line_id]
        if count > line.returnable:
            raise Invalid(
                _n(
                    "Only %(num)s of %(what)s can be sent back.",
                    "Only %(num)s of %(what)s can be sent back.",
                    line.returnable,
                    what=stock.full_name(line.product_name, line.variant_name),
                )
            )


def _check_come(row: Return, come: Come) -> None:
    expected = {line.line_id: line.quantity for line in row.lines}
    for line_id, counts in come.items():
        if min(counts) < 0 or sum(counts) > expected.get(line_id, 0):
            raise Invalid(_("That is more than was to come back."))
    if not any(sum(counts) for counts in come.values()):
        raise Invalid(_("Enter how many pieces have come."))
