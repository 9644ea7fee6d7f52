"""Who writes which mail: WRITERS is all that the shop sends. `shop/core/mail.py` queues, sends and remembers them."""

from __future__ import annotations

from shop.accounts import people
from shop.aftersale import mails, return_mails
from shop.core.mail import Writer
from shop.restock import scarce
from shop.restock import services as restock

WRITERS: dict[str, Writer] = {
    "back_in_stock": restock.letter,
    "download_ready": mails.download_ready,
    "late_payment_refunded": mails.late_payment_refunded,
    "low_stock": scarce.low_stock,
    "message_from_shop": mails.message_from_shop,
    "order_cancelled": mails.order_cancelled,
    "order_confirmation": mails.order_confirmation,
    "order_ended_unpaid": mails.order_ended_unpaid,
    "order_link": mails.order_link,
    "refund_started": mails.refund_started,
    "shipment_delivered": mails.shipment_delivered,
    "shipment_sent": mails.shipment_sent,
    "return_approved": return_mails.return_approved,
    "return_declined": return_mails.return_declined,
    "return_received": return_mails.return_received,
    "return_requested": return_mails.return_requested,
    "review_invitation": return_mails.review_invitation,
    "staff_attention": mails.staff_attention,
    "staff_invitation": people.letter,
    "withdrawal_confirmed": return_mails.withdrawal_confirmed,
}
