from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import Form

from shop.admin.blueprint import bp
from shop.admin.forms import LONGEST_LINE, AltForm, PictureForm, PriceForm, StockForm, TextForm, one_line
from shop.admin.goods.forms import NewForm
from shop.admin.goods.queries import shelves
from shop.catalog import making, queries, services, stock
from shop.catalog import pictures as gallery
from shop.catalog.models import Picture, Product, Variant
from shop.catalog.product_page import contents
from shop.catalog.queries import PriceTag
from shop.core.errors import Conflict
from shop.core.i18n import _, format_money
from shop.core.money import Money
from shop.core.web import not_found, positive, staff


@bp.get("/products/new")
@staff("catalog")
def new_product() -> ResponseReturnValue:
    return _new_page(NewForm())


@bp.post("/products")
@staff("catalog")
def make_product() -> ResponseReturnValue:
    form = NewForm(request.form)
    form.category.choices = [(shelf.id, shelf.name) for shelf in shelves()]
    if not form.validate():
        return _new_page(form), 422
    product_id = making.make(form.name.data, form.category.data, by=current_user.signature)
    flash(
        _(
            "%(name)s is a draft now. Add variants, prices and pictures; publish it when it is ready.",
            name=form.name.data,
        ),
        "success",
    )
    return redirect(url_for("staff.product", product_id=product_id), 303)


def _new_page(form: NewForm) -> str:
    form.category.choices = [(shelf.id, shelf.name) for shelf in shelves()]
    return render_template("admin/goods/new.html", form=form, wrong=[field for field in form if field.errors])


@bp.get("/products/<int:product_id>")
@staff("look")
def product(product_id: int) -> ResponseReturnValue:
    return page(product_id)


@bp.get("/products/<int:product_id>/preview")
@staff("look")
def preview(product_id: int) -> ResponseReturnValue:
    """Its page as shoppers will see it, whether they can already or not."""
    found = queries.preview(product_id)
    if found is None:
        not_found()
    address = partial(url_for, "staff.preview", product_id=product_id)
    page = contents(found, request.args, g.store)
    return render_template("catalog/product.html", address=address, preview=True, **page)


@bp.post("/products/<int:product_id>/text")
@staff("catalog")
def edit_text(product_id: int) -> ResponseReturnValue:
    product_or_404(product_id)
    form = TextForm(request.form)
    if not form.validate():
        return page(product_id, text=form), 422
    try:
        services.edit_text(
            product_id,
            version=positive(form.version.data, default=0) or 0,
            name=form.name.data,
            summary=form.summary.data,
            description=form.description.data,
        )
    except services.EditedMeanwhile as error:
        return page(product_id, text=form, conflict=error.message), 409
    flash(_("Saved: %(name)s.", name=form.name.data), "success")
    return redirect(url_for("staff.product", product_id=product_id), 303)


@bp.post("/variants/<int:variant_id>/price")
@staff("catalog")
def set_price(variant_id: int) -> ResponseReturnValue:
    variant = _variant(variant_id)
    product_id, sku, currency = variant.product_id, variant.sku, g.store.currency
    form = PriceForm(request.form, currency=currency, row_id=variant_id)
    if not form.validate():
        return page(product_id, prices={variant_id: form}), 422
    old = queries.price_tags([variant_id], currency).get(variant_id)
    new = PriceTag(form.price, form.was)
    if new == old:
        flash(_("%(sku)s costs %(price)s already; nothing has changed.", sku=sku, price=_in_words(new)), "info")
    else:
        services.set_price(variant_id, new.amount, compare_at=new.compare_at)
        said = {"sku": sku, "old": _in_words(old), "new": _in_words(new)}
        flash(_("%(sku)s: the price was %(old)s and is now %(new)s.", **said), "success")
    return _back_to(product_id, variant_id)


