"""Products, listed for the staff, and what is done to many of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.admin.goods import queries
from shop.catalog import index, stock
from shop.catalog.models import Picture, Price, Product, Status, Variant
from shop.catalog.stocked import Stock, Stocked
from shop.core.clock import now
from shop.core.db import db, transaction
from tests.admin.conftest import Desk
from tests.guards.test_budgets import statements
from tests.guards.test_plans import GROWING, asked, scans
from tests.world import World, change, make_variant

pytestmark = pytest.mark.both

STATEMENTS = 10


def listed(page: str) -> list[str]:
    return re.findall(r'href="/admin/products/\d+">([^<]*)</a>', page)


def tab_counts(page: str) -> dict[str, str]:
    return dict(re.findall(r'<a href="[^"]*/products[^"]*"[^>]*>(\w[\w ]*) <span class="tab-count">([^<]*)<', page))


def ids(*names: str) -> list[int]:
    db.session.rollback()
    return [db.session.scalars(select(Product.id).where(Product.name == name)).one() for name in names]


def test_products_are_listed_with_their_stock_and_prices_the_last_changed_first(world: World, desk: Desk) -> None:
    page = desk.get("/admin/products")
    assert listed(page) == ["Print", "Cap", "Mug"]
    assert "£24.00 – £34.00" in page
    assert re.search(r'class="num">10<br><span class="meta">in 2 variants', page)
    assert listed(desk.get("/admin/products?sort=name")) == ["Cap", "Mug", "Print"]


def test_tabs_tell_apart_what_is_seen_what_waits_and_what_runs_out(world: World, desk: Desk) -> None:
    make_variant(world.shelf_id, "Sketch", price=100, stock=5, status="draft")
    make_variant(world.shelf_id, "Old", price=100, stock=5, status="discontinued")
    make_variant(world.shelf_id, "Soon", price=100, stock=5)
    change(Product, Product.name == "Soon", published_at=now() + timedelta(days=2))
    stock.correct(world.a4, 3, by="test")
    assert tab_counts(desk.get("/admin/products")) == {
        "All": "6",
        "Live": "3",
        "Draft": "1",
        "Scheduled": "1",
        "Low": "1",
        "Sold out": "1",
        "Archived": "1",
    }
    shown = {tab: listed(desk.get(f"/admin/products?tab={tab}")) for tab in queries.TABS if tab}
    assert shown == {
        "live": ["Print", "Cap", "Mug"],
        "draft": ["Sketch"],
        "scheduled": ["Soon"],
        "low": ["Print"],
        "out": ["Cap"],
        "archived": ["Old"],
    }


def test_what_sells_and_comes_in_moves_between_the_tabs(world: World, desk: Desk) -> None:
    world.shopper().buy(world.a4, world.a3)
    stock.correct(world.a4, 0, by="test")
    page = desk.get("/admin/products?tab=low")
    assert listed(page) == ["Print"]
    assert "1 of 2 variants out" in page
    stock.receive(world.a4, 20, by="test")
    assert listed(desk.get("/admin/products?tab=low")) == []
    change(Variant, Variant.id == world.a3, withdrawn_at=now())
    stock.correct(world.a4, 0, by="test")
    assert listed(desk.get("/admin/products?tab=out")) == ["Print", "Cap"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("print", ["Print"]), ("PRINT-A3", ["Print"]), ("ca", ["Cap"]), ("a3 pri", ["Print"]), ("rint", []), ("%", [])],
)
def test_a_product_is_found_by_how_words_of_its_name_and_skus_begin(
    world: World, desk: Desk, typed: str, found: list[str]
) -> None:
    assert listed(desk.browser.get("/admin/products", query_string={"q": typed}).text) == found


def test_a_search_keeps_to_its_tab_and_counts_the_others(world: World, desk: Desk) -> None:
    make_variant(world.shelf_id, "Mug rack", price=100, stock=5, status="draft")
    page = desk.get("/admin/products?q=mug&tab=draft")
    assert listed(page) == ["Mug rack"]
    assert tab_counts(page)["Live"] == "1"
    assert tab_counts(page)["All"] == "2"


def test_a_search_that_finds_nothing_leads_back(world: World, desk: Desk) -> None:
    page = desk.get("/admin/products?q=%25")
    assert "No product matches" in page
    assert 'href="/admin/products">Show all products' in page


def test_a_search_that_very_much_matches_says_that_it_was_cut(world: World, desk: Desk) -> None:
    for n in range(4):
        make_variant(world.shelf_id, f"Thing {n}", price=100, stock=5)
    with patch.object(queries, "LOOKED_THROUGH", 3):
        page = desk.get("/admin/products?q=thing")
    assert "the first 3 were looked through" in page
    assert len(listed(page)) == 3


@pytest.mark.parametrize("asked_for", ["", "q=thing&", "tab=live&", "sort=name&"])
def test_a_long_list_is_read_on_and_back(world: World, desk: Desk, asked_for: str) -> None:
    for n in range(120):
        make_variant(world.shelf_id, f"Thing {n:03}", price=100, stock=5)
    seen, pages, url = [], [], f"/admin/products?{asked_for}"
    while url:
        page = desk.get(url)
        pages.append(listed(page))
        seen += pages[-1]
        found = re.search(r'rel="next" href="([^"]*)"', page)
        url = found[1].replace("&amp;", "&") if found else ""
    assert [len(each) for each in pages[:2]] == [50, 50]
    assert len(seen) == len(set(seen)) == (120 if "q=" in asked_for else 123)
    back = re.search(r'rel="prev" href="([^"]*)"', page)
    assert back
    assert listed(desk.get(back[1].replace("&amp;", "&"))) == pages[-2]


def test_a_place_in_the_list_that_is_gone_leads_to_its_beginning(world: World, desk: Desk) -> None:
    for url in ("/admin/products?tab=live&after=999", "/admin/products?tab=live&q=mug&after=999"):
        response = desk.browser.get(url)
        assert response.status_code == 302
        assert "after" not in response.location
        assert "tab=live" in response.location


@pytest.mark.parametrize("nonsense", ["tab=nonsense", "sort=nonsense", "category=-1", "category=9999999999", "after=x"])
def test_nonsense_in_the_address_is_a_page(world: World, desk: Desk, nonsense: str) -> None:
    assert desk.browser.get(f"/admin/products?{nonsense}").status_code in (200, 302)


@pytest.mark.parametrize("url", ["/admin/products", "/admin/products?tab=low&sort=name", "/admin/products?q=thing"])
def test_a_long_list_costs_as_much_as_a_short_one_and_reads_no_table_whole(world: World, desk: Desk, url: str) -> None:
    with statements() as few:
        desk.get(url)
    for n in range(60):
        make_variant(world.shelf_id, f"Thing {n:02}", price=500 + n, stock=2)
    with statements() as many, asked() as questions:
        desk.get(url)
    assert len(many) <= STATEMENTS, many
    assert len(many) - len(few) <= (4 if "thing" in url else 0), many
    with patch("tests.guards.test_plans.GROWING", GROWING | {"stocked_products", "stocked_words"}):
        bad = [(read, statement) for statement, given in questions if (read := scans(statement, given))]
    assert bad == []


def test_what_the_list_reads_is_what_the_goods_are(world: World) -> None:
    make_variant(world.shelf_id, "Bare", price=100, stock=5, status="draft")
    change(Variant, Variant.sku == "BARE", withdrawn_at=now())
    stock.correct(world.mug, 2, by="test")

    def told() -> dict[str, str]:
        db.session.rollback()
        return dict(
            db.session.execute(
                select(Product.name, Stocked.stock)
                .join(Product, Product.id == Stocked.product_id)
                .where(Stocked.updated_at == Product.updated_at, Stocked.status == Product.status)
            ).all()
        )

    kept = told()
    assert kept == {"Bare": Stock.NONE, "Mug": Stock.LOW, "Cap": Stock.OUT, "Print": Stock.ENOUGH}
    index.rebuild_step()
    assert told() == kept


# Many at once


def test_many_are_published_made_drafts_and_archived_at_once(world: World, desk: Desk) -> None:
    chosen = ids("Mug", "Cap")
    page = desk.after(desk.post("/admin/products/states", to="archived", product=chosen, tab="live"))
    assert "2 products are archived." in page
    assert listed(page) == ["Print"]
    desk.after(desk.post("/admin/products/states", to="draft", product=chosen))
    assert listed(desk.get("/admin/products?tab=draft&sort=name")) == ["Cap", "Mug"]
    page = desk.after(desk.post("/admin/products/states", to="live", product=chosen))
    assert "2 products are live." in page
    assert tab_counts(page)["Live"] == "3"


def test_what_lacks_a_price_or_words_for_a_picture_is_not_published(world: World, desk: Desk) -> None:
    change(Product, Product.name.in_(["Mug", "Print", "Cap"]), status=Status.DRAFT)
    change(Picture, alt="")
    with transaction():
        db.session.delete(db.session.scalars(select(Price).where(Price.variant_id == world.cap)).one())
    page = desk.after(desk.post("/admin/products/states", to="live", product=ids("Mug", "Print", "Cap")))
    assert "1 product is live." in page
    assert "2 products could not be published, among them Cap" in page
    assert tab_counts(page)["Draft"] == "2"


@pytest.mark.parametrize("sent", [{}, {"to": "live"}, {"product": "1"}, {"to": "nonsense", "product": "1"}])
def test_nothing_chosen_is_said(world: World, desk: Desk, sent: dict[str, str]) -> None:
    assert "Choose " in desk.after(desk.post("/admin/products/states", **sent))
    assert len(listed(desk.get("/admin/products?tab=live"))) == 3


def test_a_viewer_is_offered_nothing_to_change(world: World, desk_of: Callable[[Role], Desk]) -> None:
    desk = desk_of(Role.VIEWER)
    page = desk.get("/admin/products")
    assert "Publish" not in page
    assert "New product" not in page
    assert desk.post("/admin/products/states", to="archived", product=ids("Mug")).status_code == 403


# A new one


def test_a_new_product_begins_as_a_draft(world: World, desk: Desk) -> None:
    page = desk.after(desk.post("/admin/products", name=" Café  Mug ", category=world.shelf_id))
    assert "Café Mug is a draft now." in page
    product = db.session.scalars(select(Product).where(Product.slug == "cafe-mug")).one()
    assert (product.name, product.status) == ("Café Mug", Status.DRAFT)


def test_two_products_of_one_name_have_addresses_of_their_own(world: World, desk: Desk) -> None:
    desk.after(desk.post("/admin/products", name="Mug", category=world.shelf_id))
    db.session.rollback()
    assert set(db.session.scalars(select(Product.slug).where(Product.name == "Mug"))) == {"mug", "mug-2"}


@pytest.mark.parametrize(("name", "category"), [("", "1"), (" ", "1"), ("x" * 256, "1"), ("Bowl", ""), ("Bowl", "99")])
def test_a_new_product_needs_a_name_and_a_category(world: World, desk: Desk, name: str, category: str) -> None:
    response = desk.post("/admin/products", name=name, category=category)
    assert response.status_code == 422
    assert "field-error" in response.text
    assert name.strip() in response.text
