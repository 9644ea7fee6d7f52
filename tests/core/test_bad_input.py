"""Whatever anybody sends anywhere: a sentence, never a crash, and nothing has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from shop.cart.models import CartLine
from shop.core.limits import limiter
from shop.settings import ROOT
from tests.conftest import browser
from tests.core.visitors import csrf_token, filled, one, rules, sign_carol_in, snapshot
from tests.world import Shopper, Typed, World, hidden

pytestmark = pytest.mark.both

NONSENSE = [
    "no-such-thing",
    "x" * 10_000,
    "\0",
    "a\0b",
    "../../etc/passwd",
    "🦊",
    "\u202eredrum",
    "' OR 1=1; --",
    "%_\\",
    str(10**30),
    "9" * 5000,
    "000000000001999999999999999999",
    "-1",
    "0",
    "1.5",
    "1e3",
    "１",
    "²",
    "True",
    "<script>alert(1)</script>",
    "a\r\nX-Bad: yes",
    "",
]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "x" * 10_000,
    "Ali\0ce",
    "Alice\nArcher",
    "\u202eArcher\u202c",
    "Алиса 🦊 愛麗絲",
]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
# A visitor may open a bag with a first try, and what they type at the checkout is kept; both are theirs alone.
THEIR_OWN = ("carts", "checkout_drafts")
FORM_FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"(\w+)\"")
READ_FIELD = re.compile(r"request\.(?:form|args|values)(?:\.get(?:list)?\(|\[)\s*\"(\w+)\"")
DECLARED_FIELD = re.compile(r"^    (\w+) = \w*Field\(", re.MULTILINE)


def known_fields() -> list[str]:
    """Every name that a form of ours has or a view of ours reads."""
    found: set[str] = {"variant_id", "size"}
    for path in (ROOT / "templates").rglob("*.html"):
        found.update(FORM_FIELD.findall(path.read_text()))
    for path in (ROOT / "shop").rglob("*.py"):
        if "twin" not in path.parts:
            found.update(READ_FIELD.findall(path.read_text()))
            found.update(DECLARED_FIELD.findall(path.read_text()))
    return sorted(found - {"csrf_token"})


def addresses(rule: Rule, real: dict[str, str]) -> Iterator[str]:
    """The rule's address with nonsense for each of its parts, the others real."""
    if not rule.arguments:
        yield rule.rule
    for wrong in sorted(rule.arguments):
        for value in NONSENSE:
            yield filled(rule, real | {wrong: value})


def filled_in(fields: list[str], value: str) -> Iterator[dict[str, str]]:
    """A form with the same nonsense in every field; long values in parts that are not too large to be read."""
    at_once = len(fields) if len(value) < 1000 else 20
    for first in range(0, len(fields), at_once):
        yield dict.fromkeys(fields[first : first + at_once], value)


def send(client: FlaskClient, method: str, url: str, **more: object) -> TestResponse:
    """The answer, which is not that the shop has broken down."""
    limiter.reset()
    response = client.open(url, method=method, **more)  # type: ignore[arg-type]
    assert response.status_code < 500, f"{method} {url} {more}"[:300]
    return response


class Sweep:
    """Sends on and on, and says at the end what crashed."""

    def __init__(self) -> None:
        self.crashed: dict[str, str] = {}  # an example for each view

    def send(self, client: FlaskClient, method: str, rule: Rule, url: str, **more: object) -> None:
        try:
            send(client, method, url, **more)
        except AssertionError as error:
            self.crashed.setdefault(rule.endpoint, str(error)[:200])


@pytest.fixture
def sweep() -> Iterator[Sweep]:
    sweep = Sweep()
    yield sweep
    assert sweep.crashed == {}


@pytest.fixture
def alice(world: World) -> Shopper:
    """With a bag, her details typed, and an unpaid order."""
    alice = world.shopper()
    alice.check_out(world.mug)
    return alice


@pytest.fixture
def real(world: World, alice: Shopper) -> dict[str, str]:
    """Parts of addresses that are there."""
    order = world.order()
    return {"token": order.token, "number": order.number, "slug": "mug", "folder": "pages", "filename": "css/shop.css"}


def test_no_address_crashes_on_a_nonsense_path(app: Flask, sweep: Sweep, alice: Shopper, real: dict[str, str]) -> None:
    before = snapshot()
    for rule in rules(app, kinds=("public", "private", "signed"), method="GET"):
        for url in addresses(rule, real):
            sweep.send(alice.browser, "GET", rule, url)
    assert snapshot() == before


