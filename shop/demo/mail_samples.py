"""Every mail that the shop can send, filled with sample data: shown at /dev/mail and in the style guide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_mail import Message

from shop.accounts.models import Invitation, Role
from shop.aftersale.return_forms import REASONS
from shop.aftersale.timeline import pieces
from shop.aftersale.withdrawal import Made
from shop.catalog.models import Product, Variant
from shop.core.i18n import DEFAULT_LANGUAGE, _, shop_address, speaking
from shop.core.mail import compose
from shop.demo import samples
from shop.demo.samples import Sample
from shop.orders.models import Order, Return
from shop.orders.states import ReturnKind, ReturnStatus, Status

TO = "maya@example.com"


def mail(kind: str, language: str = DEFAULT_LANGUAGE) -> Message:
    with speaking(language):
        words = SAMPLES[kind](shop_address(language))
    return compose(kind, ref="sample", to=TO, language=language, **words)


def _about_order(shop: str) -> Sample:
    return {"order": samples.order(Status.PAID), "order_url": f"{shop}/orders/sample"}


def _order_confirmation(shop: str) -> Sample:
    about = _about_order(shop)
    return {**about, "address_lines": samples.address_lines(), "invoice_url": f"{about['order_url']}/invoice.pdf"}


def _download_ready(shop: str) -> Sample:
    file = {"name": "Printable year", "file": "printable-year.pdf", "left": 5, "ends_at": samples.RESTOCKED}
    return {**_about_order(shop), "files": [{**file, "address": f"{shop}/downloads/sample"}]}


def _late_payment_refunded(shop: str) -> Sample:
    about = _about_order(shop)
    return {**about, "amount": about["order"].total, "reason": "late"}


def _staff_attention(shop: str) -> Sample:
    sentence = _("A refund has failed. The reason is in the order’s history.")
    return {**_about_order(shop), "sentence": sentence, "admin_url": f"{shop}/admin/orders/sample"}


def _staff_invitation(shop: str) -> Sample:
    invitation = Invitation(name="Maya", email=TO, role=Role.PACKER, expires_at=samples.RESTOCKED)
    return {"invitation": invitation, "by": "Robin Fathom", "join_url": f"{shop}/admin/join/sample"}


def _back_in_stock(shop: str) -> Sample:
    return {
        "name": "Seven Ridges, A2, oak",
        "price": samples.pounds("112"),
        "product_url": f"{shop}/products/seven-ridges?size=a2&frame=oak",
        "stop_url": f"{shop}/restock/sample",
    }


def _order_cancelled(shop: str) -> Sample:
    of = samples.order(Status.CANCELLED)
    return {**_about_order(shop), "order": of, "back": of.total}


def _order_ended_unpaid(shop: str) -> Sample:
    of = samples.order(Status.CANCELLED)
    return {**_about_order(shop), "order": of, "failed": False, "again_url": f"{shop}/orders/sample/again"}


def _shipment_sent(shop: str) -> Sample:
    of = samples.partly_sent()
    words = {**_about_order(shop), "order": of, "shipment": of.shipments[0], "collected": False}
    return {**words, **_parcel(of), "address_lines": samples.address_lines()}


def _shipment_delivered(shop: str) -> Sample:
    of = samples.order(Status.SHIPPED)
    return {**_about_order(shop), "order": of, **_parcel(of)}


def _parcel(of: Order) -> Sample:
    return {
        "sent": pieces(of, {line.id: line.shipped for line in of.lines}),
        "rest": pieces(of, {line.id: line.to_ship for line in of.lines}),
    }


def _refund_started(shop: str) -> Sample:
    about = _about_order(shop)
    return {**about, "amount": samples.pounds("14"), "refunded": pieces(about["order"], {2: 1}), "of_delivery": False}


def _message_from_shop(shop: str) -> Sample:
    return {**_about_order(shop), "message": samples.written_to().events[0].note}


def _low_stock(shop: str) -> Sample:
    print_, mug = Product(name="Seven Ridges"), Product(name="Lattice mug")
    counted = {"requires_shipping": True}
    return {
        "variants": [
            Variant(product=print_, name="A2, oak", sku="SEVEN-RIDGES-A2-OAK", on_hand=0, reserved=2, **counted),
            Variant(product=mug, name="", sku="LATTICE-MUG", on_hand=3, reserved=1, **counted),
        ],
        "admin_url": f"{shop}/admin/products",
    }


def _return(shop: str, status: ReturnStatus, **more: Any) -> Sample:
    about = _about_order(shop)
    sent_back = pieces(about["order"], {about["order"].lines[0].id: 1})
    its = Return(kind=ReturnKind.RETURN, status=status, note="The glass has a crack.", answer="")
    return {**about, "its": its, "pieces": sent_back, "reason": REASONS["damaged"], **more}


def _return_declined(shop: str) -> Sample:
    sample = _return(shop, ReturnStatus.DECLINED)
    sample["its"].answer = "It was framed to your own measure, so we cannot sell it to anybody else."
    return sample


def _return_received(shop: str) -> Sample:
    sample = _return(shop, ReturnStatus.RECEIVED)
    return {**sample, "amount": sample["pieces"][0].line.amount}


def _withdrawal_confirmed(shop: str) -> Sample:
    about = _about_order(shop)
    everything = pieces(about["order"], {line.id: line.quantity for line in about["order"].lines})
    return {**about, "made": Made(1, samples.TODAY, "Maya Lindqvist", TO, everything, True)}


def _review_invitation(shop: str) -> Sample:
    order = samples.order(Status.SHIPPED)
    return {"order": order, "lines": order.lines, "review_url": f"{shop}/reviews/sample"}


# By the folder in templates/email, each told where the shop stands in the mail's language.
SAMPLES: dict[str, Callable[[str], Sample]] = {
    "back_in_stock": _back_in_stock,
    "download_ready": _download_ready,
    "late_payment_refunded": _late_payment_refunded,
    "low_stock": _low_stock,
    "message_from_shop": _message_from_shop,
    "order_cancelled": _order_cancelled,
    "order_confirmation": _order_confirmation,
    "order_ended_unpaid": _order_ended_unpaid,
    "order_link": _about_order,
    "refund_started": _refund_started,
    "shipment_delivered": _shipment_delivered,
    "shipment_sent": _shipment_sent,
    "return_approved": lambda shop: _return(shop, ReturnStatus.APPROVED),
    "return_declined": _return_declined,
    "return_received": _return_received,
    "return_requested": lambda shop: _return(shop, ReturnStatus.REQUESTED),
    "review_invitation": _review_invitation,
    "staff_attention": _staff_attention,
    "staff_invitation": _staff_invitation,
    "withdrawal_confirmed": _withdrawal_confirmed,
}
