"""Shelves on shelves: the way to them, what they hold, and how they are moved."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shop.catalog import queries, services
from shop.catalog.models import Category, Product, Status
from shop.core.db import db, transaction
from shop.core.errors import NotFound
from tests.conftest import browser
from tests.world import World, make_variant

pytestmark = pytest.mark.both


@pytest.fixture
def shelves(world: World) -> dict[str, int]:
    """Things > Kitchen > Pots > Lids, and Things > Attic, which is empty; a pot on Pots."""
    ids = {"things": world.shelf_id}
    for slug, above in [("kitchen", "things"), ("pots", "kitchen"), ("lids", "pots"), ("attic", "things")]:
        with transaction():
            shelf = Category(slug=slug, name=slug.capitalize(), parent_id=ids[above])
            db.session.add(shelf)
            db.session.flush()
            ids[slug] = shelf.id
    make_variant(ids["pots"], "Pot", price=1000, stock=3)
    return ids


def crumbs(world: World, path: str) -> list[str]:
    page = browser(world.app).get(path).text
    found = re.search(r'<nav class="crumbs".*?</nav>', page, re.DOTALL)
    assert found
    return re.findall(r">([^<>\s][^<>]*)<", found[0])


def test_the_whole_way_is_shown(world: World, shelves: dict[str, int]) -> None:
    assert crumbs(world, "/categories/things") == ["Home", "Things"]
    assert crumbs(world, "/categories/pots") == ["Home", "Things", "Kitchen", "Pots"]
    assert crumbs(world, "/products/pot") == ["Home", "Things", "Kitchen", "Pots", "Pot"]
    assert crumbs(world, "/products/pot/reviews") == ["Home", "Things", "Kitchen", "Pots", "Pot", "Reviews"]
    with transaction():
        db.session.scalars(select(Product).where(Product.slug == "pot")).one().status = Status.DISCONTINUED
    assert crumbs(world, "/products/pot") == ["Home", "Things", "Kitchen", "Pots", "Pot"]


def test_the_menu_has_the_top_and_says_where_one_is(world: World, shelves: dict[str, int]) -> None:
    page = world.shopper().get("/products/pot")
    nav = re.search(r'<nav class="nav.*?</nav>', page, re.DOTALL)
    assert nav
    assert re.findall(r'href="/categories/(\w+)"( aria-current="true")?', nav[0]) == [
        ("things", ' aria-current="true"')
    ]


def test_a_shelf_names_those_on_it_that_hold_something(world: World, shelves: dict[str, int]) -> None:
    page = world.shopper().get("/categories/things")
    listed = re.search(r'<ul class="chips" aria-label="Shelves of Things">(.*?)</ul>', page, re.DOTALL)
    assert listed
    assert re.findall(r'href="/categories/(\w+)">(\w+) <span class="meta">(\d+)', listed[1]) == [
        ("kitchen", "Kitchen", "1")
    ]
    assert "Shelves of" not in world.shopper().get("/categories/pots")


def test_what_stands_below_is_found_above(world: World, shelves: dict[str, int]) -> None:
    for slug in ("things", "kitchen", "pots"):
        assert "/products/pot" in world.shopper().get(f"/categories/{slug}")
    assert "/products/pot" not in world.shopper().get("/categories/lids")
    assert {shelf.slug: shelf.count for shelf in queries.shelves()} == {"things": 4}
    assert {shelf.slug: shelf.count for shelf in queries.shelves(shelves["things"])} == {"kitchen": 1, "attic": 0}


def test_a_shelf_moves_with_all_that_is_on_it(world: World, shelves: dict[str, int]) -> None:
    services.move_category(shelves["pots"], shelves["attic"])
    assert crumbs(world, "/products/pot") == ["Home", "Things", "Attic", "Pots", "Pot"]
    assert "/products/pot" in world.shopper().get("/categories/attic")
    assert "/products/pot" not in world.shopper().get("/categories/kitchen")
    services.move_category(shelves["pots"], None)
    assert crumbs(world, "/products/pot") == ["Home", "Pots", "Pot"]


@pytest.mark.parametrize("below", ["kitchen", "pots", "lids"])
def test_no_shelf_stands_on_itself(world: World, shelves: dict[str, int], below: str) -> None:
    with pytest.raises(services.BelowItself):
        services.move_category(shelves["kitchen"], shelves[below])
    assert crumbs(world, "/categories/pots") == ["Home", "Things", "Kitchen", "Pots"]


def test_the_database_refuses_the_shortest_circle(world: World, shelves: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.get_one(Category, shelves["pots"]).parent_id = shelves["pots"]


def test_a_shelf_that_is_not_there_is_not_moved(world: World, shelves: dict[str, int]) -> None:
    for category_id, parent_id in [(999_999, None), (shelves["pots"], 999_999)]:
        with pytest.raises(NotFound):
            services.move_category(category_id, parent_id)
