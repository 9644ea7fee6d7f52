"""What is read of the engine room: states as words with a tone, and what needs somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, url_for

from shop.admin.engine.queries import Seen
from shop.admin.words import Word, happened
from shop.backups.models import Backup
from shop.backups.queries import is_stale
from shop.books.models import BookCheck
from shop.core.clock import now
from shop.core.i18n import _, _l, _n, format_moment, format_number
from shop.core.lists import MOST
from shop.core.mail import MailLog, Status
from shop.core.outbox import OutboxDelivery, Queue
from shop.core.pulse import Pulse
from shop.orders.models import OrderEvent
from shop.payments.models import WebhookEvent

LATE = timedelta(minutes=5)  # for what should take seconds
OLD = timedelta(days=2)  # for what is done every night

QUEUE: dict[str, str] = {
    Queue.ORDERS: _l("Orders and money"),
    Queue.MAILS: _l("Mails"),
    Queue.REST: _l("Everything else"),
    Queue.BULK: _l("Bulk"),
}

MAIL_STATUS: dict[str, Word] = {
    Status.FAILED: (_l("Tried again"), "warn"),
    Status.DEAD: (_l("Given up"), "bad"),
    Status.QUEUED: (_l("Queued"), "plain"),
    Status.SENT: (_l("Sent"), "ok"),
}

JOB_TABS: dict[str, str] = {
    "under-way": _l("Under way"),
    "failed": _l("Failed"),
    "errors": _l("With errors"),
    "done": _l("Done"),
    "cancelled": _l("Cancelled"),
}

WEBHOOK_TABS: dict[str, str] = {"failed": _l("Failed"), "waiting": _l("Waiting")}

DOES: dict[str, str] = {
    "pages": _l("serves pages"),
    "orders": _l("orders"),
    "mails": _l("mails"),
    "rest-bulk": _l("everything else"),
    "clock": _l("keeps the clock"),
}

CHECK: dict[str, str] = {"audit": _l("Audit"), "reconcile": _l("Comparison with Stripe")}


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that somebody should look at: what, where, and how bad it is."""

    words: str
    address: str
    tone: str = "bad"


def mail_tabs() -> list[tuple[str, str]]:
    return [*((status, word[0]) for status, word in MAIL_STATUS.items()), ("", _("All"))]


def job_tabs() -> list[tuple[str, str]]:
    return [("", _("All")), *JOB_TABS.items()]


def webhook_tabs() -> list[tuple[str, str]]:
    return [("", _("All")), *WEBHOOK_TABS.items()]


def delivery_tabs(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, QUEUE[Queue(name)] if name in QUEUE else _("Given up")) for name in names]


def address(mail: MailLog) -> str:
    """Whom a mail went to."""
    return mail.to_address or _("Not written yet")


def does(pulse: Pulse) -> str:
    return ", ".join(str(DOES.get(each, each)) for each in pulse.does.split())


def did(event: WebhookEvent, came: Mapping[int, OrderEvent]) -> str:
    """What came of a webhook, in the words of its order's history."""
    if event.did is None:
        return _("Not noted")
    if event.payment_id is None:
        return _("Nothing: it is about no payment of this shop")
    told = [happened(came[each]) for each in event.did.get("events", ()) if each in came]
    return "; ".join(told) or _("Nothing new: the shop knew it already")


def about(found: BookCheck) -> str:
    """What a check has looked at."""
    if found.kind == "reconcile":
        first, last = (datetime.fromisoformat(found.about[name]) for name in ("since", "until"))
        days = _("%(first)s to %(last)s", first=_moment(first), last=_moment(last))
        return _("%(days)s, changing nothing", days=days) if found.about.get("dry_run") else days
    if "orders" not in found.about:
        return _("The whole shop")
    orders = _n("%(num)s order", "%(num)s orders", found.about["orders"])
    if found.about.get("sessions") is None:
        return _("%(orders)s, without asking Stripe", orders=orders)
    return _("%(orders)s and all that Stripe has", orders=orders)


def webhook(event: WebhookEvent) -> Word:
    if event.handled_at is not None:
        return _("Done"), "ok"
    return (_("Failed"), "bad") if event.error else (_("Waiting"), "plain")


def delivery(row: OutboxDelivery) -> Word:
    if row.dead_at is not None:
        return _("Given up"), "bad"
    if row.claimed_until is not None and row.claimed_until > now():
        return _("At work"), "info"
    if row.due_at > now():
        return (_("Tried again"), "warn") if row.last_error else (_("Later"), "plain")
    return _("Due"), "plain"


