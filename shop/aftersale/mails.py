"""The mails that tell of orders, with what they say."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shop.checkout import addresses
from shop.core import mail, store
from shop.core.db import db
from shop.core.i18n import DEFAULT_LANGUAGE, _, shop_address
from shop.orders import queries
from shop.orders.models import Order
from shop.payments.models import Refund


def order_confirmation(order_id: int) -> None:
    order = _order(order_id)
    mail.send(
        "order_confirmation",
        ref=f"order:{order_id}",
        to=order.email,
        language=order.language,
        order=order,
        address_lines=addresses.lines(order.delivery_address),
        order_url=_order_url(order),
    )


def payment_sent_back(refund_id: int) -> None:
    """Tells the shopper that a payment which came late or twice goes back."""
    refund = db.session.scalars(select(Refund).where(Refund.id == refund_id).options(joinedload(Refund.payment))).one()
    order = _order(refund.payment.order_id)
    mail.send(
        "late_payment_refunded",
        ref=f"refund:{refund_id}",
        to=order.email,
        language=order.language,
        order=order,
        amount=refund.amount,
        reason=refund.reason,
        order_url=_order_url(order),
    )


def staff_attention(order_id: int, reason: str, about: int | str) -> None:
    """Tells the shop's own address that somebody must look at an order; once for each thing it is `about`."""
    order = _order(order_id)
    sentences = {
        "review": _("The money charged is not what was asked. The order is in review and nothing is sent."),
        "late": _("It was paid after it had been cancelled, and the goods are gone. The money goes back by itself."),
        "twice": _("It was paid twice. The second payment goes back by itself."),
        "refund_failed": _("A refund has failed. The reason is in the order’s history."),
        "dispute": _("The shopper’s bank disputes the payment. The order is on hold; answer in Stripe’s dashboard."),
    }
    mail.send(
        "staff_attention",
        ref=f"order:{order_id}:{reason}:{about}",
        to=store.get().email,
        language=DEFAULT_LANGUAGE,
        order=order,
        sentence=sentences[reason],
        admin_url=f"{current_app.config['PUBLIC_URL']}/admin/orders/{order.number}",
    )


def _order(order_id: int) -> Order:
    order = queries.whole(order_id)
    assert order is not None
    return order


def _order_url(order: Order) -> str:
    return f"{shop_address(order.language)}/orders/{order.token}"
