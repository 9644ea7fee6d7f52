"""Prices of many products at once: chosen, looked at before and after, changed, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.goods import queries
from shop.admin.goods.forms import RepriceForm
from shop.admin.goods.listing import asked_for
from shop.catalog import repricing
from shop.catalog.repricing import Rule
from shop.core import lists
from shop.core.errors import Conflict
from shop.core.i18n import _, _n
from shop.core.web import not_found, positive, staff
from shop.jobs import services as jobs

SHOWN = 10  # products whose prices are shown before and after


@bp.get("/products/prices")
@staff("catalog")
def reprice() -> ResponseReturnValue:
    """The form, and below it what would become of the prices once it is filled in."""
    form = RepriceForm(request.args, currency=g.store.currency)
    if "off" not in request.args:
        form.way.data, form.kind.data = "up", "percent"
        return _form_page(form)
    return _form_page(form, form.rule) if form.validate() else (_form_page(form), 422)


@bp.post("/products/prices")
@staff("catalog")
def change_prices() -> ResponseReturnValue:
    form = RepriceForm(request.form, currency=g.store.currency)
    if not form.validate():
        return _form_page(form), 422
    ids = _meant(request.form)
    if not ids:
        flash(_("Choose the products first."), "error")
        return redirect(url_for("staff.products"), 303)
    change_id = repricing.begin(by=current_user.signature)
    if len(ids) <= repricing.AT_ONCE:
        count = repricing.apply(change_id, ids, form.rule, g.store.currency)
        flash(_n("%(num)s price is changed.", "%(num)s prices are changed.", count), "success")
    else:
        job = {"change": change_id, "products": list(ids), "rule": form.rule.kept(), "currency": g.store.currency}
        repricing.leave_to(jobs.start(repricing.JOB, job, by=current_user.signature), change_id)
    return redirect(url_for("staff.price_change", change_id=change_id), 303)


@bp.get("/products/price-changes/<int:change_id>")
@staff("look")
def price_change(change_id: int) -> ResponseReturnValue:
    found = queries.price_change(change_id)
    if found is None:
        not_found()
    rows, count = queries.changed_prices(change_id)
    return render_template("admin/goods/price_change.html", change=found, rows=rows, count=count)


@bp.post("/products/price-changes/<int:change_id>/undo")
@staff("catalog")
def undo_prices(change_id: int) -> ResponseReturnValue:
    try:
        repricing.take_back(change_id)
    except Conflict as error:
        flash(error.message, "info")
        return redirect(url_for("staff.price_change", change_id=change_id), 303)
    last, _count = repricing.undo(change_id)
    if last is None:
        flash(_("The prices before hold again, but for those changed since."), "success")
    else:
        job = {"change": change_id, "undo": True}
        repricing.leave_to(jobs.start(repricing.JOB, job, by=current_user.signature), change_id)
        flash(_("The prices are being taken back."), "success")
    return redirect(url_for("staff.price_change", change_id=change_id), 303)


def _meant(given: Any) -> Sequence[int]:
    """Products chosen one by one, or all that a list has."""
    if given.get("scope") == "list":
        return queries.all_ids(asked_for(given), repricing.MOST)
    return [found for each in given.getlist("product")[: lists.SIZE] if (found := positive(each))]


def _form_page(form: RepriceForm, rule: Rule | None = None) -> str:
    given = request.form if request.method == "POST" else request.args
    ids = _meant(given)
    whole = given.get("scope") == "list"
    return render_template(
        "admin/goods/reprice.html",
        form=form,
        ids=[] if whole else ids,
        asked=asked_for(given) if whole else None,
        count=len(ids),
        most=repricing.MOST,
        steps=repricing.preview(ids[:SHOWN], rule, g.store.currency) if rule else [],
        shown=SHOWN,
        rule=rule,
        wrong=[field for field in form if field.errors],
    )
