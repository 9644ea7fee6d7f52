from __future__ import annotations

from shop.aftersale import mails
from shop.restock import services as restock


def order_confirmation(order_id: int) -> None:
    mails.order_confirmation(order_id)


def payment_sent_back(refund_id: int) -> None:
    mails.payment_sent_back(refund_id)


def staff_attention(order_id: int, reason: str, about: int | str) -> None:
    mails.staff_attention(order_id, reason, about)


def back_in_stock(request_id: int) -> None:
    restock.notify(request_id)
