"""Which variant a shopper means."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.picker import Offer, OptionText, State, ValueText, pick, questions
from shop.core.money import Money

SIZE = OptionText("size", "Size", [ValueText("a4", "A4"), ValueText("a3", "A3")])
FRAME = OptionText("frame", "Frame", [ValueText("none", "None", "print only"), ValueText("oak", "Oak")])


def offer(variant_id: int, size: str, frame: str, *, price: int = 2400, available: int = 5) -> Offer:
    return Offer(variant_id, {"size": size, "frame": frame}, Money(price, "GBP"), available)


OFFERS = [
    offer(1, "a4", "none"),
    offer(2, "a4", "oak", price=6400),
    offer(3, "a3", "none", price=3400, available=0),
]


@pytest.mark.parametrize(
    ("wanted", "variant_id"),
    [
        ({}, 1),  # in stock, cheapest
        ({"frame": "oak"}, 2),
        ({"size": "a3", "frame": "none"}, 3),  # meant so, although sold out
        ({"size": "a3", "frame": "oak"}, 2),  # not made: what fits one wish and is in stock
        ({"size": "a0"}, 1),
        ({"colour": "blue"}, 1),
        ({"size": ""}, 1),
    ],
)
def test_the_variant_that_fits_most_wishes_is_shown(wanted: Mapping[str, str], variant_id: int) -> None:
    picked = pick(OFFERS, wanted)
    assert picked is not None
    assert picked.variant_id == variant_id


def test_there_is_nothing_to_pick_from_nothing() -> None:
    assert pick([], {"size": "a3"}) is None


def test_every_choice_says_what_choosing_it_would_mean() -> None:
    chosen = OFFERS[0]
    size, frame = questions([SIZE, FRAME], OFFERS, chosen)
    assert [(choice.slug, choice.state, choice.selected) for choice in size.choices] == [
        ("a4", State.FREE, True),
        ("a3", State.SOLD_OUT, False),
    ]
    assert [(choice.slug, choice.state, choice.selected) for choice in frame.choices] == [
        ("none", State.FREE, True),
        ("oak", State.FREE, False),
    ]
    assert (size.answer, frame.answer) == ("A4", "None")
    assert dict(size.choices[1].query) == {"size": "a3", "frame": "none"}


def test_what_is_not_made_together_says_so() -> None:
    size, frame = questions([SIZE, FRAME], OFFERS, OFFERS[1])
    assert [choice.state for choice in size.choices] == [State.FREE, State.NOT_MADE]
    assert frame.answer == "Oak"


@given(
    st.lists(
        st.builds(
            offer,
            st.integers(1, 99),
            st.sampled_from(["a4", "a3"]),
            st.sampled_from(["none", "oak"]),
            price=st.integers(1, 9999),
            available=st.integers(0, 2),
        ),
        min_size=1,
        max_size=8,
    ),
    st.dictionaries(st.sampled_from(["size", "frame", "x"]), st.sampled_from(["a4", "a3", "none", "oak", "y"])),
)
def test_following_the_link_of_a_choice_that_is_made_leads_to_it(offers: list[Offer], wanted: dict[str, str]) -> None:
    chosen = pick(offers, wanted)
    assert chosen in offers
    assert chosen is not None
    for question in questions([SIZE, FRAME], offers, chosen):
        for choice in question.choices:
            if choice.state is not State.NOT_MADE:
                found = pick(offers, choice.query)
                assert found is not None
                assert dict(found.choices) == dict(choice.query)
