"""The tree of categories."""

from __future__ import annotations

import json
from dataclasses import asdict

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from shop.admin.blueprint import bp
from shop.admin.goods.pictures import LARGEST
from shop.admin.shelves.forms import CategoryForm, FileForm, NewCategoryForm
from shop.catalog import services, tree
from shop.catalog.models import Category
from shop.catalog.tree import CategoryText
from shop.core.errors import Conflict, Invalid, ShopError
from shop.core.i18n import _, _n
from shop.core.web import not_found, positive, staff
from shop.media import queries as pictures
from shop.media import services as media


@bp.get("/categories")
@staff("look")
def categories() -> ResponseReturnValue:
    return _tree(NewCategoryForm())


@bp.post("/categories")
@staff("catalog")
def add_category() -> ResponseReturnValue:
    form = NewCategoryForm(request.form)
    if not form.validate():
        return make_response(_tree(form), 422)
    try:
        category_id = tree.put_up(form.name.data, below=positive(request.form.get("below")))
    except Conflict as error:
        form.name.errors = [error.message]
        return make_response(_tree(form), 409)
    flash(_("Added: %(name)s.", name=form.name.data), "success")
    return redirect(url_for("staff.category", category_id=category_id), 303)


@bp.post("/categories/places")
@staff("catalog")
def place_category() -> ResponseReturnValue:
    """Somewhere else in the tree, as rows are dragged and as a category's own page offers."""
    item = positive(request.form.get("item")) or not_found()
    below, before = positive(request.form.get("below")), positive(request.form.get("before"))
    try:
        tree.place(item, below=below, before=before)
    except Conflict as error:
        flash(error.message, "error")
    return redirect(url_for("staff.categories", _anchor=f"category-{item}"), 303)


@bp.post("/categories/<int:category_id>/position")
@staff("catalog")
def shift_category(category_id: int) -> ResponseReturnValue:
    _category(category_id)
    tree.shift(category_id, steps={"up": -1, "down": 1}.get(request.form.get("to", ""), 0))
    return redirect(url_for("staff.categories", _anchor=f"category-{category_id}"), 303)


@bp.get("/categories/<int:category_id>")
@staff("look")
def category(category_id: int) -> ResponseReturnValue:
    return _page(category_id)


@bp.post("/categories/<int:category_id>")
@staff("catalog")
def edit_category(category_id: int) -> ResponseReturnValue:
    _category(category_id)
    form = CategoryForm(request.form)
    if not form.validate():
        return make_response(_page(category_id, form), 422)
    fields = CategoryText.__dataclass_fields__
    try:
        seen = CategoryText(**{name: str(value) for name, value in json.loads(form.seen.data or "{}").items()})
    except (TypeError, ValueError, AttributeError):
        seen = CategoryText(name="", slug="")
    try:
        tree.describe(category_id, CategoryText(**{name: form[name].data for name in fields}), seen=seen)
    except tree.CategoryAddressTaken as error:
        form.slug.errors = [error.message]
        return make_response(_page(category_id, form), 409)
    except services.EditedMeanwhile as error:
        return make_response(_page(category_id, form, conflict=error.message), 409)
    flash(_("Saved: %(name)s.", name=form.name.data), "success")
    return redirect(url_for("staff.category", category_id=category_id), 303)


@bp.post("/categories/<int:category_id>/sight")
@staff("catalog")
def hide_category(category_id: int) -> ResponseReturnValue:
    """Hidden, or shown again."""
    name = _category(category_id).name
    if request.form.get("to") == "hidden":
        tree.hide(category_id)
        flash(_("%(name)s is hidden: in no menu, and its page is not found.", name=name), "success")
    else:
        tree.show(category_id)
        flash(_("%(name)s is shown again.", name=name), "success")
    return redirect(url_for("staff.category", category_id=category_id), 303)


@bp.post("/categories/<int:category_id>/picture")
@staff("catalog", largest=LARGEST)
def hang_picture(category_id: int) -> ResponseReturnValue:
    _category(category_id)
    form = FileForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return make_response(_page(category_id, picture=form), 422)
    try:
        asset_id = media.receive(form.file.data.read())
    except ShopError as error:
        form.file.errors = [error.message]
        return make_response(_page(category_id, picture=form), error.status)
    tree.hang(category_id, asset_id)
    flash(_("The picture is hung. Its smaller versions are being made."), "success")
    return redirect(url_for("staff.category", category_id=category_id, _anchor="picture"), 303)


@bp.post("/categories/<int:category_id>/picture/removal")
@staff("catalog")
def take_picture_off(category_id: int) -> ResponseReturnValue:
    asset_id = _category(category_id).asset_id
    tree.hang(category_id, None)
    return redirect(url_for("staff.category", category_id=category_id, removed=asset_id, _anchor="picture"), 303)


@bp.post("/categories/<int:category_id>/picture/restoration")
@staff("catalog")
def hang_picture_again(category_id: int) -> ResponseReturnValue:
    _category(category_id)
    asset_id = positive(request.form.get("asset_id"))
    if asset_id is None or pictures.by_id(asset_id) is None:
        not_found()
    tree.hang(category_id, asset_id)
    return redirect(url_for("staff.category", category_id=category_id, _anchor="picture"), 303)


@bp.get("/categories/<int:category_id>/removal")
@staff("catalog")
def warn_of_removal(category_id: int) -> ResponseReturnValue:
    return _warning(category_id)


@bp.post("/categories/<int:category_id>/removal")
@staff("catalog")
def remove_category(category_id: int) -> ResponseReturnValue:
    name = _category(category_id).name
    try:
        moved = tree.take_down(category_id, goods_to=positive(request.form.get("goods_to")))
    except Invalid as error:
        return make_response(_warning(category_id, error.message), 422)
    flash(_("%(name)s is deleted.", name=name), "success")
    if moved:
        flash(_n("%(num)s product has moved.", "%(num)s products have moved.", moved), "info")
    return redirect(url_for("staff.categories"), 303)


def _category(category_id: int) -> Category:
    return tree.category(category_id) or not_found()


def _tree(form: NewCategoryForm) -> str:
    wrong = [field for field in form if field.errors]
    return render_template(
        "admin/shelves/categories.html",
        branches=tree.branches(),
        form=form,
        below=positive(request.form.get("below")),
        wrong=wrong,
    )


def _warning(category_id: int, error: str = "") -> str:
    return render_template(
        "admin/shelves/category_removal.html",
        category=_category(category_id),
        branches=tree.branches(),
        goods=tree.goods_in(category_id),
        error=error,
    )


def _page(
    category_id: int, form: CategoryForm | None = None, *, picture: FileForm | None = None, conflict: str = ""
) -> str:
    found = _category(category_id)
    saved = CategoryText.of(found)
    form = form or CategoryForm(data=asdict(saved))
    if conflict or not form.seen.data:
        form.seen.data = json.dumps(asdict(saved))  # seen now: saving again is meant
    picture = picture or FileForm()
    removed = positive(request.args.get("removed"))
    return render_template(
        "admin/shelves/category.html",
        category=found,
        asset=pictures.by_id(found.asset_id) if found.asset_id else None,
        form=form,
        picture=picture,
        saved=saved,
        conflict=conflict,
        branches=tree.branches(),
        removed=removed if removed and not found.asset_id and pictures.by_id(removed) else None,
        wrong=[field for each in (form, picture) for field in each if field.errors],
    )
