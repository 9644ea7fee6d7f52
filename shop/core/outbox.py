"""What must happen after a commit, written in the same transaction as the reason for it.

A message becomes one delivery for each subscriber (`worker/relay.py` says who they are). A delivery is done when its
task says so, not when it was sent; one that is not done when its claim ends is sent again. One that has failed for
about a day is dead: it waits until somebody tries it again by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from blinker import Signal
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from shop.core import log
from shop.core.clock import now
from shop.core.db import Code, Id, Model, after_commit, db, end_read, take_turns, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _


class Queue(StrEnum):
    """Where deliveries wait for a worker, first come first served. None keeps one in a queue before it waiting."""

    ORDERS = "orders"
    MAILS = "mails"
    REST = "rest"
    BULK = "bulk"


class Other(StrEnum):
    """Whom the shop may find away, and what waits for them then: an error with `waits_for` says so."""

    MAIL_SERVER = "mail_server"
    STRIPE = "stripe"


# How many of a queue's deliveries may be claimed at a time: enough to keep workers busy until the relay looks again.
# All others wait in the database, where they cost nothing and can be seen.
MOST_CLAIMED = {Queue.ORDERS: 100, Queue.MAILS: 100, Queue.REST: 50, Queue.BULK: 20}
CLAIM = timedelta(seconds=45)  # how long a task may be silent before its delivery is sent again
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 33  # 23 hours from the first to the last
WAKEABLE_TRIES = MOST_TRIES // 2  # what has failed more often may be to blame itself, and keeps to its hours
WOKEN = 2  # by each that goes well again: all within seconds, and hardly any when it was luck

committed = Signal()  # a message is in the database; whoever relays may look at once


class Later(Exception):
    """Raised by a task for which it is too early: its delivery comes again at `at`, and none of its tries is spent."""

    def __init__(self, at: datetime, why: str, *, waits_for: Other | None = None) -> None:
        super().__init__(why)
        self.at, self.waits_for = at, waits_for


class OutboxMessage(Model):
    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index(
            "ix_outbox_messages_waiting",
            "topic",
            "id",
            postgresql_where=text("expanded_at IS NULL"),
            sqlite_where=text("expanded_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    topic: Mapped[Code]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expanded_at: Mapped[datetime | None]


WAITING = "done_at IS NULL AND dead_at IS NULL"


class OutboxDelivery(Model):
    __tablename__ = "outbox_deliveries"
    __table_args__ = (
        UniqueConstraint("message_id", "subscriber"),
        CheckConstraint("queue IN ('orders', 'mails', 'rest', 'bulk')", name="queue_is_known"),
        CheckConstraint("done_at IS NULL OR dead_at IS NULL", name="is_done_or_dead"),
        Index(
            "ix_outbox_deliveries_due",
            *("queue", "due_at", "id"),
            postgresql_where=text(WAITING),
            sqlite_where=text(WAITING),
        ),
        Index(
            "ix_outbox_deliveries_claimed",
            *("queue", "claimed_until"),
            postgresql_where=text("claimed_until IS NOT NULL"),
            sqlite_where=text("claimed_until IS NOT NULL"),
        ),
        Index(
            "ix_outbox_deliveries_dead",
            "dead_at",
            postgresql_where=text("dead_at IS NOT NULL"),
            sqlite_where=text("dead_at IS NOT NULL"),
        ),
        Index(
            "ix_outbox_deliveries_waits_for",
            *("waits_for", "due_at"),
            postgresql_where=text("waits_for IS NOT NULL"),
            sqlite_where=text("waits_for IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_messages.id", ondelete="CASCADE"))
    subscriber: Mapped[str] = mapped_column(String(100))
    queue: Mapped[Queue] = mapped_column(String(16), default=Queue.REST)
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]  # it was given up
    last_error: Mapped[str | None] = mapped_column(Text)
    waits_for: Mapped[Other | None] = mapped_column(String(16))  # who was away at its last try

    message: Mapped[OutboxMessage] = relationship(lazy="raise_on_sql")


def emit(topic: str, **ids: int | str | list[int]) -> None:
    """Says that something happened: a topic in the past tense, ids only, nothing private."""
    db.session.add(OutboxMessage(topic=topic, payload=ids, created_at=now()))
    after_commit(committed.send)


def expand(subscribers: Mapping[str, Sequence[tuple[str, Queue]]], *, limit: int = 200) -> None:
    """Turns new messages of these topics into deliveries.

    Others stay as they are: a newer version of the shop, which serves beside this one for a moment, knows them.
    """
    fresh = (
        select(OutboxMessage)
        .where(OutboxMessage.expanded_at.is_(None), OutboxMessage.topic.in_(subscribers))
        .order_by(OutboxMessage.id)
        .limit(limit)
    )
    end_read()  # an open one may be older than the messages
    if db.session.execute(fresh.with_only_columns(OutboxMessage.id).limit(1)).first() is None:
        return  # looking is free, and writing keeps others from it
    with transaction():
        for message in db.session.scalars(fresh.with_for_update(skip_locked=True)):
            message.expanded_at = now()
            for name, queue in subscribers[message.topic]:
                db.session.add(
                    OutboxDelivery(message_id=message.id, subscriber=name, queue=queue, due_at=message.created_at)
                )


def due() -> list[Queue]:
    """The queues in which something may be claimed, in the order in which they are served."""
    moment = now()
    there = [select(OutboxDelivery.id).where(*_free(queue, moment)).exists() for queue in Queue]
    found = db.session.execute(select(*there)).one()
    end_read()
    return [queue for queue, is_there in zip(Queue, found, strict=True) if is_there]


def claim(queue: Queue, *, most: int) -> list[tuple[int, str]]:
    """Takes what is due in a queue, as (id, subscriber): it is the caller's for CLAIM, then anyone's again.

    Takes `most` at most, and no more than bring what is claimed, by anyone, to MOST_CLAIMED.
    """
    moment = now()
    at_work = select(func.count()).where(OutboxDelivery.queue == queue, OutboxDelivery.claimed_until > moment)
    with transaction():
        take_turns(f"outbox:{queue}")
        room = min(most, MOST_CLAIMED[queue] - (db.session.scalar(at_work) or 0))
        if room <= 0:
            return []
        ids = db.session.scalars(
            select(OutboxDelivery.id)
            .where(*_free(queue, moment))
            .order_by(OutboxDelivery.due_at, OutboxDelivery.id)
            .limit(room)
            .with_for_update(skip_locked=True)
        ).all()
        claimed = db.session.execute(
            update(OutboxDelivery)
            .where(OutboxDelivery.id.in_(ids))
            .values(claimed_until=moment + CLAIM)
            .returning(OutboxDelivery.id, OutboxDelivery.subscriber)
        ).all()
    return sorted((row.id, row.subscriber) for row in claimed)


def release(delivery_id: int) -> None:
    """Gives a claim back that could not be sent on."""
    with transaction():
        db.session.execute(update(OutboxDelivery).where(OutboxDelivery.id == delivery_id).values(claimed_until=None))


def begin(delivery_id: int) -> dict[str, Any] | None:
    """Claims a delivery anew for the task that begins. What it carries, or None when it is done, dead or unknown.

    The try is counted before the work, which may be what kills its worker each time.
    """
    with transaction():
        delivery = db.session.scalar(
            select(OutboxDelivery)
            .where(OutboxDelivery.id == delivery_id, *_waiting())
            .join(OutboxDelivery.message)
            .options(contains_eager(OutboxDelivery.message))
            .with_for_update(of=OutboxDelivery)
        )
        if delivery is None:
            return None
        if delivery.tries >= MOST_TRIES:
            _bury(delivery, delivery.last_error or "Its worker has died each time.")
            return None
        delivery.tries += 1
        delivery.claimed_until, delivery.waits_for = now() + CLAIM, None
        return delivery.message.payload


def finish(delivery_id: int) -> None:
    with transaction():
        db.session.execute(
            update(OutboxDelivery)
            .where(OutboxDelivery.id == delivery_id, OutboxDelivery.done_at.is_(None))
            .values(done_at=now(), dead_at=None, claimed_until=None, last_error=None)
        )


def postpone(delivery_id: int, *, error: str, waits_for: Other | None = None) -> None:
    """Notes that a try has failed; the next comes later and later, and after the last one it is dead."""
    with transaction():
        delivery = _undone(delivery_id)
        if delivery is None:
            return
        if delivery.tries >= MOST_TRIES:
            _bury(delivery, error)
            return
        delivery.last_error, delivery.waits_for = error[:2000], waits_for
        delivery.due_at = now() + wait_after(delivery.tries)
        delivery.claimed_until = None


def put_off(delivery_id: int, *, until: datetime, why: str, waits_for: Other | None = None) -> None:
    """Gives a try back that came too early."""
    with transaction():
        delivery = _undone(delivery_id)
        if delivery is None:
            return
        delivery.tries = max(delivery.tries - 1, 0)
        delivery.last_error, delivery.waits_for = why[:2000], waits_for
        delivery.due_at = until
        delivery.claimed_until = None


def wake(other: Other, *, most: int = WOKEN) -> None:
    """Somebody who was away answers: what waits for them is tried now, the next in turn first."""
    waiting = (
        select(OutboxDelivery.id)
        .where(OutboxDelivery.waits_for == other, *_waiting(), OutboxDelivery.due_at > now())
        .where(OutboxDelivery.tries <= WAKEABLE_TRIES)
        .order_by(OutboxDelivery.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    with transaction():
        ids = db.session.scalars(waiting).all()
        if ids:
            db.session.execute(update(OutboxDelivery).where(OutboxDelivery.id.in_(ids)).values(due_at=now()))
            after_commit(committed.send)


def wait_after(tries: int) -> timedelta:
    """How long after so many failures the next try comes: 5 s, twice as long each time, an hour at most."""
    return min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)


def retry(delivery_id: int) -> None:
    """A dead delivery comes again, with all its tries. Raises NotFound, and Conflict for one that is not dead."""
    with transaction():
        delivery = db.session.get(OutboxDelivery, delivery_id, with_for_update=True)
        if delivery is None:
            raise NotFound(_("There is no such delivery."))
        if delivery.dead_at is None:
            raise Conflict(_("Only what is dead can be tried again."))
        _revive(OutboxDelivery.id == delivery_id)


def again(delivery_ids: Sequence[int]) -> int:
    """What of these is dead comes again, with all its tries; what waits for its next try comes now. Returns how many.

    What somebody is at work on is left alone.
    """
    free = OutboxDelivery.claimed_until.is_(None) | (OutboxDelivery.claimed_until <= now())
    with transaction():
        revived = _revive(OutboxDelivery.id.in_(delivery_ids))
        hurried = db.session.execute(
            update(OutboxDelivery)
            .where(OutboxDelivery.id.in_(delivery_ids), *_waiting(), free, OutboxDelivery.due_at > now())
            .values(due_at=now())
            .returning(OutboxDelivery.id)
        ).all()
    return revived + len(hurried)


def retry_all() -> int:
    """All that is dead comes again. Returns how much that is."""
    with transaction():
        return _revive(OutboxDelivery.dead_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Counts:
    fresh: int  # messages that no relay has looked at
    waiting: dict[Queue, int]
    dead: int


def counts() -> Counts:
    fresh = db.session.scalar(select(func.count()).where(OutboxMessage.expanded_at.is_(None)))
    waiting = db.session.execute(
        select(OutboxDelivery.queue, func.count()).where(*_waiting()).group_by(OutboxDelivery.queue)
    )
    dead = db.session.scalar(select(func.count()).where(OutboxDelivery.dead_at.is_not(None)))
    return Counts(fresh or 0, dict.fromkeys(Queue, 0) | {Queue(row[0]): row[1] for row in waiting}, dead or 0)


def waiting(*, limit: int) -> Sequence[OutboxDelivery]:
    """What is not done, the oldest first."""
    return db.session.scalars(select(OutboxDelivery).where(*_waiting()).order_by(OutboxDelivery.id).limit(limit)).all()


def dead(*, limit: int) -> Sequence[OutboxDelivery]:
    """What was given up, with its message, the newest first."""
    return db.session.scalars(
        select(OutboxDelivery)
        .where(OutboxDelivery.dead_at.is_not(None))
        .join(OutboxDelivery.message)
        .options(contains_eager(OutboxDelivery.message))
        .order_by(OutboxDelivery.dead_at.desc(), OutboxDelivery.id.desc())
        .limit(limit)
    ).all()


def for_order(order_id: int) -> Sequence[str]:
    """The subscribers that will still hear something of an order, like email.order_confirmation."""
    told = OutboxMessage.payload["order_id"].as_integer() == order_id
    found = select(OutboxDelivery.subscriber).join(OutboxDelivery.message).where(*_waiting(), told)
    return db.session.scalars(found.order_by(OutboxDelivery.id)).all()


def forget(*, before: datetime) -> int:
    """Deletes messages older than `before` whose deliveries are all done. Returns how many."""
    waiting = select(OutboxDelivery.message_id).where(OutboxDelivery.done_at.is_(None))
    old = (OutboxMessage.created_at < before, OutboxMessage.expanded_at.is_not(None))
    with transaction():
        ids = db.session.scalars(
            select(OutboxMessage.id).where(*old, OutboxMessage.id.not_in(waiting)).limit(1000)
        ).all()
        db.session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids)))
    return len(ids)


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return OutboxDelivery.done_at.is_(None), OutboxDelivery.dead_at.is_(None)


def _free(queue: Queue, moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Due, and nobody's."""
    unclaimed = OutboxDelivery.claimed_until.is_(None) | (OutboxDelivery.claimed_until <= moment)
    return OutboxDelivery.queue == queue, *_waiting(), OutboxDelivery.due_at <= moment, unclaimed


def _undone(delivery_id: int) -> OutboxDelivery | None:
    """The delivery, unless another copy of it has done the work meanwhile, or was given up."""
    return db.session.scalar(
        select(OutboxDelivery).where(OutboxDelivery.id == delivery_id, *_waiting()).with_for_update()
    )


def _bury(delivery: OutboxDelivery, error: str) -> None:
    delivery.dead_at, delivery.claimed_until, delivery.last_error = now(), None, error[:2000]
    log.get().error("task.dead", task=delivery.subscriber, delivery=delivery.id, error=error[:500])


def _revive(which: ColumnElement[bool]) -> int:
    revived = db.session.execute(
        update(OutboxDelivery)
        .where(and_(which, OutboxDelivery.dead_at.is_not(None)))
        .values(dead_at=None, tries=0, due_at=now(), claimed_until=None, waits_for=None)
        .returning(OutboxDelivery.id)
    ).all()
    after_commit(committed.send)
    return len(revived)
