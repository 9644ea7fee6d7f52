"""What the search box offers while somebody types."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from shop.catalog.suggestions import parts
from shop.core.db import transaction
from tests.conftest import browser
from tests.world import World, make_variant

pytestmark = pytest.mark.both


def suggest(world: World, words: str) -> TestResponse:
    return browser(world.app).get("/search/suggestions", query_string={"q": words})


def offered(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200
    return re.findall(r'role="option"[^>]*href="([^"]+)"', answer.text)


def test_goods_and_shelves_are_offered_and_the_whole_search_last(world: World) -> None:
    assert offered(suggest(world, "mu")) == ["/products/mug", "/search?q=mu"]
    assert offered(suggest(world, "thing")) == [
        *("/products/mug", "/products/print", "/products/cap"),  # the last one has sold out
        "/categories/things",
        "/search?q=thing",
    ]
    assert "£16" in suggest(world, "mug").text


def test_names_that_begin_so_come_first_and_there_are_five_at_most(world: World) -> None:
    with transaction():
        for name in ("Tea mug", "Big mug", "Mug of tin", "Old mug", "New mug", "Red mug"):
            make_variant(world.shelf_id, name, price=900, stock=1)
    links = offered(suggest(world, "mug"))
    assert links[:2] == ["/products/mug", "/products/mug-of-tin"]
    assert len(links) == 6


def test_what_is_typed_stays_light_and_the_rest_is_bold(world: World) -> None:
    assert "<span>Mu<b>g</b></span>" in suggest(world, "mU").text
    assert "See all results for “mU”" in suggest(world, "mU").text


@pytest.mark.parametrize("words", ["", "m", " m ", "unicorn", "%%", "__", "\\\\"])
def test_too_little_and_what_is_not_there_are_answered_with_nothing(world: World, words: str) -> None:
    answer = suggest(world, words)
    assert (answer.status_code, answer.text) == (204, "")


def test_whatever_is_typed_is_only_words(world: World) -> None:
    make_variant(world.shelf_id, "A <b>bold</b> mug", price=900, stock=1)
    answer = suggest(world, "<b>bold")
    assert "<b>bold" not in answer.text.replace("<b>&lt;", "")
    assert "&lt;b&gt;bold" in answer.text


def test_suggestions_are_the_same_for_everyone_and_kept_for_a_minute(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    mine = alice.browser.get("/search/suggestions?q=mug")
    assert mine.text == suggest(world, "mug").text
    assert "Set-Cookie" not in mine.headers
    assert mine.headers["Cache-Control"] == "public, max-age=60"


@given(st.text(max_size=20), st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=3))
def test_parts_are_the_name_and_the_typed_ones_are_typed(name: str, words: list[str]) -> None:
    cut = parts(name, words)
    assert "".join(part.text for part in cut) == name
    for part in cut:
        if part.typed:
            assert any(re.fullmatch(re.escape(word), part.text, re.IGNORECASE) for word in words)
