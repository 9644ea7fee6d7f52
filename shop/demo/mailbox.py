"""Mails kept in the database and shown at /dev/mail, for a shop that has no mail server yet.

Beside them a sample of every mail that the shop can send.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_mail import Message
from sqlalchemy import Text, select
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.clock import now
from shop.core.db import Id, Line, Model, db, transaction
from shop.core.i18n import DEFAULT_LANGUAGE
from shop.core.web import not_found, private
from shop.demo import mail_samples

SHOWN = 200

bp = Blueprint("mailbox", __name__, url_prefix="/dev/mail")


class KeptMail(Model):
    __tablename__ = "kept_mails"

    id: Mapped[Id]
    message_id: Mapped[Line]
    recipients: Mapped[str] = mapped_column(Text)
    sender: Mapped[Line]
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(index=True)


def keep(message: Message) -> None:
    """Takes a mail as a mail server would: once it returns, the mail has arrived."""
    with transaction():
        db.session.add(
            KeptMail(
                message_id=message.msgId,
                recipients=", ".join(str(to) for to in message.recipients),
                sender=str(message.sender),
                subject=message.subject,
                text=message.body or "",
                html=message.html or "",
                sent_at=now(),
            )
        )


@bp.get("")
@private
def index() -> ResponseReturnValue:
    mails = db.session.scalars(select(KeptMail).order_by(KeptMail.id.desc()).limit(SHOWN)).all()
    return render_template("dev/mailbox.html", mails=mails, kinds=mail_samples.SAMPLES, languages=_languages())


@bp.get("/<int:mail_id>")
@private
def show(mail_id: int) -> ResponseReturnValue:
    return render_template("dev/mail.html", mail=_mail(mail_id))


@bp.get("/<int:mail_id>/html")
@private
def html(mail_id: int) -> ResponseReturnValue:
    """The mail's own page, framed by `show`."""
    return as_mail(_mail(mail_id).html)


@bp.get("/samples/<kind>/<language>")
@private
def sample(kind: str, language: str) -> ResponseReturnValue:
    """A mail of this kind as it would be sent, without sending it."""
    return render_template("dev/mail_sample.html", mail=_sample(kind, language), kind=kind, language=language)


@bp.get("/samples/<kind>/<language>/html")
@private
def sample_html(kind: str, language: str) -> ResponseReturnValue:
    return as_mail(_sample(kind, language).html or "")


def as_mail(html: str) -> Response:
    """Mails style themselves inline, as mail programs want it."""
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; sandbox allow-popups "
        "allow-top-navigation-by-user-activation"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _mail(mail_id: int) -> KeptMail:
    found = db.session.get(KeptMail, mail_id)
    if found is None:
        not_found()
    return found


def _sample(kind: str, language: str) -> Message:
    if kind not in mail_samples.SAMPLES or language not in _languages():
        not_found()
    return mail_samples.mail(kind, language)


def _languages() -> list[str]:
    return sorted({DEFAULT_LANGUAGE, *current_app.extensions["languages"].values()})
