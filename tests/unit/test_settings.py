"""The shop starts well or says everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from shop.core.web import security_headers
from shop.settings import DEMO_SECRET_KEY, DEMO_STRIPE_KEY, DEMO_WEBHOOK_SECRET, BadSettings, Env, Settings

PRODUCTION = {
    "SHOP_ENV": "production",
    "DATABASE_URL": "postgresql://shop:secret@db/shop",
    "REDIS_URL": "redis://cache:6379/0",
    "SECRET_KEY": "k" * 48,
    "PUBLIC_URL": "https://shop.example",
    "STRIPE_SECRET_KEY": "sk_live_abc",
    "STRIPE_WEBHOOK_SECRET": "whsec_abc",
    "MAIL_URL": "smtp://user:password@mail.example:587",
}


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        Settings.from_env(environ)
    return caught.value.problems


def test_the_demo_needs_no_settings() -> None:
    settings = Settings.from_env({})
    assert settings.env is Env.DEMO
    assert settings.database_url.startswith("sqlite:///")
    assert (settings.plays_stripe, settings.shows_mails, settings.embedded, settings.secure) == (
        True,
        True,
        True,
        False,
    )
    assert settings.stripe_api_base == "http://127.0.0.1:8001"


def test_the_demo_moves_with_its_port() -> None:
    settings = Settings.from_env({"PORT": "8100"})
    assert (settings.public_url, settings.stripe_api_base) == ("http://127.0.0.1:8100", "http://127.0.0.1:8101")


def test_production_starts_with_what_it_needs() -> None:
    settings = Settings.from_env(PRODUCTION)
    assert not settings.plays_stripe
    assert not settings.shows_mails
    assert not settings.embedded
    assert settings.secure
    assert settings.database_url == "postgresql+psycopg://shop:secret@db/shop"
    assert settings.stripe_api_base is None
    assert "https://checkout.stripe.com" in security_headers(settings)["Content-Security-Policy"]


def test_everything_that_is_missing_is_named_at_once() -> None:
    found = problems({"SHOP_ENV": "production"})
    for name in ("DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "MAIL_URL"):
        assert f"{name} is missing." in found


def test_everything_that_is_wrong_is_named_at_once_and_in_the_message() -> None:
    wrong = {
        "SHOP_ENV": "prod",
        "DATABASE_URL": "mysql://x",
        "REDIS_URL": "http://cache",
        "PUBLIC_URL": "ftp://shop.example",
        "MAIL_URL": "mail.example",
        "MEDIA_URL": "ftp://bucket",
        "PORT": "eighty",
        "SWEEP_SECONDS": "0",
        "TRUSTED_PROXIES": "-1",
    }
    with pytest.raises(BadSettings) as caught:
        Settings.from_env(wrong)
    for name in wrong:
        assert any(problem.startswith(name) for problem in caught.value.problems), name
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", DEMO_SECRET_KEY, "of your own"),
        ("SECRET_KEY", "short", "at least 32"),
        ("STRIPE_SECRET_KEY", DEMO_STRIPE_KEY, "live key"),
        ("STRIPE_SECRET_KEY", "sk_test_abc", "live key"),
        ("STRIPE_WEBHOOK_SECRET", DEMO_WEBHOOK_SECRET, "the demo's"),
        ("STRIPE_WEBHOOK_SECRET", f"whsec_mine,{DEMO_WEBHOOK_SECRET}", "the demo's"),
        ("STRIPE_WEBHOOK_SECRET", ",", "STRIPE_WEBHOOK_SECRET"),
        ("STRIPE_API_BASE", "http://127.0.0.1:8001", "must not be set"),
        ("MAIL_URL", "mailbox:", "shows mails to anyone"),
        ("PUBLIC_URL", "http://shop.example", "https://"),
        ("PUBLIC_URL", "https://shop.example/shop", "without a path"),
        ("PUBLIC_URL", "https://", "the shop's address"),
        ("DATABASE_URL", "shop.db", "sqlite:/// or postgresql://"),
    ],
)
def test_production_refuses_what_belongs_to_the_demo(name: str, value: str, words: str) -> None:
    found = problems(PRODUCTION | {name: value})
    assert {problem.split(" ")[0] for problem in found} == {name}
    assert any(words in problem for problem in found)


def test_development_does_not_charge_real_cards() -> None:
    environ = PRODUCTION | {"SHOP_ENV": "development", "PUBLIC_URL": "http://127.0.0.1:8000"}
    (problem,) = problems(environ)
    assert problem.startswith("STRIPE_SECRET_KEY is a live key")
    assert Settings.from_env(environ | {"STRIPE_SECRET_KEY": "sk_test_abc"}).env is Env.DEVELOPMENT


def test_the_twin_is_never_told_a_live_key() -> None:
    for env in ("demo", "test", "development"):
        found = problems(PRODUCTION | {"SHOP_ENV": env, "STRIPE_API_BASE": "http://127.0.0.1:8001"})
        assert "STRIPE_API_BASE must not be set with a live Stripe key." in found


def test_a_secret_may_come_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "secret_key"
    kept.write_text("k" * 40 + "\n")
    without = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    assert Settings.from_env(without | {"SECRET_KEY_FILE": str(kept)}).secret_key == "k" * 40
    assert Settings.from_env(PRODUCTION | {"SECRET_KEY_FILE": str(kept)}).secret_key == PRODUCTION["SECRET_KEY"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    found = problems(without | {"SECRET_KEY_FILE": str(tmp_path / "nowhere")})
    assert any("SECRET_KEY_FILE names" in problem and "cannot be read" in problem for problem in found)
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    found = problems(without | {"SECRET_KEY_FILE": str(binary)})
    assert any("SECRET_KEY_FILE names" in problem for problem in found)


def test_two_webhook_secrets_while_one_replaces_the_other() -> None:
    settings = Settings.from_env(PRODUCTION | {"STRIPE_WEBHOOK_SECRET": " whsec_new , whsec_old,"})
    assert settings.stripe_webhook_secrets == ("whsec_new", "whsec_old")


def test_secrets_are_not_printed_by_accident() -> None:
    shown = repr(Settings.from_env(PRODUCTION))
    for secret in ("SECRET_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "DATABASE_URL", "MAIL_URL"):
        assert PRODUCTION[secret] not in shown, secret


@pytest.mark.parametrize("url", ["postgres://u@h/n", "postgresql://u@h/n", "postgresql+psycopg://u@h/n"])
def test_postgresql_has_many_names(url: str) -> None:
    assert Settings.from_env(PRODUCTION | {"DATABASE_URL": url}).database_url == "postgresql+psycopg://u@h/n"
