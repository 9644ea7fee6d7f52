"""Codes from a phone beside the password."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from shop.accounts import people, second_factor, totp
from shop.accounts.models import Staff
from shop.accounts.services import id_of
from shop.catalog.models import Product
from shop.core import qr
from shop.core.clock import now
from shop.core.db import db, transaction
from tests.admin.conftest import Desk
from tests.admin.test_sign_in import sign_in
from tests.conftest import browser
from tests.world import CAROLS_PASSWORD, World, hidden

pytestmark = pytest.mark.both

CAROL = "carol@example.com"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # 12345678901234567890, of RFC 6238's appendix B


def code(secret: str, moment: datetime | None = None) -> str:
    return totp.code_at(secret, totp.step_at(moment or now()))


def later(steps: int) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(seconds=steps * totp.STEP_S))


def set_up(carol: Desk) -> tuple[str, list[str]]:
    """As Carol does it on the pages; returns the secret and the recovery codes."""
    page = carol.after(carol.post("/admin/account/second-factor"))
    key = re.search(r'translate="no">([A-Z2-7 ]+)<', page)
    assert key
    secret = key[1].replace(" ", "")
    assert "<svg" in page
    done = carol.post("/admin/account/second-factor/first-code", code=code(secret))
    assert done.status_code == 200
    return secret, re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", done.text)


def second_step(client: FlaskClient, typed: str) -> TestResponse:
    page = client.get("/admin/sign-in/code").text
    return client.post("/admin/sign-in/code", data={"csrf_token": hidden(page, "csrf_token"), "code": typed})


@pytest.fixture
def carol(world: World, client: FlaskClient) -> Desk:
    sign_in(client, CAROL, CAROLS_PASSWORD)
    return Desk(client)


@pytest.mark.parametrize(
    ("second", "known"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(second: int, known: str) -> None:
    moment = datetime.fromtimestamp(second, UTC)
    assert code(RFC_SECRET, moment) == known
    assert totp.step_of(RFC_SECRET, known, moment=moment + timedelta(seconds=30)) == second // 30
    assert totp.step_of(RFC_SECRET, known, moment=moment + timedelta(seconds=90)) is None


def test_a_square_code_is_drawn_as_the_standard_has_it() -> None:
    """Held against another program's for every length once; this is the smallest of them."""
    drawn = ["".join("#" if dark else "." for dark in row) for row in qr.squares("hello")]
    assert drawn[0] == "#######..##...#######"
    assert drawn[12] == ".##.#.##..#.#.#.#...."
    assert drawn[20] == "#######.###.#.##...##"
    assert len(qr.squares("a" * 213)) == 57
    with pytest.raises(ValueError, match="too long"):
        qr.squares("a" * 214)


def test_signing_in_then_takes_both(world: World, carol: Desk) -> None:
    secret, _codes = set_up(carol)
    other = browser(world.app)
    first = sign_in(other, CAROL, CAROLS_PASSWORD)
    assert (first.status_code, first.location) == (303, "/admin/sign-in/code")
    assert other.get("/admin").status_code == 302, "half of it is nothing"
    assert second_step(other, "000000").status_code == 422
    with later(2):
        assert second_step(other, code(secret)).location == "/admin"
        assert other.get("/admin").status_code == 200


def test_a_code_is_taken_once(world: World, carol: Desk) -> None:
    secret, _codes = set_up(carol)
    with later(2):
        typed = code(secret)
        for status in (303, 422):
            other = browser(world.app)
            sign_in(other, CAROL, CAROLS_PASSWORD)
            assert second_step(other, typed).status_code == status
    with later(3):
        other = browser(world.app)
        sign_in(other, CAROL, CAROLS_PASSWORD)
        assert second_step(other, typed).status_code == 422, "nor an older one that the clock still allows"


def test_a_code_that_somebody_else_has_taken_meanwhile_is_not_taken_again(world: World, carol: Desk) -> None:
    secret, _codes = set_up(carol)
    with later(2), transaction():
        person = db.session.get_one(Staff, id_of(CAROL))
        taken = update(Staff.__table__).values(totp_step=totp.step_at(now()))  # type: ignore[arg-type]
        db.session.connection().execute(taken)  # as another process does it: the session hears nothing of it
        assert person.totp_step < totp.step_at(now())
        assert not second_factor.accept(person.id, code(secret))


