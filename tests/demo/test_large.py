"""The large shop: the same for the same seed, consistent in its books, and a shop like any other."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from statistics import median

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text

from shop import cli
from shop.books import audit
from shop.catalog.models import Category, Price, Product, Variant
from shop.core.db import db
from shop.demo.large.fill import fill
from shop.orders.models import Order, OrderLine
from shop.reviews.models import Rating
from tests.conftest import browser, wipe
from tests.world import World, make_variant

pytestmark = pytest.mark.both

BY_CHANCE = {"password_hash", "listed_version"}  # a column with a salt, a table that says that something has changed


def make(seed: int = 1, products: int = 200, orders: int = 300) -> list[int]:
    """Fills the database; returns what it was told meanwhile."""
    told: list[int] = []
    assert fill(products, orders, seed=seed, told=told.append)
    return told


def empty() -> None:
    """As a database is that was never filled: PostgreSQL counts from 1 again."""
    db.session.remove()
    wipe()
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # the ledger is never emptied else
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


def digest() -> dict[str, tuple[int, str]]:
    """What is in each table: how many rows, and a hash of them."""
    found = {}
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            if table.name in BY_CHANCE:
                continue
            columns = [column for column in table.columns if column.name not in BY_CHANCE]
            if rows := sorted(map(repr, connection.execute(select(*columns)))):
                found[table.name] = len(rows), sha256("\n".join(rows).encode()).hexdigest()
    return found


@pytest.fixture
def large(app: Flask) -> None:
    make()


def test_the_same_seed_makes_the_same_shop_and_another_one_another(app: Flask) -> None:
    with time_machine.travel("2026-11-26T15:00:00Z", tick=False):
        empty()
        assert sum(make(seed=7)) == 500
        first = digest()
        empty()
        make(seed=7)
        assert digest() == first
        empty()
        make(seed=8)
    other = digest()
    assert first["products"][0] == other["products"][0] == 200
    assert first["orders"][0] == other["orders"][0] == 300
    for name in ("products", "variants", "prices", "orders", "order_lines", "stock_movements"):
        assert first[name][1] != other[name][1], name


def test_its_books_agree(large: None) -> None:
    report = audit.run(ask_stripe=True)
    assert [str(finding) for finding in report.findings] == []
    assert report.orders == 300


def test_what_is_written_next_gets_a_number_of_its_own(large: None, app: Flask) -> None:
    """PostgreSQL has given none of those in use, and has to be told."""
    last = db.session.scalar(select(func.max(Product.id))) or 0
    make_variant(1, "Vase", price=100, stock=1)
    assert db.session.scalar(select(Product.id).where(Product.name == "Vase")) == last + 1


def test_pages_show_it(large: None, app: Flask) -> None:
    alice = browser(app)
    product = db.session.scalars(
        select(Product).join(Variant).where(Product.status == "live", Variant.on_hand > 5).order_by(Product.id)
    ).first()
    assert product is not None
    page = alice.get(f"/products/{product.slug}")
    assert page.status_code == 200
    assert product.name in page.text
    shelf = db.session.get(Category, product.category_id)
    assert shelf is not None
    assert alice.get(f"/categories/{shelf.slug}").status_code == 200
    assert "Add to bag" in page.text
    assert alice.get("/").status_code == 200


def test_its_tree_is_three_deep_and_its_shelves_are_uneven(large: None) -> None:
    shelves = {row.id: row for row in db.session.scalars(select(Category))}
    depths = Counter(
        1 + (shelf.parent_id is not None) + bool(shelf.parent_id and shelves[shelf.parent_id].parent_id)
        for shelf in shelves.values()
    )
    assert set(depths) == {1, 2, 3}
    assert 55 <= len(shelves) <= 70
    goods = [
        count
        for _id, count in db.session.execute(select(Product.category_id, func.count()).group_by(Product.category_id))
    ]
    assert max(goods) > 5 * sorted(goods)[len(goods) // 4]


def test_its_goods_differ_as_those_of_a_shop_do(large: None) -> None:
    variants = Counter(db.session.scalars(select(Variant.product_id)))
    assert {1, 2, 12} <= set(variants.values()) <= set(range(1, 13))
    stock = list(db.session.scalars(select(Variant.on_hand)))
    assert 0.03 < sum(pieces == 0 for pieces in stock) / len(stock) < 0.2
    reduced = db.session.scalar(select(func.count()).select_from(Price).where(Price.compare_at_minor.is_not(None)))
    assert reduced
    assert db.session.scalar(select(func.count()).select_from(Rating))
    names = Counter(word for name in db.session.scalars(select(Product.name)) for word in set(name.split()))
    assert 0.2 < names["Essential"] / 200 < 0.4
    assert sum(count == 1 for count in names.values()) > 100


def test_what_is_bought_together_is_no_chance(app: Flask) -> None:
    """Of the pairs that are bought, the most frequent come up far more often than if bags were filled blindly."""
    make(products=400, orders=1500)
    bags: dict[int, set[int]] = {}
    for order_id, product_id in db.session.execute(
        select(OrderLine.order_id, Variant.product_id).join(Variant, Variant.id == OrderLine.variant_id)
    ):
        bags.setdefault(order_id, set()).add(product_id)
    alone = Counter(product_id for bag in bags.values() for product_id in bag)
    pairs = Counter((one, other) for bag in bags.values() for one in bag for other in bag if one < other)
    lift = [count * len(bags) / (alone[one] * alone[other]) for (one, other), count in pairs.most_common(20)]
    assert median(lift) > 3


def say(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(cli.seed, words)


def test_it_is_not_poured_over_a_shop_that_is_there(world: World) -> None:
    make_variant(world.shelf_id, "Vase", price=100, stock=1)
    refused = say(world.app, "--products", "10")
    assert refused.exit_code == 1
    assert "There is a shop in this database already" in refused.stderr
    assert world.count(Product) == 4


def test_orders_need_goods(app: Flask) -> None:
    refused = say(app, "--orders", "10")
    assert refused.exit_code == 1
    assert "say how many --products too" in refused.stderr


def test_by_the_command_it_is_made_with_a_bar(app: Flask) -> None:
    made = say(app, "--products", "20", "--orders", "10", "--seed", "3")
    assert (made.exit_code, made.stdout) == (0, "20 products and 10 orders, ready to visit.\n"), made.stderr
    assert "A large shop" in made.stderr
    assert db.session.scalar(select(func.count()).select_from(Order)) == 10
