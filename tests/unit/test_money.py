"""Money never gains or loses a penny by itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.money import CurrencyMismatch, Money, exponent

CURRENCIES = st.sampled_from(["GBP", "JPY", "KWD"])
MINORS = st.integers(-(10**15), 10**15)
RATES = st.decimals(0, 1, places=5, allow_nan=False)


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("24.50", "GBP", 2450),
        ("24.5", "GBP", 2450),
        ("24", "GBP", 2400),
        ("0.01", "GBP", 1),
        ("-3.90", "GBP", -390),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1234),
        ("0.29", "GBP", 29),  # 0.29 * 100 is 28.999… in floating point
        ("1e2", "JPY", 100),
    ],
)
def test_amounts_are_read_exactly(written: str, currency: str, minor: int) -> None:
    assert Money.of(written, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("written", "currency"), [("24.505", "GBP"), ("0.5", "JPY"), ("1.2345", "KWD"), ("NaN", "GBP"), ("Infinity", "GBP")]
)
def test_a_fraction_of_the_smallest_coin_is_refused(written: str, currency: str) -> None:
    with pytest.raises(ValueError, match="more decimals"):
        Money.of(written, currency)


@given(MINORS, CURRENCIES)
def test_writing_and_reading_is_the_same_amount(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert Money.of(str(amount.decimal), currency) == amount
    assert -amount.decimal.as_tuple().exponent == exponent(currency)  # type: ignore[operator]


def test_two_currencies_do_not_meet() -> None:
    pounds, yen = Money(100, "GBP"), Money(100, "JPY")
    for act in (
        lambda: pounds + yen,
        lambda: pounds - yen,
        lambda: pounds < yen,
        lambda: pounds >= yen,
        lambda: Money.sum([pounds, yen], "GBP"),
    ):
        with pytest.raises(CurrencyMismatch):
            act()
    assert pounds != yen


def test_money_is_not_multiplied_by_floats() -> None:
    with pytest.raises(TypeError):
        Money(100, "GBP") * 1.5  # type: ignore[operator]


@given(MINORS, CURRENCIES, st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(any))
def test_shares_add_up_to_the_whole_and_are_fair(minor: int, currency: str, weights: list[int]) -> None:
    whole = Money(minor, currency)
    shares = whole.split(weights)
    assert Money.sum(shares, currency) == whole
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(minor * weight, sum(weights))
        assert exact - 1 < share.minor < exact + 1


def test_the_first_shares_take_what_is_left_over() -> None:
    assert [share.minor for share in Money(100, "EUR").split([1, 1, 1])] == [34, 33, 33]
    assert [share.minor for share in Money(5, "JPY").split([0, 1, 1])] == [0, 3, 2]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_there_is_nothing_to_share_by(weights: list[int]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (min() of nothing says it in its own words)
        Money(100, "EUR").split(weights)


@pytest.mark.parametrize(
    ("minor", "rate", "rounded"),
    [(10, "0.25", 3), (10, "0.24", 2), (-10, "0.25", -3), (1, "0.5", 1), (-1, "0.5", -1), (1999, "0.2", 400)],
)
def test_portions_are_rounded_half_up_as_invoices_are(minor: int, rate: str, rounded: int) -> None:
    assert Money(minor, "GBP").portion(Decimal(rate)).minor == rounded


@given(MINORS, RATES)
def test_a_portion_is_less_than_half_a_coin_away(minor: int, rate: Decimal) -> None:
    portion = Money(minor, "GBP").portion(rate)
    assert abs(portion.minor - minor * Fraction(rate)) <= Fraction(1, 2)
    assert (-Money(minor, "GBP")).portion(rate) == -portion


@given(st.integers(0, 10**12), RATES)
def test_the_tax_contained_is_the_tax_on_the_rest(minor: int, rate: Decimal) -> None:
    gross = Money(minor, "GBP")
    tax = gross.tax_contained(rate)
    assert Money.zero("GBP") <= tax <= gross
    assert abs((gross - tax).minor * Fraction(rate) - tax.minor) <= 1


def test_a_fifth_on_top_is_a_sixth_of_the_price() -> None:
    assert Money(2400, "GBP").tax_contained(Decimal("0.20")).minor == 400
    assert Money(119, "EUR").tax_contained(Decimal("0.19")).minor == 19
    assert Money(1000, "JPY").tax_contained(Decimal("0.10")).minor == 91
