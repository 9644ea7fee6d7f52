"""Pages that everyone sees alike may be kept whole: what differs is inside marked holes."""

from __future__ import annotations

import re

import pytest

from shop.content.models import Kind
from tests.conftest import browser
from tests.content.writers import publish
from tests.world import World

pytestmark = pytest.mark.both

HOLE = re.compile(r"<!--hole:(\w+)-->.*?<!--/hole:\1-->", re.DOTALL)
PAGES = [
    "/",
    "/categories/things",
    "/products/mug",
    "/products/mug/reviews",
    "/products/print?size=a3",
    "/search?q=mug",
    "/search?q=nothing",
    "/pages/a-text",
    "/journal/a-text",
    "/lookbooks/a-text",
    "/journal",
]


@pytest.fixture(autouse=True)
def texts(world: World) -> None:
    for kind in (Kind.PAGE, Kind.JOURNAL, Kind.LOOKBOOK):
        publish("a-text", kind=kind, body="Before.\n\n{product: mug}\n\nAfter.")


@pytest.mark.parametrize("url", PAGES)
def test_a_shared_page_is_the_same_for_everyone_outside_its_holes(world: World, url: str) -> None:
    alice = world.shopper()
    alice.add(world.mug, 3)
    assert alice.add(world.cap).location == "/cart"  # refused, which the next page says
    mine = alice.get(url)
    stranger = browser(world.app).get(url)

    assert "Bag, 3 items" in mine
    assert "has just sold out" in mine
    assert "Bag, empty" in stranger.text
    assert mine != stranger.text
    assert HOLE.sub("<>", mine) == HOLE.sub("<>", stranger.text)
    assert {found[1] for found in HOLE.finditer(mine)} == {"bag", "notices"}


@pytest.mark.parametrize("url", PAGES)
def test_a_shared_page_holds_nothing_of_anybodys(world: World, url: str) -> None:
    stranger = browser(world.app).get(url)
    assert "csrf_token" not in stranger.text
    assert "Set-Cookie" not in stranger.headers
    assert "Cookie" in stranger.headers["Vary"]
    assert stranger.headers["Cache-Control"] == "no-cache"
