"""Orders that the staff write for somebody on the phone: a bag filled by hand, placed as at the checkout."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shop.admin.blueprint import bp
from shop.admin.counter.forms import new_token, token_sent
from shop.admin.counter.order import back_to, order_or_404
from shop.aftersale import services as aftersale
from shop.cart import queries as carts
from shop.cart import services as cart_services
from shop.cart.models import Cart
from shop.catalog import queries as catalog
from shop.catalog import search
from shop.catalog.found import Base
from shop.catalog.models import Product, Variant
from shop.checkout import addresses, services
from shop.checkout.forms import DetailsForm
from shop.checkout.services import Details, Seen, Summary, summarise
from shop.core.db import db
from shop.core.errors import ShopError
from shop.core.i18n import DEFAULT_LANGUAGE, _
from shop.core.money import Money
from shop.core.web import not_found, positive, staff
from shop.delivery import queries as deliveries
from shop.orders import queries as orders
from shop.orders.addresses import lines as lines_of
from shop.payments import services as payments
from shop.payments.gateway import GatewayAway

LONGEST_SEARCH = 100
SHOWN = 8  # products that a search shows


@bp.get("/orders/new")
@staff("orders")
def new_order() -> ResponseReturnValue:
    """Goods are looked for and put in; the bag is made with the first."""
    secret = request.args.get("draft", "")
    cart = (carts.by_secret(secret) if secret else None) or (not_found() if secret else None)
    return _page(cart, secret, None)


@bp.post("/orders/new/goods")
@staff("orders")
def put_in() -> ResponseReturnValue:
    secret = request.form.get("draft", "") or cart_services.open_cart(g.store.currency)
    cart = carts.by_secret(secret) or not_found()
    q = request.form.get("q", "")[:LONGEST_SEARCH]
    variant_id, quantity = positive(request.form.get("variant")), positive(request.form.get("quantity"), most=9999)
    try:
        if variant_id is None or quantity is None:
            flash(_("Enter how many."), "error")
        else:
            cart_services.add(cart.id, variant_id, quantity, largest=g.store.largest_quantity)
    except ShopError as error:
        flash(error.message, "error")
    return redirect(url_for("staff.new_order", draft=secret, q=q or None), 303)


@bp.post("/orders/new/goods/<int:line_id>")
@staff("orders")
def take_out(line_id: int) -> ResponseReturnValue:
    secret = request.form.get("draft", "")
    cart = carts.by_secret(secret) or not_found()
    quantity = positive(request.form.get("quantity"), most=9999)
    try:
        if request.form.get("go") == "remove":
            cart_services.remove(cart.id, line_id)
        elif quantity is None:
            flash(_("Enter how many."), "error")
        else:
            cart_services.set_quantity(cart.id, line_id, quantity, largest=g.store.largest_quantity)
    except ShopError as error:
        flash(error.message, "error")
    return redirect(url_for("staff.new_order", draft=secret), 303)


@bp.post("/orders/new/details")
@staff("orders")
def draft_details() -> ResponseReturnValue:
    """Who, where to and how; then what it comes to, before it is placed."""
    secret = request.form.get("draft", "")
    cart = carts.by_secret(secret) or not_found()
    form = _form(cart, sent=True)
    _offer(cart, form)
    if request.form.get("go") == "country":
        return _page(cart, secret, form)
    if not form.validate():
        return _page(cart, secret, form), 422
    details = Details(email=form.email.data, address=form.address(), delivery_method_id=form.method_id())
    cart_id = cart.id
    services.save_draft(cart_id, details)
    return _check_page(cart_id, secret)


@bp.post("/orders/new/placing")
@staff("orders")
def place_draft() -> ResponseReturnValue:
    """As at the checkout: what was shown is what is placed, and the same form again is the same order."""
    secret, token = request.form.get("draft", ""), token_sent()
    cart = carts.by_secret(secret) or not_found()
    cart_id = cart.id
    amounts = [positive(request.form.get(name), default=0) or 0 for name in ("seen_total", "seen_delivery")]
    total, delivery = (Money(amount, g.store.currency) for amount in amounts)
    try:
        order_id = services.place(
            cart_id,
            g.store,
            form_token=token,
            seen=Seen(total, delivery, request.form.get("seen_waits", "")),
            language=DEFAULT_LANGUAGE,
            network="",
            by=current_user.signature,
        )
    except ShopError as error:
        return _check_page(cart_id, secret, problem=error.message), error.status
    try:
        to_pay_at = payments.start(order_id)
    except GatewayAway:
        flash(_("Stripe cannot be reached for a moment. The order is kept; the link to pay works once it can."), "info")
    else:
        if to_pay_at is None:
            flash(_("The order is placed. There is nothing to pay."), "success")
        else:
            flash(_("The order is placed and its goods are held. Send the link, so that it can be paid."), "success")
    order = orders.whole(order_id) or not_found()
    return back_to(order.number)


@bp.post("/orders/<number>/link")
@staff("orders")
def send_link(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    number, email = order.number, order.email
    aftersale.send_link(order.id)
    flash(_("The link is on its way to %(email)s.", email=email), "success")
    return back_to(number)


def _form(cart: Cart | None, *, sent: bool) -> DetailsForm:
    draft = services.draft_of(cart.id) if cart else None
    return DetailsForm(request.form if sent else None, data=services.typed(draft, g.store))


def _offer(cart: Cart, form: DetailsForm) -> Summary:
    """Sets what the form lets choose for these goods, and what they come to that way."""
    places = deliveries.countries()
    country = form.country.data if form.country.data in places else g.store.country
    form.country.data = country
    summary = summarise(cart, g.store, country=country, region=form.region.data or "", method_id=form.method_id())
    if summary.quotes and summary.quote is None:  # chosen for another country
        summary = summarise(cart, g.store, country=country, region=form.region.data or "", method_id=None)
    if "delivery" in form:
        form.offer(countries=places, method_ids=[quote.method_id for quote in summary.quotes])
        if not summary.review.needs_delivery:
            form.ask_for_country_only()
    return summary


def _page(cart: Cart | None, secret: str, form: DetailsForm | None) -> str:
    q = request.values.get("q", "").strip()[:LONGEST_SEARCH]
    form = form or _form(cart, sent=False)
    summary = _offer(cart, form) if cart is not None else None
    country = form.country.data or g.store.country
    shape = addresses.shape(country)
    for name, words in addresses.labels(country).items():
        form[name].label.text = words
    return render_template(
        "admin/counter/draft.html",
        draft=secret,
        q=q,
        offers=_offers(q),
        summary=summary,
        form=form,
        fields=shape.fields if form.sends else shape.without_parcel,
        required=shape.required,
        regions=shape.regions,
    )


def _check_page(cart_id: int, secret: str, *, problem: str = "") -> str:
    cart, draft = db.session.get_one(Cart, cart_id), services.draft_of(cart_id)
    if draft is None:
        not_found()
    summary = summarise(cart, g.store, country=draft.country, region=draft.region, method_id=draft.delivery_method_id)
    return render_template(
        "admin/counter/draft_check.html",
        draft=secret,
        typed=draft,
        address_lines=lines_of(services.address_of(draft)),
        summary=summary,
        form_token=new_token(),
        problem=problem,
    )


def _offers(q: str) -> list[tuple[Variant, Money]]:
    """Variants that are sold, by SKU or by the words of their product, with what they cost."""
    if not q:
        return []
    query = search.understand(q)
    ids = search.best(Base(words=query.groups), q, count=SHOWN) if query.said else []
    rows = db.session.scalars(
        select(Variant)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.withdrawn_at.is_(None), catalog.on_sale())
        .where((Variant.sku == q.upper()) | Variant.product_id.in_(ids))
        .order_by(Variant.product_id, Variant.position, Variant.id)
        .limit(50)
        .options(joinedload(Variant.product))
    ).all()
    tags = catalog.price_tags([row.id for row in rows], g.store.currency)
    return [(row, tags[row.id].amount) for row in rows if row.id in tags]
