"""The mails that tell of orders, with what they say, and what becomes of them."""

from __future__ import annotations

from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.aftersale import timeline
from shop.core import mail, store
from shop.core.db import db, transaction
from shop.core.i18n import DEFAULT_LANGUAGE, _, shop_address
from shop.core.mail import Letter
from shop.downloads import queries as downloads
from shop.orders import addresses, queries
from shop.orders import services as orders
from shop.orders.models import Order, OrderEvent, Shipment
from shop.orders.states import Status
from shop.payments import queries as payment_queries
from shop.payments.models import COME_TO_NOTHING, Payment, Refund
from shop.payments.refund_parts import DELIVERY


def order_confirmation(order_id: int) -> Letter:
    order = _order(order_id)
    return _to_shopper(
        order,
        address_lines=addresses.lines(order.delivery_address),
        invoice_url=f"{_order_url(order)}/invoice.pdf",
    )


def order_cancelled(order_id: int) -> Letter | None:
    order = _order(order_id)
    if order.status != Status.CANCELLED:
        return None  # money came after all
    return _to_shopper(order, back=payment_queries.state_of(order).refunded)


def order_ended_unpaid(order_id: int) -> Letter | None:
    order = _order(order_id)
    if order.status != Status.CANCELLED:
        return None
    failed = payment_queries.state_of(order).state == "failed"
    return _to_shopper(order, failed=failed, again_url=f"{_order_url(order)}/again")


def shipment_sent(order_id: int, shipment_id: int) -> Letter | None:
    """Of a parcel that was entered by mistake nobody hears, if it is undone in time."""
    shipment, order = _shipment(shipment_id), _order(order_id)
    if shipment.undone_at is not None:
        return None
    return _to_shopper(
        order,
        shipment=shipment,
        collected=order.delivery_kind == "pick_up",
        address_lines=addresses.lines(order.delivery_address),
        **_contents(order, shipment),
    )


def shipment_delivered(order_id: int, shipment_id: int) -> Letter | None:
    """None for what was collected: its shopper was there."""
    order = _order(order_id)
    if order.delivery_kind == "pick_up":
        return None
    return _to_shopper(order, **_contents(order, _shipment(shipment_id)))


def refund_started(order_id: int, refund_id: int) -> Letter | None:
    """None when another mail tells of it: that of an order's end, or of a payment that came late or twice."""
    order = _order(order_id)
    refund = db.session.scalars(select(Refund).where(Refund.id == refund_id).options(selectinload(Refund.parts))).one()
    with_its_end = order.cancelled_at is not None and refund.created_at <= order.cancelled_at
    if refund.status in COME_TO_NOTHING or refund.by == "shop" or with_its_end:
        return None
    return _to_shopper(
        order,
        amount=refund.amount,
        refunded=timeline.refunded(order, refund),
        of_delivery=any(part.kind == DELIVERY for part in refund.parts),
    )


def order_link(order_id: int) -> Letter:
    return _to_shopper(_order(order_id))


def message_from_shop(order_id: int, event_id: int) -> Letter:
    return _to_shopper(_order(order_id), message=db.session.get_one(OrderEvent, event_id).note)


def download_ready(order_id: int) -> Letter | None:
    """Where to download what was bought, as long as it can be."""
    order, grants = _order(order_id), downloads.of_order(order_id)
    files = [
        {
            "name": grant.name,
            "file": grant.file.name,
            "address": f"{shop_address(order.language)}/downloads/{grant.token}",
            "left": grant.most - grant.used,
            "ends_at": grant.ends_at,
        }
        for grant in grants
    ]
    return _to_shopper(order, files=files) if files else None


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
        "return": _("The shopper wants to send goods back. Approve or decline it; they are waiting for your answer."),
        "withdrawal": _("The shopper has withdrawn. What was not sent is cancelled; what was sent comes back."),
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


def order_of_shipment(shipment_id: int) -> int:
    return db.session.scalars(select(Shipment.order_id).where(Shipment.id == shipment_id)).one()


def _shipment(shipment_id: int) -> Shipment:
    return db.session.scalars(
        select(Shipment).where(Shipment.id == shipment_id).options(selectinload(Shipment.lines))
    ).one()


def _contents(order: Order, shipment: Shipment) -> dict[str, Any]:
    """What is in a parcel, and what of its order is still to come."""
    return {
        "sent": timeline.pieces(order, {row.line_id: row.quantity for row in shipment.lines}),
        "rest": timeline.pieces(order, {line.id: line.to_ship for line in order.lines}),
    }


def _to_shopper(order: Order, **words: Any) -> Letter:
    return Letter(order.email, order.language, {"order": order, "order_url": _order_url(order), **words})


def _order(order_id: int) -> Order:
    order = queries.whole(order_id)
    assert order is not None
    return order


def _order_url(order: Order) -> str:
    return f"{shop_address(order.language)}/orders/{order.token}"
