"""Collections: what goes together for a time, by hand or by a rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import ValidationError

from shop.admin.blueprint import bp
from shop.admin.forms import moment_shown, price_typed
from shop.admin.goods.pictures import LARGEST
from shop.admin.shelves.forms import CollectionForm, FileForm, NewCategoryForm, RuleForm
from shop.catalog import collections as shown
from shop.catalog import curating, found, services, tree
from shop.catalog.collections import Collection
from shop.catalog.curating import CollectionText
from shop.catalog.rules import BadRule, Rule
from shop.core.clock import now
from shop.core.errors import Conflict, ShopError
from shop.core.i18n import _, _n, format_number
from shop.core.money import Money
from shop.core.web import not_found, positive, staff
from shop.media import queries as pictures
from shop.media import services as media

MOST_DAYS = 3650


class Unreadable(ValueError):
    """What was typed into a rule, by field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@bp.get("/collections")
@staff("look")
def collections() -> ResponseReturnValue:
    return _list(NewCategoryForm())


@bp.post("/collections")
@staff("catalog")
def add_collection() -> ResponseReturnValue:
    form = NewCategoryForm(request.form)
    if not form.validate():
        return make_response(_list(form), 422)
    try:
        collection_id = curating.begin(form.name.data)
    except Conflict as error:
        form.name.errors = [error.message]
        return make_response(_list(form), 409)
    flash(_("Nobody sees it yet: pick goods or give it a rule, then say from when it is shown."), "success")
    return redirect(url_for("staff.collection", collection_id=collection_id), 303)


@bp.get("/collections/<int:collection_id>")
@staff("look")
def collection(collection_id: int) -> ResponseReturnValue:
    return _page(collection_id)


@bp.post("/collections/<int:collection_id>")
@staff("catalog")
def edit_collection(collection_id: int) -> ResponseReturnValue:
    row = _collection(collection_id)
    form = CollectionForm(request.form)
    if not form.validate():
        return make_response(_page(collection_id, form), 422)
    text = CollectionText(
        name=form.name.data,
        slug=form.slug.data,
        intro=form.intro.data,
        published_at=_kept(form.begins, row.published_at),
        ends_at=_kept(form.stops, row.ends_at),
    )
    try:
        curating.describe(collection_id, text, seen=_seen(form.seen.data))
    except curating.CollectionAddressTaken as error:
        form.slug.errors = [error.message]
        return make_response(_page(collection_id, form), 409)
    except services.EditedMeanwhile as error:
        return make_response(_page(collection_id, form, conflict=error.message), 409)
    flash(_("Saved: %(name)s.", name=form.name.data), "success")
    return redirect(url_for("staff.collection", collection_id=collection_id), 303)


@bp.post("/collections/<int:collection_id>/rule")
@staff("catalog")
def rule_collection(collection_id: int) -> ResponseReturnValue:
    """By a rule, or by hand again."""
    row = _collection(collection_id)
    if request.form.get("by") == "hand":
        curating.rule_by(collection_id, None)
        flash(_("It is picked by hand now. What was picked before is back."), "success")
        return _back(collection_id, "goods")
    form = RuleForm(request.form)
    try:
        rule = _rule(request.form, row)
    except Unreadable as error:
        form[error.field].errors = [error.message]
        return make_response(_page(collection_id, rule_form=form, ticked=request.form), 422)
    curating.rule_by(collection_id, rule)
    flash(_("Saved. %(count)s", count=_matches(rule)), "success")
    return _back(collection_id, "goods")


@bp.get("/collections/<int:collection_id>/matches")
@staff("look")
def count_matches(collection_id: int) -> ResponseReturnValue:
    """In words, while a rule is put together."""
    try:
        words = _matches(_rule(request.args, _collection(collection_id)))
    except Unreadable as error:
        words = error.message
    response = make_response(words)
    response.mimetype = "text/plain"
    return response


