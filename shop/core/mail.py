"""Mails: one folder of templates each (subject.txt, body.txt, body.html), sent once for each thing they tell of.

`send` keeps a row unique on (kind, ref), so that a task that runs twice sends once; when a worker dies between sending
and noting it, the mail goes again under the same Message-ID, and mail programs show it once.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, g, render_template
from flask_mail import Connection, Mail, Message
from sqlalchemy import Text, UniqueConstraint, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from shop.core import i18n, log, store
from shop.core.clock import now
from shop.core.db import Code, Id, Line, Model, db, end_read, transaction
from shop.settings import Settings

PATIENCE_S = 15  # for each answer of the mail server
CLAIM = timedelta(seconds=40)

Transport = Callable[[Message], None]


class MailLog(Model):
    __tablename__ = "mails"
    __table_args__ = (UniqueConstraint("kind", "ref"),)

    id: Mapped[Id]
    kind: Mapped[Code]
    ref: Mapped[Code]  # what it tells of, like order:12
    message_id: Mapped[Line]
    created_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


class MailBusy(Exception):
    """Another worker is sending this very mail; look again when its claim has ended."""


class _PatientConnection(Connection):
    def configure_host(self) -> smtplib.SMTP:
        verified = ssl.create_default_context()  # without it the server may be anybody
        server, port = self.mail.server, self.mail.port
        host = (
            smtplib.SMTP_SSL(server, port, timeout=PATIENCE_S, context=verified)
            if self.mail.use_ssl
            else smtplib.SMTP(server, port, timeout=PATIENCE_S)
        )
        if self.mail.use_tls:
            host.starttls(context=verified)
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)
        return host


def init(app: Flask, settings: Settings, *, mailbox: Transport) -> None:
    if settings.mail_url == "mailbox:":
        app.extensions["mail_transport"] = mailbox
        Mail(app)
        return
    parts = urlsplit(settings.mail_url)
    app.config.update(
        MAIL_SERVER=parts.hostname,
        MAIL_PORT=parts.port or (465 if parts.scheme == "smtps" else 587),
        MAIL_USE_SSL=parts.scheme == "smtps",
        MAIL_USE_TLS=parts.scheme == "smtp" and parts.username is not None,  # a password never travels in the open
        MAIL_USERNAME=unquote(parts.username or "") or None,
        MAIL_PASSWORD=unquote(parts.password or "") or None,
    )
    mail = Mail(app)

    def by_smtp(message: Message) -> None:
        with _PatientConnection(mail) as connection:
            connection.send(message)

    app.extensions["mail_transport"] = by_smtp


def send(kind: str, *, ref: str, to: str, language: str, **context: Any) -> None:
    """Sends the mail `kind` about `ref` to `to`, unless it has gone already. Raises what the mail server raises."""
    row_id = _row(kind, ref)
    if row_id is None:
        return
    message = compose(kind, ref=ref, to=to, language=language, **context)
    end_read()
    try:
        transport: Transport = current_app.extensions["mail_transport"]
        transport(message)
    except Exception as error:
        with transaction():
            db.session.execute(
                update(MailLog).where(MailLog.id == row_id).values(claimed_until=None, last_error=str(error)[:2000])
            )
        raise
    with transaction():
        db.session.execute(update(MailLog).where(MailLog.id == row_id).values(sent_at=now(), last_error=None))
    log.get().info("mail.sent", kind=kind, ref=ref)


def compose(kind: str, *, ref: str, to: str, language: str, **context: Any) -> Message:
    g.store = shop = store.get()
    with i18n.speaking(language):
        words = {"store": shop, **context}
        message = Message(
            subject=" ".join(render_template(f"email/{kind}/subject.txt", **words).split()),
            sender=(shop.name, shop.email),
            recipients=[to],
            body=render_template(f"email/{kind}/body.txt", **words),
            html=render_template(f"email/{kind}/body.html", **words),
            extra_headers={"Auto-Submitted": "auto-generated"},
        )
    message.msgId = message_id(kind, ref)
    return message


def message_id(kind: str, ref: str) -> str:
    host = urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"
    secret = current_app.config["SECRET_KEY"]
    digest = hashlib.sha256(f"{secret}:{kind}:{ref}".encode()).hexdigest()[:20]
    return f"<{kind.replace('_', '-')}.{digest}@{host}>"


def _row(kind: str, ref: str) -> int | None:
    """Claims the mail's row and returns its id, or None when the mail has been sent."""
    with transaction():
        try:
            with db.session.begin_nested():
                db.session.add(MailLog(kind=kind, ref=ref, message_id=message_id(kind, ref), created_at=now(), tries=0))
        except IntegrityError:
            pass
        row = db.session.execute(
            select(MailLog).where(MailLog.kind == kind, MailLog.ref == ref).with_for_update()
        ).scalar_one()
        if row.sent_at is not None:
            return None
        if row.claimed_until is not None and row.claimed_until > now():
            raise MailBusy(f"{kind} {ref}")
        row.claimed_until = now() + CLAIM
        row.tries += 1
        return row.id
