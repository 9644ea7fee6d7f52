"""Old addresses of what has been renamed."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shop.catalog.models import Category, Product, Status
from shop.catalog.redirects import SlugRedirect
from shop.core.db import db, transaction
from tests.conftest import browser
from tests.world import World, make_variant

pytestmark = pytest.mark.both


def rename(kind: type[Product] | type[Category], old: str, new: str) -> None:
    with transaction():
        db.session.scalars(select(kind).where(kind.slug == old)).one().slug = new


def leads_to(world: World, path: str) -> tuple[int, str | None]:
    answer = browser(world.app).get(path)
    return answer.status_code, answer.location


def test_an_old_address_leads_to_the_new_one(world: World) -> None:
    rename(Product, "mug", "cup")
    rename(Category, "things", "goods")
    assert leads_to(world, "/products/mug") == (301, "/products/cup")
    assert leads_to(world, "/products/mug?size=a3&utm=x%20y") == (301, "/products/cup?size=a3&utm=x%20y")
    assert leads_to(world, "/products/mug/reviews?stars=5") == (301, "/products/cup/reviews?stars=5")
    assert leads_to(world, "/categories/things?page=2") == (301, "/categories/goods?page=2")
    assert leads_to(world, "/products/cup")[0] == leads_to(world, "/categories/goods")[0] == 200


def test_however_often_it_was_renamed_it_is_one_step(world: World) -> None:
    for old, new in [("mug", "cup"), ("cup", "beaker"), ("beaker", "tumbler")]:
        rename(Product, old, new)
    for old in ("mug", "cup", "beaker"):
        assert leads_to(world, f"/products/{old}") == (301, "/products/tumbler")


def test_a_slug_given_back_is_an_address_again(world: World) -> None:
    rename(Product, "mug", "cup")
    rename(Product, "cup", "mug")
    assert leads_to(world, "/products/mug") == (200, None)
    assert leads_to(world, "/products/cup") == (301, "/products/mug")


def test_what_takes_a_slug_is_found_under_it_and_whoever_left_it_last(world: World) -> None:
    rename(Product, "mug", "cup")
    make_variant(world.shelf_id, "Mug 2", price=100, stock=1)
    rename(Product, "mug-2", "mug")
    assert leads_to(world, "/products/mug") == (200, None)
    rename(Product, "mug", "jug")
    assert leads_to(world, "/products/mug") == (301, "/products/jug")


def test_what_may_not_be_seen_is_not_betrayed_by_its_old_address(world: World) -> None:
    rename(Product, "mug", "cup")
    for status, code in [(Status.DRAFT, 404), (Status.DISCONTINUED, 301)]:
        with transaction():
            db.session.scalars(select(Product).where(Product.slug == "cup")).one().status = status
        assert leads_to(world, "/products/mug")[0] == code


def test_a_change_that_fails_leaves_nothing_behind(world: World) -> None:
    with pytest.raises(IntegrityError):
        rename(Product, "mug", "cap")
    assert world.count(SlugRedirect) == 0
    assert leads_to(world, "/products/mug") == (200, None)


def test_other_changes_and_other_kinds_leave_nothing_behind(world: World) -> None:
    with transaction():
        db.session.scalars(select(Product).where(Product.slug == "mug")).one().name = "Cup"
    rename(Category, "things", "goods")
    assert world.count(SlugRedirect, kind="product") == 0
    assert leads_to(world, "/products/things") == (404, None)


def test_what_is_deleted_takes_its_old_addresses_with_it(world: World) -> None:
    with transaction():
        db.session.add(Category(slug="empty", name="Empty"))
    rename(Category, "empty", "void")
    with transaction():
        db.session.delete(db.session.scalars(select(Category).where(Category.slug == "void")).one())
    assert leads_to(world, "/categories/empty") == (404, None)
    assert world.count(SlugRedirect) == 0
