"""An order's page: how it stands, what has happened, and the way to all that can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, url_for
from flask_login import current_user

from shop.admin.counter import history, queries
from shop.admin.counter.forms import NoteForm
from shop.admin.counter.order import short_name
from shop.aftersale import timeline
from shop.core import mail
from shop.core.i18n import _, _n
from shop.core.money import Money
from shop.core.web import not_found
from shop.documents import queries as documents
from shop.orders import addresses, fulfilment
from shop.orders.models import Order, Return
from shop.orders.states import ReturnStatus, Status
from shop.payments import queries as payment_queries
from shop.payments.models import Dispute


@dataclass(frozen=True, slots=True)
class Sums:
    """What came in, what went back or is on its way, what Stripe kept and banks took, and what is left."""

    charged: Money
    refunded: Money
    fee: Money
    disputed: Money

    @property
    def net(self) -> Money:
        return self.charged - self.refunded - self.disputed - self.fee


@dataclass(frozen=True, slots=True)
class Step:
    """What an order waits for next, and where that is done."""

    words: str
    address: str


def show(number: str, *, note: NoteForm | None = None, message: NoteForm | None = None) -> str:
    """The page, with what was typed into its forms wrongly."""
    order = queries.whole(number) or not_found()
    payments = queries.payments_of(order.id)
    payment_ids = [payment.id for payment in payments]
    disputes = queries.disputes_about(order, payment_ids)
    row = queries.row_of(order, payments, disputes)
    sendable = fulfilment.shippable(order) if order.status == Status.PAID else {}
    captured = row.captured.minor > 0
    nothing = Money(0, order.currency)
    seen = captured and current_user.may("figures")
    fee, taken = queries.kept_by_others(order.id, order.currency) if seen else (nothing, nothing)
    return render_template(
        "admin/counter/order.html",
        order=order,
        row=row,
        who=short_name(order),
        step=_next_step(order, disputes, sum(sendable.values())),
        waiting=sum(line.to_ship for line in order.lines) - sum(sendable.values()),
        address_lines=[(each, addresses.lines(each)) for each in order.addresses],
        payments=payments,
        refunds=[refund for payment in payments for refund in payment.refunds],
        disputes=disputes,
        sums=Sums(row.captured, row.given_back, fee, taken),
        all_sums=seen,
        parcels=timeline.parcels(order),
        coming_back={each.id: timeline.pieces(order, _counts(each)) for each in order.returns},
        papers=documents.of_order(order.id) if order.paid_at else (),
        history=history.entries(order, mail.of_order(order.id), payment_queries.said_about(payment_ids)),
        note=note or NoteForm(prefix="note-"),
        message=message or NoteForm(prefix="message-"),
    )


def _counts(row: Return) -> dict[int, int]:
    return {line.line_id: line.quantity for line in row.lines}


def _next_step(order: Order, disputes: Sequence[Dispute], sendable: int) -> Step | None:  # noqa: PLR0911
    """The one thing that an order waits for from whoever looks at it."""
    may, number = current_user.may, order.number
    if order.status == Status.REVIEW and may("refund"):
        return Step(_("Look into the payment"), url_for("staff.review", number=number))
    for dispute in disputes:
        if dispute.closed_at is None and may("orders"):
            return Step(_("Answer the dispute"), f"#dispute-{dispute.id}")
    for each in order.returns:
        if each.status == ReturnStatus.REQUESTED and may("orders"):
            return Step(_("Decide on the return"), url_for("staff.return_", return_id=each.id))
    if order.held_at is not None and may("orders"):
        return Step(_("Release the order"), url_for("staff.release", number=number))
    if sendable and order.held_at is None and may("pack"):
        words = _n("Fulfil %(num)s item", "Fulfil %(num)s items", sendable)
        return Step(words, url_for("staff.shipment", number=number))
    for each in order.returns:
        if each.status == ReturnStatus.APPROVED and may("pack"):
            return Step(_("Receive the return"), url_for("staff.return_", return_id=each.id))
    return None
