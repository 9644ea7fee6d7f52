"""Nobody acts in another's name: other sites, stale pages, forged addresses."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from shop.app import create_app
from shop.cart.models import CartLine
from shop.core.db import db
from shop.core.limits import limiter
from shop.core.web import plumbing
from tests.conftest import Apart, browser, settings_for
from tests.core.visitors import csrf_token, filled, one, rules, sign_carol_in, snapshot
from tests.world import Shopper, Typed, World

pytestmark = pytest.mark.both

FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost:8080"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost.elsewhere.example"},
    {"Origin": "https://elsewhere.example", "Referer": "http://localhost/cart"},
    {"Referer": "https://elsewhere.example/localhost"},
    {"Referer": "http://localhost:8080/cart"},
    {"Referer": "https://localhost/cart"},
    {"Referer": "http://localhost@elsewhere.example/"},
    {"Referer": "about:blank"},
]
FROM_HERE = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Origin": "http://localhost"},
    {"Referer": "http://localhost/products/mug"},
    {},
]
EVERY_PAGE_SAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def alice(world: World) -> Shopper:
    """With a bag, her details typed and an unpaid order, at a browser that does not say where requests come from."""
    alice = world.shopper()
    alice.check_out(world.mug)
    del alice.browser.environ_base["HTTP_SEC_FETCH_SITE"]
    return alice


@pytest.fixture
def real(alice: Shopper, world: World) -> dict[str, str]:
    order = world.order()
    line_id = one(select(CartLine.id))
    return {"token": order.token, "number": order.number, "line_id": str(line_id), "slug": "mug"}


def whole_form(world: World, token: str) -> dict[str, str]:
    """Fields with which most forms would do something."""
    return {
        **vars(Typed(name="Mallory")),
        **{"variant_id": str(world.mug), "quantity": "2", "delivery": str(world.parcel_id), "go": "on"},
        **{"form_token": "mallorys", "seen_total": "1990", "csrf_token": token},
    }


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
def test_forms_of_other_sites_do_nothing(
    app: Flask, world: World, alice: Shopper, real: dict[str, str], headers: dict[str, str]
) -> None:
    form = whole_form(world, csrf_token(alice.browser))
    before = snapshot()
    for rule in rules(app, kinds=("public", "private", "staff"), method="POST"):
        answer = alice.browser.post(filled(rule, real), data=form, headers=headers)
        assert answer.status_code == 403, rule
        assert "This came from another site." in answer.text
        assert "Set-Cookie" not in answer.headers
    assert snapshot() == before


def test_forms_of_other_sites_do_nothing_in_the_name_of_staff(
    app: Flask, world: World, alice: Shopper, real: dict[str, str]
) -> None:
    sign_carol_in(alice.browser)
    form = whole_form(world, csrf_token(alice.browser))
    before = snapshot()
    for rule in rules(app, kinds=("staff",), method="POST"):
        for headers in FROM_ELSEWHERE:
            assert alice.browser.post(filled(rule, real), data=form, headers=headers).status_code == 403, rule
    assert snapshot() == before


@pytest.mark.parametrize("headers", FROM_HERE, ids=str)
def test_our_own_forms_work_in_every_browser(
    world: World, alice: Shopper, real: dict[str, str], headers: dict[str, str]
) -> None:
    answer = alice.browser.post(f"/cart/lines/{real['line_id']}", data={"quantity": "3"}, headers=headers)
    assert answer.status_code == 303
    assert one(select(CartLine.quantity)) == 3
    answer = alice.browser.post(
        "/checkout", data=whole_form(world, csrf_token(alice.browser)) | {"name": "Alice"}, headers=headers
    )
    assert answer.location == "/checkout/payment"


def test_nothing_is_changed_by_looking(app: Flask, alice: Shopper, real: dict[str, str], world: World) -> None:
    before = snapshot()
    for method in ("GET", "HEAD", "OPTIONS"):
        for rule in rules(app, kinds=("public", "private", "staff", "signed"), method=method):
            answer = alice.browser.open(filled(rule, real), method=method, query_string=whole_form(world, "x"))
            assert answer.status_code < 500, (method, rule)
    assert snapshot() == before


def private_forms(app: Flask) -> list[Rule]:
    return rules(app, kinds=("private", "staff"), method="POST")


@pytest.mark.parametrize("token", [None, "", "made-up", "old"])
def test_a_page_open_too_long_is_sent_again_with_all_that_was_typed(
    app: Flask, alice: Shopper, real: dict[str, str], token: str | None
) -> None:
    alice.browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    if token == "old":
        token = csrf_token(alice.browser, raw="of an earlier visit")
    sign_carol_in(alice.browser)
    csrf_token(alice.browser)
    typed = {"name": "Alice <b>Archer</b>", "note": "Ring twice.\nThen wait."}
    before = snapshot()
    for rule in private_forms(app):
        limiter.reset()
        form = typed if token is None else {**typed, "csrf_token": token}
        answer = alice.browser.post(filled(rule, real), data=form)
        assert answer.status_code == 400, rule
        assert "This page was open too long. Please send it again." in answer.text
        assert {name: hidden_fields(answer)[name] for name in typed} == typed
        assert "<b>" not in answer.text
    assert snapshot() == before


def test_sending_it_again_does_what_was_meant(alice: Shopper, world: World) -> None:
    alice.browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    answer = alice.browser.post("/checkout", data=whole_form(world, "made-up") | {"street": "2 <Low> Street"})
    answer = alice.browser.post("/checkout", data=hidden_fields(answer))
    assert answer.location == "/checkout/payment"
    assert "2 &lt;Low&gt; Street" in alice.get("/checkout/payment")


def test_a_password_is_never_written_into_a_page(app: Flask, alice: Shopper, real: dict[str, str]) -> None:
    alice.browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    sign_carol_in(alice.browser)
    for rule in private_forms(app):
        for name in ("password", "new_password", "password_again"):
            limiter.reset()
            answer = alice.browser.post(filled(rule, real), data={"email": "a@example.com", name: "hunter-2-hunter"})
            assert answer.status_code == 400, rule
            assert "hunter-2" not in answer.text


def test_only_our_own_name_is_answered_to(world: World, client: FlaskClient) -> None:
    for host in ("elsewhere.example", "localhost.elsewhere.example", "localhost@elsewhere.example", "[::1", ""):
        for url in ("/", "/cart", "/static/css/shop.css", "/no/such/address"):
            answer = client.get(url, headers={"Host": host})
            assert answer.status_code == 400, (host, url)
            assert "elsewhere" not in answer.text
    assert client.get("/", headers={"Host": "localhost"}).status_code == 200


@pytest.fixture
def shop_behind(world: World, database_url: str, tmp_path: Path) -> Iterator[object]:
    """Makes the same shop with other settings and two pages more: what it sees of a request, and one that crashes."""
    made: list[Flask] = []

    def make(**more: str) -> FlaskClient:
        app = create_app(settings_for(database_url, tmp_path, **more))
        app.test_client_class = Apart

        @app.get("/seen")
        @plumbing
        def seen() -> dict[str, str | None]:
            return {"address": request.remote_addr, "scheme": request.scheme, "host": request.host}

        @app.get("/crash")
        @plumbing
        def crash() -> str:
            raise ZeroDivisionError("a secret")

        made.append(app)
        return browser(app)

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


FORWARDED = {
    "X-Forwarded-For": "203.0.113.9, 198.51.100.4",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Prefix": "/elsewhere",
    "Forwarded": "for=203.0.113.9;host=elsewhere.example;proto=https",
}


def test_what_a_visitor_says_of_being_forwarded_is_ignored(shop_behind) -> None:  # type: ignore[no-untyped-def]
    seen = shop_behind(TRUSTED_PROXIES="0").get("/seen", headers=FORWARDED).json
    assert seen == {"address": "127.0.0.1", "scheme": "http", "host": "localhost"}


def test_the_proxy_in_front_of_us_is_believed_and_nobody_before_it(shop_behind) -> None:  # type: ignore[no-untyped-def]
    seen = shop_behind(TRUSTED_PROXIES="1").get("/seen", headers=FORWARDED).json
    assert seen == {"address": "198.51.100.4", "scheme": "https", "host": "localhost"}


def test_behind_a_proxy_our_own_forms_come_from_https(shop_behind, world: World) -> None:  # type: ignore[no-untyped-def]
    client = shop_behind(TRUSTED_PROXIES="1", PUBLIC_URL="https://localhost")
    del client.environ_base["HTTP_SEC_FETCH_SITE"]
    for origin, status in [("https://localhost", 303), ("http://localhost", 403)]:
        headers = {"X-Forwarded-Proto": "https", "Origin": origin}
        answer = client.post("/cart/lines", data={"variant_id": world.mug}, headers=headers)
        assert answer.status_code == status, origin


def answers_of_every_kind(client: FlaskClient, world: World) -> Iterator[tuple[int, TestResponse]]:
    yield 200, client.get("/")
    yield 200, client.get("/cart")
    yield 200, client.get("/healthz")
    yield 200, client.get("/static/css/shop.css")
    yield 303, client.post("/cart/lines", data={"variant_id": world.mug})
    yield 308, client.get("/categories//things")
    yield 400, client.get("/", headers={"Host": "elsewhere.example"})
    yield 400, client.post("/checkout", data={})
    yield 400, client.post("/webhooks/stripe", data=b"{}")
    yield 403, client.post("/cart/lines", headers={"Sec-Fetch-Site": "cross-site"})
    yield 404, client.get("/no/such/address")
    yield 404, client.get("/no/such/address", headers={"Accept": "application/json"})
    yield 404, client.get("/media/no-such-picture.svg")
    yield 405, client.delete("/cart")
    yield 413, client.post("/cart/lines", data={"quantity": "1" * 300_000})
    yield 500, client.get("/crash")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_answer_tells_the_browser_to_be_careful(shop_behind, world: World, scheme: str) -> None:  # type: ignore[no-untyped-def]
    client = shop_behind(PUBLIC_URL=f"{scheme}://localhost", TRUSTED_PROXIES="1")
    client.environ_base["HTTP_X_FORWARDED_PROTO"] = scheme
    for status, answer in answers_of_every_kind(client, world):
        assert answer.status_code == status
        for name, value in EVERY_PAGE_SAYS.items():
            assert answer.headers.get(name) == value, (status, name)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert ("Strict-Transport-Security" in answer.headers) is (scheme == "https"), status
        assert "a secret" not in answer.text
        assert "Server" not in answer.headers


def test_a_shop_that_is_not_set_up_yet_says_so_as_carefully(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert "not set up yet" in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cookies_stay_with_us(shop_behind, world: World, scheme: str) -> None:  # type: ignore[no-untyped-def]
    client = shop_behind(PUBLIC_URL=f"{scheme}://localhost")
    answer = client.post("/cart/lines", data={"variant_id": world.mug}, base_url=f"{scheme}://localhost")
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"cart", "session"}
    for cookie in cookies:
        parts = {part.strip() for part in cookie.split(";")}
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
        assert ("Secure" in parts) is (scheme == "https")
        assert not any(part.startswith("Domain") for part in parts)


def test_what_is_private_is_kept_nowhere(app: Flask, alice: Shopper, real: dict[str, str]) -> None:
    for rule in rules(app, kinds=("private", "staff"), method="GET"):
        answer = alice.browser.get(filled(rule, real))
        assert answer.headers["Cache-Control"] == "private, no-store", rule


def hidden_fields(answer: TestResponse) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text)
    return {unescape(name): unescape(value) for name, value in found}


def test_behind_a_proxy_that_is_not_trusted_our_own_https_pages_are_still_ours(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/s.db", tmp_path, PUBLIC_URL="https://shop.example"))
    with app.app_context():
        flask_migrate.upgrade()
    ours = app.test_client().post(
        "/cart/lines", base_url="http://shop.example", headers={"Origin": "https://shop.example"}
    )
    theirs = app.test_client().post(
        "/cart/lines", base_url="http://shop.example", headers={"Origin": "https://evil.example"}
    )
    assert ours.status_code == 503  # let in, and there is no shop yet
    assert theirs.status_code == 403


def test_pages_for_everyone_are_packed_and_those_with_secrets_are_not(world: World) -> None:
    packed = {"Accept-Encoding": "gzip"}
    page = browser(world.app).get("/", headers=packed)
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page.headers["Vary"]
    assert gzip.decompress(page.data).decode() == browser(world.app).get("/").text
    assert "Content-Encoding" not in browser(world.app).get("/cart", headers=packed).headers
