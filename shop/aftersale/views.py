"""The shopper's order: see it, pay it, cancel it. Whoever has its secret address may."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.catalog import queries as catalog
from shop.checkout import addresses
from shop.checkout.redirects import to_payment
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.limits import limiter
from shop.core.web import not_found, private
from shop.orders import queries
from shop.orders.models import Order
from shop.payments import queries as payment_queries
from shop.payments import services as payments

bp = Blueprint("orders", __name__, url_prefix="/orders")


@bp.app_context_processor
def unpaid_order() -> dict[str, object]:
    """For the bag: the order it has become and that waits to be paid, if there is one."""
    return {"unpaid_order": lambda cart_id: queries.unpaid_of_cart(cart_id) if cart_id else None}


@bp.get("/<token>")
@private
def show(token: str) -> ResponseReturnValue:
    order = _order(token)
    return render_template(
        "orders/show.html",
        order=order,
        address_lines=addresses.lines(order.delivery_address),
        pictures=catalog.pictures_of([line.variant_id for line in order.lines]),
        payment=payment_queries.state_of(order, said=request.args.get("said", "")),
    )


@bp.post("/<token>/payment")
@private
@limiter.limit("30 per minute")
def pay(token: str) -> ResponseReturnValue:
    return to_payment(_order(token).id)


@bp.post("/<token>/cancellation")
@private
def cancel(token: str) -> ResponseReturnValue:
    try:
        payments.cancel_unpaid(_order(token).id, by="shopper")
        flash(_("Your order is cancelled. Nothing was charged."), "success")
    except ShopError as error:
        flash(error.message, "error")
    return redirect(url_for("orders.show", token=token), 303)


def _order(token: str) -> Order:
    order = queries.by_token(token)
    if order is None:
        not_found()
    return order
