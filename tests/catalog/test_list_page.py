"""The page of a list: what can be filtered, what is, and the ways from there."""

from __future__ import annotations

import re
from html import unescape

import pytest

from shop.catalog.models import (
    Attribute,
    AttributeValue,
    Category,
    Option,
    OptionValue,
    Product,
    ProductAttribute,
)
from shop.core.db import db, transaction
from tests.catalog.test_lists import fill_shelf, found
from tests.world import World, change

pytestmark = pytest.mark.both

HOSTILE = [
    "size=a3'--",
    "size=%00",
    "size[]=a3",
    "size=" + "a" * 5000,
    "&".join(f"size={n}" for n in range(1000)),
    "&".join(f"x{n}=1" for n in range(1000)),
    "price=under-1e9",
    "price=-",
    "stock=2",
    "sort=price;drop",
    "page=99999999999999999999",
    "sort=&stock=&size=&page=&q=",
    "slug=cap&_external=1&_anchor=x",
]


@pytest.fixture
def inked(world: World) -> World:
    """The world's goods with moods: Mug and Print are calm, Cap is loud; A4 and A3 are sizes of Print."""
    with transaction():
        values = [AttributeValue(slug="calm", label="Calm"), AttributeValue(slug="loud", label="Loud", position=1)]
        db.session.add(Attribute(slug="mood", name="Mood", values=values))
        db.session.flush()
        products = {product.slug: product.id for product in db.session.query(Product)}
        db.session.add_all(
            ProductAttribute(product_id=products[slug], value_id=value.id)
            for slug, value in (("mug", values[0]), ("print", values[0]), ("cap", values[1]))
        )
        change(Category, one="thing", many="things")
    return world


def chips(page: str) -> dict[str, str]:
    """The filters in use, and where each is taken away."""
    return {
        label: unescape(href)
        for href, label in re.findall(r'<a class="chip" href="([^"]+)"[^>]*aria-label="Remove filter ([^"]+)"', page)
    }


def choices(page: str, facet: str) -> dict[str, tuple[int, str]]:
    """Each value with its count, and whether it is checked or disabled."""
    inputs = re.findall(rf'name="{facet}" value="([^"]+)"([^>]*)>.*?<span class="num">(\d+)</span>', page)
    return {value: (int(count), more.strip()) for value, more, count in inputs}


def test_what_is_chosen_is_seen_in_place_and_as_a_chip(inked: World) -> None:
    page = inked.shopper().get("/categories/things?size=a3&mood=calm")
    assert found(page) == ["print"]
    assert "1 thing" in page
    assert choices(page, "size") == {"a4": (1, ""), "a3": (1, "checked")}
    assert choices(page, "mood") == {"calm": (1, "checked"), "loud": (0, "disabled")}
    assert chips(page) == {"A3": "/categories/things?mood=calm", "Calm": "/categories/things?size=a3"}
    assert re.search(r'href="/categories/things"[^>]*>Clear all', page)


def test_a_card_leads_to_what_was_filtered_by_at_its_price(inked: World) -> None:
    alice = inked.shopper()
    page = alice.get("/categories/things?size=a3")
    assert 'href="/products/print?size=a3"' in page
    assert "£34" in page
    assert "From" not in page[page.index("<main") :]
    assert "From £24" in alice.get("/categories/things?size=a3&size=a4")


def test_an_order_is_kept_by_filters_and_filters_by_an_order(inked: World) -> None:
    page = inked.shopper().get("/categories/things?mood=calm&sort=price-down")
    assert found(page) == ["print", "mug"]
    assert chips(page) == {"Calm": "/categories/things?sort=price-down"}
    assert re.search(r'<option value="price-down" selected>', page)
    assert found(inked.shopper().get("/categories/things?sort=price")) == ["mug", "print", "cap"]


def test_turning_the_page_keeps_both(inked: World) -> None:
    fill_shelf(inked, 30)
    page = inked.shopper().get("/categories/things?stock=1&sort=price")
    more = re.search(r'rel="next" href="([^"]+)"', page)
    assert more is not None
    assert unescape(more[1]) == "/categories/things?stock=1&sort=price&page=2"
    assert "Showing 24 of 32" in page
    second = inked.shopper().get(unescape(more[1]))
    assert "Showing 25 to 32 of 32" in second
    assert unescape(re.search(r'rel="prev" href="([^"]+)"', second)[1]) == "/categories/things?stock=1&sort=price"  # type: ignore[index]


def test_search_engines_are_told_of_the_list_without_its_filters(inked: World) -> None:
    page = inked.shopper().get("/categories/things?size=a3&sort=price")
    assert '<link rel="canonical" href="http://localhost/categories/things">' in page


def test_when_nothing_is_left_the_page_says_why_and_what_helps_most(inked: World) -> None:
    alice = inked.shopper()
    page = alice.get("/categories/things?size=a3&mood=loud&stock=1")
    assert "No things match A3, Loud and In stock." in page
    way = re.search(r'href="([^"]+)"[^>]*>Show 1 thing without Loud<', page)
    assert way is not None
    assert found(alice.get(unescape(way[1]))) == ["print"]
    assert choices(page, "mood")["loud"] == (0, "checked")  # so that it can be taken away in place too


def test_a_list_of_one_and_a_list_that_has_sold_out(inked: World) -> None:
    page = inked.shopper().get("/categories/things?mood=loud")
    assert found(page) == ["cap"]
    assert "Sold out" in page


@pytest.mark.parametrize("query", HOSTILE)
def test_strange_addresses_show_the_list_as_it_is(inked: World, query: str) -> None:
    page = inked.shopper().get(f"/categories/things?{query}")
    assert found(page) == ["mug", "print", "cap"]
    assert chips(page) == {}


def test_a_search_is_filtered_like_a_shelf(inked: World) -> None:
    alice = inked.shopper()
    page = alice.get("/search?q=fine&mood=calm&sort=price")
    assert found(page) == ["mug", "print"]
    assert chips(page) == {"Calm": "/search?q=fine&sort=price"}
    assert '<input type="hidden" name="q" value="fine">' in page
    assert "Nothing found" not in alice.get("/search?q=fine&size=a3&mood=loud")


def test_what_is_searched_for_stays_in_the_box(inked: World) -> None:
    for words in ("fine", "unicorn"):
        assert f'name="q" maxlength="100" value="{words}"' in inked.shopper().get(f"/search?q={words}")


def test_colours_of_choices_are_counted_on_the_card(inked: World) -> None:
    with transaction():
        change(Option, many="papers")
        change(OptionValue, colour="#c9a070")
    page = inked.shopper().get("/categories/things")
    assert page.count('fill="#c9a070"') >= 2
    assert "2 papers" in page
    assert "A fine print" in page  # with no other option to tell of


def test_a_card_says_what_there_is_to_choose(inked: World) -> None:
    assert '<p class="meta card-fact">A4, A3</p>' in inked.shopper().get("/categories/things")
