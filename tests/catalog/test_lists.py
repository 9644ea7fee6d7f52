"""Shelves and search: what is on them, in which order, page by page."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from shop.catalog.models import Category, Product, Variant
from shop.catalog.queries import PAGE
from shop.catalog.search import LONGEST
from shop.core.db import db, transaction
from tests.conftest import browser
from tests.world import Shopper, World, change, make_variant

pytestmark = pytest.mark.both


def found(page: str) -> list[str]:
    """Slugs of the cards of a page, in order."""
    return re.findall(r'class="card-name"><a href="/products/([^"?]+)[?"]', page)


def search(shopper: Shopper, words: str) -> list[str]:
    page = shopper.browser.get("/search", query_string={"q": words})
    assert page.status_code == 200
    return [] if "Nothing found" in page.text else found(page.text)


def test_words_are_found_wherever_they_stand(world: World) -> None:
    alice = world.shopper()
    change(Product, Product.slug == "mug", summary="Blue, with a fox.")
    assert search(alice, "mug") == ["mug"]
    assert search(alice, "MUG") == ["mug"]
    assert search(alice, "fox mug") == ["mug"]
    assert search(alice, "print-a3") == ["print"]  # a SKU
    assert search(alice, "things cap") == ["cap"]  # a shelf and a name
    assert search(alice, "mug cap") == []
    assert search(alice, "fox") == ["mug"]


@pytest.mark.parametrize("words", ["%", "_", "m_g", "\\", "\\%", "'", '"', "' OR 1=1 --", ")", "*", "100%"])
def test_what_means_something_to_a_database_is_only_a_letter_here(world: World, words: str) -> None:
    assert search(world.shopper(), words) == []


def test_an_empty_search_asks_what_is_looked_for(world: World) -> None:
    for url in ("/search", "/search?q=", "/search?q=+++", "/search?page=3"):
        page = world.shopper().get(url)
        assert "What are you looking for?" in page, url


def test_a_search_that_finds_nothing_says_so_and_shows_something_else(world: World) -> None:
    page = world.shopper().browser.get("/search", query_string={"q": "<b>unicorn</b>"}).text
    assert "Nothing found for “&lt;b&gt;unicorn&lt;/b&gt;”" in page
    assert "<b>unicorn" not in page
    assert "mug" in found(page)


def test_a_very_long_search_is_cut_not_refused(world: World) -> None:
    page = world.shopper().browser.get("/search", query_string={"q": "mug " * 5000})
    assert page.status_code == 200
    assert "x" * (LONGEST + 1) not in world.shopper().get("/search?q=" + "x" * 3000)


def fill_shelf(world: World, count: int) -> list[str]:
    with transaction():
        for n in range(count):
            make_variant(world.shelf_id, f"Poster {n:03}", price=1000, stock=3)
    return ["mug", "print", *(f"poster-{n:03}" for n in range(count)), "cap"]  # which has sold out


def test_a_shelf_is_shown_page_by_page_without_gaps_or_repeats(world: World) -> None:
    everything = fill_shelf(world, 2 * PAGE)
    alice = world.shopper()
    seen: list[str] = []
    url = "/categories/things"
    pages = 0
    while url:
        page = alice.get(url)
        seen += found(page)
        pages += 1
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1] if following else ""
    assert (pages, seen) == (3, everything)


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e3", "", "１"])
def test_a_page_that_is_no_number_is_the_first(world: World, page: str) -> None:
    everything = fill_shelf(world, PAGE)
    shown = world.shopper().browser.get("/categories/things", query_string={"page": page}).text
    assert found(shown) == everything[:PAGE]


def test_a_page_beyond_the_last_is_the_last(world: World) -> None:
    everything = fill_shelf(world, PAGE)
    for number in ("3", "9999"):
        assert found(world.shopper().get(f"/categories/things?page={number}")) == everything[PAGE:]


def test_paging_through_a_search_keeps_its_words(world: World) -> None:
    fill_shelf(world, PAGE + 3)
    page = world.shopper().get("/search?q=poster")
    assert "Results for “poster”" in page
    assert f"{PAGE + 3} products" in page
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    assert len(found(world.shopper().get(following[1].replace("&amp;", "&")))) == 3


def test_a_shelf_shows_what_is_below_it_too(world: World) -> None:
    with transaction():
        below = Category(slug="cups", name="Cups", intro="", position=0, parent_id=world.shelf_id)
        db.session.add(below)
        db.session.flush()
        below_id = below.id
        make_variant(below_id, "Tea cup", price=900, stock=1)
    alice = world.shopper()
    assert "tea-cup" in found(alice.get("/categories/things"))
    page = alice.get("/categories/cups")
    assert found(page) == ["tea-cup"]
    assert 'href="/categories/things"' in page
    assert "4 designs" in alice.get("/")


def test_a_shelf_that_is_not_there(world: World) -> None:
    answer = browser(world.app).get("/categories/no-such-shelf")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.text


def test_an_empty_shelf_and_an_empty_shop_are_still_pages(world: World) -> None:
    with transaction():
        db.session.add(Category(slug="empty", name="Empty", intro="", position=9))
        change(Product, status="draft")
    alice = world.shopper()
    assert "There is nothing on this shelf yet." in alice.get("/categories/empty")
    for url in ("/", "/categories/things", "/search?q=mug", "/cart"):
        assert found(alice.get(url)) == []


def test_cards_show_from_which_price_and_whether_it_is_there(world: World) -> None:
    page = world.shopper().get("/categories/things")
    cards = {slug: card for slug, card in re.findall(r'/products/([^"]+)">[^<]+</a></h3>(.*?)</article>', page, re.S)}
    assert "From £24" in cards["print"]
    assert "From" not in cards["mug"]
    assert "Sold out" in cards["cap"]
    with transaction():
        change(Variant, on_hand=0, reserved=0)
    assert db.session.scalars(select(Variant.on_hand)).all()
    assert world.shopper().get("/categories/things").count("Sold out") == 3
