"""Work in the background: what there is, how far it has come, and what was made of it."""

from __future__ import annotations

import mimetypes
from datetime import timedelta

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.paging import Place
from shop.aftersale import posting
from shop.core.clock import now
from shop.core.errors import Conflict, Forbidden
from shop.core.i18n import _
from shop.core.web import not_found, positive, staff
from shop.documents import bulk
from shop.jobs import queries, services
from shop.jobs.models import Job, State

YOUNG = timedelta(minutes=1)
OF_ORDERS = (
    bulk.JOB,
    posting.POST,
    posting.UNDO,
)  # kinds for whoever sends orders; the others are for whoever edits goods


@bp.get("/jobs")
@staff("look")
def jobs() -> ResponseReturnValue:
    number = positive(request.args.get("page"), default=1, most=10**6) or 1
    found, total = queries.find(page=number)
    place = Place(number, total, queries.PAGE)
    if place.beyond:
        return redirect(url_for("staff.jobs", page=place.last))
    return render_template("admin/jobs.html", jobs=found, place=place)


@bp.get("/jobs/<int:job_id>")
@staff("look")
def job(job_id: int) -> ResponseReturnValue:
    found = _job(job_id)
    number = positive(request.args.get("page"), default=1, most=10**6) or 1
    errors, kept = queries.errors_of(job_id, page=number)
    place = Place(number, kept, queries.PAGE)
    if place.beyond:
        return redirect(url_for("staff.job", job_id=job_id, page=place.last))
    return render_template("admin/job.html", job=found, errors=errors, place=place, every=_pace(found), may=_may(found))


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
    return current_user.may("pack" if job.kind in OF_ORDERS else "catalog")


def _pace(job: Job) -> int | None:
    """Every how many seconds its page looks for news: none when it is over."""
    if not job.unfinished:
        return None
    return 2 if now() - job.created_at < YOUNG else 5
