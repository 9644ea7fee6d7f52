"""Figures as people here write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask

from shop.core import i18n
from shop.core.money import Money


@pytest.fixture(autouse=True)
def _spoken() -> object:
    app = Flask(__name__)
    i18n.init(app)
    with app.app_context():
        yield


@pytest.mark.parametrize(
    ("minor", "currency", "brief", "full"),
    [
        (2400, "GBP", "£24", "£24.00"),
        (2450, "GBP", "£24.50", "£24.50"),
        (5, "GBP", "£0.05", "£0.05"),
        (0, "GBP", "£0", "£0.00"),
        (123456700, "GBP", "£1,234,567", "£1,234,567.00"),
        (-390, "GBP", "-£3.90", "-£3.90"),
        (-2400, "GBP", "-£24", "-£24.00"),
        (500, "JPY", "JP¥500", "JP¥500"),
        (1500, "KWD", "KWD1.500", "KWD1.500"),
        (2000, "KWD", "KWD2", "KWD2.000"),
        (2400, "EUR", "€24", "€24.00"),
    ],
)
def test_money_is_written_without_pence_where_it_may_be_brief(minor: int, currency: str, brief: str, full: str) -> None:
    amount = Money(minor, currency)
    assert i18n.format_money(amount).replace("\xa0", " ") == full
    assert i18n.format_money(amount, brief=True).replace("\xa0", " ") == brief


def test_other_languages_write_it_their_way() -> None:
    with i18n.speaking("de_DE"):
        assert i18n.format_money(Money(123450, "EUR")) == "1.234,50\xa0€"
        assert i18n.format_money(Money(2400, "EUR"), brief=True) == "24\xa0€"
        assert i18n.country_name("GB") == "Vereinigtes Königreich"
        assert i18n.language_code() == "de-DE"
    with i18n.speaking("ja_JP"):
        assert i18n.format_money(Money(500, "JPY")) in ("￥500", "¥500")
    assert i18n.country_name("GB") == "United Kingdom"
    assert i18n.country_name("ZZZ") == "ZZZ"


def test_days_and_times_are_the_shops_own() -> None:
    moment = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert i18n.format_moment(moment, timezone="Europe/London") == "2 Jul 2026, 00:30"
    assert i18n.format_clock(moment, timezone="America/New_York") == "19:30"
    assert i18n.format_day(date(2026, 11, 25)) == "Wed 25 Nov"


@pytest.mark.parametrize(("rate", "words"), [("0.2", "20%"), ("0.055", "5.5%"), ("0", "0%"), ("0.08875", "8.88%")])
def test_rates_are_percentages(rate: str, words: str) -> None:
    assert i18n.format_percent(Decimal(rate)) == words
