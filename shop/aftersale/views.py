"""The shopper's order: see it, pay it, cancel it, order it again. Whoever has its secret address may."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.aftersale import services
from shop.aftersale.again import again
from shop.aftersale.forms import LinkForm
from shop.aftersale.timeline import timeline
from shop.cart import cookie
from shop.cart import queries as carts
from shop.cart import services as cart_services
from shop.catalog import queries as catalog
from shop.checkout.redirects import to_payment
from shop.core.errors import ShopError
from shop.core.i18n import _, _n
from shop.core.limits import limiter
from shop.core.web import not_found, private
from shop.documents import queries as documents
from shop.orders import addresses, queries
from shop.orders.models import Order
from shop.orders.states import fulfilment, return_state
from shop.payments import queries as payment_queries

MOST_SAID = 5  # of what is different; what is said travels in a cookie

bp = Blueprint("orders", __name__, url_prefix="/orders")


@bp.app_context_processor
def unpaid_order() -> dict[str, object]:
    """For the bag: the order it has become and that waits to be paid, if there is one."""
    return {"unpaid_order": lambda cart_id: queries.unpaid_of_cart(cart_id) if cart_id else None}


@bp.get("/find")
@private
def find() -> ResponseReturnValue:
    return render_template("orders/find.html", form=LinkForm(), asked=False)


@bp.post("/find")
@private
@limiter.limit("5 per minute; 30 per hour")
def send_link() -> ResponseReturnValue:
    """The same answer for every number and address, so that nobody learns from it what was ordered by whom."""
    form = LinkForm(request.form)
    if not form.validate():
        return render_template("orders/find.html", form=form, asked=False), 422
    services.ask_for_link(form.number.data, form.email.data)
    return redirect(url_for("orders.link_sent"), 303)


@bp.get("/find/sent")
@private
def link_sent() -> ResponseReturnValue:
    return render_template("orders/find.html", form=LinkForm(), asked=True)


@bp.get("/<token>")
@private
def show(token: str) -> ResponseReturnValue:
    order = _order(token)
    payment = payment_queries.state_of(order, said=request.args.get("said", ""))
    return render_template(
        "orders/show.html",
        order=order,
        address_lines=addresses.lines(order.delivery_address),
        pictures=catalog.pictures_of([line.variant_id for line in order.lines]),
        payment=payment,
        fulfilment=fulfilment(order.lines, order.shipments),
        returning=return_state(order.returns),
        timeline=timeline(order, payment.refunds),
        may_cancel=services.may_cancel(order),
        papers_of_refunds=[each for each in documents.of_order(order.id) if each.refund_id is not None],
    )


@bp.post("/<token>/payment")
@private
@limiter.limit("30 per minute")
def pay(token: str) -> ResponseReturnValue:
    return to_payment(_order(token).id)


@bp.get("/<token>/cancellation")
@private
def confirm_cancellation(token: str) -> ResponseReturnValue:
    """What will happen, before it does."""
    order = _order(token)
    if not services.may_cancel(order):
        return redirect(url_for("orders.show", token=token), 303)
    payment = payment_queries.state_of(order)
    return render_template("orders/cancel.html", order=order, back=payment.kept)


@bp.post("/<token>/cancellation")
@private
@limiter.limit("10 per minute")
def cancel(token: str) -> ResponseReturnValue:
    order = _order(token)
    paid = order.paid_at is not None and order.total
    try:
        services.cancel(order.id)
        if paid:
            flash(_("Your order is cancelled, and your money goes back the way you paid."), "success")
        else:
            flash(_("Your order is cancelled. Nothing was charged."), "success")
    except ShopError as error:
        flash(error.message, "error")
    return redirect(url_for("orders.show", token=token), 303)


@bp.get("/<token>/again")
@private
def show_again(token: str) -> ResponseReturnValue:
    """What would go into the bag, and what of it is not as it was."""
    order = _order(token)
    cart = cookie.current_cart()
    wanted = again(
        order, cart_id=cart.id if cart else None, currency=g.store.currency, largest=g.store.largest_quantity
    )
    pictures = catalog.pictures_of([each.variant_id for each in wanted])
    return render_template("orders/again.html", order=order, wanted=wanted, pictures=pictures)


@bp.post("/<token>/again")
@private
@limiter.limit("30 per minute")
def put_again(token: str) -> ResponseReturnValue:
    order = _order(token)
    secret = cookie.secret() if cookie.current_cart() else cart_services.open_cart(g.store.currency)
    cart = carts.by_secret(secret)
    assert cart is not None
    largest = g.store.largest_quantity
    wanted = again(order, cart_id=cart.id, currency=g.store.currency, largest=largest)
    different = services.fill_bag(cart.id, wanted, largest=largest)
    found = sum(1 for each in wanted if each.quantity)
    if found:
        said = _n("%(num)s thing of your order is in your bag.", "%(num)s things of your order are in your bag.", found)
        flash(said, "success")
    for sentence in different[:MOST_SAID]:
        flash(sentence, "warning")
    if len(different) > MOST_SAID:
        more = len(different) - MOST_SAID
        flash(_n("%(num)s more thing is different.", "%(num)s more things are different.", more), "warning")
    answer: Response = make_response(redirect(url_for("cart.show"), 303))
    return cookie.remember(answer, secret)


def _order(token: str) -> Order:
    order = queries.by_token(token)
    if order is None:
        not_found()
    return order
