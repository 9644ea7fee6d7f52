"""What fails for a day is given up, kept where it is seen, and done when somebody says so."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.outbox import MOST_TRIES, Later, OutboxDelivery, Queue
from worker.relay import TASKS, deliver, relay

pytestmark = pytest.mark.both


def say(topic: str = "variant.restocked", **ids: int) -> None:
    with transaction():
        outbox.emit(topic, **(ids or {"variant_id": 1}))


def only() -> OutboxDelivery:
    db.session.rollback()
    return db.session.scalars(select(OutboxDelivery)).one()


def do(name: str, delivery_id: int) -> None:
    deliver(delivery_id, name)


def until_dead() -> timedelta:
    """Lets time pass from try to try; returns how much."""
    begun = moment = now()
    while only().dead_at is None:
        with time_machine.travel(moment, tick=False):
            relay(do)
        moment = max(only().due_at, moment + timedelta(seconds=1))
    return only().dead_at - begun  # type: ignore[operator]


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A task that fails each time; the list has the variants that it was asked for."""
    asked: list[int] = []

    def fail(variant_id: int) -> None:
        asked.append(variant_id)
        raise ValueError("poison")

    monkeypatch.setitem(TASKS, "restock.call", fail)
    return asked


def test_what_fails_for_a_day_is_dead_and_is_not_tried_again(app: Flask, poison: list[int]) -> None:
    say()
    relay(do)
    assert timedelta(hours=22) < until_dead() < timedelta(hours=26)
    assert len(poison) == MOST_TRIES
    assert only().last_error == "ValueError: poison"
    with time_machine.travel(now() + timedelta(days=60)):
        assert relay(do) == 0
        assert outbox.forget(before=now()) == 0
    assert outbox.counts().dead == 1


def test_what_is_dead_is_done_when_somebody_says_so(
    app: Flask, poison: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    say(variant_id=7)
    relay(do)
    until_dead()
    done: list[dict[str, int]] = []
    monkeypatch.setitem(TASKS, "restock.call", lambda **payload: done.append(payload))

    outbox.retry(only().id)

    with time_machine.travel(now() + timedelta(days=2)):
        relay(do)
    assert done == [{"variant_id": 7}]
    assert (only().done_at is not None, only().dead_at, outbox.counts().dead) == (True, None, 0)


def test_tried_again_it_has_all_its_tries(app: Flask, poison: list[int]) -> None:
    say()
    relay(do)
    until_dead()
    assert outbox.retry_all() == 1
    assert outbox.retry_all() == 0
    relay(do)
    until_dead()
    assert len(poison) == 2 * MOST_TRIES


def test_only_what_is_dead_is_tried_again(app: Flask) -> None:
    say()
    relay(lambda *_: None)
    with pytest.raises(Conflict):
        outbox.retry(only().id)
    with pytest.raises(NotFound):
        outbox.retry(only().id + 1)


def test_what_kills_its_worker_each_time_is_dead_in_the_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[datetime] = []

    def kill(variant_id: int) -> None:
        begun.append(now())
        raise KeyboardInterrupt

    def die(name: str, delivery_id: int) -> None:
        with pytest.raises(KeyboardInterrupt):
            deliver(delivery_id, name)

    monkeypatch.setitem(TASKS, "restock.call", kill)
    say()
    moment = now()
    for _turn in range(MOST_TRIES):
        moment += timedelta(minutes=1)
        with time_machine.travel(moment, tick=False):
            assert relay(die) == 1
    with time_machine.travel(moment + timedelta(minutes=1), tick=False):
        relay(do)
    assert len(begun) == MOST_TRIES
    assert (only().dead_at is not None, only().last_error) == (True, "Its worker has died each time.")


def test_a_task_of_another_version_is_tried_for_a_day(app: Flask) -> None:
    say()
    outbox.expand({"variant.restocked": [("restock.call_everybody", Queue.REST)]})
    relay(lambda *_: pytest.fail("no worker knows it"))
    assert "does not know the task" in (only().last_error or "")
    assert only().tries == 1
    assert until_dead() > timedelta(hours=22)


def test_what_came_too_early_comes_again_and_spends_no_try(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    at = (now() + timedelta(minutes=3)).replace(microsecond=0)

    def early(variant_id: int) -> None:
        raise Later(at, "somebody is at it")

    monkeypatch.setitem(TASKS, "restock.call", early)
    say()
    relay(do)
    assert (only().tries, only().due_at, only().last_error) == (0, at, "somebody is at it")


def test_a_copy_that_fails_after_another_has_done_the_work_changes_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    say()
    relay(lambda *_: None)

    def done_meanwhile(variant_id: int) -> None:
        outbox.finish(only().id)
        raise ValueError("too late")

    monkeypatch.setitem(TASKS, "restock.call", done_meanwhile)
    deliver(only().id, "restock.call")
    assert (only().done_at is not None, only().last_error) == (True, None)


def manage(app: Flask, *command: str) -> Result:
    return app.test_cli_runner().invoke(args=["outbox", *command])


def test_a_terminal_lists_what_is_dead_and_tries_it_again(app: Flask, poison: list[int]) -> None:
    say(variant_id=7)
    say(variant_id=8)
    relay(do)
    moment = now()
    for _turn in range(40):
        moment += timedelta(hours=1, seconds=1)
        with time_machine.travel(moment, tick=False):
            relay(do)
    first, _second = db.session.scalars(select(OutboxDelivery.id).order_by(OutboxDelivery.id)).all()
    listed = manage(app).output
    assert "2 dead" in listed
    assert f"{first} restock.call" in listed
    assert '{"variant_id": 7}' in listed
    assert "ValueError: poison" in listed

    assert "comes again" in manage(app, "retry", str(first)).output
    assert f"{first} restock.call: due" in manage(app).output
    refused = manage(app, "retry", str(first))
    assert (refused.exit_code, "Only what is dead" in refused.output) == (1, True)
    assert "1 comes again" in manage(app, "retry", "--all").output
    assert manage(app, "retry").exit_code == 2
    assert "0 dead" in manage(app).output
