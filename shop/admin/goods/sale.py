"""A product on sale: reduced prices from one moment to another."""

from __future__ import annotations

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.goods.editor import page, product_or_404
from shop.admin.goods.forms import SaleForm
from shop.catalog import sales
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.web import positive, staff


@bp.post("/products/<int:product_id>/sale")
@staff("catalog")
def put_on_sale(product_id: int) -> ResponseReturnValue:
    product = product_or_404(product_id)
    sold = [variant.id for variant in product.variants if variant.withdrawn_at is None]
    form = SaleForm(request.form, currency=g.store.currency, timezone=g.store.timezone)
    if not form.validate():
        return page(product_id, sale=form), 422
    ticked = [found for each in request.form.getlist("variant") if (found := positive(each)) in sold]
    try:
        sales.put_on_sale(ticked or sold, form.less, begins=form.first, ends=form.last, by=current_user.signature)
    except ShopError as error:
        form.off.errors = [error.message]
        return page(product_id, sale=form), 422
    flash(_("The sale is planned.") if form.first else _("It is on sale from now on."), "success")
    return _back_to(product_id)


@bp.post("/products/<int:product_id>/sale/end")
@staff("catalog")
def end_sale(product_id: int) -> ResponseReturnValue:
    product = product_or_404(product_id)
    sales.end_sale([variant.id for variant in product.variants], by=current_user.signature)
    flash(_("The sale has ended; the prices before it hold again."), "success")
    return _back_to(product_id)


def _back_to(product_id: int) -> ResponseReturnValue:
    return redirect(url_for("staff.product", product_id=product_id, _anchor="sale"), 303)
