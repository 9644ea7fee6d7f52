"""Work in the background: what there is, how far it has come, and what was made of it."""

from __future__ import annotations

import mimetypes
from datetime import timedelta

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.engine import queries as lists
from shop.admin.engine import words
from shop.admin.paging import Place
from shop.aftersale import posting
from shop.books import proof
from shop.books import queries as books
from shop.core.clock import now
from shop.core.errors import Conflict, Forbidden
from shop.core.i18n import _
from shop.core.lists import counts
from shop.core.web import not_found, positive, staff
from shop.documents import bulk
from shop.jobs import queries, services
from shop.jobs.models import Job, State

YOUNG = timedelta(minutes=1)
# What each kind of job asks of whoever ends it, tries it again or takes its file: all others, to edit goods.
RIGHTS = {
    **dict.fromkeys((bulk.JOB, posting.POST, posting.UNDO), "pack"),
    **dict.fromkeys((proof.JOB, "reconcile", "retry_mails"), "engine"),
}
OF_BOOKS = (proof.JOB, "reconcile")  # whose errors name amounts


@bp.get("/jobs")
@staff("look")
def jobs() -> ResponseReturnValue:
    tab = request.args.get("tab", "")
    tab = tab if tab in words.JOB_TABS else ""
    piece = lists.newest(lists.jobs(tab), Job, **place())
    if piece.lost:
        return redirect(url_for("staff.jobs", tab=tab or None))
    much = counts({name: lists.jobs(name) for name in (*words.JOB_TABS, "")})
    return render_template("admin/engine/jobs.html", said=words, piece=piece, tab=tab, counts=much)


@bp.get("/jobs/<int:job_id>")
@staff("look")
def job(job_id: int) -> ResponseReturnValue:
    found = _job(job_id)
    number = positive(request.args.get("page"), default=1, most=10**6) or 1
    of_books = found.kind in OF_BOOKS
    errors, kept = ([], 0) if of_books else queries.errors_of(job_id, page=number)
    at = Place(number, kept, queries.PAGE)
    if at.beyond:
        return redirect(url_for("staff.job", job_id=job_id, page=at.last))
    return render_template(
        "admin/engine/job.html",
        job=found,
        errors=errors,
        place=at,
        every=_pace(found),
        may=_may(found),
        check=books.of_job(job_id) if of_books and current_user.may("engine") else None,
    )


@bp.post("/jobs")
@staff("catalog")
def reindex() -> ResponseReturnValue:
    job_id = services.start_one("reindex", by=current_user.signature)
    return redirect(url_for("staff.job", job_id=job_id), 303)


@bp.post("/jobs/<int:job_id>/cancellation")
@staff("pack")
def cancel_job(job_id: int) -> ResponseReturnValue:
    _own_job(job_id)
    try:
        services.cancel(job_id, by=current_user.signature)
    except Conflict as error:
        flash(error.message, "info")
    return redirect(url_for("staff.job", job_id=job_id), 303)


@bp.post("/jobs/<int:job_id>/attempts")
@staff("pack")
def retry_job(job_id: int) -> ResponseReturnValue:
    _own_job(job_id)
    try:
        services.retry(job_id)
    except Conflict as error:
        flash(error.message, "info")
    return redirect(url_for("staff.job", job_id=job_id), 303)


@bp.get("/jobs/<int:job_id>/result")
@staff("pack")
def job_result(job_id: int) -> ResponseReturnValue:
    found = _own_job(job_id)
    if not found.result_name or found.state not in (State.DONE, State.DONE_WITH_ERRORS):
        not_found()
    kind = mimetypes.guess_type(found.result_name)[0] or "application/octet-stream"
    response = Response(stream_with_context(queries.output_of(job_id)), mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=found.result_name)
    return response


def _job(job_id: int) -> Job:
    found = queries.get(job_id)
    if found is None:
        not_found()
    return found


def _own_job(job_id: int) -> Job:
    """One that whoever asks may end, try again and take the file of. Raises Forbidden."""
    found = _job(job_id)
    if not _may(found):
        raise Forbidden(_("Your role does not include this. Ask the shop’s owner."))
    return found


def _may(job: Job) -> bool:
    return current_user.may(RIGHTS.get(job.kind, "catalog"))


def _pace(job: Job) -> int | None:
    """Every how many seconds its page looks for news: none when it is over."""
    if not job.unfinished:
        return None
    return 2 if now() - job.created_at < YOUNG else 5