@bp.post("/collections/<int:collection_id>/products")
@staff("catalog")
def pick_product(collection_id: int) -> ResponseReturnValue:
    _collection(collection_id)
    typed = request.form.get("product", "")[:255]
    product_id = curating.named(typed)
    if product_id is None:
        error = _("No product has “%(typed)s” as its name, address or SKU.", typed=typed[:80])
        return make_response(_page(collection_id, typed=typed, pick_error=error), 422)
    try:
        curating.add(collection_id, product_id)
    except Conflict as error:
        return make_response(_page(collection_id, typed=typed, pick_error=error.message), 409)
    return _back(collection_id, f"product-{product_id}")


@bp.post("/collections/<int:collection_id>/places")
@staff("catalog")
def place_picked(collection_id: int) -> ResponseReturnValue:
    """Before another, as rows are dragged; one place up or down; out; or back in where it was."""
    _collection(collection_id)
    item = positive(request.form.get("item")) or not_found()
    to = request.form.get("to", "")
    if to == "out":
        at = curating.take_out(collection_id, item)
        url = url_for("staff.collection", collection_id=collection_id, out=item, at=at + 1, _anchor="goods")
        return redirect(url, 303)
    if to in ("up", "down"):
        curating.shift(collection_id, item, steps=-1 if to == "up" else 1)
    elif to == "back":
        curating.place(collection_id, item, at=(positive(request.form.get("at"), default=1) or 1) - 1)
    else:
        curating.place(collection_id, item, before=positive(request.form.get("before")))
    return _back(collection_id, f"product-{item}")


@bp.post("/collections/<int:collection_id>/picture")
@staff("catalog", largest=LARGEST)
def hang_collection_picture(collection_id: int) -> ResponseReturnValue:
    _collection(collection_id)
    form = FileForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return make_response(_page(collection_id, picture=form), 422)
    try:
        asset_id = media.receive(form.file.data.read())
    except ShopError as error:
        form.file.errors = [error.message]
        return make_response(_page(collection_id, picture=form), error.status)
    curating.hang(collection_id, asset_id)
    flash(_("The picture is hung. Its smaller versions are being made."), "success")
    return _back(collection_id, "picture")


@bp.get("/collections/<int:collection_id>/removal")
@staff("catalog")
def warn_of_end(collection_id: int) -> ResponseReturnValue:
    return render_template("admin/shelves/collection_removal.html", collection=_collection(collection_id))


@bp.post("/collections/<int:collection_id>/removal")
@staff("catalog")
def remove_collection(collection_id: int) -> ResponseReturnValue:
    name = _collection(collection_id).name
    curating.end(collection_id)
    flash(_("%(name)s is deleted. Its goods are where they were.", name=name), "success")
    return redirect(url_for("staff.collections"), 303)


def _collection(collection_id: int) -> Collection:
    return curating.one(collection_id) or not_found()


def _back(collection_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("staff.collection", collection_id=collection_id, _anchor=anchor), 303)


def _kept(typed: datetime | None, was: datetime | None) -> datetime | None:
    """Forms know no seconds: what shows the same is the same."""
    return was if was is not None and _shown(typed) == _shown(was) else typed


def _shown(moment: datetime | None) -> str:
    return moment_shown(moment, g.store.timezone)


def _seen(text: str | None) -> CollectionText:
    try:
        told = json.loads(text or "{}")
        moments = {name: told[name] and datetime.fromisoformat(told[name]) for name in ("published_at", "ends_at")}
        return CollectionText(name=str(told["name"]), slug=str(told["slug"]), intro=str(told["intro"]), **moments)
    except (KeyError, TypeError, ValueError):
        return CollectionText(name="", slug="")


def _told(text: CollectionText) -> str:
    moments = {name: (moment := getattr(text, name)) and moment.isoformat() for name in ("published_at", "ends_at")}
    return json.dumps({"name": text.name, "slug": text.slug, "intro": text.intro, **moments})