def check(found: BookCheck) -> Word:
    left = len(found.findings) - found.mended
    if found.finished_at is None:
        return _("Not finished"), "plain"
    if left:
        return _n("%(num)s thing to look at", "%(num)s things to look at", left), "bad"
    return (_("Mended"), "ok") if found.mended else (_("All agrees"), "ok")


def complaints(seen: Seen, *, nightly: bool) -> list[Complaint]:
    """The worst first. `nightly`: whether backups are to be made by themselves."""
    found = [
        *_of_workers(seen.first, seen.pulses),
        *_of_work(seen.much),
        *_of_books(seen.checks),
        *_of_backups(seen.made, seen.failed, nightly=nightly),
    ]
    is_, ought = seen.versions.migration, seen.versions.wanted
    if is_ != ought:
        words = _(
            "The database is at step %(step)s and this version wants %(ought)s: run “manage.py migrate”.",
            step=is_,
            ought=ought,
        )
        found.append(Complaint(words, "#versions"))
    return sorted(found, key=lambda each: each.tone != "bad")


def _of_workers(first: Mapping[Queue, datetime | None], pulses: Sequence[Pulse]) -> Iterator[Complaint]:
    done = {word for pulse in pulses if pulse.alive for name in pulse.does.split() for word in name.split("-")}
    for queue in Queue:
        if queue not in done:
            words = _(
                "Nothing works on the queue “%(queue)s”. Start a worker. Without Redis, start the shop again.",
                queue=QUEUE[queue],
            )
            yield Complaint(words, "#processes")
    if "clock" not in done:
        yield Complaint(
            _(
                "Nobody keeps the clock, so nothing is done by night. Start one worker with --beat. "
                "Without Redis, start the shop again."
            ),
            "#processes",
        )
    for queue in (Queue.ORDERS, Queue.MAILS):
        since = first[queue]
        if since is not None and since < now() - LATE:
            words = _("“%(queue)s” has waited since %(moment)s.", queue=QUEUE[queue], moment=_moment(since))
            yield Complaint(words, url_for("staff.deliveries", tab=queue.value), "warn")


def _of_work(much: Mapping[str, int]) -> Iterator[Complaint]:
    if count := much["webhooks_failed"]:
        words = _n("%(num)s webhook failed", "%(num)s webhooks failed", count, num=_much(count))
        yield Complaint(words, url_for("staff.webhooks", tab="failed"))
    if count := much["webhooks_stuck"]:
        words = _n(
            "%(num)s webhook has waited for more than an hour",
            "%(num)s webhooks have waited for more than an hour",
            count,
            num=_much(count),
        )
        yield Complaint(words, url_for("staff.webhooks", tab="waiting"))
    if count := much["mails_dead"]:
        words = _n("%(num)s mail was given up", "%(num)s mails were given up", count, num=_much(count))
        yield Complaint(words, url_for("staff.mails", status="dead"))
    if count := much["dead"]:
        words = _n("%(num)s delivery was given up", "%(num)s deliveries were given up", count, num=_much(count))
        yield Complaint(words, url_for("staff.deliveries", tab="dead"))
    if count := much["jobs_failed_lately"]:
        words = _n("%(num)s job failed", "%(num)s jobs failed", count, num=_much(count))
        yield Complaint(words, url_for("staff.jobs", tab="failed"), "warn")
    if count := much["mails_failed"]:
        words = _n(
            "%(num)s mail has not gone yet and is tried again",
            "%(num)s mails have not gone yet and are tried again",
            count,
            num=_much(count),
        )
        yield Complaint(words, url_for("staff.mails", status="failed"), "warn")


def _of_books(checks: Mapping[str, BookCheck]) -> Iterator[Complaint]:
    for kind, name in CHECK.items():
        last = checks.get(kind)
        if last is not None and len(last.findings) > last.mended:
            yield Complaint(f"{name}: {check(last)[0]}", url_for("staff.check", check_id=last.id))
        elif last is None or last.started_at < now() - OLD:
            yield Complaint(_("%(check)s: not done for two days", check=name), url_for("staff.books"), "warn")


def _of_backups(made: Backup | None, failed: Backup | None, *, nightly: bool) -> Iterator[Complaint]:
    if failed is not None:
        yield Complaint(_("The last backup failed: %(why)s", why=failed.error), "#backups")
    if not nightly:
        yield Complaint(_("No backup is made by itself: set BACKUPS to a folder on another disk."), "#backups", "warn")
    if is_stale(made) and (nightly or made is not None):
        yield Complaint(_("There is no backup of the last two days."), "#backups")


def _much(count: int) -> str:
    return _("More than %(most)s", most=format_number(MOST)) if count > MOST else format_number(count)


def _moment(at: datetime) -> str:
    return format_moment(at, timezone=g.store.timezone)
