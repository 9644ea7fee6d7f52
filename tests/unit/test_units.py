from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from shop.catalog.units import UnitPrice, unit_price
from shop.core.money import Money


@dataclass
class Goods:
    content: Decimal | None
    unit: str = ""
    per: str = ""
    piece: str = ""


@pytest.mark.parametrize(
    ("price", "goods", "amount", "words"),
    [
        ("2.25", Goods(Decimal("3"), "piece", "piece", "sheet"), "0.75", "sheet"),
        ("10", Goods(Decimal("3"), "piece", "piece", "sheet"), "3.33", "sheet"),
        ("4.50", Goods(Decimal("250"), "g", "kg"), "18", "kg"),
        ("4.50", Goods(Decimal("250"), "g", "100g"), "1.80", "100 g"),
        ("4.50", Goods(Decimal("0.25"), "kg", "100g"), "1.80", "100 g"),
        ("9.99", Goods(Decimal("0.75"), "l", "l"), "13.32", "l"),
        ("9.99", Goods(Decimal("750"), "ml", "100ml"), "1.33", "100 ml"),
        ("12", Goods(Decimal("2.5"), "m", "m"), "4.80", "m"),
        ("70", Goods(Decimal("0.35"), "m2", "m2"), "200", "m²"),
    ],
)
def test_a_content_makes_a_unit_price(price: str, goods: Goods, amount: str, words: str) -> None:
    assert unit_price(Money.of(price, "GBP"), goods) == UnitPrice(Money.of(amount, "GBP"), words)


def test_it_is_rounded_once() -> None:
    assert unit_price(Money(500, "JPY"), Goods(Decimal(3), "piece", "piece", "card")) == UnitPrice(
        Money(167, "JPY"), "card"
    )


@pytest.mark.parametrize(
    "goods", [Goods(None), Goods(Decimal(1), "piece", "piece", "card"), Goods(Decimal(1000), "g", "kg")]
)
def test_what_is_not_known_or_only_repeats_the_price_is_not_told(goods: Goods) -> None:
    assert unit_price(Money(350, "GBP"), goods) is None
