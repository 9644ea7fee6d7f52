"""Every address of the back office, for every role: who has not the right is refused, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from shop.accounts.models import MAY, Role
from shop.core.db import db
from shop.core.web import access_of
from tests.admin.conftest import Desk
from tests.world import World, hidden

pytestmark = pytest.mark.both

OWN = {  # what everybody does for themselves, and changes nothing of the shop
    "staff.sign_out",
    "staff.try_to_confirm",
    "staff.change_password",
    "staff.end_my_session",
    "staff.prepare_second_factor",
    "staff.turn_on_second_factor",
    "staff.turn_off_second_factor",
    "staff.renew_recovery_codes",
    "staff.keep_view",
    "staff.remove_view",
}


def routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Each staff route with a method and the right it asks for."""
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is not None and access.kind == "staff":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, access.permission


def address(world: World, rule: Rule) -> str:
    """With ids and names that are there, as far as the cast has them."""
    known: dict[str, object] = {"number": world.orders()[0].number, "variant_id": world.mug}
    values = {name: known.get(name, 1) for name in rule.arguments}
    return rule.build(values)[1]  # type: ignore[index]


def fingerprint() -> dict[str, object]:
    """What is in every table, as numbers and text that any change changes."""
    db.session.rollback()
    return {
        name: sorted(str(row) for row in db.session.execute(select(table)))
        for name, table in db.metadata.tables.items()
        if name != "staff_sessions"
    }


@pytest.mark.parametrize("role", list(Role))
def test_who_has_not_the_right_is_refused_everywhere_and_changes_nothing(
    world: World, desk_of: Callable[[Role], Desk], role: Role
) -> None:
    world.shopper().buy(world.mug)
    desk = desk_of(role)
    token = hidden(desk.get("/admin"), "csrf_token")
    before = fingerprint()
    for rule, method, right in routes(world.app):
        if right not in MAY[role]:
            url = address(world, rule)
            response = desk.browser.open(url, method=method, data={"csrf_token": token})
            assert response.status_code == 403, (method, url, response.status_code)
            assert "Your role does not include this." in response.text, (method, url)
    assert fingerprint() == before


def test_a_viewer_is_refused_by_whatever_changes_something(world: World, desk_of: Callable[[Role], Desk]) -> None:
    """Not only by chance: no route that takes a form is open to who only looks."""
    open_to_viewers = {
        rule.endpoint for rule, method, right in routes(world.app) if method != "GET" and right in MAY[Role.VIEWER]
    }
    assert open_to_viewers == OWN


def test_looking_changes_nothing(world: World, desk_of: Callable[[Role], Desk]) -> None:
    world.shopper().buy(world.mug)
    desk = desk_of(Role.OWNER)
    desk.get("/admin")
    before = fingerprint()
    for rule, method, _right in routes(world.app):
        if method == "GET":
            url = address(world, rule)
            assert desk.browser.get(url).status_code in (200, 302, 404, 410), url
    assert fingerprint() == before


def test_staff_pages_are_closed_to_who_is_not_signed_in(world: World) -> None:
    world.shopper().buy(world.mug)
    before = fingerprint()
    for rule, method, _right in routes(world.app):
        response = world.shopper().browser.open(address(world, rule), method=method)
        assert response.status_code == (302 if method == "GET" else 403), (method, rule)
    assert fingerprint() == before
