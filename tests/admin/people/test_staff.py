"""The owner asks people to join, says what they may, and shuts them out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from shop.accounts import people
from shop.accounts.models import Role, Staff, StaffSession
from shop.accounts.people import LastOwner
from shop.accounts.services import id_of
from shop.admin.people.devices import device
from shop.audit import AuditEntry
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import NotFound
from tests.admin.conftest import Desk
from tests.admin.test_sign_in import sign_in
from tests.conftest import browser
from tests.world import CAROLS_PASSWORD, World, hidden

pytestmark = pytest.mark.both

DAN = "dan@example.com"


def invite(desk: Desk, email: str = DAN, role: Role = Role.PACKER, name: str = "Dan") -> None:
    assert desk.post("/admin/people/invitations", email=email, name=name, role=role).status_code == 303


def link_in_mail(world: World) -> str:
    world.work()
    found = re.search(r"/admin/join/\S+", world.mails("staff-invitation")[-1].text)
    assert found
    return found[0]


def join(client: FlaskClient, link: str, password: str = "") -> int:
    token = hidden(client.get(link).text, "csrf_token")
    data = {"csrf_token": token, "name": "Dan", "password": password or "a long password"}
    return client.post(link, data=data).status_code


def person(email: str) -> Staff:
    db.session.rollback()
    return db.session.scalars(select(Staff).where(Staff.email == email)).one()


def test_who_is_invited_chooses_a_password_and_is_in(world: World, desk: Desk, client: FlaskClient) -> None:
    invite(desk)
    assert "Dan" in desk.get("/admin/people")
    link = link_in_mail(world)
    assert DAN in client.get(link).text
    assert join(client, link, password="too short") == 422
    assert join(client, link) == 303
    assert "Dan" in client.get("/admin").text
    assert person(DAN).role == Role.PACKER
    assert sign_in(browser(world.app), DAN, "a long password").status_code == 303


def test_a_link_works_once_and_for_four_days(world: World, desk: Desk, client: FlaskClient) -> None:
    invite(desk)
    link = link_in_mail(world)
    with time_machine.travel(now() + timedelta(days=4, minutes=1)):
        assert client.get(link).status_code == 410
    assert join(client, link) == 303
    assert browser(world.app).get(link).status_code == 410
    assert client.get(link[:-3] + "abc").status_code == 410


def test_an_invitation_ends_when_it_is_taken_back_or_followed_by_another(world: World, desk: Desk) -> None:
    invite(desk)
    first = link_in_mail(world)
    invite(desk, role=Role.VIEWER)
    second = link_in_mail(world)
    assert browser(world.app).get(first).status_code == 410
    found = re.search(r"/admin/people/invitations/\d+/removal", desk.get("/admin/people"))
    assert found
    desk.after(desk.post(found[0]))
    assert browser(world.app).get(second).status_code == 410


def test_somebody_of_the_staff_is_not_invited_again(world: World, desk: Desk) -> None:
    response = desk.post("/admin/people/invitations", email="Carol@example.com", name="Carol", role="owner")
    assert response.status_code == 422
    assert "There is somebody with the address carol@example.com already." in response.text
    assert 'value="carol@example.com"' in response.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "dan@example"}, "The part after the @ is not complete."),
        ({"email": "dan"}, "has an @ in it"),
        ({"name": "  "}, "Enter a name."),
    ],
)
def test_an_invitation_needs_an_address_that_mail_reaches_and_a_name(
    world: World, desk: Desk, typed: dict[str, str], said: str
) -> None:
    response = desk.post("/admin/people/invitations", **{"email": DAN, "name": "Dan", "role": "packer", **typed})
    assert response.status_code == 422
    assert said in response.text


def test_an_address_is_one_however_it_is_typed(world: World, desk: Desk, client: FlaskClient) -> None:
    invite(desk, email="Dan@Bücher.example")
    assert join(client, link_in_mail(world)) == 303
    assert person("dan@xn--bcher-kva.example").name == "Dan"
    assert sign_in(browser(world.app), "dan@bücher.example", "a long password").status_code == 303
    again = desk.post("/admin/people/invitations", email="dan@bücher.example", name="Dan", role="packer")
    assert "There is somebody with the address" in again.text


def test_who_gets_a_sign_in_from_a_terminal_needs_no_invitation_any_more(
    world: World, desk: Desk, client: FlaskClient
) -> None:
    invite(desk)
    link = link_in_mail(world)
    said = ["--email", DAN, "--name", "Dan", "--role", "viewer", "--password", "a long password"]
    assert world.app.test_cli_runner().invoke(args=["staff", "create", *said]).exit_code == 0
    assert client.get(link).status_code == 410
    assert "Invited" not in desk.get("/admin/people")


def test_an_invitation_to_an_address_that_somebody_has_by_now_has_ended(world: World, desk: Desk) -> None:
    invite(desk)
    link = link_in_mail(world)
    with transaction():
        db.session.get_one(Staff, id_of("carol@example.com")).email = DAN
    with pytest.raises(NotFound):
        people.join(link.rpartition("/")[2], name="Dan", password="a long password")


def test_a_role_holds_from_the_next_click_on(world: World, desk: Desk, desk_of: Callable[[Role], Desk]) -> None:
    packer = desk_of(Role.PACKER)
    assert packer.browser.get("/admin/people").status_code == 403
    url = f"/admin/people/{id_of('packer@example.com')}"
    page = desk.after(desk.post(url, name="Pat", role="manager"))
    assert "Pat" in page
    assert packer.browser.get("/admin/jobs").status_code == 200
    assert person("packer@example.com").role == Role.MANAGER


def test_who_is_shut_out_is_out_at_once_and_can_be_let_in_again(
    world: World, desk: Desk, desk_of: Callable[[Role], Desk]
) -> None:
    packer = desk_of(Role.PACKER)
    url = f"/admin/people/{id_of('packer@example.com')}"
    desk.after(desk.post(f"{url}/disabling"))
    assert packer.browser.get("/admin").status_code == 302
    desk.after(desk.post(f"{url}/enabling"))
    assert person("packer@example.com").disabled_at is None
    assert packer.browser.get("/admin").status_code == 302, "they sign in anew"


def test_the_last_owner_stays(world: World, desk: Desk) -> None:
    carol, me = id_of("carol@example.com"), id_of("owner@example.com")
    people.disable(carol)
    response = desk.post(f"/admin/people/{me}", name="Sam", role="viewer")
    assert response.status_code == 422
    assert "is the only owner" in response.text
    assert "is the only owner" in desk.after(desk.post(f"/admin/people/{me}/disabling"))
    with pytest.raises(LastOwner):
        people.disable(me)
    people.enable(carol)
    people.change_role(me, Role.VIEWER)
    assert person("owner@example.com").role == Role.VIEWER


def test_where_somebody_is_signed_in_is_seen_and_ended(world: World, desk: Desk, client: FlaskClient) -> None:
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    sign_in(client, "carol@example.com", CAROLS_PASSWORD)
    carol = id_of("carol@example.com")
    page = desk.get(f"/admin/people/{carol}")
    assert "Firefox on Windows" in page
    found = re.search(rf"/admin/people/{carol}/sessions/\d+/end", page)
    assert found
    desk.after(desk.post(found[0]))
    assert client.get("/admin").status_code == 302


def test_nobody_ends_a_session_of_others_as_their_own(world: World, desk_of: Callable[[Role], Desk]) -> None:
    viewer, packer = desk_of(Role.VIEWER), desk_of(Role.PACKER)
    theirs = db.session.scalars(
        select(StaffSession.id).where(StaffSession.staff_id == id_of("packer@example.com"))
    ).one()
    viewer.post(f"/admin/account/sessions/{theirs}/end")
    assert packer.browser.get("/admin").status_code == 200


def test_a_changed_password_signs_out_everywhere_else(world: World, client: FlaskClient) -> None:
    sign_in(client, "carol@example.com", CAROLS_PASSWORD)
    elsewhere = browser(world.app)
    sign_in(elsewhere, "carol@example.com", CAROLS_PASSWORD)
    carol = Desk(client)
    assert carol.post("/admin/account/password", password="short").status_code == 422
    carol.after(carol.post("/admin/account/password", password="another password"))
    assert elsewhere.get("/admin").status_code == 302
    assert sign_in(browser(world.app), "carol@example.com", CAROLS_PASSWORD).status_code == 422
    assert sign_in(browser(world.app), "carol@example.com", "another password").status_code == 303


def test_from_a_terminal_somebody_is_shut_out_too(world: World, desk_of: Callable[[Role], Desk]) -> None:
    packer = desk_of(Role.PACKER)
    runner = world.app.test_cli_runner()
    assert runner.invoke(args=["staff", "disable", "nobody@example.com"]).exit_code == 1
    assert runner.invoke(args=["staff", "disable", "Packer@example.com"]).exit_code == 0
    assert packer.browser.get("/admin").status_code == 302
    db.session.rollback()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.what == "staff")).one()
    assert entry.actor == "cli"
    assert "disabled_at" in (entry.after or {})


def test_a_forgotten_password_is_set_anew_from_a_terminal(world: World, desk: Desk, client: FlaskClient) -> None:
    sign_in(client, "carol@example.com", CAROLS_PASSWORD)
    command = ["staff", "password", "Carol@example.com"]
    runner = world.app.test_cli_runner()
    short = runner.invoke(args=command, input="short\n")
    assert (short.exit_code, "at least 10 characters" in short.stderr) == (1, True)
    assert client.get("/admin").status_code == 200
    done = runner.invoke(args=command, input="another password\n")
    assert done.exit_code == 0, done.output
    assert "another" not in done.output
    assert client.get("/admin").status_code == 302
    assert sign_in(client, "carol@example.com", CAROLS_PASSWORD).status_code == 422
    assert sign_in(client, "carol@example.com", "another password").status_code == 303
    told = " ".join(re.sub(r"<[^>]+>", " ", desk.get("/admin/log?what=staff&who=cli")).split())
    assert "Changed Staff member carol@example.com Something secret, like a password" in told


def test_at_a_terminal_a_new_password_is_asked_for_twice_and_not_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.cli._is_terminal", lambda: True)
    command = ["staff", "password", "carol@example.com"]
    typed = "another password\nanother passwort\nanother password\nanother password\n"
    done = world.app.test_cli_runner().invoke(args=command, input=typed)
    assert done.exit_code == 0, done.output
    assert done.output.count("New password") == 2
    assert "another" not in done.output
    assert sign_in(browser(world.app), "carol@example.com", "another password").status_code == 303


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 (KHTML, like Gecko) Chrome/140 Safari/537 Edg/140",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) AppleWebKit/605 Version/19 Safari/604",
            "Safari on iPhone",
        ),
        ("curl/8.0", "An unknown device"),
    ],
)
def test_devices_are_told_in_words(world: World, said: str, words: str) -> None:
    assert device(said) == words


def test_a_proxy_that_the_shop_does_not_know_of_is_told_to_the_owner(world: World, desk: Desk) -> None:
    assert "TRUSTED_PROXIES" not in desk.get("/admin")
    page = desk.browser.get("/admin", headers={"X-Forwarded-For": "198.51.100.7"}).text
    assert "TRUSTED_PROXIES" in page
