"""The style guide shows what the shop's templates make of sample data, and is not there in production."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shop.app import create_app
from shop.demo import styleguide
from shop.demo.styleguide import GROUPS, PAIRS, STATES, contrast, tokens
from shop.settings import Settings
from tests.conftest import browser
from tests.guards.test_budgets import statements
from tests.world import World

FAILURES = {"error-403": 403, "error-404": 404, "error-413": 413, "error-429": 429, "error-500": 500, "error-503": 503}
STATUSES = {f"/dev/styleguide/{name}": status for name, status in FAILURES.items()} | {
    "/dev/styleguide/stale-form": 400
}


@pytest.mark.parametrize("address", STATES)
def test_a_state_is_shown_in_a_shop_of_other_goods_and_nothing_is_written(world: World, address: str) -> None:
    with statements() as asked:
        answer = browser(world.app).get(address)
    assert answer.status_code == STATUSES.get(address, 200), answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert [statement for statement in asked if not statement.startswith("SELECT")] == []


def test_the_first_page_leads_to_every_state(world: World) -> None:
    page = browser(world.app).get("/dev/styleguide").text
    assert set(STATES[1:]) <= set(re.findall(r'href="(/dev/styleguide/[^"]+)"', page))


def test_no_state_is_shown_in_place_of_another() -> None:
    names = [name for group in GROUPS.values() for name in group]
    assert sorted(names) == sorted(set(names))


def test_there_is_no_style_guide_in_production(tmp_path: Path) -> None:
    app = create_app(
        Settings.from_env(
            {
                "SHOP_ENV": "production",
                "DATABASE_URL": f"sqlite:///{tmp_path}/shop.db",
                "MEDIA_URL": f"file:{tmp_path}",
                "PUBLIC_URL": "https://shop.example",
                "SECRET_KEY": "s" * 32,
                "STRIPE_SECRET_KEY": "sk_live_key",
                "STRIPE_WEBHOOK_SECRET": "whsec_secret",
                "MAIL_URL": "smtp://localhost",
            }
        )
    )
    assert [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(styleguide.bp.name)] == []


@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
def test_colours_stand_out_from_what_they_are_on(colour: str, ground: str, least: float) -> None:
    values = tokens()
    assert contrast(values[colour], values[ground]) >= least


def test_contrast_is_reckoned_as_the_guidelines_do() -> None:
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#abc", "#aabbcc") == 1
