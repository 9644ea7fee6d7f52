"""What the owner does from a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from tests.processes import Running, eventually, shop_in

OPTIONS = {"--name": "Copper Kettle", "--country": "de", "--email": "Kim@example.com", "--password": "ten letters!"}
INIT = ("init", *(part for option in OPTIONS.items() for part in option))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo with all it has; it takes a while, so tests that change nothing of it for others share it."""
    with shop_in(tmp_path_factory.mktemp("filled")) as running:
        assert re.search(r"42 products and \d+ orders of the last sixty days", running.manage("seed").stdout)
        yield running


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with shop_in(tmp_path) as running:
        yield running


def test_a_shop_of_ones_own_begins_empty_and_can_be_visited(running: Running) -> None:
    made = running.manage(*INIT)
    assert made.returncode == 0, made.stderr
    assert "Copper Kettle is ready" in made.stdout

    running.start("manage.py", "run")
    running.wait_until_ready()

    home = requests.get(running.url, timeout=5).text
    assert "Copper Kettle" in home
    assert "Fathom" not in home
    assert requests.get(f"{running.url}/cart", timeout=5).ok
    assert requests.get(f"{running.url}/search?q=kettle", timeout=5).ok
    staff = requests.Session()
    page = staff.get(f"{running.url}/admin", timeout=5)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    data = {"csrf_token": token[1], "email": "kim@example.com", "password": "ten letters!"}
    signed_in = staff.post(f"{running.url}/admin/sign-in", data=data, timeout=5)
    assert signed_in.ok
    assert "/admin/sign-in" not in signed_in.url
    audit = eventually(lambda: running.manage("audit"), what="an audit")
    assert audit.returncode == 0, audit.stderr


def test_a_second_shop_in_the_same_database_is_refused(filled: Running) -> None:
    again = filled.manage(*INIT)
    assert again.returncode == 1
    assert "There is a shop in this database already" in again.stderr


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"--country": "Germany"}, "not a country's two letters"),
        ({"--currency": "EURO"}, "not a currency's three letters"),
        ({"--password": "short"}, "at least 10 characters"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_made(running: Running, wrong: dict[str, str], said: str) -> None:
    refused = running.manage("init", *(part for option in (OPTIONS | wrong).items() for part in option))
    assert refused.returncode == 1
    assert said in refused.stderr
    assert not (running.folder / "shop.db").exists()


def test_staff_get_a_sign_in_once(filled: Running) -> None:
    command = ("staff", "create", "--email", "Pat@example.com", "--name", "Pat", "--role", "packer")
    assert filled.manage(*command, "--password", "ten letters!").returncode == 0
    again = filled.manage(*command, "--password", "ten letters!")
    assert again.returncode == 1
    assert "somebody with the address pat@example.com" in again.stderr


def test_the_demo_is_filled_once_and_never_in_production(filled: Running) -> None:
    assert "There is a shop in this database already" in filled.manage("seed").stdout
    production = {
        "SHOP_ENV": "production",
        "SECRET_KEY": "k" * 40,
        "PUBLIC_URL": "https://shop.example",
        "STRIPE_SECRET_KEY": "sk_live_not_real",
        "MAIL_URL": "smtp://127.0.0.1:2525",
    }
    refused = replace(filled, env=filled.env | production).manage("seed")
    assert refused.returncode == 1
    assert "not for production" in refused.stderr


def test_settings_that_are_wrong_are_all_named_and_nothing_starts(running: Running) -> None:
    running.env.update(SHOP_ENV="production", PUBLIC_URL="http://shop.example", MAIL_URL="mailbox:")
    refused = running.manage("migrate")
    assert refused.returncode == 1
    for name in ("SECRET_KEY", "STRIPE_SECRET_KEY", "MAIL_URL", "PUBLIC_URL"):
        assert name in refused.stderr
    assert "Traceback" not in refused.stderr


def test_without_a_schema_the_sentence_says_what_to_do(running: Running) -> None:
    refused = running.manage("audit", "--offline")
    assert refused.returncode == 1
    assert "manage.py migrate" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_rest_answers(filled: Running) -> None:
    assert "0 carts deleted" in filled.manage("expire-carts").stdout
    assert "1 new messages" in filled.manage("outbox", "status").stdout
    away = filled.manage("sweep")
    assert away.returncode == 0, away.stderr
    assert filled.manage("worker").returncode == 1
    assert filled.manage("serve", "--processes", "2").returncode == 1
