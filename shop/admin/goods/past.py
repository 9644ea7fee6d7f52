"""Changes of a product taken back, and copies of it."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.goods import history
from shop.admin.goods.editor import product_or_404
from shop.catalog import making, reverting
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.web import not_found, staff


@bp.post("/products/<int:product_id>/history/<int:entry_id>/reversal")
@staff("catalog")
def revert_change(product_id: int, entry_id: int) -> ResponseReturnValue:
    product_or_404(product_id)
    entry = next((each for each in history.entries(product_id) if each.id == entry_id), None)
    if entry is None or not history.can_be_reverted(entry):
        not_found()
    try:
        reverting.revert(entry.what, int(entry.row_id), entry.before or {}, entry.after or {})
    except ShopError as error:
        flash(error.message, "error")
    else:
        flash(_("The change is taken back."), "success")
    return redirect(url_for("staff.product", product_id=product_id, _anchor="history"), 303)


@bp.post("/products/<int:product_id>/copies")
@staff("catalog")
def duplicate_product(product_id: int) -> ResponseReturnValue:
    name = product_or_404(product_id).name
    copy_id = making.duplicate(product_id, name=_("Copy of %(name)s", name=name), by=current_user.signature)
    flash(_("This is the copy: a draft without stock."), "success")
    return redirect(url_for("staff.product", product_id=copy_id), 303)
