"""Finding an order: its link goes to the address it was placed with, and a stranger learns nothing."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from shop.core import outbox
from tests.guards.test_budgets import statements
from tests.payments.steps import later
from tests.world import Shopper, World, hidden

pytestmark = pytest.mark.both


def ask(shopper: Shopper, number: str, email: str) -> TestResponse:
    token = hidden(shopper.get("/orders/find"), "csrf_token")
    return shopper.browser.post("/orders/find", data={"csrf_token": token, "number": number, "email": email})


def test_the_link_goes_to_the_address_of_the_order(world: World) -> None:
    order = world.shopper().buy(world.mug)
    bob = world.shopper("203.0.113.9")
    answer = ask(bob, order.number.lower().replace("-", " "), " Alice@Example.com")
    assert answer.location == "/orders/find/sent"
    assert "its link is on the way to you" in bob.get(answer.location)
    world.work()
    (mail,) = world.mails("order-link")
    assert mail.recipients == "alice@example.com"
    assert f"http://localhost/orders/{order.token}" in mail.text


def test_the_answer_is_the_same_whatever_is_asked(world: World) -> None:
    order = world.shopper().buy(world.mug)
    world.work()
    sent = len(world.mails())
    said = []
    for place, (number, email) in enumerate(
        [(order.number, "alice@example.com"), (order.number, "bob@example.com"), ("3333-3333", "alice@example.com")]
    ):
        stranger = world.shopper(f"203.0.{place}.9")
        token = hidden(stranger.get("/orders/find"), "csrf_token")
        with statements() as asked:
            form = {"csrf_token": token, "number": number, "email": email}
            answer = stranger.browser.post("/orders/find", data=form)
        said.append((answer.status_code, answer.location, answer.text, [each.split()[0] for each in asked]))
    assert said[0] == said[1] == said[2]
    world.work()
    assert len(world.mails()) == sent + 1
    assert world.count(outbox.OutboxMessage, topic="order.link_asked") == 3


def test_asking_often_sends_one_mail_in_ten_minutes(world: World) -> None:
    order = world.shopper().buy(world.mug)
    bob = world.shopper()
    with later(days=1):
        ask(bob, order.number, "alice@example.com")
        ask(bob, order.number, "alice@example.com")
        world.work()
        assert len(world.mails("order-link")) <= 2
    once = len(world.mails("order-link"))
    with later(days=1, minutes=11):
        ask(bob, order.number, "alice@example.com")
        world.work()
    assert len(world.mails("order-link")) == once + 1


def test_who_asks_too_often_waits(world: World) -> None:
    bob = world.shopper()
    answers = [ask(bob, "3333-3333", "alice@example.com").status_code for _try in range(6)]
    assert answers == [303] * 5 + [429]


def test_what_is_missing_is_said_beside_its_field(world: World) -> None:
    bob = world.shopper()
    answer = ask(bob, "", "alice@")
    assert answer.status_code == 422
    assert "Enter the order number." in answer.text
    assert "<title>Error: Find your order" in answer.text
    assert world.count(outbox.OutboxMessage, topic="order.link_asked") == 0


def test_every_page_of_the_shop_leads_there(world: World) -> None:
    assert '<a href="/orders/find">Find your order</a>' in world.shopper().get("/")
