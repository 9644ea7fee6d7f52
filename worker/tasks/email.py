from __future__ import annotations

from shop.aftersale import mails
from shop.core import mail
from shop.core.outbox import Queue
from worker.mails import WRITERS


def order_confirmation(order_id: int) -> None:
    mail.queue("order_confirmation", ref=f"order:{order_id}", order_id=order_id)


def payment_sent_back(refund_id: int) -> None:
    order_id = mails.order_of(refund_id)
    mail.queue("late_payment_refunded", ref=f"refund:{refund_id}", order_id=order_id, refund_id=refund_id)


def staff_attention(order_id: int, reason: str, about: int | str) -> None:
    mail.queue("staff_attention", ref=f"order:{order_id}:{reason}:{about}", order_id=order_id, reason=reason)


def back_in_stock(request_id: int) -> None:
    mail.queue("back_in_stock", ref=f"restock:{request_id}", queue=Queue.BULK, request_id=request_id)


def send(mail_id: int) -> None:
    mail.send(mail_id, WRITERS)


def send_in_bulk(mail_id: int) -> None:
    mail.send(mail_id, WRITERS)


def note(mail_id: int) -> None:
    mails.note(mail_id)


def tell_staff(mail_id: int) -> None:
    mails.tell_staff(mail_id)
