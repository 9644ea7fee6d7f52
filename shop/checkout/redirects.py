from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from shop.orders import queries as orders
from shop.payments import services as payments
from shop.payments.gateway import GatewayAway


def to_payment(order_id: int) -> ResponseReturnValue:
    """To Stripe's page, or to the order's own, which says why not."""
    said = None
    try:
        address = payments.start(order_id)
    except GatewayAway:
        address, said = None, "away"
    return redirect(address or url_for("orders.show", token=orders.token_of(order_id), said=said), 303)
