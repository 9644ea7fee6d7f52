"""Which state of an order may follow which. Pure."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    PENDING = "pending"  # placed, its stock held, not paid
    REVIEW = "review"  # money came that does not fit; a person must look
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Stock(StrEnum):
    HELD = "held"
    SOLD = "sold"
    NONE = "none"


MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.PAID, Status.REVIEW, Status.CANCELLED}),
    Status.REVIEW: frozenset({Status.PAID, Status.CANCELLED}),
    Status.PAID: frozenset({Status.SHIPPED, Status.CANCELLED}),
    Status.SHIPPED: frozenset(),
    Status.CANCELLED: frozenset({Status.PAID, Status.REVIEW}),  # late money
}


def can_move(source: str, target: str) -> bool:
    return Status(target) in MOVES[Status(source)]
