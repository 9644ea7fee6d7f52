"""No page that a shopper sees reads a table from end to end that grows with the catalogue: the databases say how they
mean to answer each statement, and we look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import event, select, text

from shop.catalog import found
from shop.catalog.models import Product, ProductSales
from shop.core.clock import now
from shop.core.db import db, is_sqlite, transaction
from tests.guards.test_budgets import stock_up
from tests.reviews.writers import show
from tests.world import World

pytestmark = pytest.mark.both

# Everything else has a handful of rows however large the shop is, or is looked at by its owner alone.
GROWING = frozenset(
    [
        *(
            "assets",
            "listed_offers",
            "listed_products",
            "listed_words",
            "option_values",
            "options",
            "pictures",
            "prices",
        ),
        *("product_attributes", "product_sales", "products", "ratings", "reviews", "search_grams", "search_words"),
        *("variant_choices", "variants", "companions", "carts", "cart_lines", "orders", "order_lines", "payments"),
        *("stocked_products", "stocked_words"),
        *("buyers", "buyer_notes", "buyer_sums", "buyer_words", "consents", "order_addresses", "restock_requests"),
    ]
)
PAGES = [
    "/",
    "/menu",
    "/categories/things",
    "/categories/things?stock=1&price=under-10&sort=price",
    "/categories/things?size=a4&sort=newest&page=2",
    "/categories/things?size=a3&stock=1",
    "/search?q=thing",
    "/search?q=thing&size=a4&sort=price-down",
    "/search?q=thinf",
    "/search/suggestions?q=th",
    "/search/suggestions?q=thign",
    "/products/print",
    "/products/print?size=a3",
    "/products/mug/reviews",
    "/cart",
]


# PostgreSQL reads small tables whole, and rightly. For as long as a plan is made it takes them for large ones,
# all equally large however many pages earlier tests have left behind.
MANY_ROWS = text(
    "UPDATE pg_class SET reltuples = 200000, relpages = GREATEST(1, pg_relation_size(oid) / 8192) "
    "WHERE relname = ANY(:tables) "
    "OR oid IN (SELECT indexrelid FROM pg_index JOIN pg_class of ON of.oid = indrelid WHERE of.relname = ANY(:tables))"
)
# And what autovacuum may have learned of the few rows is forgotten.
NOTHING_LEARNED = text(
    "DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relname = ANY(:tables))"
)


# As few rows would still be read or sorted.
SCANS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
WAYS_AROUND = (*SCANS, "enable_sort", "enable_bitmapscan")


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """Every statement with its parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def scans(statement: str, parameters: Any) -> list[str]:
    """The growing tables that it reads from end to end."""
    plan = plan_of(statement, parameters)
    return sqlite_scans(plan) if is_sqlite() else list(postgres_scans(plan, bounded=False))


def sorts(statement: str, parameters: Any) -> bool:
    """Whether all that it finds must be read and sorted, for want of an index that has the next few in order."""
    plan = plan_of(statement, parameters, WAYS_AROUND)
    if is_sqlite():
        return any("TEMP B-TREE FOR ORDER BY" in line for line in plan)
    return any("Sort" in kind for kind in kinds(plan))


def plan_of(statement: str, parameters: Any, avoided: Sequence[str] = SCANS) -> Any:
    """SQLite's as lines, PostgreSQL's as a tree."""
    with db.engine.connect() as connection:
        if is_sqlite():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            return [row[3] for row in plan]
        connection.execute(MANY_ROWS, {"tables": list(GROWING)})
        connection.execute(NOTHING_LEARNED, {"tables": list(GROWING)})
        for way in avoided:
            connection.execute(text(f"SET LOCAL {way} = off"))
        ((plan,),) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).all()
        return plan[0]["Plan"]


def kinds(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["Node Type"]
    for below in plan.get("Plans", ()):
        yield from kinds(below)


def sqlite_scans(lines: list[str]) -> list[str]:
    """An index read in its order is left when there is enough, unless all of it must be sorted first."""
    sorts = any("TEMP B-TREE FOR ORDER BY" in line for line in lines)
    return [
        line
        for line in lines
        if line.startswith("SCAN ") and line.split()[1] in GROWING
        if not (
            ("USING" in line and "INDEX" in line and not sorts)
            or ("VIRTUAL TABLE" in line and "M" in line.split(":")[-1])
        )
    ]


def postgres_scans(plan: dict[str, Any], *, bounded: bool) -> Iterator[str]:
    kind, table = plan["Node Type"], plan.get("Relation Name")
    ordered = kind in ("Index Scan", "Index Only Scan") and (bounded or "Index Cond" in plan)
    if table in GROWING and kind != "Bitmap Heap Scan" and not ordered:
        yield f"{kind} of {table}: {plan.get('Index Name')}"
    bounded = (bounded or kind == "Limit") and kind not in ("Sort", "Aggregate", "Hash", "Materialize")
    for below in plan.get("Plans", ()):
        yield from postgres_scans(below, bounded=bounded)


def everything() -> list[int]:
    return list(db.session.scalars(select(Product.id)))


@pytest.mark.parametrize("most", [found.MOST, 2], ids=["short lists", "long lists"])
def test_no_shoppers_page_reads_all_of_the_catalogue(world: World, most: int) -> None:
    stock_up(world, 30)
    show("mug", 5)
    with transaction():
        sold = [ProductSales(product_id=each, pieces=1, orders=1, counted_at=now()) for each in everything()]
        db.session.add_all(sold)
    alice = world.shopper()
    alice.add(world.mug)
    bad: dict[str, list[str]] = {}
    for page in PAGES:
        with patch.object(found, "MOST", most), asked() as statements:
            assert alice.browser.get(page).status_code in (200, 204)
        for statement, parameters in statements:
            if read := scans(statement, parameters):
                bad.setdefault(f"{page}: {statement[:1500]}", read)
    assert not bad, "\n\n".join(f"{read}\n{statement}" for statement, read in bad.items())
