"""The sitemap: every page there is, in files of at most so many addresses, however large the shop."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, select, text, update

from shop.catalog import queries as catalog
from shop.catalog import services
from shop.catalog.models import Product, Status
from shop.core.clock import now
from shop.core.db import db, is_sqlite, transaction
from shop.core.money import Money
from shop.discovery import queries, views
from tests.conftest import browser
from tests.discovery.heads import SITEMAP, document, path, sitemap
from tests.world import World, make_variant

pytestmark = pytest.mark.both


def products(world: World) -> list[str]:
    """The slugs in the sitemap."""
    return [path(each).rpartition("/")[2] for each in sitemap(world.app) if "/products/" in each]


def files(world: World) -> list[str]:
    return [path(each.text) for each in document(world.app, "/sitemap.xml").iter(f"{SITEMAP}loc")]


def stock_up(world: World, count: int, *, name: str = "thing") -> None:
    with transaction():
        common = {"category_id": world.shelf_id, "status": "live", "published_at": now(), "facts": []}
        moments = {"created_at": now(), "updated_at": now()}
        rows = [{"slug": f"{name}-{n:05}", "name": f"Thing {n}", **common, **moments} for n in range(count)]
        db.session.execute(insert(Product), rows)


def test_it_names_what_shoppers_may_see_and_nothing_else(world: World) -> None:
    make_variant(world.shelf_id, "Draft", price=1, stock=1, status="draft")
    make_variant(world.shelf_id, "Soon", price=1, stock=1)
    make_variant(world.shelf_id, "Old", price=1, stock=1)
    with transaction():
        later = now() + timedelta(days=1)
        db.session.execute(update(Product).where(Product.slug == "soon").values(published_at=later))
        db.session.execute(update(Product).where(Product.slug == "old").values(status=Status.DISCONTINUED))
    assert products(world) == ["mug", "cap", "print"]
    others = [path(each) for each in sitemap(world.app) if "/products/" not in each]
    assert others == ["/", "/categories/things"]


def test_a_product_was_changed_when_its_words_or_its_price_were(world: World) -> None:
    with transaction():
        db.session.execute(update(Product).values(updated_at=now() - timedelta(days=9)))
    services.set_price(world.mug, Money(1700, "GBP"))
    changed = {
        each.findtext(f"{SITEMAP}loc"): each.findtext(f"{SITEMAP}lastmod")
        for each in document(world.app, "/sitemaps/products-1.xml.gz")
    }
    assert changed["http://localhost/products/mug"][:10] == now().date().isoformat()
    assert changed["http://localhost/products/cap"][:10] == (now() - timedelta(days=9)).date().isoformat()


def test_files_have_so_many_addresses_at_most_and_none_is_empty(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stock_up(world, 20)
    everything = products(world)
    first = db.session.scalar(select(Product.id).where(Product.slug == "thing-00000"))
    assert first is not None
    monkeypatch.setattr(queries, "CHUNK", 4)
    monkeypatch.setattr(views, "AT_ONCE", 3)
    with transaction():
        gap = Product.slug.between("thing-00002", "thing-00013")
        db.session.execute(update(Product).where(gap).values(status=Status.DRAFT))
    counts = [len(document(world.app, file)) for file in files(world)[1:]]
    assert max(counts) <= 4
    assert min(counts) > 0
    assert len(counts) < (first + 20) / 4  # some ranges of ids have nothing on sale
    assert products(world) == [slug for slug in everything if not "thing-00002" <= slug <= "thing-00013"]


@pytest.mark.parametrize("number", ["0", "2", "999999999999999999", "-1", "x"])
def test_a_file_that_is_not_named_is_not_there(world: World, number: str) -> None:
    assert browser(world.app).get(f"/sitemaps/products-{number}.xml.gz").status_code == 404


def test_an_empty_shop_has_a_sitemap_too(world: World) -> None:
    with transaction():
        db.session.execute(update(Product).values(status=Status.DRAFT))
    assert files(world) == ["/sitemaps/pages.xml.gz"]


@pytest.fixture
def asked() -> Iterator[list[tuple[str, object]]]:
    """Every statement that reads products, with what is filled in."""
    found: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, filled: object, *_: object) -> None:
        if "FROM products" in statement:
            found.append((statement, filled))

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def plan(statement: str, filled: object) -> str:
    with db.engine.connect() as connection:
        if is_sqlite():
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", filled)  # type: ignore[arg-type]
            return "\n".join(row[3] for row in rows)
        for way in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):  # ways to read a small table
            connection.execute(text(f"SET LOCAL {way} = off"))
        return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", filled))  # type: ignore[arg-type]


def test_it_is_read_along_the_ids(world: World, asked: list[tuple[str, object]]) -> None:
    """Nothing is sorted: reading the millionth costs what reading the first did."""
    stock_up(world, 500)
    if not is_sqlite():
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE products"))
    sitemap(world.app)
    catalog.on_sale_after(0, 10)
    assert len(asked) >= 4
    for statement, filled in list(asked):
        found = plan(statement, filled)
        assert "SEARCH products USING INTEGER PRIMARY KEY" in found or "Index Scan using pk_products" in found, found
        assert "Sort" not in found, found
        assert "B-TREE" not in found, found


def test_a_large_shop_needs_no_more_memory_than_a_small_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "AT_ONCE", 200)

    def most() -> int:
        tracemalloc.start()
        length = sum(map(len, browser(world.app).get("/sitemaps/products-1.xml.gz").response))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert length > 1000
        return peak

    stock_up(world, 1000)
    most()  # the first time things are compiled
    small = most()
    stock_up(world, 5000, name="more")
    assert most() < 1.5 * small
