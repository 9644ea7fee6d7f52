"""Whatever waits in bulk, orders and their mails go first; and what nobody works on stays in the database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, insert, select

from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.outbox import CLAIM, MOST_CLAIMED, OutboxDelivery, OutboxMessage, Queue
from tests.conftest import settings_for
from tests.processes import own_redis
from worker.relay import SUBSCRIBERS, TASKS, deliver, name_of, queue_of, relay

MANY = 10_000


def pile_up(many: int, topic: str = "asset.received") -> None:
    """So many pictures wait to be made smaller."""
    with transaction():
        rows = [{"topic": topic, "payload": {"asset_id": n}, "created_at": now()} for n in range(many)]
        db.session.execute(insert(OutboxMessage), rows)


def claimed() -> int:
    at_work = select(func.count()).where(OutboxDelivery.claimed_until > now(), OutboxDelivery.done_at.is_(None))
    return db.session.scalar(at_work) or 0


@pytest.mark.both
@pytest.mark.usefixtures("one_hears_of_orders")
def test_behind_ten_thousand_pictures_a_paid_order_is_next(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    pile_up(MANY)
    while outbox.counts().fresh:
        outbox.expand({"asset.received": [("pictures.derive", Queue.BULK)]}, limit=2_000)
    relay(lambda *_: None)
    with transaction():
        outbox.emit("order.paid", order_id=1)

    handed: list[str] = []
    relay(lambda name, _delivery_id: handed.append(name))

    assert handed[:1] == ["email.order_confirmation"]


@pytest.mark.both
@pytest.mark.usefixtures("one_hears_of_orders")
def test_a_paid_order_does_not_wait_until_ten_thousand_messages_have_deliveries(app: Flask) -> None:
    pile_up(MANY)
    with transaction():
        outbox.emit("order.paid", order_id=1)
    handed: list[str] = []
    relay(lambda name, _delivery_id: handed.append(name))
    assert handed[0] == "email.order_confirmation"
    assert len(handed) == 1 + MOST_CLAIMED[Queue.BULK]


@pytest.mark.both
def test_no_more_of_a_queue_is_claimed_than_workers_can_begin(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TASKS, "pictures.derive", lambda **_: None)
    pile_up(100)
    most = MOST_CLAIMED[Queue.BULK]
    handed: list[tuple[int, str]] = []
    relay(lambda name, delivery_id: handed.append((delivery_id, name)))
    assert relay(lambda *_: pytest.fail("one too many")) == 0
    assert (len(handed), claimed()) == (most, most)

    deliver(*handed[0])

    again: list[int] = []
    relay(lambda _name, delivery_id: again.append(delivery_id))
    assert (len(again), claimed()) == (1, most)


@pytest.mark.both
def test_what_lies_unread_at_the_broker_is_not_added_to(app: Flask) -> None:
    pile_up(100)
    handed: list[int] = []
    relay(lambda _name, delivery_id: handed.append(delivery_id), queued=lambda _queue: len(handed))
    assert len(handed) == MOST_CLAIMED[Queue.BULK]
    for turn in range(1, 5):
        with time_machine.travel(now() + turn * CLAIM + timedelta(seconds=turn), tick=False):
            relay(lambda *_: pytest.fail("one more"), queued=lambda _queue: len(handed))
    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        assert relay(lambda *_: None, queued=lambda _queue: 0) == MOST_CLAIMED[Queue.BULK]


@pytest.mark.both
def test_a_broker_that_does_not_say_what_it_has_is_away(app: Flask) -> None:
    pile_up(1)

    def silence(_queue: Queue) -> int:
        raise ConnectionError("away")

    assert relay(lambda *_: pytest.fail("it is away"), queued=silence) == 0
    assert claimed() == 0
    assert relay(lambda *_: None) == 1


def test_each_task_waits_where_it_keeps_nothing_more_urgent_waiting() -> None:
    queues = {name_of(task): queue_of(name_of(task)) for tasks in SUBSCRIBERS.values() for task in tasks}
    assert queues["payments.handle_webhook"] is Queue.ORDERS
    assert queues["email.order_confirmation"] is Queue.MAILS
    assert queues["restock.call"] is Queue.REST
    assert {name for name, queue in queues.items() if queue is Queue.BULK} >= {"jobs.run", "pictures.derive"}


@pytest.mark.redis
def test_with_redis_up_and_no_worker_its_queues_do_not_grow(tmp_path: Path, database_url: str, app: Flask) -> None:
    from worker.app import create_worker, publisher, unread

    with own_redis(tmp_path) as server:
        apart = Flask("apart")
        apart.extensions["settings"] = settings_for(database_url, tmp_path, REDIS_URL=server.url)
        celery = create_worker(apart)
        publish, queued = publisher(celery), unread(celery)
        pile_up(200)
        for hour in range(10):
            with time_machine.travel(now() + timedelta(hours=hour), tick=False):
                relay(publish, queued=queued)
        assert queued(Queue.BULK) == MOST_CLAIMED[Queue.BULK]
        assert queued(Queue.MAILS) == 0
        celery.close()


def test_each_crew_has_the_tasks_for_itself(tmp_path: Path, database_url: str) -> None:
    """Celery would hand the tasks of one app to all others; two apps of one process then warn, or run the wrong one."""
    from worker.app import CREWS, create_worker

    apart = Flask("apart")
    apart.extensions["settings"] = settings_for(database_url, tmp_path)
    crews = [create_worker(apart) for _crew in CREWS]
    tasks = [crew.tasks["email.send"] for crew in crews]
    assert len({id(task) for task in tasks}) == len(CREWS)
    assert [task.app for task in tasks] == crews
    assert sorted(queue for crew in CREWS for queue in crew) == sorted(Queue)
