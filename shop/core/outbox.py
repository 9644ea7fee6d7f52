"""What must happen after a commit, written in the same transaction as the reason for it.

A message becomes one delivery for each subscriber (`worker/relay.py` says who they are). A delivery is done when its
task says so, not when it was sent; one that is not done when its claim ends is sent again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from blinker import Signal
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, delete, select, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.core.clock import now
from shop.core.db import Code, Id, Model, after_commit, db, transaction

CLAIM = timedelta(seconds=45)  # how long a task may be silent before its delivery is sent again
LONGEST_WAIT = timedelta(hours=1)

committed = Signal()  # a message is in the database; whoever relays may look at once


class OutboxMessage(Model):
    __tablename__ = "outbox_messages"
    __table_args__ = (Index("ix_outbox_messages_waiting", "id", postgresql_where=text("expanded_at IS NULL")),)

    id: Mapped[Id]
    topic: Mapped[Code]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expanded_at: Mapped[datetime | None]


class OutboxDelivery(Model):
    __tablename__ = "outbox_deliveries"
    __table_args__ = (
        UniqueConstraint("message_id", "subscriber"),
        Index("ix_outbox_deliveries_due", "due_at", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_messages.id", ondelete="CASCADE"))
    subscriber: Mapped[str] = mapped_column(String(100))
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)

    message: Mapped[OutboxMessage] = relationship(lazy="raise_on_sql")


def emit(topic: str, **ids: int | str | list[int]) -> None:
    """Says that something happened: a topic in the past tense, ids only, nothing private."""
    db.session.add(OutboxMessage(topic=topic, payload=ids, created_at=now()))
    after_commit(committed.send)


def expand(subscribers: dict[str, list[str]], *, limit: int = 200) -> None:
    """Turns new messages into deliveries."""
    with transaction():
        fresh = db.session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.expanded_at.is_(None))
            .order_by(OutboxMessage.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        for message in fresh:
            message.expanded_at = now()
            for name in subscribers.get(message.topic, []):
                db.session.add(OutboxDelivery(message_id=message.id, subscriber=name, due_at=message.created_at))


def claim(*, limit: int = 100) -> list[tuple[int, str]]:
    """Takes deliveries that are due, as (id, subscriber): they are the caller's for CLAIM, then anyone's again."""
    moment = now()
    free = (OutboxDelivery.claimed_until.is_(None)) | (OutboxDelivery.claimed_until <= moment)
    with transaction():
        ids = db.session.scalars(
            select(OutboxDelivery.id)
            .where(OutboxDelivery.done_at.is_(None), OutboxDelivery.due_at <= moment, free)
            .order_by(OutboxDelivery.due_at, OutboxDelivery.id)
            .limit(limit)
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


def undone(delivery_id: int) -> dict[str, Any] | None:
    """What a delivery carries, or None when it is done or unknown."""
    return db.session.scalar(
        select(OutboxMessage.payload)
        .join(OutboxDelivery, OutboxDelivery.message_id == OutboxMessage.id)
        .where(OutboxDelivery.id == delivery_id, OutboxDelivery.done_at.is_(None))
    )


def finish(delivery_id: int) -> None:
    with transaction():
        db.session.execute(
            update(OutboxDelivery)
            .where(OutboxDelivery.id == delivery_id, OutboxDelivery.done_at.is_(None))
            .values(done_at=now(), claimed_until=None, last_error=None)
        )


def postpone(delivery_id: int, *, error: str) -> None:
    """Notes a failure; the next try comes after 5 s, then twice as long each time, an hour at most."""
    with transaction():
        delivery = db.session.get_one(OutboxDelivery, delivery_id, with_for_update=True)
        delivery.tries += 1
        delivery.last_error = error[:2000]
        delivery.due_at = now() + min(timedelta(seconds=5 * 2 ** min(delivery.tries - 1, 10)), LONGEST_WAIT)
        delivery.claimed_until = None


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
