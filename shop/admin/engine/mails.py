"""Every mail the shop has sent or means to: what became of it, and sending it again."""

from __future__ import annotations

from contextlib import suppress

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.asked import chosen, place
from shop.admin.blueprint import bp
from shop.admin.engine import queries, words
from shop.core import lists, mail
from shop.core.errors import Conflict, NotFound, ShopError
from shop.core.i18n import _, _n
from shop.core.mail import MailLog, Status
from shop.core.web import not_found, staff
from shop.jobs import services as jobs


@bp.get("/mails")
@staff("engine")
def mails() -> ResponseReturnValue:
    status = request.args.get("status", "")
    status = status if status in words.MAIL_STATUS else ""
    q = request.args.get("q", "").strip()[:255]
    piece = queries.newest(queries.mails(status, q), MailLog, **place())
    if piece.lost:
        return redirect(url_for("staff.mails", status=status or None, q=q or None))
    tabs = {name: queries.mails(name, q) for name in (*words.MAIL_STATUS, "")}
    return render_template(
        "admin/engine/mails.html",
        said=words,
        piece=piece,
        status=status,
        q=q,
        counts=lists.counts(tabs),
        orders=queries.numbers_of_orders(row.order_id for row in piece.rows),
    )


@bp.get("/mails/<int:mail_id>")
@staff("engine")
def mail_page(mail_id: int) -> ResponseReturnValue:
    found = _mail(mail_id)
    number = queries.numbers_of_orders([found.order_id]).get(found.order_id or 0)
    return render_template("admin/engine/mail.html", said=words, mail=found, number=number)


@bp.post("/mails/<int:mail_id>/sending")
@staff("engine")
def send_mail(mail_id: int) -> ResponseReturnValue:
    """Once more what has gone, after all what was given up."""
    _mail(mail_id)
    try:
        sent = _again(mail_id)
    except ShopError as error:
        flash(error.message, "error")
        sent = mail_id
    else:
        flash(_("The mail is queued. It goes within a minute."), "success")
    return redirect(url_for("staff.mail_page", mail_id=sent), 303)


@bp.post("/mails/sending")
@staff("engine")
def send_mails() -> ResponseReturnValue:
    """Those chosen; with `all` all that were given up, as a job."""
    if request.form.get("all"):
        job_id = jobs.start_one("retry_mails", by=current_user.signature)
        return redirect(url_for("staff.job", job_id=job_id), 303)
    ids, done = chosen("mail"), 0
    for mail_id in ids:
        with suppress(NotFound, Conflict):  # somebody else was quicker, or it is tried by itself
            _again(mail_id)
            done += 1
    if done:
        flash(_n("%(num)s mail is queued.", "%(num)s mails are queued.", done), "success")
    else:
        flash(_("Choose mails that have gone or were given up; the others are tried by themselves."), "info")
    left = len(ids) - done
    if done and left:
        flash(
            _n(
                "%(num)s mail was left alone: it goes by itself.",
                "%(num)s mails were left alone: they go by themselves.",
                left,
            ),
            "info",
        )
    back = request.form.get("status", "")
    return redirect(url_for("staff.mails", status=back if back in words.MAIL_STATUS else None), 303)


def _again(mail_id: int) -> int:
    """Returns the id of the mail that will go. Raises NotFound, and Conflict for one that goes by itself."""
    found = mail.get(mail_id)
    if found is not None and found.status == Status.DEAD:
        mail.retry(mail_id)
        return mail_id
    return mail.resend(mail_id)


def _mail(mail_id: int) -> MailLog:
    found = mail.get(mail_id)
    if found is None:
        not_found()
    return found
