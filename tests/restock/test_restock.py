"""Asking for what has sold out, and the one mail that comes of it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import current_app
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from shop.catalog import stock
from shop.catalog.models import Product, Status, Variant
from shop.core import mail
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.restock import services
from shop.restock.models import RestockRequest
from tests.conftest import browser
from tests.world import Shopper, World, hidden, make_variant
from worker.tasks import email, upkeep

pytestmark = pytest.mark.both


def ask(shopper: Shopper, variant_id: int, email: str = "alice@example.com", slug: str = "cap") -> TestResponse:
    return shopper.browser.post(f"/products/{slug}/restock", data={"variant": variant_id, "email": email})


def waiting(world: World) -> int:
    return world.count(RestockRequest, notified_at=None)


def stop_address(mail: str) -> str:
    found = re.search(r"http://localhost(/restock/\S+)", mail)
    assert found
    return found[1]


def test_one_mail_comes_when_it_is_back(world: World) -> None:
    alice = world.shopper()
    page = alice.get("/products/cap")
    assert "Email me when it’s back" in page
    answer = ask(alice, world.cap, " Alice@Example.com ")
    assert (answer.status_code, answer.location) == (303, "/products/cap#main")
    assert "We will write to alice@example.com when it is back." in alice.get("/products/cap")
    world.work()
    assert world.mails("back-in-stock") == []

    stock.correct(world.cap, 3, by="carol")
    world.work()
    (mail,) = world.mails("back-in-stock")
    assert (mail.recipients, mail.subject) == ("alice@example.com", "Cap is back")
    assert "£12.00" in mail.text
    assert "http://localhost/products/cap\n" in mail.text
    assert "http://localhost/products/cap" in mail.html
    assert stop_address(mail.text) in mail.html

    stock.correct(world.cap, 0, by="carol")
    stock.correct(world.cap, 3, by="carol")
    world.work()
    assert len(world.mails("back-in-stock")) == 1
    assert world.waiting() == []


def test_the_mail_leads_to_the_variant(world: World) -> None:
    stock.correct(world.a3, 0, by="carol")
    assert "Email me" not in world.shopper().get("/products/print?size=a4")
    answer = ask(world.shopper(), world.a3, slug="print")
    assert answer.location == "/products/print?size=a3#main"
    stock.correct(world.a3, 1, by="carol")
    world.work()
    (mail,) = world.mails("back-in-stock")
    assert mail.subject == "Print, A3 is back"
    assert "http://localhost/products/print?size=a3" in mail.text


def test_asked_for_twice_it_is_one_mail_and_nobody_is_told(world: World) -> None:
    first, second = ask(world.shopper(), world.cap), ask(world.shopper(), world.cap, "ALICE@example.com")
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert waiting(world) == 1
    stock.correct(world.cap, 1, by="carol")
    world.work()
    assert len(world.mails("back-in-stock")) == 1


def test_once_told_one_may_ask_again(world: World) -> None:
    for _time in range(2):
        ask(world.shopper(), world.cap)
        stock.correct(world.cap, 1, by="carol")
        world.work()
        stock.correct(world.cap, 0, by="carol")
    assert len(world.mails("back-in-stock")) == 2


def test_a_hundred_who_wait_are_told_once_each(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 30)
    asked = [f"shopper-{n}@example.com" for n in range(100)]
    for address in asked:
        services.ask(world.cap, address, language="en_GB")
    stock.correct(world.cap, 2, by="carol")
    stock.correct(world.cap, 0, by="carol")
    stock.correct(world.cap, 2, by="carol")
    world.work()
    assert sorted(mail.recipients for mail in world.mails("back-in-stock")) == sorted(asked)
    assert waiting(world) == 0
    assert world.waiting() == []


def test_a_mail_server_that_fails_half_way_leaves_nobody_out_and_tells_nobody_twice(world: World) -> None:
    for n in range(10):
        services.ask(world.cap, f"shopper-{n}@example.com", language="en_GB")
    sent: list[str] = []

    def transport(message) -> None:  # type: ignore[no-untyped-def]
        (to,) = message.recipients
        if to in ("shopper-3@example.com", "shopper-4@example.com") and down:
            raise ConnectionError("away")
        sent.append(to)

    down = True
    keeps = current_app.extensions["mail_transport"]
    current_app.extensions["mail_transport"] = transport
    try:
        stock.correct(world.cap, 1, by="carol")
        world.work()
        assert (len(sent), waiting(world)) == (8, 2)
        down = False
        with time_machine.travel(now() + timedelta(minutes=1)):
            world.work()
    finally:
        current_app.extensions["mail_transport"] = keeps
    assert sorted(sent) == [f"shopper-{n}@example.com" for n in range(10)]
    assert waiting(world) == 0


def test_a_worker_that_dies_between_sending_and_noting_sends_what_looks_like_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(world.shopper(), world.cap)
    stock.correct(world.cap, 1, by="carol")
    request_id = db.session.scalars(select(RestockRequest.id)).one()
    services.call(world.cap)
    email.back_in_stock(request_id)
    mail_id = db.session.scalars(select(mail.MailLog.id)).one()
    with monkeypatch.context() as patch:
        patch.setattr(mail.outbox, "emit", dying)
        with pytest.raises(KeyboardInterrupt):
            email.send_in_bulk(mail_id)
    assert waiting(world) == 1
    with time_machine.travel(now() + timedelta(minutes=1)):
        world.work()
    sent = world.mails("back-in-stock")
    assert (len(sent), len({each.message_id for each in sent})) == (2, 1)
    assert waiting(world) == 0


def dying(*_: object, **_ids: object) -> None:
    raise KeyboardInterrupt


def test_what_sells_out_before_the_mail_went_is_waited_for_again(world: World) -> None:
    ask(world.shopper(), world.cap)
    stock.correct(world.cap, 1, by="carol")
    services.call(world.cap)
    stock.correct(world.cap, 0, by="carol")
    world.work()
    assert world.mails("back-in-stock") == []
    stock.correct(world.cap, 1, by="carol")
    world.work()
    assert len(world.mails("back-in-stock")) == 1


def test_pieces_that_come_back_from_an_unpaid_order_count(world: World) -> None:
    stock.correct(world.mug, 1, by="carol")
    bob = world.shopper()
    bob.check_out(world.mug)
    assert "Email me" in world.shopper().get("/products/mug")
    ask(world.shopper(), world.mug, slug="mug")
    order = world.order()
    bob.browser.post(
        f"/orders/{order.token}/cancellation",
        data={"csrf_token": hidden(bob.get(f"/orders/{order.token}"), "csrf_token")},
    )
    world.settle()
    assert [mail.subject for mail in world.mails("back-in-stock")] == ["Mug is back"]


def test_what_is_not_sold_is_not_announced(world: World) -> None:
    ask(world.shopper(), world.cap)
    with transaction():
        db.session.execute(update(Product).where(Product.slug == "cap").values(status=Status.DRAFT))
    stock.correct(world.cap, 1, by="carol")
    world.work()
    assert world.mails("back-in-stock") == []
    assert waiting(world) == 1


def test_what_is_there_is_not_waited_for(world: World) -> None:
    alice = world.shopper()
    assert ask(alice, world.mug, slug="mug").status_code == 303
    assert "It is back already: you can add it to your bag." in alice.get("/products/mug")
    assert waiting(world) == 0


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "Enter your email address, so that we can write to you."),
        ("alice", "An email address has an @ in it, like name@example.com."),
        ("alice@example", "The part after the @ is not complete."),
        ("a" * 200 + "@example.com", "This email address is too long."),
    ],
)
def test_an_address_that_is_none_is_said_beside_the_field(world: World, email: str, sentence: str) -> None:
    stock.correct(world.a3, 0, by="carol")
    page = ask(world.shopper(), world.a3, email, slug="print")
    assert page.status_code == 422
    assert sentence in unescape(page.text)
    assert 'aria-invalid="true"' in page.text
    assert re.search(r'href="/products/print\?size=a3"[^>]*aria-current="true"', page.text)
    assert waiting(world) == 0


def test_what_is_not_there_cannot_be_asked_for(world: World) -> None:
    alice = world.shopper()
    with transaction():
        db.session.execute(update(Variant).where(Variant.id == world.a3).values(withdrawn_at=now()))
    for slug, variant_id in [("cap", world.a3), ("print", world.a3), ("cap", "x"), ("cap", ""), ("nothing", world.cap)]:
        assert ask(alice, variant_id, slug=slug).status_code == 404  # type: ignore[arg-type]
    assert alice.browser.get("/products/cap/restock").status_code == 405


def test_one_network_may_not_ask_without_end(world: World) -> None:
    alice = world.shopper()
    answers = [ask(alice, world.cap, f"alice-{n}@example.com").status_code for n in range(12)]
    assert answers == [303] * 10 + [429] * 2


def test_one_address_waits_for_so_many_things_at_most(world: World) -> None:
    for n in range(services.MOST_WAITING + 3):
        services.ask(
            make_variant(world.shelf_id, f"Thing {n}", price=100, stock=0), "alice@example.com", language="en_GB"
        )
    assert waiting(world) == services.MOST_WAITING


def test_another_site_cannot_ask(world: World) -> None:
    stranger = browser(world.app)
    stranger.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    data = {"variant": world.cap, "email": "alice@example.com"}
    assert stranger.post("/products/cap/restock", data=data).status_code == 403
    assert waiting(world) == 0


def test_the_link_of_the_mail_stops_all_that_is_waited_for(world: World) -> None:
    stock.correct(world.a3, 0, by="carol")
    ask(world.shopper(), world.cap)
    ask(world.shopper(), world.a3, slug="print")
    ask(world.shopper(), world.a3, "bob@example.com", slug="print")
    stock.correct(world.cap, 1, by="carol")
    world.work()
    address = stop_address(world.mails("back-in-stock")[0].text)
    alice = world.shopper()
    page = alice.get(address)
    assert "Print, A3" in page
    assert "Cap" not in page[page.index("<main") :]
    assert waiting(world) == 2  # a program that looks at links stops nothing
    token = hidden(page, "csrf_token")
    assert alice.browser.post(f"{address}/stop", data={"csrf_token": token}).status_code == 303
    assert "We will not write to you about it." in alice.get("/")
    assert "Nothing more will come to alice@example.com." in alice.get(address)
    stock.correct(world.a3, 1, by="carol")
    world.work()
    assert [mail.recipients for mail in world.mails("back-in-stock")] == ["alice@example.com", "bob@example.com"]


def test_a_link_that_nobody_was_sent_leads_nowhere(world: World) -> None:
    alice = world.shopper()
    assert alice.browser.get("/restock/nothing").status_code == 404
    assert alice.browser.post("/restock/nothing/stop").status_code == 400  # without a token of the page


def test_addresses_are_not_kept_for_ever(world: World) -> None:
    ask(world.shopper(), world.cap)
    stock.correct(world.cap, 1, by="carol")
    world.work()
    stock.correct(world.cap, 0, by="carol")
    ask(world.shopper(), world.cap)
    for days, left in [(89, 2), (91, 1), (366, 0)]:
        with time_machine.travel(now() + timedelta(days=days)):
            upkeep.forget_restock_requests()
        assert world.count(RestockRequest) == left
