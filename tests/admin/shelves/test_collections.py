"""Collections as staff make them, and what is on sale."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.catalog import curating, queries, sales
from shop.catalog.models import Product, Variant
from shop.core.clock import now
from shop.core.db import db
from shop.core.money import Money
from tests.admin.conftest import Desk
from tests.guards.test_plans import asked, scans
from tests.media import files
from tests.stores import Store
from tests.world import World

pytestmark = pytest.mark.both


def product_id(name: str) -> int:
    return db.session.scalars(select(Product.id).where(Product.name == name)).one()


def names(collection_id: int) -> list[str]:
    db.session.rollback()
    return [product.name for product in curating.picked(collection_id)]


def sent_back(page: str, **changes: str) -> dict[str, str]:
    found = {
        name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])  # type: ignore[index]
        for name in ("seen", "name", "slug", "published_at", "ends_at")
    }
    return {**found, "intro": "", **changes}


def test_goods_are_picked_by_hand_put_in_order_and_taken_out_with_a_way_back(world: World, desk: Desk) -> None:
    assert "There is no collection yet." in desk.get("/admin/collections")
    page = desk.after(desk.post("/admin/collections", name="Gifts"))
    assert "Nothing is picked yet." in page
    (row,) = curating.everything()
    url = f"/admin/collections/{row.id}"
    for typed in ("Mug", "CAP", "print"):
        desk.after(desk.post(f"{url}/products", product=typed))
    assert names(row.id) == ["Mug", "Cap", "Print"]
    mug, cap, print_ = map(product_id, ("Mug", "Cap", "Print"))
    desk.after(desk.post(f"{url}/places", item=cap, to="up"))
    desk.after(desk.post(f"{url}/places", item=print_, before=mug))
    assert names(row.id) == ["Cap", "Print", "Mug"]
    out = desk.post(f"{url}/places", item=print_, to="out")
    assert "It is taken out." in desk.after(out)
    assert names(row.id) == ["Cap", "Mug"]
    at = re.search(r"at=(\d+)", out.location or "")
    assert at
    desk.after(desk.post(f"{url}/places", item=print_, to="back", at=at[1]))
    assert names(row.id) == ["Cap", "Print", "Mug"]


def test_what_no_product_is_called_is_refused_with_what_was_typed(world: World, desk: Desk) -> None:
    collection_id = curating.begin("Gifts")
    refused = desk.post(f"/admin/collections/{collection_id}/products", product="Teapot")
    assert (refused.status_code, refused.text.count("Teapot") >= 2) == (422, True)


def test_a_collection_is_seen_between_its_days_only(world: World, desk: Desk) -> None:
    collection_id = curating.begin("Gifts")
    url, alice = f"/admin/collections/{collection_id}", world.shopper().browser
    assert alice.get("/collections/gifts").status_code == 404
    desk.after(desk.post(url, **sent_back(desk.get(url), published_at="2026-01-01T09:00")))
    assert alice.get("/collections/gifts").status_code == 200
    desk.after(desk.post(url, **sent_back(desk.get(url), ends_at="2026-01-02T09:00")))
    assert alice.get("/collections/gifts").status_code == 404
    wrong = desk.post(url, **sent_back(desk.get(url), ends_at="2025-01-02T09:00"))
    assert (wrong.status_code, "It ends after it begins." in wrong.text) == (422, True)


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "2026-13-01T09:00", "soon"])
def test_a_moment_that_no_clock_shows_is_refused(world: World, desk: Desk, typed: str) -> None:
    world.store_with(timezone="Asia/Tokyo" if typed < "1000" else "America/New_York")
    url = f"/admin/collections/{curating.begin('Gifts')}"
    refused = desk.post(url, **sent_back(desk.get(url), published_at=typed))
    assert (refused.status_code, "Write a day and a time" in refused.text) == (422, True)


def test_a_picture_is_hung_and_stays_while_the_words_change(store: Store, world: World, desk: Desk) -> None:
    collection_id = curating.begin("Gifts")
    url = f"/admin/collections/{collection_id}"
    desk.after(desk.post(f"{url}/picture", file=(BytesIO(files.jpeg()), "a.jpg")))
    desk.after(desk.post(url, **sent_back(desk.get(url), name="Presents")))
    db.session.rollback()
    row = curating.one(collection_id)
    assert row
    assert (row.name, row.asset_id is not None) == ("Presents", True)


def test_who_saves_a_collection_second_sees_both(world: World, desk: Desk) -> None:
    collection_id = curating.begin("Gifts")
    url = f"/admin/collections/{collection_id}"
    mine = sent_back(desk.get(url), name="Mine")
    desk.after(desk.post(url, **sent_back(desk.get(url), name="Theirs")))
    second = desk.post(url, **mine)
    assert (second.status_code, "Mine" in second.text, "Theirs" in second.text) == (409, True, True)


def test_a_rule_says_how_much_it_finds_and_finds_it(world: World, desk: Desk) -> None:
    collection_id = curating.begin("Cheap")
    url = f"/admin/collections/{collection_id}"
    assert desk.get(f"{url}/matches?category=things&high=20") == "2 products match now."
    assert "Saved. 2 products match now." in desk.after(desk.post(f"{url}/rule", category="things", high="20"))
    assert "It is picked by hand now." in desk.after(desk.post(f"{url}/rule", by="hand"))


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({}, "A rule asks for something"),
        ({"high": "cheap"}, "is not a price. Write it like 24 or 24.50."),
        ({"high": "99999999999"}, "The most is £10,000,000.00."),
        ({"days": "0"}, "Write a number of days"),
        ({"low": "9", "high": "3"}, "A rule asks for something"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(world: World, desk: Desk, typed: dict[str, str], error: str) -> None:
    collection_id = curating.begin("Cheap")
    url = f"/admin/collections/{collection_id}"
    refused = desk.post(f"{url}/rule", **typed)
    assert (refused.status_code, error in refused.text) == (422, True)
    assert error in desk.browser.get(f"{url}/matches", query_string=typed).text


def test_a_collection_that_is_deleted_leaves_its_goods(world: World, desk: Desk) -> None:
    collection_id = curating.begin("Gifts")
    curating.add(collection_id, product_id("Mug"))
    url = f"/admin/collections/{collection_id}/removal"
    assert "The goods stay on sale." in desk.get(url)
    assert "Gifts is deleted." in desk.after(desk.post(url))
    assert world.count(Product) == 3


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PACKER, Role.SUPPORT])
def test_who_may_not_edit_goods_sees_collections_and_sales_only(
    world: World, desk_of: Callable[[Role], Desk], role: Role
) -> None:
    collection_id, desk = curating.begin("Gifts"), desk_of(role)
    url = f"/admin/collections/{collection_id}"
    for page in (desk.get("/admin/collections"), desk.get(url), desk.get("/admin/sales")):
        assert 'method="post" action="/admin/collections' not in page
    for path in ("", "/rule", "/products", "/places", "/picture", "/removal"):
        assert desk.post(f"{url}{path}", name="x", item=1).status_code == 403
    assert desk.post("/admin/collections", name="x").status_code == 403
    assert desk.post("/admin/sales/ending", variant=world.mug, sure="yes").status_code == 403
    assert [row.name for row in curating.everything()] == ["Gifts"]


def test_what_is_on_sale_is_listed_and_ended_after_a_warning(world: World, desk: Desk) -> None:
    assert "Nothing is on sale without an end." in desk.get("/admin/sales")
    sales.put_on_sale([world.mug], Decimal("0.25"), ends=None, by="test")
    sales.put_on_sale([world.a3], Decimal("0.5"), ends=now() + timedelta(days=3), by="test")
    page = desk.get("/admin/sales")
    assert "Mug" in page
    assert "Print, A3" not in page
    assert "Print, A3" in desk.get("/admin/sales?ends=by-itself")
    warning = desk.post("/admin/sales/ending", variant=world.mug)
    assert "End the sale of 1 variant?" in warning.text
    assert tag(world.mug) == Money(1200, "GBP")
    desk.after(desk.post("/admin/sales/ending", variant=world.mug, sure="yes"))
    assert tag(world.mug) == Money(1600, "GBP")
    assert "Choose at least one" in desk.after(desk.post("/admin/sales/ending"))


def tag(variant_id: int) -> Money:
    db.session.rollback()
    return queries.price_tags([variant_id], "GBP")[variant_id].amount


def test_sales_are_found_without_reading_all_prices(world: World, desk: Desk) -> None:
    for variant_id in db.session.scalars(select(Variant.id)).all():
        sales.put_on_sale([variant_id], Decimal("0.5"), ends=now() + timedelta(days=3), by="test")
    with asked() as statements:
        desk.get("/admin/sales")
        desk.get("/admin/sales?ends=by-itself")
        desk.browser.get("/admin/sales?ends=by-itself&after=1")
    assert len(statements) <= 30
    assert [read for statement, values in statements for read in scans(statement, values)] == []
