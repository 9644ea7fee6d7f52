"""When somebody who was away answers again, what waits for them goes at once, not after as long again."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask_mail import Message
from sqlalchemy import select

from shop.core import mail, outbox
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.mail import MailLog
from shop.core.outbox import Other
from shop.payments import services as payments
from shop.payments import sweeper
from shop.payments.gateway import GatewayAway
from tests.world import World, away, carried_by
from worker.relay import TASKS
from worker.tasks import email

pytestmark = pytest.mark.both


def greylisted(message: Message) -> None:
    raise smtplib.SMTPRecipientsRefused({message.recipients[0]: (450, b"come back later")})


def queue(world: World, *refs: str) -> None:
    order = world.orders()[0]
    for ref in refs:
        mail.queue("staff_attention", ref=ref, order_id=order.id, reason="twice")


def by_ref(ref: str) -> MailLog:
    db.session.rollback()
    return db.session.scalars(select(MailLog).where(MailLog.ref == ref)).one()


def tried_for(world: World, *, minutes: int) -> None:
    """So long the clock runs as the worker's would, but for the scout."""
    until = now() + timedelta(minutes=minutes)
    while True:
        world.work()
        waits = db.session.scalars(select(MailLog.next_try_at).where(MailLog.next_try_at.is_not(None))).all()
        if not waits or (moment := min(each for each in waits if each) + timedelta(milliseconds=1)) > until:
            break
        _travel(moment)
    _travel(until)


_travels: list[time_machine.travel] = []


def _travel(moment: object) -> None:
    travel = time_machine.travel(moment, tick=False)  # type: ignore[arg-type]
    travel.start()
    _travels.append(travel)


@pytest.fixture(autouse=True)
def back_to_today() -> Iterator[None]:
    yield
    while _travels:
        _travels.pop().stop()


REFS = [f"mail {number}" for number in range(9)]


def test_the_first_mail_that_goes_through_brings_all_others_with_it(world: World) -> None:
    world.shopper().buy(world.mug)
    with carried_by(away):
        queue(world, *REFS)
        tried_for(world, minutes=20)
    before = len(world.mails())
    queue(world, "the next one")
    world.work()
    assert len(world.mails()) - before == len(REFS) + 1
    assert world.waiting() == []


def test_while_nobody_sends_anything_a_scout_finds_out_within_a_minute(world: World) -> None:
    world.shopper().buy(world.mug)
    with carried_by(away):
        queue(world, *REFS)
        tried_for(world, minutes=20)
        tries = [by_ref(ref).tries for ref in REFS]
        email.scout()
        world.work()
        assert [by_ref(ref).tries for ref in REFS] == tries  # looking costs no mail one of its own tries
    before = len(world.mails())
    email.scout()
    world.work()
    assert len(world.mails()) - before == len(REFS)


def test_a_woken_mail_that_fails_again_keeps_its_turn_and_its_tries(world: World) -> None:
    world.shopper().buy(world.mug)
    with carried_by(away):
        queue(world, "unlucky")
        tried_for(world, minutes=20)
        before = by_ref("unlucky")
        kept = before.tries, before.next_try_at
        for _luck in range(3):
            email.scout()
            world.work()
        after = by_ref("unlucky")
        assert (after.tries, after.next_try_at) == kept
        assert kept[1] is not None
        _travel(kept[1] + timedelta(seconds=1))
        world.work()
        assert by_ref("unlucky").tries == kept[0] + 1


def test_a_recipient_whose_server_says_later_is_left_alone_until_then(world: World) -> None:
    """That says nothing about our own mail server, and asking again at once is held against us."""
    world.shopper().buy(world.mug)
    with carried_by(greylisted):
        queue(world, "greylisted")
        tried_for(world, minutes=1)
    queue(world, "another")
    email.scout()
    world.work()
    assert by_ref("another").status == "sent"
    assert by_ref("greylisted").status == "failed"


def test_what_waits_for_stripe_goes_on_when_stripe_answers(world: World) -> None:
    """Webhooks that could not be acted upon, for as long as it was away."""
    shoppers = [world.shopper(network=f"198.51.{number}.7") for number in range(3)]
    for shopper in shoppers:
        shopper.check_out(world.a4)
    for payment in world.payments():
        world.twin.pay(payment.session_id)
    world.twin.faults.arm("down", times=1000, path="/v1/")
    world.webhooks()
    for _try in range(6):
        world.work()
        _travel(now() + timedelta(minutes=3))
    assert {order.status for order in world.orders()} == {"pending"}
    assert all("GatewayAway" in waits for waits in world.waiting())
    world.work()
    world.twin.faults.clear()
    sweeper.sweep(older_than=timedelta(days=1))  # too young for it to look after them itself
    world.work()
    assert {order.status for order in world.orders()} == {"paid"}
    assert world.waiting() == []


def test_what_fails_however_often_stripe_answers_others_keeps_most_of_its_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def fail(event_id: int) -> None:
        tried.append(event_id)
        raise GatewayAway("not this one")

    monkeypatch.setitem(TASKS, "payments.handle_webhook", fail)
    with transaction():
        outbox.emit("webhook.received", event_id=1)
    for _answer in range(outbox.MOST_TRIES):
        world.work()
        outbox.wake(Other.STRIPE)
    assert len(tried) == outbox.WAKEABLE_TRIES + 1
    assert outbox.counts().dead == 0


def test_a_refund_that_stripe_did_not_hear_of_goes_when_it_answers(world: World) -> None:
    order = world.shopper().buy(world.mug)
    world.twin.faults.arm("down", times=4, path="/v1/refunds")
    payments.cancel_paid(order.id, by="staff:1", reason="", form_token="one")
    world.work()
    assert ["GatewayAway" in waits for waits in world.waiting()] == [True]
    world.twin.faults.clear()
    sweeper.sweep()
    world.settle()
    assert world.waiting() == []
    world.prove()
