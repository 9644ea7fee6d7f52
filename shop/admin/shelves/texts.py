"""Texts of the shop's own: written, looked at, published and withdrawn."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.goods.pictures import LARGEST
from shop.admin.shelves.forms import EntryForm, FileForm, PublishForm
from shop.catalog.services import EditedMeanwhile
from shop.content import queries, services
from shop.content.models import Entry, Kind
from shop.content.services import AddressTaken, Manuscript
from shop.core.clock import now
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.web import not_found, positive, staff
from shop.media import services as media

FIELDS = ("title", "slug", "intro", "body", "description", "alt")


@bp.get("/texts")
@staff("look")
def texts() -> ResponseReturnValue:
    kind = _kind(request.args.get("kind"))
    piece = queries.of_kind(kind, **place())
    if piece.lost:
        return redirect(url_for("staff.texts", kind=kind))
    return render_template("admin/shelves/texts.html", piece=piece, kind=kind, moment_now=now())


@bp.get("/texts/new")
@staff("catalog")
def new_text() -> ResponseReturnValue:
    return _new(_kind(request.args.get("kind")), EntryForm())


@bp.post("/texts")
@staff("catalog")
def write_text() -> ResponseReturnValue:
    kind, form = _kind(request.form.get("kind")), EntryForm(request.form)
    if not form.validate():
        return make_response(_new(kind, form), 422)
    try:
        entry_id = services.write(kind, _manuscript(form)).id
    except AddressTaken as error:
        form.slug.errors = [error.message]
        return make_response(_new(kind, form), 409)
    flash(_("Kept as a draft. Nobody sees it until you publish it."), "success")
    return redirect(url_for("staff.text", entry_id=entry_id), 303)


@bp.get("/texts/<int:entry_id>")
@staff("look")
def text(entry_id: int) -> ResponseReturnValue:
    return _page(entry_id)


@bp.post("/texts/<int:entry_id>")
@staff("catalog")
def revise_text(entry_id: int) -> ResponseReturnValue:
    asset_id, form = _entry(entry_id).asset_id, EntryForm(request.form)
    if not form.validate():
        return make_response(_page(entry_id, form), 422)
    version = positive(form.version.data, default=0) or 0
    try:
        services.revise(entry_id, _manuscript(form, asset_id), version=version)
    except AddressTaken as error:
        form.slug.errors = [error.message]
        return make_response(_page(entry_id, form), 409)
    except EditedMeanwhile as error:
        return make_response(_page(entry_id, form, conflict=error.message), 409)
    flash(_("Saved: %(name)s.", name=form.title.data), "success")
    return redirect(url_for("staff.text", entry_id=entry_id), 303)


@bp.post("/texts/<int:entry_id>/publication")
@staff("catalog")
def publish_text(entry_id: int) -> ResponseReturnValue:
    title, form = _entry(entry_id).title, PublishForm(request.form)
    if not form.validate():
        return make_response(_page(entry_id, publish=form), 422)
    services.publish(entry_id, since=form.since)
    if form.since and form.since > now():
        flash(_("%(name)s is published by itself at that time.", name=title), "success")
    else:
        flash(_("%(name)s is published.", name=title), "success")
    return redirect(url_for("staff.text", entry_id=entry_id), 303)


@bp.post("/texts/<int:entry_id>/withdrawal")
@staff("catalog")
def withdraw_text(entry_id: int) -> ResponseReturnValue:
    title = _entry(entry_id).title
    services.withdraw(entry_id)
    flash(_("%(name)s is withdrawn. It is kept here and can be published again.", name=title), "success")
    return redirect(url_for("staff.text", entry_id=entry_id), 303)


@bp.post("/texts/<int:entry_id>/picture")
@staff("catalog", largest=LARGEST)
def hang_text_picture(entry_id: int) -> ResponseReturnValue:
    """Beside its title; taken off when there is no file."""
    _entry(entry_id)
    asset_id = None
    if request.form.get("to") != "off":
        form = FileForm(CombinedMultiDict([request.files, request.form]))
        if not form.validate():
            return make_response(_page(entry_id, picture=form), 422)
        try:
            asset_id = media.receive(form.file.data.read())
        except ShopError as error:
            form.file.errors = [error.message]
            return make_response(_page(entry_id, picture=form), error.status)
    services.hang(entry_id, asset_id)
    flash(_("The picture is hung.") if asset_id else _("The picture is taken off."), "success")
    return redirect(url_for("staff.text", entry_id=entry_id, _anchor="picture"), 303)


def _kind(text: str | None) -> Kind:
    return Kind(text) if text in list(Kind) else Kind.PAGE


def _entry(entry_id: int) -> Entry:
    return queries.by_id(entry_id) or not_found()


def _manuscript(form: EntryForm, asset_id: int | None = None) -> Manuscript:
    return Manuscript(**{name: form[name].data for name in FIELDS}, asset_id=asset_id)


def _new(kind: Kind, form: EntryForm) -> str:
    wrong = [field for field in form if field.errors]
    return render_template("admin/shelves/text_new.html", kind=kind, form=form, wrong=wrong)


def _page(
    entry_id: int,
    form: EntryForm | None = None,
    *,
    publish: PublishForm | None = None,
    picture: FileForm | None = None,
    conflict: str = "",
) -> str:
    entry = _entry(entry_id)
    form = form or EntryForm(data={name: getattr(entry, name) for name in FIELDS} | {"version": str(entry.version)})
    if conflict:
        form.version.data = str(entry.version)  # seen now: saving again is meant
    publish, picture = publish or PublishForm(), picture or FileForm()
    return render_template(
        "admin/shelves/text.html",
        entry=entry,
        form=form,
        publish=publish,
        picture=picture,
        conflict=conflict,
        moment_now=now(),
        wrong=[field for each in (form, publish, picture) for field in each if field.errors],
    )