def test_who_is_shut_out_between_password_and_code_stays_out(world: World, desk: Desk, carol: Desk) -> None:
    secret, _codes = set_up(carol)
    other = browser(world.app)
    sign_in(other, CAROL, CAROLS_PASSWORD)
    people.disable(id_of(CAROL))
    with later(2):
        assert second_step(other, code(secret)).status_code == 422
    assert other.get("/admin").status_code == 302


def test_each_of_ten_recovery_codes_signs_in_once(world: World, carol: Desk) -> None:
    _secret, codes = set_up(carol)
    assert len(set(codes)) == 10
    for status in (303, 422):
        other = browser(world.app)
        sign_in(other, CAROL, CAROLS_PASSWORD)
        assert second_step(other, codes[0].upper().replace("-", " ")).status_code == status
    assert "9 recovery codes are left." in carol.get("/admin/account")
    renewed = carol.post("/admin/account/recovery-codes").text
    assert codes[1] not in renewed
    assert not second_factor.accept(id_of(CAROL), codes[1])


def test_who_guesses_codes_has_to_wait(world: World, carol: Desk) -> None:
    secret, _codes = set_up(carol)
    other = browser(world.app)
    sign_in(other, CAROL, CAROLS_PASSWORD)
    assert [second_step(other, f"00000{n}").status_code for n in range(6)] == [422] * 5 + [429]
    with later(2):
        assert second_step(other, code(secret)).status_code == 429


def test_it_is_confirmed_by_a_code_where_it_is_on(world: World, carol: Desk) -> None:
    secret, _codes = set_up(carol)
    with later(40):
        page = carol.get("/admin/confirm?next=/admin/people")
        token = hidden(page, "csrf_token")
        url = "/admin/confirm?next=/admin/people"
        wrong = carol.browser.post(url, data={"csrf_token": token, "confirm_password": CAROLS_PASSWORD})
        assert wrong.status_code == 422
        right = carol.browser.post(url, data={"csrf_token": token, "confirm_password": code(secret)})
        assert right.location == "/admin/people"


def test_the_owner_requires_it_of_all(world: World, desk: Desk, carol: Desk) -> None:
    desk.post("/admin/people/second-factor", required="on")
    for each in (desk, carol):
        assert each.browser.get("/admin/orders").location == "/admin/account/second-factor"
    secret_page = carol.get("/admin/account/second-factor")
    refused = carol.browser.post(
        "/admin/products",
        data={"csrf_token": hidden(secret_page, "csrf_token"), "name": "Bowl", "category": world.shelf_id},
    )
    assert refused.status_code == 403
    assert world.count(Product, name="Bowl") == 0
    token = {"csrf_token": hidden(secret_page, "csrf_token")}
    carol.browser.post("/admin/account/second-factor", data=token)
    page = carol.get("/admin/account/second-factor")
    key = re.search(r'translate="no">([A-Z2-7 ]+)<', page)
    assert key
    typed = {**token, "code": code(key[1].replace(" ", ""))}
    assert carol.browser.post("/admin/account/second-factor/first-code", data=typed).status_code == 200
    assert carol.browser.get("/admin/orders").status_code == 200


def test_an_owner_turns_it_off_for_who_has_lost_all(world: World, desk: Desk, carol: Desk) -> None:
    set_up(carol)
    url = f"/admin/people/{id_of(CAROL)}"
    desk.after(desk.post(f"{url}/second-factor/removal"))
    assert sign_in(browser(world.app), CAROL, CAROLS_PASSWORD).location == "/admin"


def test_a_sole_owner_who_has_lost_all_comes_back_from_a_terminal(world: World, carol: Desk) -> None:
    set_up(carol)
    command = ["staff", "password", CAROL]
    runner = world.app.test_cli_runner()
    assert runner.invoke(args=command, input="another password\n").exit_code == 0
    assert sign_in(browser(world.app), CAROL, "another password").location == "/admin/sign-in/code"
    assert runner.invoke(args=[*command, "--no-second-factor"], input="another password\n").exit_code == 0
    assert sign_in(browser(world.app), CAROL, "another password").location == "/admin"
