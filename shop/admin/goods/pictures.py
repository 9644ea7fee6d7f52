"""The pictures of a product: added, described, put in order, taken off and put back."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from shop.admin.blueprint import bp
from shop.admin.forms import AltForm, PictureForm
from shop.admin.goods.editor import page, product_or_404
from shop.catalog import pictures, queries
from shop.catalog.models import Picture, Status
from shop.core.errors import Conflict, ShopError
from shop.core.i18n import _, _n
from shop.core.web import not_found, positive, staff
from shop.media import services as media

LARGEST = 32 * 1024 * 1024  # bytes; room for a file that is somewhat too large, to be refused beside its field


@bp.post("/products/<int:product_id>/pictures")
@staff("catalog", largest=LARGEST)
def add_pictures(product_id: int) -> ResponseReturnValue:
    """One or several. Those that can be taken are, and of each other one is said what is wrong with it."""
    form = PictureForm(
        CombinedMultiDict([request.files, request.form]), seen=product_or_404(product_id).status == Status.LIVE
    )
    if not form.validate():
        return page(product_id, picture=form), 422
    added, wrong, status = 0, [], 422
    sent = form.files
    for file in sent:
        try:
            pictures.add(product_id, media.receive(file.read()), alt=form.alt.data or "")
            added += 1
        except ShopError as error:
            wrong.append(f"{file.filename}: {error.message}" if len(sent) > 1 else error.message)
            status = error.status
    if added:
        flash(
            _n(
                "%(num)s picture is added. Its smaller versions are being made.",
                "%(num)s pictures are added. Their smaller versions are being made.",
                added,
            ),
            "success",
        )
    if wrong:
        form.file.errors = wrong
        return page(product_id, picture=form), status
    return _back_to(product_id)


@bp.post("/products/<int:product_id>/pictures/restoration")
@staff("catalog")
def restore_picture(product_id: int) -> ResponseReturnValue:
    form = PictureForm(request.form, seen=product_or_404(product_id).status == Status.LIVE)
    form.validate()  # its words; there is no file
    asset_id = positive(request.form.get("asset_id"))
    if asset_id is None or form.alt.errors:
        not_found()
    position = positive(request.form.get("position"), default=0) or 0
    try:
        pictures.add(product_id, asset_id, alt=form.alt.data or "", position=position)
    except Conflict as error:
        flash(error.message, "error")
    return _back_to(product_id)


@bp.post("/pictures/<int:picture_id>/description")
@staff("catalog")
def describe_picture(picture_id: int) -> ResponseReturnValue:
    product_id = _picture(picture_id).product_id
    form = AltForm(request.form, row_id=picture_id)
    if not form.validate():
        return page(product_id, alts={picture_id: form}), 422
    pictures.describe(picture_id, alt=form.alt.data)
    flash(_("Saved: %(words)s", words=form.alt.data), "success")
    return _back_to(product_id, f"picture-{picture_id}")


@bp.post("/pictures/<int:picture_id>/position")
@staff("catalog")
def move_picture(picture_id: int) -> ResponseReturnValue:
    product_id = _picture(picture_id).product_id
    steps = {"up": -1, "down": 1}.get(request.form.get("to", ""), 0)
    if place := positive(request.form.get("place")):
        steps = place - 1 - _picture(picture_id).position
    pictures.move(picture_id, steps=steps)
    return _back_to(product_id, f"picture-{picture_id}")


@bp.post("/pictures/<int:picture_id>/removal")
@staff("catalog")
def remove_picture(picture_id: int) -> ResponseReturnValue:
    picture = _picture(picture_id)
    undo = url_for(
        "staff.product",
        product_id=picture.product_id,
        removed=picture.asset_id,
        alt=picture.alt,
        position=picture.position,
        _anchor="pictures",
    )
    pictures.remove(picture_id)
    return redirect(undo, 303)


@bp.post("/pictures/<int:picture_id>/attempts")
@staff("catalog")
def try_again(picture_id: int) -> ResponseReturnValue:
    picture = _picture(picture_id)
    product_id = picture.product_id
    media.retry(picture.asset_id)
    return _back_to(product_id, f"picture-{picture_id}")


def _picture(picture_id: int) -> Picture:
    found = queries.picture(picture_id)
    if found is None:
        not_found()
    return found


def _back_to(product_id: int, anchor: str = "pictures") -> ResponseReturnValue:
    return redirect(url_for("staff.product", product_id=product_id, _anchor=anchor), 303)
