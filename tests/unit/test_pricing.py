"""What a bag comes to: the lines of an invoice add up, whatever is on it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.cart.pricing import Delivery, Item, price
from shop.core.money import Money

RATES = st.sampled_from([Decimal(0), Decimal("0.05"), Decimal("0.19"), Decimal("0.20"), Decimal("0.255")])


def pounds(minor: int) -> Money:
    return Money(minor, "GBP")


@st.composite
def items(draw: st.DrawFn) -> Item:
    """A line with something taken off it, never more than it is."""
    quantity, unit = draw(st.integers(1, 99)), draw(st.integers(0, 10**7))
    off = draw(st.lists(st.integers(0, quantity * unit // 3), max_size=3))
    return Item(quantity, pounds(unit), draw(RATES), [pounds(-each) for each in off])


@given(st.lists(items(), max_size=12), st.none() | st.builds(Delivery, st.integers(0, 10**5).map(pounds), RATES))
def test_lines_delivery_and_adjustments_are_the_total(lines: list[Item], delivery: Delivery | None) -> None:
    bare = price(lines, currency="GBP", delivery=delivery)
    off = [pounds(-(bare.total.minor // 3)), pounds(-(bare.total.minor // 5)), pounds(7)]
    totals = price(lines, currency="GBP", delivery=delivery, adjustments=off)

    assert len(totals.items) == len(lines)
    for item, line in zip(lines, totals.items, strict=True):
        assert line.amount.minor == item.unit_price.minor * item.quantity + sum(each.minor for each in item.adjustments)
        assert line.tax == line.amount.tax_contained(item.tax_rate)
    assert totals.subtotal.minor == sum(line.amount.minor for line in totals.items)
    assert totals.adjustment.minor == sum(each.minor for each in off)
    assert totals.total == totals.subtotal + totals.delivery + totals.adjustment
    assert totals.tax.minor == sum(line.tax.minor for line in totals.items) + totals.delivery_tax.minor
    assert pounds(0) <= totals.delivery_tax <= totals.delivery


def test_an_empty_bag_comes_to_nothing() -> None:
    totals = price([], currency="JPY")
    assert (totals.total, totals.tax, totals.delivery) == (Money(0, "JPY"),) * 3


def test_tax_is_rounded_on_each_line() -> None:
    """Three lines of 10p at 20 %: 2p each, although 30p at once would bear 5p."""
    totals = price([Item(1, pounds(10), Decimal("0.20"))] * 3, currency="GBP")
    assert totals.tax == pounds(6)
    assert pounds(30).tax_contained(Decimal("0.20")) == pounds(5)


def test_each_line_bears_its_own_rate_and_so_does_delivery() -> None:
    totals = price(
        [Item(2, pounds(1200), Decimal("0.20")), Item(1, pounds(1000), Decimal(0))],
        currency="GBP",
        delivery=Delivery(pounds(390), Decimal("0.20")),
    )
    assert [line.tax.minor for line in totals.items] == [400, 0]
    assert (totals.delivery_tax.minor, totals.tax.minor, totals.total.minor) == (65, 465, 3790)


def test_more_cannot_be_taken_off_than_there_is() -> None:
    line = Item(1, pounds(100), Decimal(0))
    assert price([line], currency="GBP", adjustments=[pounds(-100)]).total == pounds(0)
    with pytest.raises(ValueError, match="more is taken off"):
        price([line], currency="GBP", adjustments=[pounds(-101)])
    with pytest.raises(ValueError, match="more is taken off"):
        price([Item(1, pounds(100), Decimal(0), [pounds(-101)]), Item(9, pounds(100), Decimal(0))], currency="GBP")
