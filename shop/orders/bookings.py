"""What a sale is in the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from shop.core.money import Money
from shop.ledger import services as ledger
from shop.ledger.models import Account
from shop.ledger.services import Entry
from shop.orders.models import Order


def sold(order: Order) -> None:
    """A locked order is paid: its goods, their delivery and the taxes are earned. Twice is once."""
    ledger.post(f"sale:{order.id}", "sale", of_sale(order), order_id=order.id, at=order.paid_at)


def of_sale(order: Order) -> Iterator[Entry]:
    """With the order's lines; those of the same rate are not added up yet."""
    yield Entry(Account.RECEIVABLE, order.total)
    yield Entry(Account.DISCOUNTS, -order.adjustment)
    for line in order.lines:
        yield Entry(Account.SALES, line.tax - line.amount, line.tax_rate)
        yield Entry(Account.TAX, -line.tax, line.tax_rate)
    tax = Money(order.delivery_tax_minor, order.currency)
    yield Entry(Account.DELIVERY, tax - order.delivery, order.delivery_tax_rate)
    yield Entry(Account.TAX, -tax, order.delivery_tax_rate)
