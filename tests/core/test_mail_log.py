"""Every mail is a row that says whom it went to and what became of it; none is lost, and none goes on for ever."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from flask_mail import Message
from sqlalchemy import select

from shop.core import mail, outbox, smtp
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.mail import MailLog
from shop.orders.models import Order, OrderEvent
from tests.conftest import settings_for
from tests.processes import eventually, free_port
from tests.world import World, away, carried_by
from worker.mails import WRITERS
from worker.relay import relay

pytestmark = pytest.mark.both


def logged(**values: object) -> MailLog:
    db.session.rollback()
    return db.session.scalars(select(MailLog).filter_by(**values)).one()


def history(order: Order) -> list[tuple[str, str]]:
    db.session.rollback()
    rows = select(OrderEvent.kind, OrderEvent.note).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    return [(kind, note) for kind, note in db.session.execute(rows) if kind.startswith("mail_")]


def until_dead(world: World, mail_id: int) -> timedelta:
    begun = moment = now()
    for _try in range(mail.MOST_TRIES):
        with time_machine.travel(moment, tick=False):
            world.work()
        row = logged(id=mail_id)
        if row.next_try_at is None:
            break
        moment = row.next_try_at + timedelta(seconds=1)
    assert logged(id=mail_id).status == "dead"
    return moment - begun


def test_an_orders_mail_says_whom_it_went_to_and_stands_in_the_history(world: World) -> None:
    order = world.shopper().buy(world.mug)
    (row,) = mail.of_order(order.id)
    assert (row.kind, row.status, row.to_address, row.language) == (
        "order_confirmation",
        "sent",
        "alice@example.com",
        "en_GB",
    )
    assert row.sent_at is not None
    assert [each.message_id for each in world.mails()] == [row.message_id]
    assert history(order) == [("mail_sent", "order_confirmation")]


def test_a_mail_is_seen_before_it_goes(world: World) -> None:
    """At first as what waits in the outbox, then as a row of its own."""
    order = world.shopper().buy(world.mug)
    with transaction():
        outbox.emit("order.needs_attention", order_id=order.id, reason="twice", about=1)
    relay(lambda *_: None)
    assert outbox.for_order(order.id) == ["email.staff_attention"]
    assert outbox.for_order(order.id + 1) == []
    mail.queue("staff_attention", ref="seen", order_id=order.id, reason="twice")
    assert [each.status for each in mail.of_order(order.id)] == ["queued", "sent"]


def test_a_mail_that_was_queued_in_vain_was_never_queued(world: World) -> None:
    def change_ones_mind() -> None:
        with transaction():
            mail.queue("back_in_stock", ref="restock:1", request_id=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_ones_mind()
    assert world.count(MailLog) == 0


def test_a_mail_server_that_is_away_is_tried_later_and_later_and_gets_the_mail_once(world: World) -> None:
    with carried_by(away):
        order = world.shopper().buy(world.mug)
        row = logged(order_id=order.id)
        assert (row.status, row.tries) == ("failed", 1)
        assert row.last_error == "ConnectionRefusedError: nobody there"
        assert row.next_try_at is not None
        with time_machine.travel(row.next_try_at + timedelta(seconds=1), tick=False):
            world.work()
            row = logged(order_id=order.id)
            assert row.tries == 2
            assert row.next_try_at is not None
            assert timedelta(seconds=8) < row.next_try_at - now() < timedelta(seconds=12)
    with time_machine.travel(now() + timedelta(hours=1)):
        world.work()
        world.work()
    assert len(world.mails("order-confirmation")) == 1
    row = logged(order_id=order.id)
    assert (row.status, row.tries, row.next_try_at, row.last_error) == ("sent", 3, None, None)
    assert world.waiting() == []


def test_after_three_days_it_is_given_up_and_no_mail_tells_of_it(world: World) -> None:
    """A mail about a mail server that is away would only wait with the others."""
    with carried_by(away):
        order = world.shopper().buy(world.mug)
        row = logged(order_id=order.id)
        assert timedelta(days=2, hours=20) < until_dead(world, row.id) < timedelta(days=3, hours=4)
    with time_machine.travel(now() + timedelta(days=30)):
        world.work()
    assert world.mails() == []
    assert mail.dead_count() == 1
    assert [each.id for each in mail.dead(limit=9)] == [row.id]
    assert history(order) == [("mail_dead", "order_confirmation: ConnectionRefusedError: nobody there")]
    assert world.waiting() == []


def test_what_was_given_up_goes_when_somebody_says_so_as_the_same_mail(world: World) -> None:
    with carried_by(away):
        order = world.shopper().buy(world.mug)
        row = logged(order_id=order.id)
        until_dead(world, row.id)
    assert mail.retry_all() == 1
    world.work()
    assert [each.message_id for each in world.mails()] == [row.message_id]
    assert [kind for kind, _note in history(order)] == ["mail_dead", "mail_sent"]
    with pytest.raises(Conflict):
        mail.retry(row.id)
    with pytest.raises(NotFound):
        mail.retry(row.id + 1)


def test_a_terminal_lists_what_was_given_up_and_sends_it(world: World) -> None:
    def manage(*command: str) -> str:
        return world.app.test_cli_runner().invoke(args=["mails", *command]).output

    with carried_by(away):
        order = world.shopper().buy(world.mug)
        row = logged(order_id=order.id)
        until_dead(world, row.id)
    listed = manage()
    assert "1 dead" in listed
    assert f"{row.id} order_confirmation order:{order.id} to alice@example.com: 80 tries, Conn" in listed
    assert f"{row.id} queued" in manage("retry", str(row.id))
    assert "Only a mail that was given up" in manage("retry", str(row.id))
    world.work()
    assert "0 dead" in manage()
    assert f"{row.id + 1} queued" in manage("resend", str(row.id))
    assert "0 queued" in manage("retry", "--all")
    assert "--all" in manage("retry")


def test_sent_again_by_hand_it_is_another_mail(world: World) -> None:
    order = world.shopper().buy(world.mug)
    (first,) = mail.of_order(order.id)
    again = mail.resend(first.id)
    assert mail.resend(first.id) == again
    world.work()
    third = mail.resend(again)
    world.work()
    assert len({first.id, again, third}) == 3
    assert len({each.message_id for each in world.mails("order-confirmation")}) == 3
    assert [each.ref for each in mail.of_order(order.id)] == [f"order:{order.id}{more}" for more in ("#3", "#2", "")]
    assert [each.to_address for each in mail.of_order(order.id)] == ["alice@example.com"] * 3


def test_what_still_waits_is_not_sent_again_by_hand(world: World) -> None:
    with carried_by(away):
        order = world.shopper().buy(world.mug)
        with pytest.raises(Conflict):
            mail.resend(logged(order_id=order.id).id)


def test_a_mail_that_cannot_be_written_says_why(world: World) -> None:
    mail.queue("order_confirmation", ref="order:0", order_id=None)
    world.work()
    row = logged(ref="order:0")
    assert row.status == "failed"
    assert "order_id" in (row.last_error or "")


def test_a_slow_mail_server_does_not_bring_a_second_worker(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For as long as it takes, the claim is renewed."""
    monkeypatch.setattr(mail, "RENEW_S", 0.05)
    order = world.shopper().buy(world.mug)
    mail.queue("staff_attention", ref="slow", order_id=order.id, reason="twice")
    mail_id = logged(ref="slow").id
    taken, answered = threading.Event(), threading.Event()
    sent: list[Message] = []

    def slow(message: Message) -> None:
        sent.append(message)
        taken.set()
        assert answered.wait(30)

    def work() -> None:
        with app.app_context():
            mail.send(mail_id, WRITERS)

    with carried_by(slow):
        worker = threading.Thread(target=work)
        worker.start()
        assert taken.wait(30)
        first = logged(id=mail_id).claimed_until
        assert first is not None
        eventually(lambda: (logged(id=mail_id).claimed_until or first) > first, what="the claim is renewed")
        with pytest.raises(outbox.Later):
            mail.send(mail_id, WRITERS)
        answered.set()
        worker.join(30)
    assert len(sent) == 1
    assert (logged(id=mail_id).status, logged(id=mail_id).claimed_until) == ("sent", None)


