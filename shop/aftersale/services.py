from __future__ import annotations

from shop.aftersale.again import Again
from shop.aftersale.timeline import MESSAGE
from shop.cart import services as cart
from shop.core import outbox
from shop.core.clock import now
from shop.core.db import transaction
from shop.core.errors import Conflict, ShopError
from shop.core.i18n import _
from shop.orders import queries
from shop.orders import services as orders
from shop.orders.models import Order
from shop.orders.states import Status
from shop.payments import services as payments

LINK_EVERY_S = 600  # one mail with the link of an order in so many seconds, however often it is asked for


class CannotCancel(Conflict):
    code = "cannot_cancel"


def may_cancel(order: Order) -> bool:
    """Whether its shopper may cancel a paid order: all of it is to be sent, nothing was, and nobody looks into it."""
    unsent = all(line.requires_shipping and not line.shipped for line in order.lines)
    return order.status == Status.PAID and order.held_at is None and unsent


def cancel(order_id: int) -> None:
    """The shopper does not want it any more: an unpaid order ends, a paid one that was not sent with its money back.

    A second time changes nothing. Raises CannotCancel, and what `cancel_unpaid` raises.
    """
    order = queries.whole(order_id)
    assert order is not None
    if order.status == Status.CANCELLED:
        return
    if order.paid_at is None:
        payments.cancel_unpaid(order_id, by="shopper")
        return
    with transaction():
        locked = orders.lock(order_id)
        if locked.status != Status.CANCELLED and not may_cancel(locked):
            raise CannotCancel(_("This order cannot be cancelled any more. Write to us, and we will find a way."))
        payments.cancel_paid(order_id, by="shopper", reason="cancelled", form_token=f"shopper-cancels-{order_id}")


def fill_bag(cart_id: int, wanted: list[Again], *, largest: int) -> list[str]:
    """Puts what can be had of it into a bag, which then has at least so much. Returns what could not be, in sentences.

    A second time changes nothing.
    """
    missing = [each.difference for each in wanted if each.difference]
    for each in wanted:
        if each.quantity:
            try:
                cart.have(cart_id, each.variant_id, each.quantity, largest=largest)
            except ShopError as error:  # it went to somebody else this moment
                missing.append(error.message)
    return missing


def ask_for_link(number: str, email: str) -> None:
    """The link of an order will be sent to its address, if that is `email`; nothing tells whether it is.

    What is done here is the same for every number and address; the worker finds out, and does the rest.
    """
    order = queries.by_number_alone(number)
    order_id = order.id if order is not None and order.email == email else 0
    with transaction():
        outbox.emit("order.link_asked", order_id=order_id, slot=int(now().timestamp()) // LINK_EVERY_S)


def send_link(order_id: int) -> None:
    """The link of an order will be sent to its address: the page where it can be paid, as long as it can."""
    with transaction():
        outbox.emit("order.link_asked", order_id=order_id, slot=int(now().timestamp()))


def write_to_shopper(order_id: int, text: str, *, by: str) -> None:
    """A word from the shop: on the order's page, and by mail."""
    with transaction():
        event_id = orders.note(order_id, MESSAGE, by=by, note=text, public=True)
        outbox.emit("order.message_written", order_id=order_id, event_id=event_id)
