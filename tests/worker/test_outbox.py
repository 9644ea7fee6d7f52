"""What must happen after a commit happens: once if all goes well, again if it does not, never not at all."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.outbox import CLAIM, LONGEST_WAIT, OutboxDelivery, OutboxMessage, Queue
from worker.relay import SUBSCRIBERS, TASKS, Relay, deliver, name_of, relay

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("one_hears_of_orders")]

SUBSCRIBED: dict[str, list[tuple[str, Queue]]] = {
    "order.paid": [("email.order_confirmation", Queue.MAILS), ("reports.sales", Queue.MAILS)],
    "order.shipped": [],
}


def say(topic: str = "order.paid", **ids: int) -> None:
    with transaction():
        outbox.emit(topic, **(ids or {"order_id": 1}))


def deliveries() -> list[OutboxDelivery]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxDelivery).order_by(OutboxDelivery.id)))


def later(**time: float) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(**time), tick=False)


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the task of "order.paid" was given, in place of its mail."""
    done: list[dict[str, object]] = []
    monkeypatch.setitem(TASKS, "email.order_confirmation", lambda **payload: done.append(payload))
    return done


def test_a_message_becomes_one_delivery_for_each_subscriber(app: Flask) -> None:
    say("order.paid")
    say("order.shipped")
    outbox.expand(SUBSCRIBED)
    outbox.expand(SUBSCRIBED)
    assert [(row.subscriber, row.queue) for row in deliveries()] == SUBSCRIBED["order.paid"]
    assert all(message.expanded_at for message in db.session.scalars(select(OutboxMessage)))


def test_a_topic_that_this_version_does_not_know_waits_for_one_that_does(app: Flask) -> None:
    say("parcel.lost")
    outbox.expand(SUBSCRIBED)
    assert deliveries() == []
    assert outbox.counts().fresh == 1
    outbox.expand({"parcel.lost": [("email.parcel_lost", Queue.MAILS)]})
    assert [row.subscriber for row in deliveries()] == ["email.parcel_lost"]


def test_a_claim_is_one_relays_until_it_ends(app: Flask) -> None:
    say()
    outbox.expand(SUBSCRIBED)
    first = outbox.claim(Queue.MAILS, most=9)
    assert [name for _id, name in first] == ["email.order_confirmation", "reports.sales"]
    assert outbox.claim(Queue.MAILS, most=9) == []
    with later(seconds=CLAIM.total_seconds() - 1):
        assert outbox.claim(Queue.MAILS, most=9) == []
    with later(seconds=CLAIM.total_seconds() + 1):
        assert outbox.claim(Queue.MAILS, most=9) == first


def test_a_delivery_that_is_done_is_never_sent_again(app: Flask, task: list[dict[str, object]]) -> None:
    say(order_id=7)
    relay(lambda name, delivery_id: deliver(delivery_id, name))
    assert task == [{"order_id": 7}]
    (row,) = deliveries()
    assert row.done_at is not None
    deliver(row.id, "email.order_confirmation")
    with later(days=1):
        assert relay(lambda *_: pytest.fail("sent again")) == 0
    assert task == [{"order_id": 7}]


def test_a_task_whose_worker_was_killed_is_sent_again(app: Flask, task: list[dict[str, object]]) -> None:
    say()
    lost: list[int] = []
    assert relay(lambda _name, delivery_id: lost.append(delivery_id)) == 1
    assert relay(lambda *_: pytest.fail("too early")) == 0
    with later(minutes=1):
        assert relay(lambda name, delivery_id: deliver(delivery_id, name)) == 1
    assert len(task) == 1
    assert [row.done_at is not None for row in deliveries()] == [True]


def test_a_failure_is_kept_with_its_reason_and_comes_again_later_and_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_payload: object) -> None:
        raise OSError("the mail server is away")

    monkeypatch.setitem(TASKS, "email.order_confirmation", fail)
    say()
    moment, waits = now(), []
    for tries in range(1, 14):
        with time_machine.travel(moment, tick=False):
            assert relay(lambda name, delivery_id: deliver(delivery_id, name)) == 1
            (row,) = deliveries()
            assert (row.tries, row.done_at, row.claimed_until) == (tries, None, None)
            assert row.last_error == "OSError: the mail server is away"
            waits.append((row.due_at - moment).total_seconds())
            moment = row.due_at
    assert waits[:5] == [5, 10, 20, 40, 80]
    assert waits[-1] == LONGEST_WAIT.total_seconds()
    assert waits == sorted(waits)


