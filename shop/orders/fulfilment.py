"""Parcels: what of an order is handed over, when, and with whom. Under the order's lock, so that nothing is sent twice
or after it was cancelled."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from shop.catalog import stock
from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Invalid
from shop.core.i18n import _, _n
from shop.orders import services
from shop.orders.models import Order, OrderLine, Shipment, ShipmentLine
from shop.orders.services import WrongState
from shop.orders.states import Status

Pieces = Mapping[int, int]  # of an order's line, by its id


def shippable(order: Order) -> dict[int, int]:
    """What may be sent now, by line: all that is left, less what is not there yet. Needs the order's lines."""
    owed = stock.owed(order.id)
    found = {}
    for line in reversed(order.lines):
        waiting = min(owed.get(line.variant_id, 0), line.to_ship)
        if waiting:
            owed[line.variant_id] -= waiting
        if line.to_ship > waiting:
            found[line.id] = line.to_ship - waiting
    return dict(reversed(found.items()))


def ship(
    order_id: int,
    pieces: Pieces | None = None,
    *,
    by: str,
    form_token: str,
    carrier: str = "",
    tracking_number: str = "",
    tracking_url: str = "",
    note: str = "",
    tell: bool = True,
) -> int:
    """Hands over these pieces, or all that can be sent. Returns the shipment's id; the same form again is the same one.

    `note` is for the staff; `tell` has the shopper hear of it by mail.
    Raises WrongState for an order that may not be sent, Invalid for pieces that are not there to be sent and for a
    tracking link that is none.
    """
    with transaction():
        order = services.lock(order_id)
        known = of_form(form_token)
        if known is not None:
            return known
        _check_may_go(order)
        _check_link(tracking_url)
        most = shippable(order)
        if pieces is None and not most:
            raise WrongState(_("Nothing of this order can be sent now."))
        chosen = most if pieces is None else {line_id: count for line_id, count in pieces.items() if count}
        _check(order, chosen, most)
        shipment = Shipment(
            order_id=order_id,
            form_token=form_token,
            carrier=carrier,
            tracking_number=tracking_number,
            tracking_url=tracking_url,
            by=by,
            shipped_at=now(),
        )
        shipment.lines = [ShipmentLine(line_id=line_id, quantity=count) for line_id, count in chosen.items()]
        db.session.add(shipment)
        for line in order.lines:
            line.shipped += chosen.get(line.id, 0)
        db.session.flush()
        services.note(order_id, "shipment", by=by, note=tracking_number, public=True, shipment_id=shipment.id)
        if tell:
            outbox.emit("shipment.sent", shipment_id=shipment.id)
        services.settle(order, by=by, note=note)
        return shipment.id


def undo(shipment_id: int, *, by: str) -> None:
    """A shipment that was entered by mistake never was; a second time changes nothing.

    Raises WrongState when it has arrived, or when goods of it are on their way back, on the shelf or refunded.
    """
    with transaction():
        shipment, order = _locked(shipment_id)
        if shipment.undone_at is not None:
            return
        if shipment.delivered_at is not None:
            raise WrongState(_("This parcel has arrived, so it cannot be undone."))
        counts = {line.line_id: line.quantity for line in shipment.lines}
        for line in order.lines:
            left = line.shipped - counts.get(line.id, 0)
            if left < line.returned:
                raise WrongState(_("Goods of this parcel are being sent back, so it cannot be undone."))
            if left < line.refunded - line.cancelled:  # those refunded as sent, and perhaps on the shelf by now
                raise WrongState(_("Goods of this parcel have been refunded, so it cannot be undone."))
            if left < line.restocked - line.cancelled:  # with a refund that has failed since
                raise WrongState(_("Goods of this parcel are back on the shelf, so it cannot be undone."))
        for line in order.lines:
            line.shipped -= counts.get(line.id, 0)
        shipment.undone_at = now()
        services.note(order.id, "shipment_undone", by=by, note=shipment.tracking_number, shipment_id=shipment_id)
        services.settle(order, by=by)


def deliver(shipment_id: int, *, by: str) -> None:
    """The parcel has arrived. A second time changes nothing. Raises WrongState for one that was undone."""
    with transaction():
        shipment, order = _locked(shipment_id)
        if shipment.delivered_at is not None:
            return
        if shipment.undone_at is not None:
            raise WrongState(_("This shipment was undone, so it cannot have arrived."))
        shipment.delivered_at = now()
        services.see_parcels(order)
        services.note(order.id, "delivered", by=by, public=True, shipment_id=shipment_id)
        outbox.emit("shipment.delivered", shipment_id=shipment_id)


def of_form(form_token: str) -> int | None:
    """The id of the shipment that a form has become."""
    return db.session.scalar(select(Shipment.id).where(Shipment.form_token == form_token))


def of_order(order_id: int) -> int:
    """How many shipments of it stand."""
    standing = select(func.count()).where(Shipment.order_id == order_id, Shipment.undone_at.is_(None))
    return db.session.scalar(standing) or 0


def pieces_in(shipment_id: int) -> int:
    """How many there are in a shipment."""
    every = select(func.sum(ShipmentLine.quantity)).where(ShipmentLine.shipment_id == shipment_id)
    return int(db.session.scalar(every) or 0)


def number_of(shipment_id: int) -> str | None:
    """The number of the order that a shipment is of."""
    of = select(Order.number).join(Shipment, Shipment.order_id == Order.id).where(Shipment.id == shipment_id)
    return db.session.scalar(of)


def _locked(shipment_id: int) -> tuple[Shipment, Order]:
    return services.lock_with(Shipment, shipment_id, missing=_("There is no such shipment."))


def _check_may_go(order: Order) -> None:
    if order.held_at is not None:
        raise WrongState(_("This order is on hold. Nothing may be sent until it is released."))
    if order.status == Status.SHIPPED:
        raise WrongState(_("All of this order has been sent."))
    if order.status != Status.PAID:
        raise WrongState(_("Only a paid order can be sent; this one is %(status)s.", status=order.status))


def _check_link(address: str) -> None:
    """Shoppers follow it, so it leads to a page and nowhere else."""
    if address and not address.startswith(("https://", "http://")):
        raise Invalid(_("The tracking link begins with https:// as it stands in a browser."))


def _check(order: Order, chosen: Pieces, most: Pieces) -> None:
    if not chosen:
        raise Invalid(_("Choose what is in the parcel."))
    lines: dict[int, OrderLine] = {line.id: line for line in order.lines}
    for line_id, count in chosen.items():
        if line_id not in lines or count < 0:
            raise Invalid(_("That is not a part of this order."))
        if count > most.get(line_id, 0):
            raise Invalid(
                _n(
                    "Only %(num)s of %(what)s can be sent now.",
                    "Only %(num)s of %(what)s can be sent now.",
                    most.get(line_id, 0),
                    what=lines[line_id].sku,
                )
            )
