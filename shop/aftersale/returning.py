"""How it stands with what of an order can go back, and what is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shop.aftersale import withdrawal
from shop.aftersale.withdrawal import Right
from shop.core.clock import now
from shop.core.store import Store
from shop.orders import periods, returns
from shop.orders.models import Order, Return


@dataclass(frozen=True, slots=True)
class Returning:
    returns: list[Return]
    can_return: bool
    last_day: date | None  # to send goods back as the shop offers it
    right: Right | None  # to withdraw, as the law has it


def returning(order: Order, shop: Store) -> Returning:
    """Needs the order's lines, addresses, shipments and returns."""
    arrived = periods.arrived(order.shipments)
    end = returns.last_day(arrived, shop)
    can_return = end is not None and shop.day_of(now()) <= end and any(line.returnable for line in order.lines)
    return Returning(order.returns, can_return, end, withdrawal.right(order, shop, arrived=arrived))
