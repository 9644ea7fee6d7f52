"""What a cart comes to. The cart's page, the order and Stripe all take their figures from here. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shop.core.money import Money


@dataclass(frozen=True, slots=True)
class Item:
    """`unit_price` and `adjustments` (negative: taken off the line) include tax at `tax_rate`."""

    quantity: int
    unit_price: Money
    tax_rate: Decimal
    adjustments: Sequence[Money] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    price: Money
    tax_rate: Decimal


@dataclass(frozen=True, slots=True)
class ItemTotal:
    amount: Money
    tax: Money  # contained in the amount


@dataclass(frozen=True, slots=True)
class Totals:
    items: tuple[ItemTotal, ...]
    subtotal: Money
    delivery: Money
    delivery_tax: Money
    adjustment: Money  # on the whole order
    total: Money
    tax: Money  # contained in the total


def price(
    items: Sequence[Item], *, currency: str, delivery: Delivery | None = None, adjustments: Sequence[Money] = ()
) -> Totals:
    """Tax is reckoned and rounded for each line by itself, so that the lines of an invoice add up to its total.

    Raises ValueError when more is taken off than there is.
    """
    lines = []
    for item in items:
        amount = item.unit_price * item.quantity + Money.sum(item.adjustments, currency)
        lines.append(ItemTotal(amount, amount.tax_contained(item.tax_rate)))
    charge = delivery.price if delivery else Money.zero(currency)
    charge_tax = charge.tax_contained(delivery.tax_rate) if delivery else Money.zero(currency)
    subtotal = Money.sum((line.amount for line in lines), currency)
    adjustment = Money.sum(adjustments, currency)
    total = subtotal + charge + adjustment
    if total.minor < 0 or any(line.amount.minor < 0 for line in lines):
        raise ValueError("more is taken off than there is")
    tax = Money.sum((line.tax for line in lines), currency) + charge_tax
    return Totals(tuple(lines), subtotal, charge, charge_tax, adjustment, total, tax)
