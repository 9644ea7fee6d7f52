"""Before money goes back and rights change, staff show again who they are, and lose nothing they typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop.catalog.models import Variant
from shop.core.clock import now
from shop.core.db import db
from shop.core.web import access_of
from tests.admin.conftest import Desk
from tests.admin.test_sign_in import sign_in
from tests.world import CAROLS_PASSWORD, World, hidden

pytestmark = pytest.mark.both


@pytest.fixture
def carol(world: World, client: FlaskClient) -> Iterator[Desk]:
    """At a desk where stock is as good as money; she signed in twenty minutes ago."""
    view = world.app.view_functions["staff.move_stock"]
    before = access_of(world.app, "staff.move_stock")
    assert before is not None
    view.access = replace(before, recent=True)  # type: ignore[attr-defined]
    sign_in(client, "carol@example.com", CAROLS_PASSWORD)
    with time_machine.travel(now() + timedelta(minutes=20)):
        yield Desk(client)
    view.access = before  # type: ignore[attr-defined]


def count(desk: Desk, world: World) -> TestResponse:
    lost = {"product": db.session.get_one(Variant, world.mug).product_id, f"pieces-{world.mug}": "3"}
    return desk.post("/admin/products/stock", kind="damaged", note="a “note” & more", **lost)


def sent_again(desk: Desk, page: str, answer: str) -> TestResponse:
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    action = re.search(r'<form[^>]*action="([^"]*)"', page)
    assert action
    typed = {name: unescape(value) for name, value in fields}
    return desk.browser.post(unescape(action[1]), data=typed | {"confirm_password": answer})


def test_what_was_typed_goes_on_once_it_is_confirmed(world: World, carol: Desk) -> None:
    asked = count(carol, world)
    assert asked.status_code == 403
    assert "Confirm it is you" in asked.text
    assert world.stock(world.mug) == (10, 0)
    wrong = sent_again(carol, asked.text, "not it")
    assert wrong.status_code == 422
    assert "not it" not in wrong.text
    assert world.stock(world.mug) == (10, 0)
    assert "a “note” &amp; more" in wrong.text
    assert sent_again(carol, wrong.text, CAROLS_PASSWORD).status_code == 303
    assert world.stock(world.mug) == (7, 0)


def test_for_a_quarter_of_an_hour_nobody_is_asked_again(world: World, carol: Desk) -> None:
    sent_again(carol, count(carol, world).text, CAROLS_PASSWORD)
    with time_machine.travel(now() + timedelta(minutes=14)):
        assert count(carol, world).status_code != 403
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert count(carol, world).status_code == 403


def test_who_guesses_has_to_wait(world: World, carol: Desk) -> None:
    page = count(carol, world).text
    statuses = [sent_again(carol, page, "guess").status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert sent_again(carol, page, CAROLS_PASSWORD).status_code == 429
    assert world.stock(world.mug) == (10, 0)


def test_a_page_of_its_own_leads_back(world: World, carol: Desk) -> None:
    page = carol.get("/admin/confirm?next=/admin/products")
    response = carol.browser.post(
        "/admin/confirm?next=/admin/products",
        data={"csrf_token": hidden(page, "csrf_token"), "confirm_password": CAROLS_PASSWORD},
    )
    assert (response.status_code, response.location) == (303, "/admin/products")
    assert carol.browser.get("/admin/confirm?next=//evil.example").location == "/admin"