@bp.post("/variants/<int:variant_id>/stock")
@staff("catalog")
def correct_stock(variant_id: int) -> ResponseReturnValue:
    variant = _variant(variant_id)
    product_id, sku, old = variant.product_id, variant.sku, variant.on_hand
    form = StockForm(request.form, row_id=variant_id)
    if not form.validate():
        return page(product_id, counts={variant_id: form}), 422
    seen = positive(form.seen.data, default=0) if form.seen.data else None
    try:
        stock.correct(variant_id, form.pieces, seen=seen, by=current_user.signature, note=form.note.data)
    except stock.ChangedMeanwhile as error:
        form.seen.data = str(error.on_hand)
        form.on_hand.errors = [
            _(
                "The stock has changed from %(seen)s to %(now)s since you opened this page. Check, and save again.",
                seen=seen,
                now=error.on_hand,
            )
        ]
        return page(product_id, counts={variant_id: form}), 409
    except Conflict as error:
        form.on_hand.errors = [error.message]
        return page(product_id, counts={variant_id: form}), 409
    if form.pieces == old:
        flash(_("%(sku)s: the stock is %(old)s already; nothing has changed.", sku=sku, old=old), "info")
    else:
        flash(_("%(sku)s: the stock was %(old)s and is now %(new)s.", sku=sku, old=old, new=form.pieces), "success")
    return _back_to(product_id, variant_id)


def product_or_404(product_id: int) -> Product:
    found = queries.product(product_id)
    if found is None:
        not_found()
    return found


def _variant(variant_id: int) -> Variant:
    found = queries.variant(variant_id)
    if found is None:
        not_found()
    return found


def _back_to(product_id: int, variant_id: int) -> ResponseReturnValue:
    return redirect(url_for("staff.product", product_id=product_id, _anchor=f"variant-{variant_id}"), 303)


def page(
    product_id: int,
    *,
    text: TextForm | None = None,
    conflict: str = "",
    prices: Mapping[int, PriceForm] | None = None,
    counts: Mapping[int, StockForm] | None = None,
    picture: PictureForm | None = None,
    alts: Mapping[int, AltForm] | None = None,
) -> str:
    """The product with all its forms; those given are shown as they were sent, with what is wrong with them."""
    product = product_or_404(product_id)
    currency = g.store.currency
    tags = queries.price_tags([variant.id for variant in product.variants], currency)
    price_forms = {each.id: _price_form(each.id, tags.get(each.id), currency) for each in product.variants}
    stock_forms = {each.id: _stock_form(each) for each in product.variants}
    pictures = queries.gallery(product_id)
    alt_forms = {each.id: AltForm(None, row_id=each.id, alt=each.alt) for each in pictures}
    price_forms.update(prices or {})
    stock_forms.update(counts or {})
    alt_forms.update(alts or {})
    picture = picture or PictureForm()
    if text is None:
        text = TextForm(data=_text_of(product))
    if conflict:
        text.version.data = str(product.version)  # seen now: saving again is meant
    forms: list[Form] = [text, picture, *alt_forms.values(), *price_forms.values(), *stock_forms.values()]
    return render_template(
        "admin/goods/product.html",
        product=product,
        tags=tags,
        text=text,
        conflict=conflict,
        price_forms=price_forms,
        stock_forms=stock_forms,
        pictures=pictures,
        most_pictures=gallery.MOST,
        picture_form=picture,
        alt_forms=alt_forms,
        undo=_undo(pictures),
        wrong=[field for form in forms for field in form if field.errors],
    )


def _undo(pictures: Sequence[Picture]) -> dict[str, str] | None:
    """The picture that has just been removed, to be put back where it was."""
    asset_id = positive(request.args.get("removed"))
    if asset_id is None or asset_id in [each.asset_id for each in pictures]:
        return None
    alt = one_line(request.args.get("alt"))[:LONGEST_LINE]
    return {"asset_id": str(asset_id), "alt": alt, "position": request.args.get("position", "")}


def _text_of(product: Product) -> dict[str, str]:
    return {
        "version": str(product.version),
        "name": product.name,
        "summary": product.summary,
        "description": product.description,
    }


def _price_form(variant_id: int, tag: PriceTag | None, currency: str) -> PriceForm:
    shown = {"amount": _typed(tag.amount), "compare_at": _typed(tag.compare_at)} if tag else {}
    return PriceForm(None, currency=currency, row_id=variant_id, **shown)


def _stock_form(variant: Variant) -> StockForm:
    on_hand = str(variant.on_hand)
    return StockForm(None, row_id=variant.id, on_hand=on_hand, seen=on_hand)


def _typed(amount: Money | None) -> str:
    """As somebody would type it: 24.00."""
    return "" if amount is None else str(amount.decimal)


def _in_words(tag: PriceTag | None) -> str:
    if tag is None:
        return _("not set")
    if tag.compare_at is None:
        return format_money(tag.amount)
    return _("%(price)s (before: %(was)s)", price=format_money(tag.amount), was=format_money(tag.compare_at))
