"""What robots may look at, and what a browser needs for a place on the home screen."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from shop.app import create_app
from shop.core.web import access_of
from shop.discovery.views import NOT_FOR_ROBOTS
from tests.conftest import browser, settings_for
from tests.discovery.heads import Head
from tests.words import write_wide
from tests.world import World


def rules(text: str) -> list[str]:
    return [line.removeprefix("Disallow: ") for line in text.splitlines() if line.startswith("Disallow")]


@pytest.mark.both
def test_robots_are_told_what_is_not_for_them_and_where_the_sitemap_is(world: World) -> None:
    answer = browser(world.app).get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert rules(answer.text) == list(NOT_FOR_ROBOTS)
    assert "Sitemap: http://localhost/sitemap.xml" in answer.text.splitlines()
    assert "Set-Cookie" not in answer.headers


@pytest.mark.both
def test_every_page_that_is_somebodys_own_is_closed_to_robots(world: World) -> None:
    for rule in world.app.url_map.iter_rules():
        access = access_of(world.app, rule.endpoint)
        assert access is not None
        if access.kind in ("private", "staff") and "GET" in (rule.methods or ()):
            assert rule.rule.startswith(NOT_FOR_ROBOTS), rule


def test_a_shop_that_is_being_built_is_closed_to_robots(tmp_path: Path) -> None:
    """With test keys, perhaps beside the real one: its pages would be found in the other's place."""
    app = create_app(
        settings_for(
            f"sqlite:///{tmp_path}/shop.db",
            tmp_path,
            SHOP_ENV="development",
            SECRET_KEY="x" * 32,
            STRIPE_SECRET_KEY="sk_test_of_somebody",
            STRIPE_API_BASE="",
            MAIL_URL="smtp://localhost",
        )
    )
    assert rules(app.test_client().get("/robots.txt").text) == ["/"]


def test_robots_are_told_before_there_is_a_shop(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/shop.db", tmp_path))
    assert app.test_client().get("/robots.txt").status_code == 200


def test_what_is_closed_is_closed_in_every_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_wide(tmp_path / "translations")
    monkeypatch.setattr("shop.core.i18n.TRANSLATIONS", tmp_path / "translations")
    app = create_app(settings_for(f"sqlite:///{tmp_path}/shop.db", tmp_path))
    assert {"/cart", "/de/cart", "/de/search"} <= set(rules(app.test_client().get("/robots.txt").text))


@pytest.mark.both
def test_the_manifest_names_the_shop_and_icons_that_are_there(world: World) -> None:
    client = browser(world.app)
    address = Head(client.get("/").text).tree.xpath("//link[@rel='manifest']/@href")[0]
    answer = client.get(address)
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert (manifest["name"], manifest["lang"], manifest["start_url"]) == ("Vitrine Test", "en-GB", "/")
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} == {
        *(("192x192", "any"), ("512x512", "any"), ("192x192", "maskable"), ("512x512", "maskable")),
    }
    for icon in manifest["icons"]:
        image = Image.open(BytesIO(client.get(icon["src"]).data))
        assert f"{image.width}x{image.height}" == icon["sizes"]
        assert (icon["type"], image.format) == ("image/png", "PNG")
        if icon["purpose"] == "maskable":
            assert spared(image.convert("RGB")), icon


def spared(image: Image.Image) -> bool:
    """Whether nothing but ground lies outside the circle that is never cut: w3.org/TR/appmanifest/#icon-masks."""
    middle, ground = (image.width - 1) / 2, image.getpixel((0, 0))
    radius = 0.4 * image.width
    return all(
        image.getpixel((x, y)) == ground
        for x in range(image.width)
        for y in range(image.height)
        if (x - middle) ** 2 + (y - middle) ** 2 > radius**2
    )
