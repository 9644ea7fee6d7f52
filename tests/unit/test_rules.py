"""Rules of collections: what they may say, and how they are kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.rules import BadRule, Rule
from shop.core.money import Money

slugs = st.sampled_from(["ink", "mood", "size", "a4", "navy"])
values = st.dictionaries(slugs, st.lists(slugs, min_size=1, max_size=3).map(tuple), max_size=2)
prices = st.none() | st.integers(1, 9999).map(lambda minor: Money(minor, "GBP"))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    said = {
        "categories": tuple(draw(st.lists(slugs, max_size=2))),
        "attributes": draw(values),
        "options": draw(values),
        "low": draw(prices),
        "high": draw(prices),
        "on_sale": draw(st.booleans()),
        "days": draw(st.none() | st.integers(1, 99)),
    }
    try:
        return Rule(**said)  # type: ignore[arg-type]
    except BadRule:
        return Rule(on_sale=True)


@given(rules())
def test_a_rule_is_read_as_it_was_kept(rule: Rule) -> None:
    assert Rule.read(json.loads(json.dumps(rule.kept()))) == rule


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"on_sale": False},
        {"attributes": {"ink": []}},
        {"options": {"size": []}},
        {"low": [2000, "GBP"], "high": [1000, "GBP"]},
        {"low": [1000, "GBP"], "high": [2000, "EUR"]},
        {"high": [0, "GBP"]},
        {"days": 0},
        {"colour": "red"},
        {"categories": 3},
        {"attributes": ["ink"]},
        {"low": 5},
    ],
)
def test_what_makes_no_sense_is_no_rule(said: dict[str, Any]) -> None:
    with pytest.raises(BadRule):
        Rule.read(said)


def test_a_rule_says_what_it_asks() -> None:
    names = {("", "mugs"): "Mugs", ("", "cards"): "Cards", ("ink", ""): "Ink", ("ink", "navy"): "Navy"}
    rule = Rule(
        categories=("mugs", "cards"),
        attributes={"ink": ("navy",)},
        low=Money(500, "GBP"),
        high=Money(2000, "GBP"),
        on_sale=True,
        days=30,
    )
    assert rule.words(lambda facet, slug: names[facet, slug]) == [
        "Mugs, Cards",
        "Ink: Navy",
        "£5 to £20",
        "on sale",
        "new in the last 30 days",
    ]
    assert Rule(high=Money(2000, "GBP")).words(str) == ["under £20"]
    assert Rule(low=Money(2000, "GBP"), days=1).words(str) == ["over £20", "new since yesterday"]