def test_one_failure_keeps_nobody_else_waiting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []

    def fail_for_three(order_id: int) -> None:
        if order_id == 3:
            raise ValueError("three")
        done.append(order_id)

    monkeypatch.setitem(TASKS, "email.order_confirmation", fail_for_three)
    for order_id in range(1, 6):
        say(order_id=order_id)
    relay(lambda name, delivery_id: deliver(delivery_id, name))
    assert done == [1, 2, 4, 5]


def test_while_the_broker_is_away_everything_is_given_back(app: Flask, task: list[dict[str, object]]) -> None:
    for order_id in range(5):
        say(order_id=order_id)
    taken: list[int] = []

    def broker_that_dies(_name: str, delivery_id: int) -> None:
        if len(taken) == 2:
            raise ConnectionError("the broker is away")
        taken.append(delivery_id)

    assert relay(broker_that_dies) == 2
    assert [row.claimed_until is None for row in deliveries()] == [False, False, True, True, True]
    assert relay(lambda name, delivery_id: deliver(delivery_id, name)) == 3
    assert [payload["order_id"] for payload in task] == [2, 3, 4]


def test_no_lock_is_held_while_handing_on(app: Flask) -> None:
    say()

    def publish(_name: str, _delivery_id: int) -> None:
        assert "transaction" not in db.session().info
        with db.engine.connect().execution_options(writing=True) as elsewhere:
            elsewhere.execute(OutboxDelivery.__table__.update().values(tries=9))  # type: ignore[attr-defined]
            elsewhere.commit()

    assert relay(publish) == 1
    assert [row.tries for row in deliveries()] == [9]


def in_threads(app: Flask, count: int, act: Callable[[], None]) -> None:
    errors: list[BaseException] = []
    ready = threading.Barrier(count)

    def run() -> None:
        try:
            with app.app_context():
                ready.wait()
                act()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_ten_relays_at_once_send_each_delivery_once(app: Flask) -> None:
    with transaction():
        for order_id in range(60):
            outbox.emit("order.paid", order_id=order_id)
    sent: list[int] = []
    in_threads(app, 10, lambda: relay(lambda _name, delivery_id: sent.append(delivery_id)) and None)
    # Who looks while another still expands finds nothing yet; the next round sends what is left.
    relay(lambda _name, delivery_id: sent.append(delivery_id))
    assert len(deliveries()) == 60
    assert set(Counter(sent).values()) == {1}
    assert sorted(sent) == [row.id for row in deliveries()]


def test_more_than_may_be_claimed_at_a_time_is_sent_bit_by_bit(app: Flask, task: list[dict[str, object]]) -> None:
    with transaction():
        for order_id in range(450):
            outbox.emit("order.paid", order_id=order_id)
    sent: list[int] = []

    def do(name: str, delivery_id: int) -> None:
        sent.append(delivery_id)
        deliver(delivery_id, name)

    while relay(do):
        pass
    assert len(set(sent)) == len(sent) == 450


def test_messages_are_forgotten_when_all_is_done_and_not_before(app: Flask, task: list[dict[str, object]]) -> None:
    say(order_id=1)
    relay(lambda name, delivery_id: deliver(delivery_id, name))
    say(order_id=2)
    with later(days=31):
        relay(lambda *_: None)
        month_ago = now() - timedelta(days=30)
        assert outbox.forget(before=month_ago) == 1
        assert outbox.forget(before=month_ago) == 0
    assert [message.payload for message in db.session.scalars(select(OutboxMessage))] == [{"order_id": 2}]
    assert len(deliveries()) == 1


def test_every_task_is_known_by_the_name_it_is_sent_under() -> None:
    for tasks in SUBSCRIBERS.values():
        for each in tasks:
            assert TASKS[name_of(each)] is each
    assert len(TASKS) == len({each for tasks in SUBSCRIBERS.values() for each in tasks})


def test_a_commit_of_this_process_wakes_the_relay(app: Flask) -> None:
    asleep = Relay(app, lambda *_: None, lambda _queue: 0)
    assert not asleep._woken.is_set()
    with transaction():
        outbox.emit("order.paid", order_id=2)
        assert not asleep._woken.is_set()
    assert asleep._woken.is_set()
