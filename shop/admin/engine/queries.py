from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table
from sqlalchemy.orm import contains_eager, defer

from shop.backups import queries as backups
from shop.backups.models import Backup
from shop.books import queries as books
from shop.books.models import BookCheck
from shop.core import lists, pulse
from shop.core.clock import now
from shop.core.db import db, is_sqlite
from shop.core.lists import Piece
from shop.core.mail import MailLog, Status
from shop.core.outbox import OutboxDelivery, OutboxMessage, Queue
from shop.core.pulse import Pulse
from shop.core.typed import tidy_email
from shop.jobs.models import UNFINISHED, Job, State
from shop.orders.models import Order, OrderEvent
from shop.payments.models import Payment, WebhookEvent
from shop.settings import ROOT, VERSION

STUCK = timedelta(hours=1)  # what is acted upon takes seconds
LATELY = timedelta(days=3)
SHOWN = 5  # jobs under way
_WAITS = (OutboxDelivery.done_at.is_(None), OutboxDelivery.dead_at.is_(None))

JOBS: dict[str, tuple[State, ...]] = {
    "under-way": UNFINISHED,
    "failed": (State.FAILED,),
    "errors": (State.DONE_WITH_ERRORS,),
    "done": (State.DONE,),
    "cancelled": (State.CANCELLED,),
}
WEBHOOKS: dict[str, tuple[ColumnElement[bool], ...]] = {
    "failed": (WebhookEvent.handled_at.is_(None), WebhookEvent.error != ""),
    "waiting": (WebhookEvent.handled_at.is_(None), WebhookEvent.error == ""),
}


def jobs(tab: str) -> Select[Any]:
    return select(Job).where(Job.state.in_(JOBS[tab])) if tab in JOBS else select(Job)


def mails(status: str, q: str = "") -> Select[Any]:
    """`q` is a whole address, or an order's number."""
    found = select(MailLog)
    if status:
        found = found.where(MailLog.status == status)
    if "@" in q:
        return found.where(MailLog.to_address == tidy_email(q))
    if q:
        order = select(Order.id).where(Order.number == q.upper())
        return found.where(MailLog.order_id == order.scalar_subquery())
    return found


def webhooks(tab: str, q: str = "") -> Select[Any]:
    """`q` is an event's own id, as Stripe names it, or an order's number."""
    found = select(WebhookEvent).options(defer(WebhookEvent.payload, raiseload=True))
    found = found.where(*WEBHOOKS.get(tab, ()))
    if q.startswith("evt_"):
        return found.where(WebhookEvent.gateway_id == q)
    if q:
        payments = select(Payment.id).join(Payment.order).where(Order.number == q.upper())
        return found.where(WebhookEvent.payment_id.in_(payments))
    return found


def deliveries(tab: str) -> Select[Any]:
    """Those that wait in a queue, or all that were given up, with what they carry."""
    found = select(OutboxDelivery).join(OutboxDelivery.message).options(contains_eager(OutboxDelivery.message))
    if tab == "dead":
        return found.where(OutboxDelivery.dead_at.is_not(None))
    return found.where(OutboxDelivery.queue == tab, *_WAITS)


def newest(found: Select[Any], model: Any, **place: int | None) -> Piece[Any]:
    return lists.piece(found, model.id, model.id, **place)  # type: ignore[arg-type]


def piece_of_deliveries(tab: str, **place: int | None) -> Piece[OutboxDelivery]:
    """Of a queue those that are due first, of the dead those that died last."""
    key, dead = (OutboxDelivery.dead_at, True) if tab == "dead" else (OutboxDelivery.due_at, False)
    return lists.piece(deliveries(tab), key, OutboxDelivery.id, descending=dead, **place)  # type: ignore[arg-type]


def numbers_of_orders(order_ids: Iterable[int | None]) -> dict[int, str]:
    ids = {order_id for order_id in order_ids if order_id is not None}
    if not ids:
        return {}
    return {row[0]: row[1] for row in db.session.execute(select(Order.id, Order.number).where(Order.id.in_(ids)))}


def numbers_of_payments(payment_ids: Iterable[int | None]) -> dict[int, str]:
    """The numbers of their orders, by payment."""
    ids = {payment_id for payment_id in payment_ids if payment_id is not None}
    if not ids:
        return {}
    found = select(Payment.id, Order.number).join(Payment.order).where(Payment.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(found)}


def what_came(events: Iterable[WebhookEvent]) -> dict[int, OrderEvent]:
    """The parts of orders' histories that came of these, by id."""
    ids = {each for event in events for each in (event.did or {}).get("events", ())}
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(OrderEvent).where(OrderEvent.id.in_(ids)))}


def how_much() -> dict[str, int]:
    """What waits, runs and has failed, of everything, capped as lists.count does."""
    return lists.counts(
        {
            **{queue.value: deliveries(queue) for queue in Queue},
            "dead": deliveries("dead"),
            "fresh": select(OutboxMessage).where(OutboxMessage.expanded_at.is_(None)),
            **{f"jobs_{state}": select(Job).where(Job.state == state) for state in (*UNFINISHED, State.FAILED)},
            "jobs_failed_lately": jobs("failed").where(Job.finished_at > now() - LATELY),
            **{f"mails_{status}": mails(status) for status in (Status.QUEUED, Status.FAILED, Status.DEAD)},
            **{f"webhooks_{tab}": webhooks(tab) for tab in WEBHOOKS},
            "webhooks_stuck": webhooks("waiting").where(WebhookEvent.received_at < now() - STUCK),
        }
    )


def due_since() -> dict[Queue, datetime | None]:
    """By queue, since when the first of those that wait has been due; it may lie ahead."""
    first = [select(func.min(OutboxDelivery.due_at)).where(OutboxDelivery.queue == queue, *_WAITS) for queue in Queue]
    read = db.session.execute(select(*(each.scalar_subquery() for each in first))).one()
    return dict(zip(Queue, read, strict=True))


@dataclass(frozen=True, slots=True)
class Versions:
    shop: str
    python: str
    database: str
    migration: str  # of the database
    wanted: str  # by the code


def versions() -> Versions:
    kind, asked = ("SQLite", "sqlite_version()") if is_sqlite() else ("PostgreSQL", "current_setting('server_version')")
    here = select(column("version_num")).select_from(table("alembic_version")).scalar_subquery()
    row = db.session.execute(select(literal_column(asked), here)).one()
    return Versions(VERSION, platform.python_version(), f"{kind} {row[0].split()[0]}", row[1] or "", _wanted())


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the first page of the engine room says."""

    much: dict[str, int]
    first: dict[Queue, datetime | None]
    pulses: Sequence[Pulse]
    checks: dict[str, BookCheck]
    made: Backup | None
    failed: Backup | None  # the last backup, where it failed
    versions: Versions
    jobs: Sequence[Job]


def look() -> Seen:
    made, failed = backups.latest()
    return Seen(
        much=how_much(),
        first=due_since(),
        pulses=pulse.all_of_them(),
        checks=books.newest_of_each(),
        made=made,
        failed=failed,
        versions=versions(),
        jobs=db.session.scalars(jobs("under-way").order_by(Job.id).limit(SHOWN)).all(),
    )


@cache
def _wanted() -> str:
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head() or ""
