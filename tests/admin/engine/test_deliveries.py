"""What waits and what was given up in the outbox, seen by queue and tried again by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.outbox import OutboxDelivery, OutboxMessage, Queue
from tests.admin.conftest import Desk
from tests.world import World

pytestmark = pytest.mark.both


def deliver(queue: Queue, *, due: datetime, dead: bool = False, error: str | None = None, **more: object) -> int:
    with transaction():
        message = OutboxMessage(topic="order.paid", payload={"order_id": 12}, created_at=now(), expanded_at=now())
        db.session.add(message)
        db.session.flush()
        row = OutboxDelivery(
            message_id=message.id,
            subscriber="email.order_confirmation",
            queue=queue,
            due_at=due,
            dead_at=now() if dead else None,
            last_error=error,
            **more,
        )
        db.session.add(row)
        db.session.flush()
        return row.id


def state(delivery_id: int) -> OutboxDelivery:
    db.session.rollback()
    return db.session.get_one(OutboxDelivery, delivery_id)


def test_each_queue_shows_what_waits_in_it_and_why(world: World, desk: Desk) -> None:
    assert "Nothing was given up." in desk.get("/admin/deliveries")
    assert "Nothing waits in this queue." in desk.get("/admin/deliveries?tab=mails")
    deliver(Queue.MAILS, due=now() + timedelta(hours=1), error="ConnectionRefusedError: nobody there", tries=4)
    page = desk.get("/admin/deliveries?tab=mails")
    for said in ("email.order_confirmation", "order_id 12", "ConnectionRefusedError: nobody there", "Tried again"):
        assert said in page
    assert "Nothing waits in this queue." in desk.get("/admin/deliveries?tab=orders")
    assert desk.browser.get("/admin/deliveries?tab=mails&after=99").location == "/admin/deliveries?tab=mails"


def test_one_many_or_all_of_the_dead_come_again(world: World, desk: Desk) -> None:
    ids = [deliver(Queue.BULK, due=now(), dead=True, error="No.", tries=33) for _ in range(4)]
    assert desk.get("/admin/deliveries").count("Given up") > 4
    assert "2 deliveries come again." in desk.after(desk.post("/admin/deliveries/attempts", delivery=ids[:2]))
    assert [state(each).dead_at is None for each in ids] == [True, True, False, False]
    assert state(ids[0]).tries == 0
    assert "2 deliveries come again." in desk.after(desk.post("/admin/deliveries/attempts", all="yes"))
    db.session.rollback()
    assert outbox.counts().dead == 0
    assert "Nothing of what was chosen" in desk.after(desk.post("/admin/deliveries/attempts"))


def test_what_waits_for_its_next_try_comes_now_but_not_what_is_being_done(world: World, desk: Desk) -> None:
    later = now() + timedelta(hours=1)
    waits = deliver(Queue.MAILS, due=later, error="No.", tries=9)
    at_work = deliver(Queue.MAILS, due=later, claimed_until=later)
    desk.after(desk.post("/admin/deliveries/attempts", delivery=[waits, at_work], tab="mails"))
    assert state(waits).due_at <= now()
    assert state(waits).tries == 9
    assert state(at_work).due_at == later
