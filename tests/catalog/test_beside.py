"""What is shown under a product."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from shop.catalog import queries, services
from shop.catalog.models import Product, Status
from shop.core.db import db, transaction
from tests.conftest import browser
from tests.world import World, make_variant

pytestmark = pytest.mark.both


@pytest.fixture
def shelf(world: World) -> dict[str, int]:
    """Products beside the cast's own, each in its place; ids by slug."""
    with transaction():
        for place, slug in enumerate(["mug", "cap", "print"]):
            db.session.execute(update(Product).where(Product.slug == slug).values(position=place))
    for place, name in enumerate(["Tray", "Bowl", "Plate"], 3):
        make_variant(world.shelf_id, name, price=900, stock=1)
        with transaction():
            db.session.execute(update(Product).where(Product.name == name).values(position=place))
    return {slug: id for slug, id in db.session.execute(select(Product.slug, Product.id))}


def beside(slug: str, count: int = 4) -> list[str]:
    product = queries.product_page(slug)
    assert product is not None
    return [card.slug for card in queries.beside(product, count, currency="GBP")]


def test_the_shelf_goes_on_and_begins_anew(shelf: dict[str, int]) -> None:
    assert beside("mug") == ["cap", "print", "tray", "bowl"]
    assert beside("bowl") == ["plate", "mug", "cap", "print"]
    assert beside("mug", 9) == ["cap", "print", "tray", "bowl", "plate"]


def test_what_was_picked_by_hand_comes_first_and_only_once(shelf: dict[str, int]) -> None:
    services.relate(shelf["mug"], [shelf["plate"], shelf["cap"], shelf["plate"]])
    assert beside("mug") == ["plate", "cap", "print", "tray"]
    assert beside("mug", 1) == ["plate"]
    services.relate(shelf["mug"], [shelf["bowl"]])
    assert beside("mug") == ["bowl", "cap", "print", "tray"]
    services.relate(shelf["mug"], [])
    assert beside("mug") == ["cap", "print", "tray", "bowl"]


def test_what_cannot_be_seen_is_not_shown_picked_or_not(shelf: dict[str, int]) -> None:
    services.relate(shelf["mug"], [shelf["plate"], shelf["bowl"]])
    with transaction():
        db.session.execute(update(Product).where(Product.slug.in_(["plate", "cap"])).values(status=Status.DRAFT))
    assert beside("mug") == ["bowl", "print", "tray"]


def test_what_is_not_made_any_more_names_what_was_picked(world: World, shelf: dict[str, int]) -> None:
    services.relate(shelf["cap"], [shelf["plate"]])
    with transaction():
        db.session.execute(update(Product).where(Product.slug == "cap").values(status=Status.DISCONTINUED))
    page = browser(world.app).get("/products/cap").text
    assert re.findall(r'card-name"><a href="/products/([^"]+)"', page) == ["plate", "print", "tray", "bowl"]


def test_nothing_is_picked_for_itself(shelf: dict[str, int]) -> None:
    with pytest.raises(IntegrityError):
        services.relate(shelf["mug"], [shelf["mug"]])


def recent(world: World, slugs: str) -> list[str]:
    answer = browser(world.app).get("/products/recent", query_string={"slugs": slugs})
    assert answer.status_code == (200 if answer.text else 204)
    assert answer.cache_control.public
    return re.findall(r'card-name"><a href="/products/([^"]+)"', answer.text)


def test_what_a_browser_has_seen_comes_back_as_cards_in_its_order(world: World, shelf: dict[str, int]) -> None:
    assert recent(world, "print,mug,cap") == ["print", "mug", "cap"]
    assert recent(world, "print,nothing,,print,mug,%,'") == ["print", "mug"]
    assert recent(world, "mug," * 7 + "print,cap") == ["mug", "print"]  # eight are looked at
    assert recent(world, "") == recent(world, "x" * 5000) == []


def test_what_may_not_be_seen_is_not_among_them(world: World, shelf: dict[str, int]) -> None:
    with transaction():
        db.session.execute(update(Product).where(Product.slug == "cap").values(status=Status.DRAFT))
    assert recent(world, "cap,mug") == ["mug"]


def test_without_javascript_nothing_is_said_of_it(world: World) -> None:
    page = world.shopper().get("/products/mug")
    assert re.search(r'<section[^>]* hidden [^>]*data-from="/products/recent\?slugs=" data-slug="mug"', page)
