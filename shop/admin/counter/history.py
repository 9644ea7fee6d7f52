"""All that has happened to an order, in one line of time: its events, its mails, and what Stripe told us."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from shop.admin import words
from shop.core.i18n import _, format_list
from shop.core.mail import MailLog
from shop.core.mail import Status as Sent
from shop.orders.models import Order, OrderEvent

OF_MAILS = ("mail_sent", "mail_dead")  # the mails themselves say it, and more


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    what: str
    by: str = ""
    note: str = ""
    tone: str = ""  # of its dot: bad where something went wrong, plain where it matters little
    mail: MailLog | None = None
    webhook_id: int | None = None  # of what Stripe said that can be dealt with again

    @property
    def may_go_again(self) -> bool:
        """Whether the mail can be sent once more."""
        return self.mail is not None and self.mail.status in (Sent.SENT, Sent.DEAD)


def entries(order: Order, mails: Sequence[MailLog], told: Sequence[Row[Any]]) -> list[Entry]:
    """The newest first. `told` is what `payments.queries.said_about` gives."""
    found = [*_of_events(order), *map(_of_mail, mails), *(_of_webhook(each, order.events) for each in told)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _of_events(order: Order) -> Iterator[Entry]:
    for event in reversed(order.events):
        if event.kind not in OF_MAILS:
            tone = "bad" if event.kind in words.BAD_EVENTS else ""
            yield Entry(event.at, words.happened(event), words.by(event.by), words.note(event), tone)


def _of_mail(mail: MailLog) -> Entry:
    what = words.MAIL.get(mail.kind, mail.kind)
    if mail.status == Sent.SENT and mail.sent_at is not None:
        return Entry(mail.sent_at, _("Mail sent: %(what)s", what=what), mail=mail)
    if mail.status == Sent.DEAD:
        return Entry(
            mail.created_at, _("Mail given up: %(what)s", what=what), "", mail.last_error or "", "bad", mail=mail
        )
    return Entry(mail.created_at, _("Mail on its way: %(what)s", what=what), "", mail.last_error or "", mail=mail)


def _of_webhook(told: Row[Any], events: Sequence[OrderEvent]) -> Entry:
    came = set((told.did or {}).get("events", []))
    did = [words.happened(event) for event in events if event.id in came]
    if told.error:
        note = _("It failed; it is tried again by itself, or deal with it again.")
    elif told.handled_at is None:
        note = _("It waits for its turn.")
    elif told.did is None:
        note = ""
    else:
        note = _("What came of it: %(did)s", did=format_list(did)) if did else _("It told nothing new.")
    return Entry(
        told.received_at,
        _("Stripe said: %(what)s", what=told.type),
        "",
        note,
        "bad" if told.error else "plain",
        webhook_id=told.id if told.handled_at or told.error else None,
    )
