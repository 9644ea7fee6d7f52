"""Mails: one folder of templates each (subject.txt, body.txt, body.html), sent once for each thing they tell of.

A mail is a row from the moment it is queued, unique on (kind, ref), so that whoever asks twice sends once. It is
written when it is sent, from how things are then. When a worker dies between sending and noting it, the mail goes again
under the same Message-ID, and mail programs show it once. What the server refuses for good, or does not take for three
days, is dead, until somebody tries it again by hand.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, render_template
from flask_mail import Mail, Message
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from shop.core import i18n, log, outbox, smtp, store
from shop.core.clock import now
from shop.core.db import Code, Id, Line, Model, db, end_read, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _
from shop.core.outbox import Later, Other, Queue
from shop.core.smtp import Transport
from shop.settings import Settings

CLAIM = timedelta(seconds=40)
RENEW_S = 15.0  # a claim is renewed for as long as the mail server takes
MOST_TRIES = 80  # at the outbox's intervals: 71 hours from the first to the last


class Status(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"  # and is tried again, at next_try_at
    DEAD = "dead"  # refused for good, or given up


class MailLog(Model):
    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("kind", "ref"),
        CheckConstraint("status IN ('queued', 'sent', 'failed', 'dead')", name="status_is_known"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_a_time"),
        CheckConstraint("(status = 'failed') = (next_try_at IS NOT NULL)", name="failed_is_tried_again"),
        CheckConstraint("queue IN ('mails', 'bulk')", name="queue_is_known"),
        Index("ix_mails_status_id", "status", "id"),
        Index("ix_mails_to_address", "to_address", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[Code]
    ref: Mapped[Line]  # what it tells of, like order:12
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    about: Mapped[dict[str, Any]]  # ids, for whoever writes it
    queue: Mapped[Queue] = mapped_column(String(16), default=Queue.MAILS)
    to_address: Mapped[Line] = mapped_column(default="")  # as it was last written
    language: Mapped[str] = mapped_column(String(16), default="")
    message_id: Mapped[Line]
    status: Mapped[Status] = mapped_column(String(16), default=Status.QUEUED)
    noted: Mapped[str] = mapped_column(String(16), default="")  # the status that `take_note` gave last
    created_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)  # in the mail server's words


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    language: str
    words: dict[str, Any]  # what the templates are given


# Writes a mail from its `about`; None when there is nothing to say any more.
Writer = Callable[..., Letter | None]


def init(app: Flask, settings: Settings, *, mailbox: Transport) -> None:
    if settings.mail_url == "mailbox:":
        app.extensions["mail_transport"] = mailbox
        Mail(app)
    else:
        app.extensions["mail_transport"] = smtp.init(app, settings)


def queue(kind: str, *, ref: str, order_id: int | None = None, queue: Queue = Queue.MAILS, **about: int | str) -> None:
    """The mail `kind` about `ref` will go, once. In the open transaction, if there is one.

    Whoever writes it gets `about`, and `order_id` with it.
    """
    with transaction():
        try:
            with db.session.begin_nested():
                about |= {} if order_id is None else {"order_id": order_id}
                mail = _new(kind, ref=ref, order_id=order_id, queue=queue, about=about)
        except IntegrityError:
            return
        _hand_over(mail)


def send(mail_id: int, writers: Mapping[str, Writer]) -> None:
    """Writes a queued mail and sends it, unless it has gone or is dead. Raises Later when it has to be tried again."""
    claimed = _claim(mail_id)
    if claimed is None:
        return
    kind, ref, about = claimed
    try:
        letter = writers[kind](**about)
        if letter is None:
            _drop(mail_id)
            return
        message = compose(kind, ref=ref, to=letter.to, language=letter.language, **letter.words)
        _change(mail_id, to_address=letter.to, language=letter.language)
        end_read()
        transport: Transport = current_app.extensions["mail_transport"]
        with _held(mail_id):
            transport(message)
    except Exception as error:
        _note_failure(mail_id, error)
        return
    with transaction():
        _change(mail_id, status=Status.SENT, sent_at=now(), claimed_until=None, next_try_at=None, last_error=None)
        outbox.emit("mail.sent", mail_id=mail_id)
        outbox.wake(Other.MAIL_SERVER)
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


def retry(mail_id: int) -> None:
    """A dead mail is tried again, as the same mail. Raises NotFound, and Conflict for one that is not dead."""
    with transaction():
        mail = _locked(mail_id)
        if mail.status != Status.DEAD:
            raise Conflict(_("Only a mail that was given up can be tried again."))
        mail.status, mail.tries = Status.QUEUED, 0
        _hand_over(mail)


def retry_all() -> int:
    """All dead mails are tried again. Returns how many."""
    return len(retry_some(after=0, most=None))


def retry_some(*, after: int, most: int | None) -> Sequence[int]:
    """So many dead mails behind that id are tried again, the oldest first. Returns which."""
    dead = select(MailLog.id).where(MailLog.status == Status.DEAD, MailLog.id > after).order_by(MailLog.id).limit(most)
    with transaction():
        ids = db.session.scalars(dead).all()
        for mail_id in ids:
            retry(mail_id)
    return ids


def resend(mail_id: int) -> int:
    """Sends a mail again that has gone or is dead: as another mail, with a Message-ID of its own. Returns its id.

    Asked for again before that one has gone, it is that one. Raises NotFound, and Conflict when the first still waits.
    """
    with transaction():
        mail = _locked(mail_id)
        if mail.status not in (Status.SENT, Status.DEAD):
            raise Conflict(_("This mail has not gone yet; it is tried by itself."))
        first = mail.ref.partition("#")[0]
        again = db.session.scalars(
            select(MailLog)
            .where(MailLog.kind == mail.kind, MailLog.ref.startswith(f"{first}#", autoescape=True))
            .order_by(MailLog.id.desc())
        ).all()
        if again and again[0].status == Status.QUEUED:
            return again[0].id
        ref = f"{first}#{len(again) + 2}"
        other = _new(mail.kind, ref=ref, order_id=mail.order_id, queue=mail.queue, about=mail.about)
        _hand_over(other)
        return other.id


def forget(*, before: datetime) -> int:
    """Deletes mails that went before then and are about no order, whose own stay with it. Returns how many."""
    old = select(MailLog.id).where(MailLog.order_id.is_(None), MailLog.status == Status.SENT, MailLog.sent_at < before)
    with transaction():
        ids = db.session.scalars(old.order_by(MailLog.id).limit(1000)).all()
        db.session.execute(delete(MailLog).where(MailLog.id.in_(ids)))
    return len(ids)


def take_note(mail_id: int) -> MailLog | None:
    """The mail, the first time that this is asked since it was sent or given up; None later. In a transaction."""
    mail = _locked(mail_id)
    if mail.noted == mail.status:
        return None
    mail.noted = mail.status
    return mail


def get(mail_id: int) -> MailLog | None:
    return db.session.get(MailLog, mail_id)


def of_order(order_id: int) -> Sequence[MailLog]:
    """All mails about an order, the newest first. What `outbox.for_order` gives will be added in a moment."""
    return db.session.scalars(select(MailLog).where(MailLog.order_id == order_id).order_by(MailLog.id.desc())).all()


def dead(*, limit: int) -> Sequence[MailLog]:
    """Mails that were refused or given up, the newest first."""
    found = select(MailLog).where(MailLog.status == Status.DEAD).order_by(MailLog.id.desc()).limit(limit)
    return db.session.scalars(found).all()


def dead_count() -> int:
    return db.session.scalar(select(func.count()).where(MailLog.status == Status.DEAD)) or 0


def _new(kind: str, *, ref: str, order_id: int | None, queue: Queue, about: dict[str, Any]) -> MailLog:
    mail = MailLog(kind=kind, ref=ref, order_id=order_id, queue=queue, about=about, created_at=now())
    mail.message_id = message_id(kind, ref)
    db.session.add(mail)
    db.session.flush()
    return mail


def _hand_over(mail: MailLog) -> None:
    if mail.queue == Queue.BULK:
        outbox.emit("mail.queued_in_bulk", mail_id=mail.id)
    else:
        outbox.emit("mail.queued", mail_id=mail.id)


def _locked(mail_id: int) -> MailLog:
    mail = db.session.get(MailLog, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound(_("There is no such mail."))
    return mail


def _claim(mail_id: int) -> tuple[str, str, dict[str, Any]] | None:
    """The mail's kind, ref and ids, or None when it is settled. Raises Later while another worker is sending it."""
    with transaction():
        mail = db.session.get(MailLog, mail_id, with_for_update=True)
        if mail is None or mail.status in (Status.SENT, Status.DEAD):
            return None
        if mail.claimed_until is not None and mail.claimed_until > now():
            raise Later(mail.claimed_until, "another worker is sending it")
        mail.claimed_until = now() + CLAIM
        if not _is_early(mail):
            mail.tries += 1
        return mail.kind, mail.ref, mail.about


