"""What makes a product belong to a collection that nobody picks by hand: all that a rule says. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shop.core.i18n import _, _n, format_money
from shop.core.money import Money

Values = Mapping[str, tuple[str, ...]]


class BadRule(ValueError):
    """It says nothing, or what cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Of several values any will do. Prices are as in filters: under `high`, from `low` to `high`, or over `low`.

    Options and prices are asked of one and the same variant. Raises BadRule.
    """

    categories: tuple[str, ...] = ()  # slugs, with all below them
    attributes: Values = field(default_factory=dict)  # slugs of values by the slug of what they are values of
    options: Values = field(default_factory=dict)
    low: Money | None = None
    high: Money | None = None
    on_sale: bool = False
    days: int | None = None  # published no longer ago

    def __post_init__(self) -> None:
        prices = [price for price in (self.low, self.high) if price is not None]
        if not (self.categories or self.attributes or self.options or prices or self.on_sale or self.days is not None):
            raise BadRule("it says nothing")
        if not all((*self.attributes.values(), *self.options.values())):
            raise BadRule("nothing is named of an attribute or option")
        if any(price.minor <= 0 or price.currency != prices[0].currency for price in prices):
            raise BadRule("prices are above nothing, and in one currency")
        if self.low and self.high and self.low > self.high:
            raise BadRule("the lower price is above the higher one")
        if self.days is not None and self.days < 1:
            raise BadRule("days are one or more")

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Rule:
        """As `kept` wrote it. Raises BadRule for anything else."""
        try:
            fields = dict(kept)
            for name in ("attributes", "options"):
                fields[name] = {slug: tuple(values) for slug, values in fields.get(name, {}).items()}
            for name in ("low", "high"):
                fields[name] = Money(*fields[name]) if name in fields else None
            rule = cls(**{**fields, "categories": tuple(fields.get("categories", ()))})
        except (AttributeError, TypeError) as error:
            raise BadRule(f"unreadable: {error}") from None
        return rule

    def kept(self) -> dict[str, Any]:
        """As JSON, without what is not asked."""
        fields = {
            "categories": list(self.categories),
            "attributes": {slug: list(values) for slug, values in self.attributes.items()},
            "options": {slug: list(values) for slug, values in self.options.items()},
            "low": self.low and [self.low.minor, self.low.currency],
            "high": self.high and [self.high.minor, self.high.currency],
            "on_sale": self.on_sale,
            "days": self.days,
        }
        return {name: value for name, value in fields.items() if value}

    def words(self, name: Callable[[str, str], str]) -> list[str]:
        """What it asks, phrase by phrase. `name` says what a value is called: ("ink", "navy"), ("", "mugs")."""
        return [
            *([", ".join(name("", slug) for slug in self.categories)] if self.categories else []),
            *(
                f"{name(facet, '')}: {', '.join(name(facet, slug) for slug in values)}"
                for facet, values in {**self.attributes, **self.options}.items()
            ),
            *self._price(),
            *([_("on sale")] if self.on_sale else []),
            *([_n("new since yesterday", "new in the last %(num)s days", self.days)] if self.days else []),
        ]

    def _price(self) -> list[str]:
        low, high = (each and format_money(each, brief=True) for each in (self.low, self.high))
        if low and high:
            return [_("%(low)s to %(high)s", low=low, high=high)]
        if high:
            return [_("under %(price)s", price=high)]
        return [_("over %(price)s", price=low)] if low else []
