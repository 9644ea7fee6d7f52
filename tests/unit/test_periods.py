"""Periods against the sentence they come from: the latest begun of the prices in force counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.periods import Period, at, lowest_before, periods
from shop.core.money import Money

DAYS = 80


def day(number: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


@dataclass
class Row:
    begins: int
    ends: int | None
    amount_minor: int
    compare_at_minor: int | None = None
    currency: str = "GBP"

    @property
    def valid_from(self) -> datetime:
        return day(self.begins)

    @property
    def valid_to(self) -> datetime | None:
        return None if self.ends is None else day(self.ends)


rows = st.builds(
    lambda begins, lasts, amount, was, currency: Row(begins, lasts and begins + lasts, amount, was, currency),
    st.integers(0, DAYS),
    st.none() | st.integers(1, DAYS),
    st.integers(1, 4),
    st.none() | st.just(9),
    st.sampled_from(["GBP", "GBP", "EUR"]),
)
histories = st.lists(rows, max_size=8, unique_by=lambda row: (row.currency, row.begins))


def in_force(history: list[Row], number: int) -> Row | None:
    return max(
        (
            row
            for row in history
            if row.currency == "GBP" and row.begins <= number and (row.ends is None or number < row.ends)
        ),
        key=lambda row: row.begins,
        default=None,
    )


@given(histories)
def test_on_every_day_the_latest_begun_of_the_prices_in_force_counts(history: list[Row]) -> None:
    told = periods(history, "GBP")
    for number in range(-1, 2 * DAYS + 2):
        row, period = in_force(history, number), at(told, day(number))
        assert (row and (row.amount_minor, row.compare_at_minor)) == (
            period and (period.amount.minor, period.compare_at and period.compare_at.minor)
        )


@given(histories)
def test_periods_come_in_order_without_overlap_and_part_only_where_something_changes(history: list[Row]) -> None:
    for one, next_one in pairwise(periods(history, "GBP")):
        assert one.ends is not None
        assert one.begins < one.ends <= next_one.begins
        assert one.ends < next_one.begins or one[2:] != next_one[2:]


@given(histories, st.integers(0, DAYS))
def test_the_lowest_price_is_that_of_the_thirty_days_before(history: list[Row], sale: int) -> None:
    before = [row.amount_minor for row in (in_force(history, number) for number in range(sale - 30, sale)) if row]
    lowest = lowest_before(periods(history, "GBP"), day(sale))
    assert (lowest and lowest.minor) == (min(before) if before else None)


def test_a_sale_over_a_lasting_price_lies_within_it() -> None:
    assert periods([Row(0, None, 2000), Row(10, 20, 1500, 2000)], "GBP") == [
        Period(day(0), day(10), Money(2000, "GBP"), None),
        Period(day(10), day(20), Money(1500, "GBP"), Money(2000, "GBP")),
        Period(day(20), None, Money(2000, "GBP"), None),
    ]