def _is_early(mail: MailLog) -> bool:
    """Whether it was woken: a try that counts for nothing, so that luck with others does not use up all of its own."""
    return mail.next_try_at is not None and mail.next_try_at > now()


@contextmanager
def _held(mail_id: int) -> Iterator[None]:
    """Renews the claim for as long as the mail server takes; a worker that is killed lets go of it within CLAIM."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEW_S):
            with app.app_context():
                _change(mail_id, claimed_until=now() + CLAIM)

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _note_failure(mail_id: int, error: Exception) -> None:
    """Keeps why; raises Later unless that was the last try."""
    said = smtp.words_of(error)[:2000]
    refused = smtp.is_refusal(error)
    with transaction():
        mail = _locked(mail_id)
        mail.claimed_until, mail.last_error = None, said
        if not refused and mail.tries < MOST_TRIES:
            if not _is_early(mail):
                mail.status, mail.next_try_at = Status.FAILED, now() + outbox.wait_after(mail.tries)
        else:
            mail.status, mail.next_try_at = Status.DEAD, None
            outbox.emit("mail.dead", mail_id=mail_id)
            if refused:
                outbox.emit("mail.refused", mail_id=mail_id)
        again, kind, tries = mail.next_try_at, mail.kind, mail.tries
    if again is not None:
        log.get().warning("mail.failed", mail=mail_id, kind=kind, tries=tries, error=said[:500])
        raise Later(again, said, waits_for=Other.MAIL_SERVER if smtp.is_away(error) else None)
    log.get().error("mail.dead", mail=mail_id, kind=kind, tries=tries, error=said[:500])


def _drop(mail_id: int) -> None:
    with transaction():
        db.session.execute(delete(MailLog).where(MailLog.id == mail_id))


def _change(mail_id: int, **values: object) -> None:
    with transaction():
        db.session.execute(update(MailLog).where(MailLog.id == mail_id).values(values))