class PostOffice:
    """A real mail server that refuses some, and can hang up in the middle."""

    def __init__(self) -> None:
        self.port = free_port()
        self.refuses: dict[str, str] = {}
        self.hangs_up = 0  # so many times, instead of saying that it has the mail
        self.says_goodbye = True
        self.received: list[tuple[str, str]] = []  # (to, Message-ID)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: list[str]
    ) -> str:
        if to in self.refuses:
            return self.refuses[to]
        envelope.rcpt_tos.append(to)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        head = (envelope.content or b"").decode("utf-8", "replace")  # type: ignore[union-attr]
        message_id = next(line for line in head.splitlines() if line.lower().startswith("message-id:"))
        self.received.append((envelope.rcpt_tos[0], message_id.split(":", 1)[1].strip()))
        if self.hangs_up:
            self.hangs_up -= 1
            server.transport.close()
        return "250 taken"

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:
        if not self.says_goodbye:
            server.transport.close()
        return "221 bye"


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Iterator[PostOffice]:
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    settings = settings_for("sqlite:///not.db", tmp_path, MAIL_URL=f"smtp://127.0.0.1:{office.port}")
    try:
        with carried_by(smtp.init(Flask("apart"), settings)):
            yield office
    finally:
        controller.stop()


def test_a_refusal_is_final_and_staff_are_told(world: World, office: PostOffice) -> None:
    office.refuses["alice@example.com"] = "550 5.1.1 No such user here"
    order = world.shopper().buy(world.mug)
    row = logged(kind="order_confirmation")
    assert (row.status, row.tries, row.last_error) == ("dead", 1, "550 5.1.1 No such user here")
    assert history(order) == [
        ("mail_dead", "order_confirmation: 550 5.1.1 No such user here"),
        ("mail_sent", "staff_attention"),
    ]
    assert [to for to, _id in office.received] == ["shop@example.com"]
    del office.refuses["alice@example.com"]
    with time_machine.travel(now() + timedelta(days=1)):
        world.work()
    assert [to for to, _id in office.received] == ["shop@example.com"]


