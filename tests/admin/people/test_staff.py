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
from shop.core.db import db
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
    assert 'value="Carol@example.com"' in response.text


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
