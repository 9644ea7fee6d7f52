"""One product: made, edited as a whole, and given its variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop import audit
from shop.admin import words
from shop.admin.blueprint import bp
from shop.admin.forms import LONGEST_LINE, AltForm, PictureForm, one_line
from shop.admin.goods import history, sheet
from shop.admin.goods.forms import NewForm, OptionsForm, SaleForm
from shop.admin.goods.queries import reductions, related, shelves
from shop.admin.goods.sheet import Sheet
from shop.catalog import editing, making, queries, variants
from shop.catalog import pictures as gallery
from shop.catalog.editing import Unfit
from shop.catalog.models import Picture, Product, Status
from shop.catalog.product_page import contents
from shop.catalog.services import EditedMeanwhile
from shop.core.errors import Conflict, Invalid
from shop.core.i18n import _, _n, format_ago
from shop.core.web import not_found, positive, staff

LARGEST = 512 * 1024  # bytes: a hundred variants, and what was shown of them
MOST_FIELDS = 2000  # of them, with what is chosen where two people have typed


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
    try:
        product_id = making.make(form.name.data, form.category.data, by=current_user.signature)
    except Conflict as error:
        form.name.errors = [error.message]
        return _new_page(form), 409
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


@bp.post("/products/<int:product_id>")
@staff("catalog", largest=LARGEST, fields=MOST_FIELDS)
def save_product(product_id: int) -> ResponseReturnValue:
    found = product_or_404(product_id)
    typed = sheet.sent(found, g.store, sheet.settled(request.form))
    if not typed.validate():
        return page(product_id, typed=typed), 422
    version = positive(typed.form.version.data, default=0) or 0
    try:
        editing.save(product_id, typed.edited, version=version, by=current_user.signature)
    except EditedMeanwhile:
        return _conflict_page(product_id), 409
    except Unfit as error:
        wrong = typed.field(error.field)
        wrong.errors = [error.message]
        if error.on_hand is not None:
            typed.field(error.field.replace("-on_hand", "-seen")).data = str(error.on_hand)
        return page(product_id, typed=typed), 422
    flash(_("Saved: %(name)s.", name=typed.form.name.data), "success")
    return redirect(url_for("staff.product", product_id=product_id), 303)


@bp.post("/products/<int:product_id>/variants")
@staff("catalog")
def make_variants(product_id: int) -> ResponseReturnValue:
    product_or_404(product_id)
    form = OptionsForm(request.form, currency=g.store.currency)
    if not form.validate():
        return page(product_id, options=form), 422
    try:
        made = variants.generate(
            product_id, form.asked, price=form.amount, stem=form.stem.data or "", by=current_user.signature
        )
    except Invalid as error:
        form.values_1.errors = [error.message]
        return page(product_id, options=form), 422
    if made:
        flash(_n("%(num)s variant is made.", "%(num)s variants are made.", made), "success")
    else:
        flash(_("All of these variants were there already."), "info")
    return redirect(url_for("staff.product", product_id=product_id, _anchor="variants"), 303)


def product_or_404(product_id: int) -> Product:
    found = sheet.load(product_id)
    if found is None:
        not_found()
    return found


def _conflict_page(product_id: int) -> str:
    """What was sent beside what somebody else has saved, field by field. Nothing is lost: both are on the page."""
    found = product_or_404(product_id)
    mine = sheet.sent(found, g.store, sheet.settled(request.form))
    theirs = sheet.saved(found, g.store)
    last = audit.history("products", product_id, most=1)
    return render_template(
        "admin/goods/conflict.html",
        product=found,
        differences=sheet.differences(mine, theirs),
        sent=_sent_again(mine, theirs),
        version=found.version,
        seen=theirs.form.seen.data,
        reason=mine.form.reason.data or "",
        saved_by=words.by(last[0].who) if last else "",
        ago=format_ago(last[0].at if last else found.updated_at),
    )


def _sent_again(mine: Sheet, theirs: Sheet) -> list[tuple[str, str]]:
    """Everything that was typed, to be sent once more; of stock, beside what is on hand by now."""
    shown = sheet.kept(theirs)
    pairs = []
    differing = {each.name for each in sheet.differences(mine, theirs)}
    for name, value in sheet.kept(mine).items():
        if name == "values":
            pairs += [(name, each) for each in value.split()]
        elif name.endswith("-seen") or (name.endswith("-on_hand") and name not in differing):
            pairs.append((name, shown.get(name, value)))
        elif value or not name.endswith("-sold"):
            pairs.append((name, value))
    return pairs


def page(
    product_id: int,
    *,
    typed: Sheet | None = None,
    options: OptionsForm | None = None,
    sale: SaleForm | None = None,
    picture: PictureForm | None = None,
    alts: Mapping[int, AltForm] | None = None,
) -> str:
    """The product with all its forms; those given are shown as they were sent, with what is wrong with them."""
    found = product_or_404(product_id)
    shown = typed or sheet.saved(found, g.store)
    pictures = queries.gallery(product_id)
    alt_forms = {each.id: AltForm(None, row_id=each.id, alt=each.alt) for each in pictures}
    alt_forms.update(alts or {})
    picture = picture or PictureForm(seen=found.status == Status.LIVE)
    options = options or _options_form(found)
    sale = sale or SaleForm(currency=g.store.currency, timezone=g.store.timezone)
    others: list[Any] = [options, sale, picture, *alt_forms.values()]
    return render_template(
        "admin/goods/product.html",
        product=found,
        sheet=shown,
        tags=shown.tags,
        showing=sheet.showing_of(found),
        options_form=options,
        sale_form=sale,
        reductions=reductions(found.variants, g.store.currency),
        past=history.of(found),
        related=related(found.id),
        most_variants=variants.MOST,
        pictures=pictures,
        most_pictures=gallery.MOST,
        picture_form=picture,
        alt_forms=alt_forms,
        undo=_undo(pictures),
        wrong=[*shown.wrong, *(field for form in others for field in form if field.errors)],
    )


def _options_form(product: Product) -> OptionsForm:
    shown = {}
    for number, option in enumerate(product.options[: variants.MOST_OPTIONS], 1):
        shown[f"name_{number}"] = option.name
        shown[f"values_{number}"] = ", ".join(value.label for value in option.values)
    return OptionsForm(currency=g.store.currency, **shown)


def _undo(pictures: Sequence[Picture]) -> dict[str, str] | None:
    """The picture that has just been removed, to be put back where it was."""
    asset_id = positive(request.args.get("removed"))
    if asset_id is None or asset_id in [each.asset_id for each in pictures]:
        return None
    alt = one_line(request.args.get("alt"))[:LONGEST_LINE]
    return {"asset_id": str(asset_id), "alt": alt, "position": request.args.get("position", "")}