def test_no_page_crashes_on_nonsense_in_its_query(
    app: Flask, sweep: Sweep, alice: Shopper, real: dict[str, str]
) -> None:
    before = snapshot()
    fields = known_fields()
    for rule in rules(app, kinds=("public", "private"), method="GET"):
        for slug in ("mug", "print", "things") if "slug" in rule.arguments else ("",):
            url = filled(rule, real | {"slug": slug})
            for value in NONSENSE:
                for query in filled_in(fields, value):
                    sweep.send(alice.browser, "GET", rule, url, query_string=query)
    assert snapshot() == before | {"search_misses": snapshot()["search_misses"]}  # what is not found is counted


@pytest.mark.parametrize("who", ["stranger", "alice"])
def test_no_form_crashes_on_nonsense_or_does_anything(
    app: Flask, sweep: Sweep, alice: Shopper, real: dict[str, str], who: str
) -> None:
    client = alice.browser if who == "alice" else browser(app)
    token = csrf_token(client)
    before = snapshot(without=["carts"])
    fields = known_fields()
    for rule in rules(app, kinds=("public", "private", "signed"), method="POST"):
        for url in addresses(rule, {}):
            sweep.send(client, "POST", rule, url, data=dict.fromkeys(fields, "no-such-thing") | {"csrf_token": token})
        if not rule.arguments:
            for value in NONSENSE:
                for form in filled_in(fields, value):
                    sweep.send(client, "POST", rule, rule.rule, data=form | {"csrf_token": token})
            sweep.send(client, "POST", rule, rule.rule, data=b"\xff\0{", content_type="application/json")
            sweep.send(client, "POST", rule, rule.rule, data={"csrf_token": token})
    assert snapshot(without=["carts"]) == before


def test_staff_pages_do_not_crash_on_nonsense(app: Flask, sweep: Sweep, world: World, real: dict[str, str]) -> None:
    """Each with a third of it: there are many, and much that they share."""
    client = browser(app)
    fields = known_fields()
    sign_carol_in(client)
    for number, rule in enumerate(rules(app, kinds=("staff",), method="GET")):
        for url in addresses(rule, real):
            sweep.send(client, "GET", rule, url)
        for value in NONSENSE[number % 3 :: 3]:
            for query in filled_in(fields, value):
                sweep.send(client, "GET", rule, filled(rule, real), query_string=query)
    token = csrf_token(client)
    for number, rule in enumerate(rules(app, kinds=("staff",), method="POST")):
        for value in NONSENSE[number % 3 :: 3]:
            if rule.endpoint.endswith("sign_out"):
                sign_carol_in(client)
            for form in filled_in(fields, value):
                sweep.send(client, "POST", rule, filled(rule, real), data=form | {"csrf_token": token})


def test_staff_pages_answer_strangers_with_the_way_in(app: Flask, real: dict[str, str]) -> None:
    client = browser(app)
    before = snapshot()
    for rule in rules(app, kinds=("staff",), method="GET"):
        assert send(client, "GET", filled(rule, real)).status_code in (302, 404)
    for rule in rules(app, kinds=("staff",), method="POST"):
        answer = send(client, "POST", filled(rule, real), data={"csrf_token": csrf_token(client)})
        assert answer.status_code in (403, 404), rule
    assert snapshot() == before


def test_a_wrong_method_is_told_the_right_ones(app: Flask, alice: Shopper, real: dict[str, str]) -> None:
    before = snapshot()
    routes = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        url = filled(rule, real)
        for method in METHODS:
            if not routes.test(url, method):
                answer = send(alice.browser, method, url)
                assert answer.status_code == 405, (method, url, answer.status_code)
                assert "GET" in answer.headers["Allow"] or "POST" in answer.headers["Allow"]
    assert snapshot() == before


@pytest.mark.parametrize("quantity", ["-1", "0", "21", "1.5", "1e3", "１", "two", "", " ", "+1", "0x1", "1" * 50])
def test_only_whole_numbers_of_pieces_go_into_a_bag(world: World, quantity: str) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    before = snapshot(without=["carts"])
    line_id = one(select(CartLine.id))

    added = alice.add(world.mug, quantity)
    changed = alice.browser.post(f"/cart/lines/{line_id}", data={"quantity": quantity})

    assert (added.status_code, changed.status_code) == (303, 303)
    assert snapshot(without=["carts"]) == before
    assert 'role="alert"' in alice.get("/cart")


