"""What a kilogram, a litre or a sheet of something costs: Directive 98/6/EC, articles 2 and 3. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from shop.core.money import Money

CONTENT = {  # what a content is counted in: its measure, and how much of it
    "g": ("g", 1),
    "kg": ("g", 1000),
    "ml": ("ml", 1),
    "l": ("ml", 1000),
    "m": ("m", 1),
    "m2": ("m2", 1),
    "piece": ("piece", 1),
}
PER = {  # what a price is told for
    "100g": ("g", 100),
    "kg": ("g", 1000),
    "100ml": ("ml", 100),
    "l": ("ml", 1000),
    "m": ("m", 1),
    "m2": ("m2", 1),
    "piece": ("piece", 1),
}
_WRITTEN = {"100g": "100 g", "100ml": "100 ml", "m2": "m²"}


class Measured(Protocol):
    """A variant, or a row of a select."""

    @property
    def content(self) -> Decimal | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def per(self) -> str: ...
    @property
    def piece(self) -> str: ...


@dataclass(frozen=True, slots=True)
class UnitPrice:
    amount: Money
    per: str  # kg, 100 ml, sheet


def unit_price(price: Money, goods: Measured) -> UnitPrice | None:
    """None where nothing is known of the content, and where it would only repeat the price."""
    if goods.content is None:
        return None
    share = Fraction(PER[goods.per][1]) / (Fraction(goods.content) * CONTENT[goods.unit][1])
    if share == 1:
        return None
    return UnitPrice(price.portion(share), goods.piece or _WRITTEN.get(goods.per, goods.per))