def _rule(sent: Any, row: Collection) -> Rule:
    """What was ticked and typed; options, which are not offered here, stay as they are. Raises Unreadable."""
    attributes: dict[str, tuple[str, ...]] = {}
    for each in sent.getlist("value"):
        facet, _colon, value = each.partition(":")
        if value:
            attributes[facet] = (*attributes.get(facet, ()), value)
    days = sent.get("days", "").strip()
    if days and positive(days, most=MOST_DAYS) is None:
        raise Unreadable("days", _("Write a number of days, 1 or more."))
    try:
        return Rule(
            categories=tuple(sent.getlist("category")),
            attributes=attributes,
            options=_rule_of(row).options if row.rule else {},
            low=_price(sent, "low"),
            high=_price(sent, "high"),
            on_sale=bool(sent.get("on_sale")),
            days=positive(days, most=MOST_DAYS) if days else None,
        )
    except BadRule:
        raise Unreadable("low", _("A rule asks for something: tick a box, or write prices that fit.")) from None


def _rule_of(row: Collection) -> Rule:
    return Rule.read(row.rule or {})


def _price(sent: Mapping[str, str], name: str) -> Money | None:
    typed = sent.get(name, "").strip()
    if not typed:
        return None
    try:
        return price_typed(typed, g.store.currency)
    except ValidationError as error:
        raise Unreadable(name, str(error)) from None


def _matches(rule: Rule) -> str:
    count = shown.matching(rule)
    if count > found.MOST:
        return _("More than %(most)s products match now.", most=format_number(found.MOST))
    return _n("%(num)s product matches now.", "%(num)s products match now.", count)


def _ticked(rule: Rule | None) -> MultiDict[str, str]:
    """As a form would send it."""
    sent: MultiDict[str, str] = MultiDict()
    if rule is not None:
        sent.setlist("category", list(rule.categories))
        sent.setlist("value", [f"{facet}:{value}" for facet, values in rule.attributes.items() for value in values])
    return sent


def _list(form: NewCategoryForm) -> str:
    return render_template(
        "admin/shelves/collections.html",
        collections=curating.everything(),
        form=form,
        moment_now=now(),
        wrong=[field for field in form if field.errors],
    )


def _page(
    collection_id: int,
    form: CollectionForm | None = None,
    *,
    rule_form: RuleForm | None = None,
    ticked: Any = None,
    picture: FileForm | None = None,
    typed: str = "",
    pick_error: str = "",
    conflict: str = "",
) -> str:
    row = _collection(collection_id)
    saved = CollectionText.of(row)
    form = form or CollectionForm(
        data={
            "name": row.name,
            "slug": row.slug,
            "intro": row.intro,
            "published_at": _shown(row.published_at),
            "ends_at": _shown(row.ends_at),
        }
    )
    if conflict or not form.seen.data:
        form.seen.data = _told(saved)
    rule = _rule_of(row) if row.rule else None
    if rule_form is None:
        amounts = {name: str(price.decimal) for name in ("low", "high") if rule and (price := getattr(rule, name))}
        days = str(rule.days) if rule and rule.days else ""
        rule_form = RuleForm(data={**amounts, "days": days, "on_sale": bool(rule and rule.on_sale)})
    picture = picture or FileForm()
    out = positive(request.args.get("out"))
    return render_template(
        "admin/shelves/collection.html",
        collection=row,
        saved=saved,
        form=form,
        rule=rule,
        rule_form=rule_form,
        ticked=ticked if ticked is not None else _ticked(rule),
        matches=_matches(rule) if rule else "",
        by_rule=rule is not None or bool(request.args.get("rule")) or ticked is not None,
        attributes=curating.attributes(),
        branches=tree.branches(),
        picked=[] if rule else curating.picked(collection_id),
        out=out,
        out_at=positive(request.args.get("at"), default=1),
        picture=picture,
        asset=pictures.by_id(row.asset_id) if row.asset_id else None,
        typed=typed,
        pick_error=pick_error,
        conflict=conflict,
        moment_now=now(),
        wrong=[field for each in (form, rule_form, picture) for field in each if field.errors],
    )
