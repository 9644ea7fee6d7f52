"""The log of mails across orders: found by address or order, sent again, tried again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from shop.core import mail
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.mail import MailLog, Status
from tests.admin.conftest import Desk
from tests.admin.engine.test_engine import words_of
from tests.world import Typed, World, away, carried_by

pytestmark = pytest.mark.both


def refused(*mail_ids: int) -> None:
    with transaction():
        for mail_id in mail_ids:
            row = db.session.get_one(MailLog, mail_id)
            row.status, row.sent_at, row.last_error = Status.DEAD, None, "550 No such user"


def listed(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'href="/admin/mails/(\d+)"', page)]


def test_mails_are_found_by_address_by_order_and_by_state(world: World, desk: Desk) -> None:
    assert "No mail yet." in desk.get("/admin/mails")
    alices = world.shopper().buy(world.mug)
    bob = world.shopper("198.51.100.8")
    bob.check_out(world.mug, typed=Typed(email="bob@example.com"))
    bob.pay_at_stripe()
    world.settle()
    bobs = world.orders()[-1]
    (first,), (second,) = (mail.of_order(order.id) for order in (alices, bobs))
    first_id, second_id = first.id, second.id
    assert listed(desk.get("/admin/mails")) == [second_id, first_id]
    assert listed(desk.get("/admin/mails?q=+Alice@Example.com")) == [first_id]
    assert listed(desk.get(f"/admin/mails?q={bobs.number.lower()}")) == [second_id]
    refused(second_id)
    assert listed(desk.get("/admin/mails?status=dead")) == [second_id]
    page = desk.get("/admin/mails?status=sent&q=bob@example.com")
    assert "No mail here matches “bob@example.com”" in page
    assert "No mail is in this state." in desk.get("/admin/mails?status=queued")
    assert "550 No such user" in desk.get("/admin/mails")
    assert f"/admin/orders/{alices.number}" in desk.get("/admin/mails")


def test_a_mail_that_has_gone_is_sent_again_as_another(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    world.settle()
    (row,) = mail.of_order(order.id)
    mail_id = row.id
    page = desk.after(desk.post(f"/admin/mails/{mail_id}/sending"))
    assert "The mail is queued." in page
    world.work()
    assert len(world.mails("order-confirmation")) == 2
    assert [each.status for each in mail.of_order(order.id)] == ["sent", "sent"]


def test_those_chosen_are_tried_again_and_all_by_a_job(world: World, desk: Desk) -> None:
    orders = [world.shopper(f"198.51.100.{n}").buy(world.mug) for n in range(3)]
    world.settle()
    ids = [mail.of_order(order.id)[0].id for order in orders]
    refused(*ids)
    page = desk.get("/admin/mails?status=dead")
    assert page.count('name="mail"') == 3
    assert "2 mails are queued." in desk.after(desk.post("/admin/mails/sending", mail=ids[:2], status="dead"))
    assert "Choose mails that have gone" in desk.after(desk.post("/admin/mails/sending"))
    world.work()
    assert listed(desk.get("/admin/mails?status=dead")) == [ids[2]]
    job = desk.post("/admin/mails/sending", all="yes", status="dead")
    assert "/admin/jobs/" in job.location
    world.work()
    assert "1 row" in words_of(desk.get(job.location))
    assert "No mail was given up." in desk.get("/admin/mails?status=dead")


def test_of_many_chosen_those_that_wait_are_left_to_themselves_and_counted(world: World, desk: Desk) -> None:
    orders = [world.shopper(f"198.51.100.{n}").buy(world.mug) for n in range(3)]
    world.settle()
    ids = [mail.of_order(order.id)[0].id for order in orders]
    with transaction():
        row = db.session.get_one(MailLog, ids[1])
        row.status, row.sent_at = Status.QUEUED, None
    said = desk.after(desk.post("/admin/mails/sending", mail=[*ids, 999999]))
    assert "2 mails are queued." in said
    assert "2 mails were left alone" in said


def test_a_mail_that_somebody_else_sends_meanwhile_stops_none_of_the_others(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [world.shopper(f"198.51.100.{n}").buy(world.mug) for n in range(2)]
    world.settle()
    ids = [mail.of_order(order.id)[0].id for order in orders]
    refused(*ids)
    retry = mail.retry

    def late(mail_id: int) -> None:
        if mail_id == ids[0]:
            retry(mail_id)
        retry(mail_id)

    monkeypatch.setattr(mail, "retry", late)
    said = desk.after(desk.post("/admin/mails/sending", mail=ids))
    assert "1 mail is queued." in said
    assert "1 mail was left alone" in said


def test_a_mail_that_waits_is_left_to_itself(world: World, desk: Desk) -> None:
    with carried_by(away):
        mail.queue("low_stock", ref="a")
        world.store_with(low_stock=20)
        order = world.shopper().buy(world.mug)
        world.settle()
    (row,) = mail.of_order(order.id)
    mail_id = row.id
    page = desk.get(f"/admin/mails/{mail_id}")
    assert "It goes by itself." in page
    assert "Send again" not in page
    assert "This mail has not gone yet" in desk.after(desk.post(f"/admin/mails/{mail_id}/sending"))
    assert "next try" in desk.get("/admin/mails?status=failed")
    assert desk.browser.get("/admin/mails/999999").status_code == 404


def test_the_list_goes_on_behind_its_end(world: World, desk: Desk) -> None:
    with transaction():
        for n in range(60):
            db.session.add(MailLog(kind="low_stock", ref=str(n), about={}, message_id=f"<{n}>", created_at=now()))
    first = desk.get("/admin/mails?status=queued")
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    rest = desk.get(onward[1].replace("&amp;", "&"))
    assert len(listed(first)), len(listed(rest)) == (50, 10)
    assert len(set(listed(first) + listed(rest))) == 60
    with transaction():
        db.session.execute(text("DELETE FROM mails"))
    assert desk.browser.get(onward[1].replace("&amp;", "&")).location == "/admin/mails?status=queued"
    with time_machine.travel(now() + timedelta(seconds=1)):
        assert "No mail is in this state." in desk.get("/admin/mails?status=queued")
