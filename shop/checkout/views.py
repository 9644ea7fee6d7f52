from __future__ import annotations

import secrets

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.cart.cookie import current_cart
from shop.cart.models import Cart
from shop.checkout import addresses, services
from shop.checkout.forms import DetailsForm
from shop.checkout.redirects import to_payment
from shop.checkout.services import Details, DraftMissing, Seen, Summary, summarise
from shop.core import i18n
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.limits import limiter
from shop.core.money import Money
from shop.core.web import network_of, private
from shop.delivery import queries as deliveries
from shop.orders import queries as orders
from shop.orders.addresses import lines as lines_of
from shop.payments import queries as payment_queries
from shop.payments import services as payments
from shop.payments.gateway import GatewayAway
from shop.payments.sync import sync

bp = Blueprint("checkout", __name__)

LONGEST_TOKEN = 64
LONGEST_ID = 255  # of Stripe's
LONGEST_AMOUNT = 15  # digits


@bp.route("/checkout", methods=["GET", "POST"])
@private
def details() -> ResponseReturnValue:
    cart = current_cart()
    if cart is None:
        flash(_("Your bag is empty."), "info")
        return redirect(url_for("cart.show"), 303)
    draft = services.draft_of(cart.id)
    form = DetailsForm(request.form if request.method == "POST" else None, data=services.typed(draft, g.store))
    country = _country(form)
    region = form.region.data or ""
    summary = summarise(cart, g.store, country=country, region=region, method_id=form.method_id())
    if summary.quotes and summary.quote is None:  # chosen for another country; the page shows the first as chosen
        summary = summarise(cart, g.store, country=country, region=region, method_id=None)
    if not summary.review.buyable:
        return redirect(url_for("cart.show"), 303)
    form.offer(countries=deliveries.countries(), method_ids=[quote.method_id for quote in summary.quotes])
    if not summary.review.needs_delivery:
        form.ask_for_country_only()
    if request.method != "POST" or request.form.get("go") == "country":
        return _details_page(form, summary, country)
    if not form.validate():
        return _details_page(form, summary, country), 422
    services.save_draft(
        cart.id, Details(email=form.email.data, address=form.address(), delivery_method_id=form.method_id())
    )
    return redirect(url_for("checkout.payment"), 303)


@bp.get("/checkout/payment")
@private
def payment() -> ResponseReturnValue:
    cart = current_cart()
    if cart is None:
        return redirect(url_for("cart.show"), 303)
    return _payment_page(cart)


@bp.post("/checkout/payment")
@private
@limiter.limit("30 per minute")
def pay() -> ResponseReturnValue:
    cart = current_cart()
    form_token = request.form.get("form_token", "")
    placed = orders.of_form(form_token) if 0 < len(form_token) <= LONGEST_TOKEN else None
    if placed is not None:  # sent before, and perhaps paid since, so that the cart is empty or gone
        return to_payment(placed)
    if cart is None:
        return redirect(url_for("cart.show"), 303)
    seen = _seen()
    if seen is None or not (0 < len(form_token) <= LONGEST_TOKEN and form_token.isascii()):
        return _payment_page(cart, problem=_("This page was not complete. Please press Pay again."), status=422)
    try:
        order_id = services.place(
            cart.id,
            g.store,
            form_token=form_token,
            seen=seen,
            language=i18n.language(),
            network=network_of(request.remote_addr),
        )
    except DraftMissing as error:
        flash(error.message, "warning")
        return redirect(url_for("checkout.details"), 303)
    except ShopError as error:
        return _payment_page(cart, problem=error.message, status=error.status)
    return to_payment(order_id)


@bp.get("/checkout/return")
@private
@limiter.limit("60 per minute")
def back() -> ResponseReturnValue:
    """Where Stripe sends the shopper, with the session's id when they have paid and with the order's secret when not.
    The page they see is their order's, which says what came of it.
    """
    session_id, token = (request.args.get(name, "")[:LONGEST_ID] for name in ("session_id", "order"))
    found = payment_queries.by_session(session_id) if session_id else payment_queries.by_order_token(token)
    if found is None:
        flash(_("We do not know this payment. If you have paid, your order is in your mail."), "warning")
        return redirect(url_for("cart.show"), 303)
    order_id = found.order_id
    try:
        seen = sync(found.id)
        said = seen.refusal if seen else ""
    except GatewayAway:
        said = "late" if session_id else ""
    return redirect(url_for("orders.show", token=orders.token_of(order_id), said=said or None), 303)


def _details_page(form: DetailsForm, summary: Summary, country: str) -> str:
    shape = addresses.shape(country)
    for name in ("street", "city", "region", "postal_code"):
        form[name].flags.required = name in shape.required
    return render_template(
        "checkout/details.html",
        form=form,
        labels=addresses.labels(country),
        country=country,
        fields=shape.fields if summary.review.needs_delivery else shape.without_parcel,
        regions=shape.regions,
        quotes=summary.quotes,
        quote=summary.quote,
        review=summary.review,
        totals=summary.totals,
    )


def _payment_page(cart: Cart, *, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    draft = services.draft_of(cart.id)
    if draft is None:
        return redirect(url_for("checkout.details"), 303)
    summary = summarise(cart, g.store, country=draft.country, region=draft.region, method_id=draft.delivery_method_id)
    if not summary.review.buyable:
        if problem:
            flash(problem, "error")
        return redirect(url_for("cart.show"), 303)
    if summary.totals is None:
        flash(_("This way of delivery is not offered for your bag any more. Choose another."), "warning")
        return redirect(url_for("checkout.details"), 303)
    try:
        payments.check_chargeable(summary.totals.total.minor, g.store.currency)
    except ShopError as error:
        problem = problem or error.message
    page = render_template(
        "checkout/payment.html",
        draft=draft,
        address_lines=lines_of(services.address_of(draft)),
        quote=summary.quote,
        review=summary.review,
        totals=summary.totals,
        obstacle=problem,
        form_token=secrets.token_urlsafe(24),
    )
    return page, status


def _seen() -> Seen | None:
    """What the page said it comes to, or None for nonsense."""
    amounts = [request.form.get(name, "") for name in ("seen_total", "seen_delivery")]
    if not all(amount.isascii() and amount.isdigit() and len(amount) <= LONGEST_AMOUNT for amount in amounts):
        return None
    total, delivery = (Money(int(amount), g.store.currency) for amount in amounts)
    return Seen(total, delivery, request.form.get("seen_waits", ""))


def _country(form: DetailsForm) -> str:
    """The country chosen, if the shop delivers there; else its own."""
    chosen = form.country.data
    return chosen if chosen in deliveries.countries() else g.store.country
