"""What has happened to an order so far, as far as its shopper may know it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shop.orders.models import Order, OrderLine, Return, Shipment
from shop.orders.states import Status
from shop.payments.models import Refund
from shop.payments.refund_parts import DELIVERY

MESSAGE = "message"  # an order's event whose note was written to its shopper


class Kind(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    SENT = "sent"
    DELIVERED = "delivered"
    REFUND = "refund"
    RETURN = "return"
    CANCELLED = "cancelled"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Piece:
    line: OrderLine
    quantity: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment that stands. `number` counts from 1 where the order comes in more than one, else it is 0."""

    shipment: Shipment
    number: int
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Entry:
    kind: Kind
    at: datetime
    parcel: Parcel | None = None
    refund: Refund | None = None
    return_: Return | None = None
    pieces: Sequence[Piece] = ()
    words: str = ""

    @property
    def of_delivery(self) -> bool:
        """Whether a refund is for the delivery, too."""
        return self.refund is not None and any(part.kind == DELIVERY for part in self.refund.parts)


def timeline(order: Order, refunds: Sequence[Refund]) -> list[Entry]:
    """The oldest first. `refunds` are those that stand; needs the order with all that its page shows."""
    return sorted(_entries(order, refunds), key=lambda entry: entry.at)


def parcels(order: Order) -> list[Parcel]:
    """The shipments that stand, each with what is in it. Needs the order's lines and shipments."""
    standing = [shipment for shipment in order.shipments if shipment.undone_at is None]
    several = len(standing) > 1 or any(line.to_ship for line in order.lines)
    return [
        Parcel(shipment, number if several else 0, pieces(order, {row.line_id: row.quantity for row in shipment.lines}))
        for number, shipment in enumerate(standing, start=1)
    ]


def pieces(order: Order, counts: dict[int, int]) -> list[Piece]:
    """`counts` by line, in the order of the lines."""
    return [Piece(line, counts[line.id]) for line in order.lines if counts.get(line.id)]


def refunded(order: Order, refund: Refund) -> list[Piece]:
    return pieces(order, {part.line_id: part.quantity for part in refund.parts if part.line_id is not None})


def _entries(order: Order, refunds: Sequence[Refund]) -> Iterator[Entry]:
    yield Entry(Kind.PLACED, order.placed_at)
    if order.paid_at is not None:
        yield Entry(Kind.PAID, order.paid_at)
    for parcel in parcels(order):
        yield Entry(Kind.SENT, parcel.shipment.shipped_at, parcel=parcel, pieces=parcel.pieces)
        if parcel.shipment.delivered_at is not None:
            yield Entry(Kind.DELIVERED, parcel.shipment.delivered_at, parcel=parcel)
    for each in order.returns:
        own = pieces(order, {row.line_id: row.quantity for row in each.lines})
        yield Entry(Kind.RETURN, each.received_at or each.decided_at or each.requested_at, return_=each, pieces=own)
    if order.status == Status.CANCELLED and order.cancelled_at is not None:
        yield Entry(Kind.CANCELLED, order.cancelled_at)
    for refund in refunds:
        yield Entry(Kind.REFUND, refund.created_at, refund=refund, pieces=refunded(order, refund))
    for event in order.events:
        if event.kind == MESSAGE and event.public:
            yield Entry(Kind.MESSAGE, event.at, words=event.note)
