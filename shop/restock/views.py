from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.catalog import queries as catalog
from shop.catalog.product_page import contents
from shop.core import i18n
from shop.core.errors import Conflict
from shop.core.i18n import _
from shop.core.limits import limiter
from shop.core.web import not_found, positive, private, public
from shop.restock import queries, services
from shop.restock.forms import RestockForm

bp = Blueprint("restock", __name__)


@bp.app_context_processor
def restock_form() -> dict[str, object]:
    """For the page of what has sold out: as it was sent, where something was wrong with it."""
    return {"restock_form": lambda: g.get("restock_form") or RestockForm()}


@bp.post("/products/<slug>/restock")
@public
@limiter.limit("10 per minute; 60 per hour")
def ask(slug: str) -> ResponseReturnValue:
    product = catalog.product_page(slug)
    variant_id = positive(request.form.get("variant"))
    if product is None or variant_id not in {variant.id for variant in product.variants}:
        not_found()
    choices: dict[str, Any] = {**catalog.choices_of([variant_id]).get(variant_id, {})}
    form = g.restock_form = RestockForm(request.form)
    if not form.validate():
        address = partial(url_for, "catalog.product", slug=slug)
        page = contents(product, choices, g.store)
        return render_template("catalog/product.html", address=address, preview=False, **page), 422
    try:
        services.ask(variant_id, form.email.data, language=i18n.language())
        flash(_("We will write to %(email)s when it is back.", email=form.email.data), "success")
    except Conflict as error:
        flash(error.message, "info")
    return redirect(url_for("catalog.product", slug=slug, **choices, _anchor="main"), 303)


@bp.get("/restock/<token>")
@private
def show(token: str) -> ResponseReturnValue:
    found = queries.by_token(token)
    if found is None:
        not_found()
    return render_template("restock/show.html", token=token, email=found.email, waiting=queries.waiting(found.email))


@bp.post("/restock/<token>/stop")
@private
def stop(token: str) -> ResponseReturnValue:
    services.stop(token)
    flash(_("We will not write to you about it."), "success")
    return redirect(url_for("catalog.home"), 303)
