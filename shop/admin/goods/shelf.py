"""Goods that came in, or are broken or lost, of many variants at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.forms import MOST_PIECES
from shop.admin.goods import queries
from shop.admin.goods.forms import StockForm
from shop.catalog import stock
from shop.catalog.models import Variant
from shop.core import lists
from shop.core.errors import ShopError
from shop.core.i18n import _, _n
from shop.core.web import positive, staff

MOST_FIELDS = 2000  # variants of a page of products


@bp.get("/products/stock")
@staff("catalog")
def stock_of_many() -> ResponseReturnValue:
    return _form_page(StockForm(), request.args.getlist("product"), {})


@bp.post("/products/stock")
@staff("catalog", fields=MOST_FIELDS)
def move_stock() -> ResponseReturnValue:
    """All of it, or nothing."""
    form, sent = StockForm(request.form), request.form.getlist("product")
    variants = _variants(sent)
    typed = {each.id: request.form.get(f"pieces-{each.id}", "").strip() for each in variants}
    wrong = {each: _("Write a whole number, or leave it empty.") for each, text in typed.items() if _is_wrong(text)}
    if not form.validate() or wrong:
        return _form_page(form, sent, typed, wrong), 422
    pieces = {each: int(text) for each, text in typed.items() if text and int(text)}
    try:
        stock.move(pieces, came_in=form.kind.data != "damaged", by=current_user.signature, note=form.note.data)
    except ShopError as error:
        form.note.errors = [error.message]
        return _form_page(form, sent, typed), error.status
    if not pieces:
        flash(_("No number was typed, so nothing has changed."), "info")
    else:
        flash(
            _n("The stock of %(num)s variant is changed.", "The stock of %(num)s variants is changed.", len(pieces)),
            "success",
        )
    return redirect(url_for("staff.products"), 303)


def _is_wrong(text: str) -> bool:
    return bool(text) and not (re.fullmatch(r"[0-9]{1,7}", text) and int(text) <= MOST_PIECES)


def _variants(sent: Sequence[str]) -> Sequence[Variant]:
    return queries.counted([found for each in sent[: lists.SIZE] if (found := positive(each))])


def _form_page(
    form: StockForm, sent: Sequence[str], typed: Mapping[int, str], wrong: Mapping[int, str] | None = None
) -> str:
    return render_template(
        "admin/goods/stock.html",
        form=form,
        variants=_variants(sent),
        sent=[each for each in sent[: lists.SIZE] if positive(each)],
        typed=typed,
        amiss=wrong or {},
        wrong=[field for field in form if field.errors],
    )
