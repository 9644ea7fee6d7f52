"""The staff's way in and out, and the page they start from."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from shop.accounts.models import StaffSession
from shop.core.clock import now
from shop.core.db import db
from tests.admin.conftest import Desk
from tests.conftest import browser
from tests.world import CAROLS_PASSWORD, World, hidden

pytestmark = pytest.mark.both

CAROL = "carol@example.com"


def sign_in(client: FlaskClient, email: str, password: str, url: str = "/admin/sign-in") -> TestResponse:
    token = hidden(client.get("/admin/sign-in").text, "csrf_token")
    return client.post(url, data={"csrf_token": token, "email": email, "password": password})


def open_sessions() -> int:
    db.session.rollback()
    found = select(func.count()).select_from(StaffSession).where(StaffSession.revoked_at.is_(None))
    return db.session.scalars(found).one()


def error_of(page: str) -> str:
    found = re.search(r'role="alert"><p id="error">([^<]*)', page)
    assert found, page
    return found[1]


def test_carol_signs_in_and_out(world: World, client: FlaskClient) -> None:
    response = sign_in(client, " Carol@Example.com ", CAROLS_PASSWORD)
    assert (response.status_code, response.location) == (303, "/admin")
    page = client.get("/admin").text
    assert "Carol" in page
    assert "Owner" in page
    out = client.post("/admin/sign-out", data={"csrf_token": hidden(page, "csrf_token")})
    assert (out.status_code, out.location) == (303, "/admin/sign-in")
    assert client.get("/admin").location == "/admin/sign-in?next=/admin"
    assert open_sessions() == 0


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(world: World, client: FlaskClient) -> None:
    wrong = sign_in(client, CAROL, "not it")
    unknown = sign_in(client, "nobody@example.com", "not it")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert error_of(wrong.text) == error_of(unknown.text)
    assert 'value="carol@example.com"' in wrong.text
    assert "not it" not in wrong.text
    assert open_sessions() == 0


def test_after_signing_in_she_is_where_she_wanted_to_go(world: World, client: FlaskClient) -> None:
    asked = client.get("/admin/orders?status=paid&q=a")
    assert asked.status_code == 302
    page = client.get(asked.location).text
    action = re.search(r'<form[^>]*action="([^"]*)"', page)
    assert action
    response = sign_in(client, CAROL, CAROLS_PASSWORD, action[1].replace("&amp;", "&"))
    assert response.location == "/admin/orders?status=paid&q=a"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_nobody_is_sent_elsewhere(world: World, client: FlaskClient, elsewhere: str) -> None:
    client.get("/admin/sign-in", query_string={"next": elsewhere})
    token = hidden(client.get("/admin/sign-in").text, "csrf_token")
    response = client.post(
        "/admin/sign-in",
        query_string={"next": elsewhere},
        data={"csrf_token": token, "email": CAROL, "password": CAROLS_PASSWORD},
    )
    assert response.location == "/admin"


def test_whoever_is_signed_in_need_not_do_it_again(world: World, desk: Desk) -> None:
    assert desk.browser.get("/admin/sign-in?next=/admin/products").location == "/admin/products"


def test_what_was_in_the_session_before_is_gone_after_it(world: World, client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    sign_in(client, CAROL, CAROLS_PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert "_user_id" in session


def test_signing_in_again_ends_the_session_before(world: World, client: FlaskClient) -> None:
    token = hidden(client.get("/admin/sign-in").text, "csrf_token")
    typed = {"csrf_token": token, "email": CAROL, "password": CAROLS_PASSWORD}
    client.post("/admin/sign-in", data=typed)
    typed["csrf_token"] = hidden(client.get("/admin").text, "csrf_token")
    client.post("/admin/sign-in", data=typed)
    assert open_sessions() == 1


def test_the_form_does_nothing_without_its_token(world: World, client: FlaskClient) -> None:
    response = client.post("/admin/sign-in", data={"email": CAROL, "password": CAROLS_PASSWORD})
    assert response.status_code == 400
    assert CAROLS_PASSWORD not in response.text
    assert open_sessions() == 0


def test_the_sixth_try_for_an_address_has_to_wait(world: World, client: FlaskClient) -> None:
    for _ in range(5):
        assert sign_in(client, CAROL, "guess").status_code == 422
    response = sign_in(client, CAROL.upper(), CAROLS_PASSWORD)
    assert response.status_code == 429
    seconds = int(response.headers["Retry-After"])
    assert 0 < seconds <= 15 * 60
    minutes = -(-seconds // 60)
    assert f"Too many tries. Wait {minutes} minute{'s' * (minutes > 1)}, then try again." in response.text
    assert 'value="CAROL@EXAMPLE.COM"' in response.text
    assert open_sessions() == 0
    with time_machine.travel(now() + timedelta(seconds=seconds + 1)):
        assert sign_in(client, CAROL, CAROLS_PASSWORD).status_code == 303


def test_strangers_lock_out_strangers_and_not_who_has_signed_in_from_there_before(
    world: World, client: FlaskClient
) -> None:
    client.environ_base["REMOTE_ADDR"] = "203.0.113.1"
    assert sign_in(client, CAROL, CAROLS_PASSWORD).status_code == 303
    client.post("/admin/sign-out", data={"csrf_token": hidden(client.get("/admin").text, "csrf_token")})
    for network in range(12):
        stranger = browser(world.app)
        stranger.environ_base["REMOTE_ADDR"] = f"198.51.{network}.1"
        for _ in range(5):
            sign_in(stranger, CAROL, "guess")
    late = browser(world.app)
    late.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert sign_in(late, CAROL, CAROLS_PASSWORD).status_code == 429
    assert sign_in(client, CAROL, CAROLS_PASSWORD).status_code == 303


def test_a_browser_that_is_known_has_five_tries_too(world: World, client: FlaskClient) -> None:
    sign_in(client, CAROL, CAROLS_PASSWORD)
    client.post("/admin/sign-out", data={"csrf_token": hidden(client.get("/admin").text, "csrf_token")})
    assert [sign_in(client, CAROL, "typo").status_code for _ in range(6)] == [422] * 5 + [429]


def test_a_browser_is_known_for_one_person_and_by_our_own_word_alone(world: World, client: FlaskClient) -> None:
    sign_in(client, CAROL, CAROLS_PASSWORD)
    (known,) = [cookie for cookie in client._cookies.values() if cookie.key.startswith("device-")]
    assert known.http_only
    assert known.path == "/admin"
    stranger = browser(world.app)
    stranger.set_cookie(known.key, known.value[:-3] + "abc", path="/admin")
    for _ in range(5):
        sign_in(stranger, CAROL, "guess")
    fresh = browser(world.app)
    assert sign_in(fresh, CAROL, CAROLS_PASSWORD).status_code == 429  # they count as one network's


def test_a_sign_in_that_works_forgets_the_tries_before_it(world: World) -> None:
    for round_ in range(3):
        client = browser(world.app)
        client.environ_base["REMOTE_ADDR"] = f"198.51.{round_}.1"
        for _ in range(3):
            assert sign_in(client, CAROL, "typo").status_code == 422
        assert sign_in(client, CAROL, CAROLS_PASSWORD).status_code == 303


def test_a_network_has_ten_tries_a_minute_for_whomever(world: World, client: FlaskClient) -> None:
    statuses = [sign_in(client, f"guess{n}@example.com", "guess").status_code for n in range(11)]
    assert statuses == [422] * 10 + [429]
    assert "Wait 1 minute, then try again." in sign_in(client, "another@example.com", "guess").text
