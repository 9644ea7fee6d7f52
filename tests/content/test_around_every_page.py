"""What stands at the head and the foot of every page: the announcement and the menus."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask.testing import FlaskClient

from shop.content import services
from shop.content.models import MenuItem, Place
from shop.core.db import db, transaction
from tests.conftest import browser
from tests.content.writers import draft, publish, revised, the
from tests.world import World

pytestmark = pytest.mark.both


@pytest.fixture
def visitor(world: World) -> FlaskClient:
    return browser(world.app)


def link(place: Place, label: str, **to: object) -> None:
    with transaction():
        db.session.add(MenuItem(place=place, label=label, **to))


def column(page: str, heading: str) -> list[tuple[str, str]]:
    """Address and label of each link under `heading` in the footer."""
    footer = page.split("<footer", 1)[1]
    found = re.search(rf"<h2[^>]*>{heading}</h2>(.*?)</ul>", footer, re.DOTALL)
    return re.findall(r'<a href="([^"]+)">([^<]+)</a>', found[1]) if found else []


def test_without_links_of_ones_own_the_footer_has_shelves_and_help(visitor: FlaskClient) -> None:
    page = visitor.get("/").text
    assert column(page, "Shop") == [("/categories/things", "Things")]
    assert column(page, "Help") == [
        ("/orders/find", "Find your order"),
        ("mailto:shop@example.com", "shop@example.com"),
        ("/search", "Search"),
        ("/cart", "Your bag"),
    ]
    assert column(page, "Studio") == column(page, "Legal") == []


def test_links_lead_to_texts_categories_and_anywhere(world: World, visitor: FlaskClient) -> None:
    link(Place.SHOP, "All of it", category_id=world.shelf_id)
    link(Place.HELP, "Delivery", entry_id=publish("delivery"), position=2)
    link(Place.HELP, "Search", address="/search", position=1)
    link(Place.STUDIO, "Elsewhere", address="https://elsewhere.example/us")
    page = visitor.get("/search").text
    assert column(page, "Shop") == [("/categories/things", "All of it")]
    assert column(page, "Help")[2:] == [("/search", "Search"), ("/pages/delivery", "Delivery")]
    assert column(page, "Studio") == [("https://elsewhere.example/us", "Elsewhere")]
    assert column(page, "Legal") == []


def test_a_link_follows_its_text_and_waits_for_it(visitor: FlaskClient) -> None:
    entry_id = draft("terms")
    link(Place.LEGAL, "Terms", entry_id=entry_id)
    assert column(visitor.get("/").text, "Legal") == []
    services.publish(entry_id)
    assert column(visitor.get("/").text, "Legal") == [("/pages/terms", "Terms")]
    services.revise(entry_id, revised(entry_id, slug="terms-of-sale"), version=the(entry_id).version)
    assert column(visitor.get("/").text, "Legal") == [("/pages/terms-of-sale", "Terms")]
    services.withdraw(entry_id)
    assert column(visitor.get("/").text, "Legal") == []


def announced(visitor: FlaskClient) -> str:
    found = re.search(r'<section class="announcement"[^>]*>(.*?)</section>', visitor.get("/search").text, re.DOTALL)
    return found[1] if found else ""


def test_nothing_to_announce_leaves_no_room_for_it(visitor: FlaskClient) -> None:
    assert announced(visitor) == ""


def test_an_announcement_may_lead_somewhere(world: World, visitor: FlaskClient) -> None:
    world.store_with(notice="Free delivery. Posted on Mondays")
    assert announced(visitor) == '<p>Free delivery<span class="announcement-rest">. Posted on Mondays</span></p>'
    world.store_with(notice="Free delivery", notice_link="/pages/delivery")
    assert announced(visitor) == '<p><a href="/pages/delivery">Free delivery</a></p>'


def test_an_announcement_comes_and_goes_by_the_clock_of_the_shop(world: World, visitor: FlaskClient) -> None:
    world.store_with(notice="Sale", notice_from="2026-07-01T09:00", notice_until="2026-07-03")
    seen = {}
    for moment in (
        datetime(2026, 7, 1, 7, 59, tzinfo=UTC),
        datetime(2026, 7, 1, 8, 0, tzinfo=UTC),
        datetime(2026, 7, 2, 22, 59, tzinfo=UTC),
        datetime(2026, 7, 2, 23, 0, tzinfo=UTC),
    ):
        with time_machine.travel(moment, tick=False):
            seen[moment.day, moment.hour] = announced(visitor) != ""
    assert list(seen.values()) == [False, True, True, False]
