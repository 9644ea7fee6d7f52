"""Whether the books are right: the audit, and a time compared with Stripe, first without changing anything."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.engine import queries, words
from shop.admin.engine.forms import PeriodForm
from shop.admin.paging import Place
from shop.books import proof, reconcile
from shop.books import queries as books_queries
from shop.books.models import BookCheck
from shop.core.errors import Conflict
from shop.core.i18n import _
from shop.core.web import not_found, positive, staff
from shop.jobs import services as jobs

SHOWN = 50  # findings on a page


@bp.get("/books")
@staff("engine")
def books() -> ResponseReturnValue:
    return _page(PeriodForm(None))


@bp.post("/books/audits")
@staff("engine")
def audit_books() -> ResponseReturnValue:
    return _to_job(jobs.start_one(proof.JOB, by=current_user.signature))


@bp.post("/books/comparisons")
@staff("engine")
def compare() -> ResponseReturnValue:
    """Changes nothing: mending follows from what was found."""
    form = PeriodForm(request.form)
    if not form.validate():
        return _page(form), 422
    assert form.since.data is not None
    assert form.until.data is not None
    since, until = (datetime.combine(day, time(), UTC) for day in (form.since.data, form.until.data))
    started = reconcile.start(since, until + timedelta(days=1), dry_run=True, by=current_user.signature)
    return _to_job(started)


@bp.get("/books/checks/<int:check_id>")
@staff("engine")
def check(check_id: int) -> ResponseReturnValue:
    found = _check(check_id)
    number = positive(request.args.get("page"), default=1, most=10**6) or 1
    at = Place(number, len(found.findings), SHOWN)
    if at.beyond:
        return redirect(url_for("staff.check", check_id=check_id, page=at.last))
    shown = found.findings[(number - 1) * SHOWN : number * SHOWN]
    return render_template("admin/engine/check.html", said=words, check=found, findings=shown, place=at)


@bp.post("/books/checks/<int:check_id>/mending")
@staff("engine")
def mend(check_id: int) -> ResponseReturnValue:
    """The same time once more, this time mending what has one right mend."""
    found = _check(check_id)
    if found.kind != "reconcile" or found.finished_at is None or not found.about.get("dry_run"):
        raise Conflict(_("Only a comparison that has changed nothing and is finished can be followed by mending."))
    since, until = (datetime.fromisoformat(found.about[name]) for name in ("since", "until"))
    return _to_job(reconcile.start(since, until, dry_run=False, by=current_user.signature))


def _page(form: PeriodForm) -> str | BaseResponse:
    piece = queries.newest(books_queries.checks(), BookCheck, **place())
    if piece.lost:
        return redirect(url_for("staff.books"))
    return render_template(
        "admin/engine/books.html", said=words, piece=piece, form=form, newest=books_queries.newest_of_each()
    )


def _check(check_id: int) -> BookCheck:
    found = books_queries.get(check_id)
    if found is None:
        not_found()
    return found


def _to_job(job_id: int) -> ResponseReturnValue:
    return redirect(url_for("staff.job", job_id=job_id), 303)