def test_the_lines_of_bobs_bag_are_not_alices_to_touch(world: World) -> None:
    alice, bob = world.shopper(), world.shopper()
    alice.add(world.a4)
    bob.add(world.mug, 2)
    before = snapshot(without=["carts"])
    bobs = one(select(CartLine.id).where(CartLine.variant_id == world.mug))

    for url, data in [(f"/cart/lines/{bobs}", {"quantity": "1"}), (f"/cart/lines/{bobs}/removal", {})]:
        answer = alice.browser.post(url, data=data)
        assert answer.location == "/cart"
        assert "This is not in your bag any more." in alice.get("/cart")
        world.app.test_client().post(url, data=data)

    assert snapshot(without=["carts"]) == before


@pytest.mark.parametrize("field", ["email", "name", "company", "street", "extra", "city", "phone"])
def test_hostile_words_at_the_checkout_are_refused_beside_the_field_or_shown_as_words(world: World, field: str) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    form = {**vars(Typed()), "company": "", "delivery": str(world.parcel_id), "go": "on"}
    form["csrf_token"] = hidden(alice.get("/checkout"), "csrf_token")
    before = snapshot(without=THEIR_OWN)
    for words in HOSTILE:
        answer = send(alice.browser, "POST", "/checkout", data=form | {field: words})
        if answer.status_code == 422:
            page = answer.text
            assert f'id="{field}-error"' in page
        else:
            assert answer.location == "/checkout/payment"
            page = alice.get("/checkout/payment") + alice.get("/checkout")
        for mark in ("<script>alert", "<img src=x", "\0", "\u202e"):
            assert mark not in page
        assert words in unescape(page) or not words.startswith("{{")
    assert snapshot(without=THEIR_OWN) == before


@pytest.mark.parametrize("field", ["country", "postal_code", "delivery", "go"])
def test_choices_that_are_not_offered_are_refused_beside_the_field(world: World, field: str) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    form = {**vars(Typed()), "delivery": str(world.parcel_id), "go": "on"}
    form["csrf_token"] = hidden(alice.get("/checkout"), "csrf_token")
    for value in NONSENSE:
        answer = send(alice.browser, "POST", "/checkout", data=form | {field: value})
        assert answer.status_code in ((303,) if field == "go" else (422,)), (field, value[:30])
        if field == "country":
            assert "We do not deliver there yet." in answer.text


@pytest.mark.parametrize("field", ["form_token", "seen_total"])
def test_a_payment_form_that_was_tampered_with_buys_nothing(world: World, field: str) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    alice.fill_in()
    form = alice.last_step()
    before = snapshot()
    for value in NONSENSE:
        if field == "form_token" and value and value.isascii() and "\0" not in value and len(value) <= 64:
            continue  # any short word of ASCII will do: it only has to be the same again
        answer = send(alice.browser, "POST", "/checkout/payment", data=form | {field: value})
        assert answer.status_code in (409, 422), (value[:30], answer.status_code)
    assert snapshot() == before


def test_programs_are_told_in_json_what_is_wrong(world: World, client: FlaskClient) -> None:
    for accept in ("application/json", "application/problem+json", "application/json, text/plain;q=0.5"):
        for method, url, status in [
            ("GET", "/products/no-such-thing", 404),
            ("GET", "/no/such/address", 404),
            ("DELETE", "/cart", 405),
            ("POST", "/checkout/payment", 400),
        ]:
            answer = send(client, method, url, headers={"Accept": accept})
            assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), (accept, url)
            assert answer.json is not None
            assert answer.json["status"] == status
            assert answer.json["title"]
            assert answer.json["code"]
    assert send(client, "GET", "/no/such/address", headers={"Accept": "*/*"}).mimetype == "text/html"


def test_a_form_that_is_too_large_is_not_read(world: World, client: FlaskClient) -> None:
    answer = send(client, "POST", "/cart/lines", data={"quantity": "1" * 300_000})
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_what_is_on_the_machine_is_not_for_download(world: World, client: FlaskClient, tmp_path: Path) -> None:
    for path in ("../shop.db", "..%2fshop.db", "....//shop.db", "%2e%2e/%2e%2e/shop.db", "/etc/hostname", "%00"):
        for folder in ("static", "media"):
            assert send(client, "GET", f"/{folder}/{path}").status_code in (404, 308), path


def test_a_form_of_thousands_of_fields_is_refused_and_not_sent_back(world: World) -> None:
    flood = {f"field{number}": "x" for number in range(5000)}
    answer = world.shopper().browser.post("/checkout", data=flood)
    assert answer.status_code == 413
    assert len(answer.data) < 10_000
