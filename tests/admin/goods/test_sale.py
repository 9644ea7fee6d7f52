"""A product on sale, its history taken back, and copies of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.catalog import queries, tree
from shop.catalog.models import Picture, Product, Status, Variant
from shop.core.clock import now
from shop.core.db import db
from shop.core.money import Money
from tests.admin.conftest import Desk
from tests.admin.goods.test_editor import error, price_of, product_of, save, url_of, value
from tests.world import World, change

pytestmark = pytest.mark.both


def test_a_product_is_reduced_by_a_share_and_the_sale_ended(world: World, desk: Desk) -> None:
    url = url_of(world.a4)
    page = desk.after(desk.post(f"{url}/sale", off="25", kind="percent"))
    assert "It is on sale from now on." in page
    assert price_of(world.a4) == (Money(1800, "GBP"), Money(2400, "GBP"))
    assert price_of(world.a3) == (Money(2550, "GBP"), Money(3400, "GBP"))
    assert "On sale" in page
    desk.after(desk.post(f"{url}/sale/end"))
    assert price_of(world.a4) == (Money(2400, "GBP"), None)


def test_only_some_variants_are_reduced_by_an_amount_from_one_moment_to_another(world: World, desk: Desk) -> None:
    url, day = url_of(world.a4), "%Y-%m-%dT%H:%M"
    begins, ends = (now() + timedelta(days=days) for days in (1, 3))
    sent = {"off": "4.50", "kind": "amount", "begins": begins.strftime(day), "ends": ends.strftime(day)}
    page = desk.after(desk.post(f"{url}/sale", variant=world.a4, **sent))
    assert "The sale is planned." in page
    assert "Planned" in page
    assert price_of(world.a4) == (Money(2400, "GBP"), None)
    assert "£19.50" in page
    assert "£29.50" not in page


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"off": ""}, "off", "is no share"),
        ({"off": "100"}, "off", "is no share"),
        ({"off": "x", "kind": "amount"}, "off", "is not a price"),
        ({"off": "99", "kind": "amount"}, "off", "would not cost less"),
        ({"off": "5", "begins": "2020-01-01T00:00"}, "begins", "in the past"),
        ({"off": "5", "begins": "nonsense"}, "begins", "is not a date"),
        ({"off": "5", "ends": "2020-01-01T00:00"}, "ends", "ends after it begins"),
    ],
)
def test_a_sale_that_cannot_be_is_said(
    world: World, desk: Desk, typed: dict[str, str], field: str, sentence: str
) -> None:
    response = desk.post(f"{url_of(world.mug)}/sale", **({"kind": "percent"} | typed))
    assert response.status_code == 422
    assert sentence in error(response.text, field)
    assert value(response.text, "off") == typed["off"]
    assert price_of(world.mug) == (Money(1600, "GBP"), None)


# History


def newest(page: str) -> str:
    found = re.search(r'action="([^"]*/history/\d+/reversal)"', page)
    assert found
    return found[1]


def test_who_changed_what_is_told_and_a_change_taken_back(world: World, desk: Desk) -> None:
    url = url_of(world.mug)
    page = save(desk, url, name="Big mug", slug="big-mug")
    history = page.split('id="history"')[1]
    assert "Sam the owner" in history
    assert re.search(r"Name: <s[^>]*>Mug</s> → Big mug", history)
    page = desk.after(desk.post(newest(page)))
    assert "The change is taken back." in page
    assert db.session.scalars(select(Product.name).join(Product.variants).where(Variant.id == world.mug)).one() == "Mug"


def test_what_was_changed_again_since_is_not_taken_back(world: World, desk: Desk) -> None:
    url = url_of(world.mug)
    first = newest(save(desk, url, name="Big mug"))
    save(desk, url, name="Huge mug")
    assert "changed again since" in desk.after(desk.post(first))
    assert value(desk.get(url), "name") == "Huge mug"


def test_a_product_does_not_go_back_into_a_category_that_is_deleted(world: World, desk: Desk) -> None:
    gifts = tree.put_up("Gifts")
    change(Product, Product.name == "Mug", category_id=gifts)
    page = save(desk, url_of(world.mug), category=world.shelf_id)
    tree.take_down(gifts, goods_to=None)
    assert "This category is not there any more." in desk.after(desk.post(newest(page)))
    assert product_of(world.mug).category_id == world.shelf_id


def test_only_what_belongs_to_the_product_can_be_taken_back(world: World, desk: Desk) -> None:
    theirs = newest(save(desk, url_of(world.cap), name="Big cap"))
    entry_id = theirs.split("/")[-2]
    assert desk.post(f"{url_of(world.mug)}/history/{entry_id}/reversal").status_code == 404
    assert desk.post(f"{url_of(world.mug)}/history/999999/reversal").status_code == 404


# Copies


def test_a_copy_is_a_draft_with_everything_but_the_stock(world: World, desk: Desk) -> None:
    url = url_of(world.a4)
    for _time in range(2):
        page = desk.after(desk.post(f"{url}/copies"))
    assert "a draft without stock" in page
    assert value(page, "slug") == "copy-of-print-2"
    db.session.rollback()
    copy = queries.preview(db.session.scalars(select(Product.id).where(Product.slug == "copy-of-print")).one())
    assert copy is not None
    assert (copy.status, [option.name for option in copy.options]) == (Status.DRAFT, ["Size"])
    assert [(each.sku, each.name, each.on_hand) for each in copy.variants] == [
        ("PRINT-A4-COPY", "A4", 0),
        ("PRINT-A3-COPY", "A3", 0),
    ]
    assert price_of(copy.variants[0].id)[0] == Money(2400, "GBP")
    assert world.count(Picture, product_id=copy.id) == 1
    world.prove()
