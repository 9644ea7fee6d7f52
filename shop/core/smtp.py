"""Handing mails to a mail server, and what its answers mean."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask_mail import Connection, Mail, Message

from shop.settings import Settings

PATIENCE_S = 15  # for each answer of the mail server
PATIENCE_WITH_A_MAIL_S = 60  # once it has the mail: many look into it before they take it
# Refusals of the shop itself: no matter whom it writes to, and mended by who runs it.
OUR_FAULT = frozenset({530, 534, 535, 538})

Transport = Callable[[Message], None]


def init(app: Flask, settings: Settings) -> Transport:
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
        with _Connection(mail) as connection:
            connection.send(message)

    return by_smtp


def is_refusal(error: Exception) -> bool:
    """Whether the mail server will never take this mail for this recipient (5xx), so that trying again is no use."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _words in error.recipients.values()}
    elif isinstance(error, smtplib.SMTPDataError):
        codes = {error.smtp_code}
    else:
        return False  # the server, the way to it, or the sender
    return all(500 <= code < 600 and code not in OUR_FAULT for code in codes)  # noqa: PLR2004 (as RFC 5321 counts)


def is_away(error: Exception) -> bool:
    """Whether it was the mail server, or the way to it, that failed: the next mail would fare no better."""
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return False
    return isinstance(error, OSError)  # smtplib's own errors are among these


def words_of(error: Exception) -> str:
    """What the server said, like "550 5.1.1 No such user here", or what else went wrong."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(said)}" for code, said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


class _Patient:
    """Waits longer once the server has the mail: who gives up then sends it twice."""

    sock: Any

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.sock.settimeout(PATIENCE_WITH_A_MAIL_S)
        return super().data(msg)  # type: ignore[misc]


class _Smtp(_Patient, smtplib.SMTP):
    pass


class _SmtpOverTls(_Patient, smtplib.SMTP_SSL):
    pass


class _Connection(Connection):
    def configure_host(self) -> smtplib.SMTP:
        verified = ssl.create_default_context()  # without it the server may be anybody
        server, port = self.mail.server, self.mail.port
        host: smtplib.SMTP = (
            _SmtpOverTls(server, port, timeout=PATIENCE_S, context=verified)
            if self.mail.use_ssl
            else _Smtp(server, port, timeout=PATIENCE_S)
        )
        if self.mail.use_tls:
            host.starttls(context=verified)
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)
        return host

    def __exit__(self, kind: type[BaseException], error: BaseException, trace: TracebackType) -> None:
        """A server that hangs up instead of saying goodbye has the mail all the same."""
        with suppress(smtplib.SMTPException, OSError):
            super().__exit__(kind, error, trace)
