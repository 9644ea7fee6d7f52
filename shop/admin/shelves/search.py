"""What shoppers look for and do not find, and the words that mean the same."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.shelves.forms import line_field
from shop.catalog import search as catalog
from shop.catalog.words import words
from shop.core.i18n import _, _l
from shop.core.web import staff

SHOWN = 50  # searches without a result


class SynonymForm(Form):
    phrase = line_field(_l("Who searches for"), _l("Type what is searched for."), most=catalog.LONGEST)
    means = line_field(_l("also finds"), _l("Type what the goods are called here."), most=catalog.LONGEST)


@bp.get("/words")
@staff("look")
def search_words() -> ResponseReturnValue:
    return _page(SynonymForm(data={"phrase": request.args.get("phrase", "")[: catalog.LONGEST]}))


@bp.post("/words/synonyms")
@staff("catalog")
def add_synonym() -> ResponseReturnValue:
    form = SynonymForm(request.form)
    if form.validate():
        said = len(words(form.phrase.data))
        if not 1 <= said <= catalog.LONGEST_PHRASE:
            form.phrase.errors = [_("Type one to three words.")]
        elif not words(form.means.data) or not catalog.finds(form.means.data):
            form.means.errors = [_("No product has these words, so this would find nothing.")]
    if form.errors:
        return make_response(_page(form), 422)
    catalog.answer_miss(" ".join(words(form.phrase.data)), form.means.data)
    said_, found = form.phrase.data, form.means.data
    flash(_("Who searches for “%(phrase)s” now also finds “%(means)s”.", phrase=said_, means=found), "success")
    return redirect(url_for("staff.search_words"), 303)


@bp.post("/words/synonyms/<int:synonym_id>/removal")
@staff("catalog")
def remove_synonym(synonym_id: int) -> ResponseReturnValue:
    gone = catalog.remove_synonym(synonym_id)
    phrase, means = gone or (None, None)
    return redirect(url_for("staff.search_words", gone=phrase, meant=means), 303)


@bp.post("/words/synonyms/restoration")
@staff("catalog")
def restore_synonym() -> ResponseReturnValue:
    phrase, means = (request.form.get(name, "")[: catalog.LONGEST] for name in ("phrase", "means"))
    if phrase and means:
        catalog.restore_synonym(phrase, means)
    return redirect(url_for("staff.search_words"), 303)


def _page(form: SynonymForm) -> ResponseReturnValue:
    piece = catalog.synonyms(**place())
    if piece.lost:
        return redirect(url_for("staff.search_words"))
    return render_template(
        "admin/shelves/search.html",
        form=form,
        piece=piece,
        misses=catalog.misses(SHOWN),
        gone=request.args.get("gone", "")[: catalog.LONGEST],
        meant=request.args.get("meant", "")[: catalog.LONGEST],
        wrong=[field for field in form if field.errors],
    )
