"""The order that a page is about, and how it is spoken of."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from shop.core.web import not_found
from shop.orders import queries
from shop.orders.models import Order


def order_or_404(number: str) -> Order:
    """With its lines, adjustments, addresses and history."""
    return queries.by_number(number) or not_found()


def short_name(order: Order) -> str:
    """What its shopper is called on buttons: the first word of the name."""
    return (order.delivery_address.name.split() or [order.email])[0]


def back_to(number: str) -> ResponseReturnValue:
    return redirect(url_for("staff.order", number=number), 303)
