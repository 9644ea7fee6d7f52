from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin import words
from shop.admin.blueprint import bp
from shop.admin.forms import ShipmentForm
from shop.admin.paging import Place
from shop.admin.queries import disputes_of
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.money import Money
from shop.core.web import not_found, positive, staff
from shop.orders import addresses, fulfilment, queries
from shop.orders.models import Order
from shop.payments import queries as payment_queries
from shop.payments.models import Payment


@dataclass(frozen=True, slots=True)
class Sums:
    """What came in, what went back, and what is left."""

    captured: Money
    refunded: Money

    @property
    def kept(self) -> Money:
        return self.captured - self.refunded


@bp.get("/orders")
@staff("look")
def orders() -> ResponseReturnValue:
    q = request.args.get("q", "").strip()[:100]
    status = request.args.get("status", "")
    status = status if status in words.ORDER else ""
    number = positive(request.args.get("page"), default=1, most=10**6) or 1
    found, total = queries.find(q, status=status, page=number)
    place = Place(number, total, queries.PAGE)
    if place.beyond:
        return redirect(url_for("staff.orders", q=q or None, status=status or None, page=place.last))
    return render_template("admin/orders.html", orders=found, place=place, q=q, status=status, counts=queries.counts(q))


@bp.get("/orders/<number>")
@staff("look")
def order(number: str) -> ResponseReturnValue:
    return _page(_order(number), ShipmentForm())


@bp.post("/orders/<number>/shipment")
@staff("pack")
def ship(number: str) -> ResponseReturnValue:
    order = _order(number)
    form = ShipmentForm(request.form)
    if not form.validate():
        return _page(order, form), 422
    number, was_sent = order.number, order.shipped_at is not None
    if not was_sent and payment_queries.state_of(order).state == "refunded":
        flash(_("Order %(number)s has been refunded in full, so it is not sent.", number=number), "error")
        return redirect(url_for("staff.order", number=number), 303)
    token = f"rest-{order.id}-{fulfilment.of_order(order.id)}"
    try:
        if not was_sent:
            fulfilment.ship(order.id, by=current_user.signature, form_token=token, note=form.note.data or "")
    except ShopError as error:
        flash(error.message, "error")
    else:
        if was_sent:
            flash(_("Order %(number)s had been marked as sent before; nothing has changed.", number=number), "info")
        else:
            flash(_("Order %(number)s is marked as sent.", number=number), "success")
    return redirect(url_for("staff.order", number=number), 303)


def _order(number: str) -> Order:
    found = queries.by_number(number)
    if found is None:
        not_found()
    return found


def _page(order: Order, form: ShipmentForm) -> str:
    payments = payment_queries.of_order(order.id)
    return render_template(
        "admin/order.html",
        order=order,
        address_lines=[(each, addresses.lines(each)) for each in order.addresses],
        payments=payments,
        refunds=[refund for payment in payments for refund in payment.refunds],
        disputes=disputes_of([payment.id for payment in payments]),
        sums=_sums(order, payments),
        form=form,
    )


def _sums(order: Order, payments: Sequence[Payment]) -> Sums:
    return Sums(
        Money.sum((payment.captured for payment in payments), order.currency),
        Money.sum((payment.refunded for payment in payments), order.currency),
    )
