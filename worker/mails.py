"""Who writes which mail: WRITERS is all that the shop sends. `shop/core/mail.py` queues, sends and remembers them."""

from __future__ import annotations

from shop.aftersale import mails
from shop.core.mail import Writer
from shop.restock import services as restock

WRITERS: dict[str, Writer] = {
    "back_in_stock": restock.letter,
    "late_payment_refunded": mails.late_payment_refunded,
    "order_confirmation": mails.order_confirmation,
    "staff_attention": mails.staff_attention,
}
