"""What a parcel costs, and on which day it comes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.money import Money
from shop.delivery.rates import RateRow, arrival, free_from, price_for


def row(price: int, *, value: int = 0, weight: int = 0, up_to: int | None = None) -> RateRow:
    return RateRow(Money(value, "GBP"), weight, up_to, Money(price, "GBP"))


LADDER = [
    row(390, up_to=2000),
    row(790, weight=2000, up_to=20_000),
    row(0, value=4500, up_to=2000),
]


@pytest.mark.parametrize(
    ("value", "weight", "price"),
    [
        (0, 0, 390),
        (4499, 1999, 390),
        (4500, 1999, 0),
        (4500, 2000, 790),
        (4499, 19_999, 790),
        (9999, 20_000, None),
    ],
)
def test_the_dearest_bar_that_is_reached_counts(value: int, weight: int, price: int | None) -> None:
    found = price_for(LADDER, value=Money(value, "GBP"), weight_g=weight)
    assert (found.minor if found is not None else None) == price


def test_nothing_fits_no_rates() -> None:
    assert price_for([], value=Money(1, "GBP"), weight_g=1) is None
    assert free_from([], weight_g=1) is None


def test_free_delivery_is_promised_only_for_a_weight_that_goes_free() -> None:
    assert free_from(LADDER, weight_g=500) == Money(4500, "GBP")
    assert free_from(LADDER, weight_g=2500) is None
    assert free_from([row(0)], weight_g=1) == Money(0, "GBP")


@pytest.mark.parametrize(
    ("ordered", "least", "most", "first", "last"),
    [
        ("2026-11-23", 2, 3, "2026-11-25", "2026-11-26"),  # Monday
        ("2026-11-26", 2, 3, "2026-11-30", "2026-12-01"),  # Thursday, over a weekend
        ("2026-11-27", 1, 1, "2026-11-30", "2026-11-30"),  # Friday
        ("2026-11-28", 1, 2, "2026-11-30", "2026-12-01"),  # Saturday
        ("2026-11-29", 1, 2, "2026-11-30", "2026-12-01"),  # Sunday
        ("2026-11-27", 0, 0, "2026-11-27", "2026-11-27"),
        ("2026-11-28", 0, 0, "2026-11-30", "2026-11-30"),
        ("2026-11-23", 5, 10, "2026-11-30", "2026-12-07"),
    ],
)
def test_weekends_do_not_count(ordered: str, least: int, most: int, first: str, last: str) -> None:
    found = arrival(date.fromisoformat(ordered), least_days=least, most_days=most)
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 30), st.integers(0, 10))
def test_nothing_arrives_on_a_weekend_or_before_it_was_sent(ordered: date, least: int, more: int) -> None:
    first, last = arrival(ordered, least_days=least, most_days=least + more)
    assert ordered <= first <= last
    assert first.weekday() < 5
    assert last.weekday() < 5
