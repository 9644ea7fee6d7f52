"""Where an order goes and whom it is written to, as long as nothing of it was sent."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.counter.order import back_to, order_or_404
from shop.checkout import addresses as shapes
from shop.checkout.forms import DetailsForm
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.web import staff
from shop.orders import addresses
from shop.orders import services as orders
from shop.orders.models import Order

PARTS = ("name", "company", "street", "extra", "city", "region", "postal_code", "phone")


@bp.get("/orders/<number>/address")
@staff("orders")
def address(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    return _page(order, _form(order, sent=False))


@bp.post("/orders/<number>/address")
@staff("orders")
def change_address(number: str) -> ResponseReturnValue:
    """Whoever saves second is shown what the first has saved, and keeps what they typed."""
    order = order_or_404(number)
    form = _form(order, sent=True)
    if not form.validate():
        return _page(order, form), 422
    if request.form.get("seen") != _seen(order):
        return _page(order, form, changed=True), 409
    wanted = replace(form.address(), vat_id=order.delivery_address.vat_id)
    order_id, number = order.id, order.number
    try:
        orders.edit(order_id, email=form.email.data or "", address=wanted, by=current_user.signature)
    except ShopError as error:
        return _page(order_or_404(number), form, problem=error.message), error.status
    flash(_("The address is saved. Mails and papers have it from now on."), "success")
    return back_to(number)


def _form(order: Order, *, sent: bool) -> DetailsForm:
    now = order.delivery_address
    shown = {part: getattr(now, part) for part in PARTS} | {"email": order.email, "country": order.country}
    form = DetailsForm(request.form if sent else None, data=shown)
    form.offer(countries=[now.country], method_ids=[])
    form.country.data = now.country  # taxes hang on it
    if any(line.requires_shipping for line in order.lines):
        del form.delivery
    else:
        form.ask_for_country_only()
    return form


def _seen(order: Order) -> str:
    """What the page showed, in short."""
    now = order.delivery_address
    shown = [order.email, *(getattr(now, part) for part in PARTS)]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]


def _page(order: Order, form: DetailsForm, *, problem: str = "", changed: bool = False) -> str:
    country = order.delivery_address.country
    shape = shapes.shape(country)
    for name, words in shapes.labels(country).items():
        form[name].label.text = words
    return render_template(
        "admin/counter/address.html",
        order=order,
        form=form,
        fields=shape.fields if form.sends else shape.without_parcel,
        required=shape.required,
        regions=shape.regions,
        seen=_seen(order),
        problem=problem,
        now=addresses.lines(order.delivery_address) if changed else None,
    )
