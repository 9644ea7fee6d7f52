from __future__ import annotations

from shop.aftersale import mails
from shop.core import mail, outbox
from shop.core.outbox import Other, Queue
from worker.mails import WRITERS


def order_confirmation(order_id: int) -> None:
    mail.queue("order_confirmation", ref=f"order:{order_id}", order_id=order_id)


def order_cancelled(order_id: int, about: int) -> None:
    mail.queue("order_cancelled", ref=f"order:{order_id}:{about}", order_id=order_id)


def order_ended_unpaid(order_id: int, about: int) -> None:
    mail.queue("order_ended_unpaid", ref=f"order:{order_id}:{about}", order_id=order_id)


def order_link(order_id: int, slot: int) -> None:
    """Nothing for an order that is not there, or not of the address that was given: `ask_for_link` says 0 then."""
    if order_id:
        mail.queue("order_link", ref=f"order:{order_id}:{slot}", order_id=order_id)


def message_from_shop(order_id: int, event_id: int) -> None:
    mail.queue("message_from_shop", ref=f"event:{event_id}", order_id=order_id, event_id=event_id)


def shipment_sent(shipment_id: int) -> None:
    order_id = mails.order_of_shipment(shipment_id)
    mail.queue("shipment_sent", ref=f"shipment:{shipment_id}", order_id=order_id, shipment_id=shipment_id)


def shipment_delivered(shipment_id: int) -> None:
    order_id = mails.order_of_shipment(shipment_id)
    mail.queue("shipment_delivered", ref=f"shipment:{shipment_id}", order_id=order_id, shipment_id=shipment_id)


def refund_started(refund_id: int) -> None:
    mail.queue("refund_started", ref=f"refund:{refund_id}", order_id=mails.order_of(refund_id), refund_id=refund_id)


def payment_sent_back(refund_id: int) -> None:
    order_id = mails.order_of(refund_id)
    mail.queue("late_payment_refunded", ref=f"refund:{refund_id}", order_id=order_id, refund_id=refund_id)


def staff_attention(order_id: int, reason: str, about: int | str) -> None:
    mail.queue("staff_attention", ref=f"order:{order_id}:{reason}:{about}", order_id=order_id, reason=reason)


def download_ready(order_id: int) -> None:
    mail.queue("download_ready", ref=f"order:{order_id}", order_id=order_id)


def return_requested(order_id: int, return_id: int) -> None:
    mail.queue("return_requested", ref=f"return:{return_id}", order_id=order_id, return_id=return_id)


def return_approved(order_id: int, return_id: int, event_id: int) -> None:
    ref = f"return:{return_id}:{event_id}"  # what was decided by mistake is decided again
    mail.queue("return_approved", ref=ref, order_id=order_id, return_id=return_id)


def return_declined(order_id: int, return_id: int, event_id: int) -> None:
    ref = f"return:{return_id}:{event_id}"
    mail.queue("return_declined", ref=ref, order_id=order_id, return_id=return_id)


def return_received(order_id: int, return_id: int) -> None:
    mail.queue("return_received", ref=f"return:{return_id}", order_id=order_id, return_id=return_id)


def withdrawal_confirmed(order_id: int, event_id: int) -> None:
    mail.queue("withdrawal_confirmed", ref=f"withdrawal:{event_id}", order_id=order_id, event_id=event_id)


def review_invitation(order_id: int, shipment_id: int) -> None:
    ref = f"shipment:{shipment_id}"
    mail.queue("review_invitation", ref=ref, order_id=order_id, queue=Queue.BULK, shipment_id=shipment_id)


def back_in_stock(request_id: int) -> None:
    mail.queue("back_in_stock", ref=f"restock:{request_id}", queue=Queue.BULK, request_id=request_id)


def send(mail_id: int) -> None:
    mail.send(mail_id, WRITERS)


def send_in_bulk(mail_id: int) -> None:
    mail.send(mail_id, WRITERS)


def scout() -> None:
    """While the mail server is away, one mail a minute finds out whether it still is."""
    outbox.wake(Other.MAIL_SERVER, most=1)


def note(mail_id: int) -> None:
    mails.note(mail_id)


def tell_staff(mail_id: int) -> None:
    mails.tell_staff(mail_id)
