"""Parcels: what of an order is sent, in one or several, what was sent by mistake, and what has arrived."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.counter.forms import ParcelForm, new_token, token_sent, with_pieces
from shop.admin.counter.order import back_to, order_or_404, short_name
from shop.core.errors import ShopError
from shop.core.i18n import _, _n
from shop.core.web import not_found, staff
from shop.orders import fulfilment
from shop.orders.models import Order
from shop.payments import queries as payment_queries


@bp.get("/orders/<number>/shipment")
@staff("pack")
def shipment(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    return _page(order, _form(order, sent=False), new_token())


@bp.post("/orders/<number>/shipment")
@staff("pack")
def ship(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    order_id, number, token = order.id, order.number, token_sent()
    form, known = _form(order, sent=True), fulfilment.of_form(token)
    if known is not None:
        return _posted(number, known, tell=form.tell.data)
    if not form.validate():
        return _page(order, form, token), 422
    if payment_queries.state_of(order).state == "refunded":
        return _page(order, form, token, problem=_("This order has been refunded in full, so it is not sent.")), 409
    try:
        shipment_id = fulfilment.ship(
            order_id,
            form.chosen() if form.counted() else None,
            by=current_user.signature,
            form_token=token,
            carrier=form.carrier.data or "",
            tracking_number=form.tracking_number.data or "",
            tracking_url=form.tracking_url.data or "",
            note=form.note.data or "",
            tell=form.tell.data,
        )
    except ShopError as error:
        return _page(order_or_404(number), form, token, problem=error.message), error.status
    return _posted(number, shipment_id, tell=form.tell.data)


def _posted(number: str, shipment_id: int, *, tell: bool) -> ResponseReturnValue:
    pieces = fulfilment.pieces_in(shipment_id)
    if tell:
        sentence = _n(
            "%(num)s item is posted; %(who)s is told by mail.",
            "%(num)s items are posted; %(who)s is told by mail.",
            pieces,
            who=short_name(order_or_404(number)),
        )
    else:
        sentence = _n("%(num)s item is posted.", "%(num)s items are posted.", pieces)
    flash(sentence, "success")
    return back_to(number)


@bp.post("/orders/<number>/shipments/<int:shipment_id>/undoing")
@staff("pack")
def undo_shipment(number: str, shipment_id: int) -> ResponseReturnValue:
    _check_own(number, shipment_id)
    try:
        fulfilment.undo(shipment_id, by=current_user.signature)
    except ShopError as error:
        flash(error.message, "error")
    else:
        flash(_("The parcel is undone. What was in it is to be packed again."), "success")
    return back_to(number)


@bp.post("/orders/<number>/shipments/<int:shipment_id>/delivery")
@staff("pack")
def deliver_shipment(number: str, shipment_id: int) -> ResponseReturnValue:
    _check_own(number, shipment_id)
    try:
        fulfilment.deliver(shipment_id, by=current_user.signature)
    except ShopError as error:
        flash(error.message, "error")
    else:
        flash(_("The parcel has arrived."), "success")
    return back_to(number)


def _check_own(number: str, shipment_id: int) -> None:
    if fulfilment.number_of(shipment_id) != number:
        not_found()


def _form(order: Order, *, sent: bool) -> ParcelForm:
    form = with_pieces(ParcelForm, order.lines, fulfilment.shippable(order))
    return form(request.form if sent else None)


def _page(order: Order, form: ParcelForm, token: str, *, problem: str = "") -> str:
    return render_template(
        "admin/counter/shipment.html",
        order=order,
        who=short_name(order),
        form=form,
        form_token=token,
        problem=problem,
    )
