"""Which state of an order may follow which, and what the facts say of its parcels and returns. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol


class Status(StrEnum):
    PENDING = "pending"  # placed, its stock held, not paid
    REVIEW = "review"  # money came that does not fit; a person must look
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Stock(StrEnum):
    HELD = "held"
    SOLD = "sold"  # what was not there yet is still held, and owed
    NONE = "none"


class Fulfilment(StrEnum):
    UNSENT = "unsent"
    PARTLY_SENT = "partly_sent"
    SENT = "sent"
    DELIVERED = "delivered"
    NOTHING = "nothing"  # there is nothing to send, or nothing any more


class ReturnKind(StrEnum):
    RETURN = "return"  # as the shop offers it
    WITHDRAWAL = "withdrawal"  # as the law gives it


class ReturnStatus(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    RECEIVED = "received"


class ReturnState(StrEnum):
    NONE = "none"
    REQUESTED = "requested"
    APPROVED = "approved"
    RECEIVED = "received"


class _Line(Protocol):
    @property
    def to_ship(self) -> int: ...
    @property
    def shipped(self) -> int: ...


class _Shipment(Protocol):
    @property
    def delivered_at(self) -> object: ...
    @property
    def undone_at(self) -> object: ...


class _Return(Protocol):
    @property
    def status(self) -> str: ...


MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.PAID, Status.REVIEW, Status.CANCELLED}),
    Status.REVIEW: frozenset({Status.PAID, Status.CANCELLED}),
    Status.PAID: frozenset({Status.SHIPPED, Status.CANCELLED}),
    Status.SHIPPED: frozenset({Status.PAID}),  # a shipment was entered by mistake
    Status.CANCELLED: frozenset({Status.PAID, Status.REVIEW}),  # late money
}


RETURN_MOVES: dict[ReturnStatus, frozenset[ReturnStatus]] = {
    ReturnStatus.REQUESTED: frozenset({ReturnStatus.APPROVED, ReturnStatus.DECLINED}),
    ReturnStatus.APPROVED: frozenset({ReturnStatus.RECEIVED, ReturnStatus.REQUESTED}),
    ReturnStatus.DECLINED: frozenset({ReturnStatus.REQUESTED}),
    ReturnStatus.RECEIVED: frozenset(),
}


def can_move(source: str, target: str) -> bool:
    return Status(target) in MOVES[Status(source)]


def fulfilment(lines: Sequence[_Line], shipments: Sequence[_Shipment]) -> Fulfilment:
    """How far an order's goods have come, by its lines' counts and its shipments."""
    left, sent = sum(line.to_ship for line in lines), sum(line.shipped for line in lines)
    if not sent:
        return Fulfilment.UNSENT if left else Fulfilment.NOTHING
    if left:
        return Fulfilment.PARTLY_SENT
    standing = [shipment for shipment in shipments if shipment.undone_at is None]
    arrived = all(shipment.delivered_at is not None for shipment in standing)
    return Fulfilment.DELIVERED if arrived else Fulfilment.SENT


def return_state(returns: Sequence[_Return]) -> ReturnState:
    """The one that waits longest for somebody: a request before goods on their way, those before what has come."""
    found = {each.status for each in returns}
    for state in (ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.RECEIVED):
        if state in found:
            return state
    return ReturnState.NONE
