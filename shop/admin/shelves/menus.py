"""The links at the foot of every page."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.admin.blueprint import bp
from shop.admin.shelves.forms import LinkForm
from shop.catalog import tree
from shop.content import menus as links
from shop.content import queries
from shop.content.models import MenuItem, Place
from shop.core.errors import Invalid
from shop.core.i18n import _
from shop.core.web import not_found, positive, staff

UNDO = ("label", "place", "target", "address", "at")  # what a link was that has just been removed


@bp.get("/menus")
@staff("look")
def menus() -> ResponseReturnValue:
    return _page(LinkForm())


@bp.post("/menus")
@staff("catalog")
def add_link() -> ResponseReturnValue:
    form, target = LinkForm(request.form), request.form.get("target", "")
    place = request.form.get("place", "")
    if place not in list(Place):
        not_found()
    if not form.validate():
        return make_response(_page(form, target), 422)
    kind, _colon, number = target.partition(":")
    target_id = positive(number)
    try:
        links.add(
            Place(place),
            form.label.data,
            entry_id=target_id if kind == "entry" else None,
            category_id=target_id if kind == "category" else None,
            address=form.address.data,
            at=(positive(request.form.get("at"), default=links.LAST) or links.LAST) - 1,
        )
    except Invalid as error:
        form.address.errors = [error.message]
        return make_response(_page(form, target), 422)
    flash(_("“%(label)s” stands at the foot of every page.", label=form.label.data), "success")
    return redirect(url_for("staff.menus", _anchor=place), 303)


@bp.post("/menus/<int:item_id>")
@staff("catalog")
def change_link(item_id: int) -> ResponseReturnValue:
    """Another name, one place up or down, or out."""
    row = _item(item_id)
    to, place = request.form.get("to", ""), row.place
    if to == "out":
        target = f"entry:{row.entry_id}" if row.entry_id else f"category:{row.category_id}" if row.category_id else None
        undo = {"label": row.label, "place": place, "target": target, "address": row.address or None}
        at = links.remove(item_id)
        return redirect(url_for("staff.menus", **undo, at=at + 1, _anchor=place), 303)  # type: ignore[arg-type]
    if to in ("up", "down"):
        links.shift(item_id, steps=-1 if to == "up" else 1)
    return redirect(url_for("staff.menus", _anchor=place), 303)


def _item(item_id: int) -> MenuItem:
    return links.item(item_id) or not_found()


def _page(form: LinkForm, target: str = "") -> str:
    undo = {
        name: request.args[name][:255] for name in ("label", "place", "target", "address", "at") if name in request.args
    }
    return render_template(
        "admin/shelves/menus.html",
        columns=links.items(),
        form=form,
        target=target,
        place=request.form.get("place", ""),
        titles=queries.titles(),
        branches=tree.branches(),
        undo=undo if {"label", "place", "at"} <= undo.keys() else None,
        wrong=[field for field in form if field.errors],
    )
