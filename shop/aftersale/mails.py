"""The mails that tell of orders, with what they say, and what becomes of them."""

from __future__ import annotations

from typing import Any

from flask import current_app
from sqlalchemy import select

from shop.checkout import addresses
from shop.core import mail, store
from shop.core.db import db, transaction
from shop.core.i18n import DEFAULT_LANGUAGE, _, shop_address
from shop.core.mail import Letter
from shop.orders import queries
from shop.orders import services as orders
from shop.orders.models import Order
from shop.payments.models import Payment, Refund


def order_confirmation(order_id: int) -> Letter:
    order = _order(order_id)
    return _to_shopper(order, address_lines=addresses.lines(order.delivery_address))


def late_payment_refunded(order_id: int, refund_id: int) -> Letter:
    """Tells the shopper that a payment which came late or twice goes back."""
    refund = db.session.get_one(Refund, refund_id)
    return _to_shopper(_order(order_id), amount=refund.amount, reason=refund.reason)


def staff_attention(order_id: int, reason: str) -> Letter:
    """Tells the shop's own address that somebody must look at an order."""
    order = _order(order_id)
    sentences = {
        "review": _("The money charged is not what was asked. The order is in review and nothing is sent."),
        "late": _("It was paid after it had been cancelled, and the goods are gone. The money goes back by itself."),
        "twice": _("It was paid twice. The second payment goes back by itself."),
        "refund_failed": _("A refund has failed. The reason is in the order’s history."),
        "dispute": _("The shopper’s bank disputes the payment. The order is on hold; answer in Stripe’s dashboard."),
        "mail_refused": _("The shopper’s address refuses our mail. What its server said is in the order’s history."),
    }
    return Letter(
        store.get().email,
        DEFAULT_LANGUAGE,
        {
            "order": order,
            "sentence": sentences[reason],
            "admin_url": f"{current_app.config['PUBLIC_URL']}/admin/orders/{order.number}",
        },
    )


def order_of(refund_id: int) -> int:
    """The order whose money a refund gives back."""
    found = select(Payment.order_id).join(Refund, Refund.payment_id == Payment.id).where(Refund.id == refund_id)
    return db.session.scalars(found).one()


def note(mail_id: int) -> None:
    """Writes into its order's history that a mail has gone, or was given up and why."""
    with transaction():
        told = mail.take_note(mail_id)
        if told is not None and told.order_id is not None:
            said = f"{told.kind}: {told.last_error}" if told.last_error else told.kind
            orders.note(told.order_id, f"mail_{told.status}", by="shop", note=said, mail_id=mail_id)


def tell_staff(mail_id: int) -> None:
    """A mail about an order was refused for good: somebody must find another way to reach the shopper.

    Of mails that were given up because the mail server is away, no mail would tell; the log and the count of dead ones
    do.
    """
    refused = mail.get(mail_id)
    if refused is not None and refused.order_id is not None and refused.kind != "staff_attention":
        ref = f"order:{refused.order_id}:mail_refused:{mail_id}"
        mail.queue("staff_attention", ref=ref, order_id=refused.order_id, reason="mail_refused")


def _to_shopper(order: Order, **words: Any) -> Letter:
    return Letter(order.email, order.language, {"order": order, "order_url": _order_url(order), **words})


def _order(order_id: int) -> Order:
    order = queries.whole(order_id)
    assert order is not None
    return order


def _order_url(order: Order) -> str:
    return f"{shop_address(order.language)}/orders/{order.token}"
