from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.cart import cookie, queries, services
from shop.cart.cookie import current_cart
from shop.catalog import queries as catalog
from shop.core.clock import now
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.limits import limiter
from shop.core.money import Money
from shop.core.web import not_found, positive, private, public
from shop.delivery import queries as deliveries

bp = Blueprint("cart", __name__)

SUGGESTIONS = 4


@dataclass(frozen=True, slots=True)
class Undo:
    """What has just been taken out, to be put back."""

    variant_id: int
    quantity: int
    name: str


@bp.app_context_processor
def bag_count() -> dict[str, object]:
    return {"bag_count": lambda: queries.count(cookie.secret()) if cookie.secret() else 0}


@bp.get("/cart")
@private
def show() -> ResponseReturnValue:
    cart, currency = current_cart(), g.store.currency
    if cart is None:
        review = queries.empty(currency)
    else:
        review = queries.review(cart.id, currency=currency, largest=g.store.largest_quantity)
    delivery = _cheapest_at_home(review)
    subtotal = review.goods.subtotal
    return render_template(
        "cart/cart.html",
        review=review,
        bag_count=lambda: sum(line.wanted for line in review.lines),  # the header need not ask again
        delivery=delivery,
        to_free=_to_free(delivery, subtotal),
        total=subtotal + delivery.price if delivery else subtotal,
        undo=_undo(),
        suggestions=queries.beside(cart.id, SUGGESTIONS, currency=currency)
        if cart and review.lines
        else catalog.most_loved(SUGGESTIONS, currency=currency),
    )


@bp.post("/cart/lines")
@public
@limiter.limit("300 per minute")
def add() -> ResponseReturnValue:
    variant_id = positive(request.form.get("variant_id"))
    quantity = positive(request.form.get("quantity", "1"))
    name = catalog.variant_name(variant_id) if variant_id else None
    if variant_id is None or name is None:
        return _refused(_("This is not sold any more."))
    if quantity is None:
        return _refused(_("Enter a whole number, 1 or more."))
    secret = cookie.secret() if current_cart() else services.open_cart(g.store.currency)
    cart = queries.by_secret(secret)
    if cart is None:
        not_found()
    try:
        services.add(cart.id, variant_id, quantity, largest=g.store.largest_quantity)
    except ShopError as error:
        return cookie.remember(_refused(error.message), secret)
    flash(_("%(name)s is in your bag.", name=name), "success")
    return cookie.remember(redirect(url_for("cart.show"), 303), secret)  # type: ignore[arg-type]


@bp.post("/cart/lines/<int:line_id>")
@public
def update(line_id: int) -> ResponseReturnValue:
    cart, quantity = current_cart(), positive(request.form.get("quantity"))
    if quantity is None:
        return _refused(_("Enter a whole number, 1 or more. To take it out, use Remove."))
    if cart is None:
        return _refused(_("This is not in your bag any more."))
    try:
        services.set_quantity(cart.id, line_id, quantity, largest=g.store.largest_quantity)
    except ShopError as error:
        return _refused(error.message)
    return redirect(url_for("cart.show"), 303)


@bp.post("/cart/lines/<int:line_id>/removal")
@public
def remove(line_id: int) -> ResponseReturnValue:
    cart = current_cart()
    if cart is None:
        return _refused(_("This is not in your bag any more."))
    try:
        variant_id, quantity = services.remove(cart.id, line_id)
    except ShopError as error:
        return _refused(error.message)
    return redirect(url_for("cart.show", removed=variant_id, quantity=quantity), 303)


def _refused(sentence: str) -> Response:
    """The bag as it is, with what could not be done and why."""
    flash(sentence, "error")
    return redirect(url_for("cart.show"), 303)  # type: ignore[return-value]


def _undo() -> Undo | None:
    variant_id = positive(request.args.get("removed"))
    quantity = positive(request.args.get("quantity"), default=1)
    name = catalog.variant_name(variant_id) if variant_id else None
    return Undo(variant_id, quantity, name) if variant_id and quantity and name else None


def _cheapest_at_home(review: queries.Review) -> deliveries.Quote | None:
    """What delivery will cost at least, in the shop's own country, said before the checkout."""
    if not review.needs_delivery:
        return None
    today = review.ready(g.store.day_of_order(now()), g.store)
    found = deliveries.quotes(g.store.country, value=review.goods.subtotal, weight_g=review.weight_g, today=today)
    parcels = [quote for quote in found if quote.kind == "parcel"]
    return min(parcels, key=lambda quote: quote.price.minor, default=None)


def _to_free(delivery: deliveries.Quote | None, subtotal: Money) -> Money | None:
    if delivery is None or delivery.free_from is None or subtotal >= delivery.free_from:
        return None
    return delivery.free_from - subtotal