def test_nobody_is_told_by_mail_that_the_shops_own_address_refuses_mail(world: World, office: PostOffice) -> None:
    office.refuses = dict.fromkeys(("alice@example.com", "shop@example.com"), "550 no")
    order = world.shopper().buy(world.mug)
    world.work()
    assert {each.status for each in mail.of_order(order.id)} == {"dead"}
    assert mail.dead_count() == 2


def test_a_refusal_for_now_is_tried_again(world: World, office: PostOffice) -> None:
    office.refuses["alice@example.com"] = "450 4.2.0 Greylisted, come back later"
    world.shopper().buy(world.mug)
    row = logged(kind="order_confirmation")
    assert (row.status, row.last_error) == ("failed", "450 4.2.0 Greylisted, come back later")
    office.refuses.clear()
    with time_machine.travel(now() + timedelta(minutes=1)):
        world.work()
    assert [to for to, _id in office.received] == ["alice@example.com"]


def test_a_lost_reply_has_the_mail_go_again_under_the_same_name(world: World, office: PostOffice) -> None:
    office.hangs_up = 1
    world.shopper().buy(world.mug)
    assert logged(kind="order_confirmation").status == "failed"
    with time_machine.travel(now() + timedelta(minutes=1)):
        world.work()
    assert len(office.received) == 2
    assert set(office.received) == {("alice@example.com", logged(kind="order_confirmation").message_id)}


def test_a_server_that_does_not_say_goodbye_has_the_mail(world: World, office: PostOffice) -> None:
    office.says_goodbye = False
    world.shopper().buy(world.mug)
    assert logged(kind="order_confirmation").status == "sent"
    assert len(office.received) == 1


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"no")}), True),
        (smtplib.SMTPRecipientsRefused({"a@example.com": (452, b"full")}), False),
        (smtplib.SMTPRecipientsRefused({"a@example.com": (530, b"sign in first")}), False),
        (smtplib.SMTPDataError(554, b"spam"), True),
        (smtplib.SMTPDataError(451, b"later"), False),
        (smtplib.SMTPSenderRefused(553, b"not yours", "shop@example.com"), False),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (TimeoutError("silence"), False),
    ],
)
def test_only_what_the_recipients_server_will_never_take_is_final(error: Exception, final: bool) -> None:
    assert smtp.is_refusal(error) is final
