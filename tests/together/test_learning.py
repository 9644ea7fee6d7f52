"""Every night the shop learns from its orders what is bought together, and shows what has proved itself."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select, update

from shop.catalog import companions, stock
from shop.catalog.companions import Companion, CompanionModel
from shop.catalog.models import Product, ProductSales, Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.together import counted, queries, services, sparse
from shop.together.likeness import Companions
from shop.together.purchases import Purchases
from tests.conftest import browser
from tests.guards.test_budgets import BUDGETS, cost
from tests.together.orders import FIRST, GROUP, Orders, place, with_taste, without_taste
from tests.world import World, make_variant
from worker.tasks import together

pytestmark = pytest.mark.both

PRODUCTS = 16


@pytest.fixture
def goods(world: World) -> list[int]:
    """Variants, one of each product: four of each taste, if there is any."""
    return [make_variant(world.shelf_id, f"Thing {n}", price=1000, stock=9) for n in range(1, PRODUCTS + 1)]


@pytest.fixture
def tasteful(goods: list[int]) -> list[int]:
    place(with_taste(1, products=PRODUCTS, orders=400), goods)
    return goods


def product_of(variant_id: int) -> int:
    return db.session.scalars(select(Variant.product_id).where(Variant.id == variant_id)).one()


def taste_of(goods: list[int], place: int) -> set[int]:
    """The products of the same taste as the first of it, without that."""
    return {product_of(variant_id) for variant_id in goods[place + 1 : place + GROUP]}


def models() -> list[tuple[int, bool]]:
    """(version, active)"""
    db.session.rollback()
    rows = db.session.execute(select(CompanionModel.version, CompanionModel.active).order_by(CompanionModel.version))
    return list(rows.tuples())


def rows(version: int) -> list[tuple[int, int, int, int]]:
    db.session.rollback()
    columns = Companion.product_id, Companion.rank, Companion.other_id, Companion.score
    return list(
        db.session.execute(
            select(*columns).where(Companion.version == version).order_by(Companion.product_id, Companion.rank)
        ).tuples()
    )


def change(model: type[Order] | type[Payment] | type[Product], row_id: int, **values: object) -> None:
    with transaction():
        row = db.session.get_one(model, row_id)
        for name, value in values.items():
            setattr(row, name, value)


def test_what_is_bought_together_is_shown_together(tasteful: list[int]) -> None:
    learnt = services.learn()

    assert learnt.trial.won
    assert learnt.trial.hit_rate > learnt.trial.popularity_hit_rate
    assert (learnt.method, learnt.orders, learnt.products) == ("sparse", 400, PRODUCTS)
    assert models() == [(learnt.version, True)]
    assert len(rows(learnt.version)) == learnt.pairs
    for first in range(0, PRODUCTS, GROUP):
        assert set(companions.of(product_of(tasteful[first]), GROUP - 1)) == taste_of(tasteful, first)


def test_where_chance_decides_nothing_is_shown_and_the_figures_are_kept(goods: list[int]) -> None:
    place(without_taste(2, products=PRODUCTS, orders=300), goods)
    learnt = services.learn()
    assert models() == [(learnt.version, False)]
    assert rows(learnt.version) == []
    kept = db.session.get_one(CompanionModel, learnt.version)
    assert (kept.tried, kept.hit_rate) == (learnt.trial.tried, learnt.trial.hit_rate)
    assert kept.popularity_hit_rate == learnt.trial.popularity_hit_rate > 0
    assert companions.of(product_of(goods[0]), 4) == []


def test_a_shop_without_orders_learns_nothing(world: World) -> None:
    learnt = services.learn()
    assert (learnt.orders, learnt.products, learnt.pairs, learnt.trial.tried) == (0, 0, 0, 0)
    assert models() == [(learnt.version, False)]


def test_what_has_proved_itself_stays_until_something_better_does(tasteful: list[int]) -> None:
    proved = services.learn().version
    with transaction():
        db.session.execute(update(Order).values(cancelled_at=now()))
    assert [services.learn().trial.won for _night in range(services.KEPT + 1)] == [False] * (services.KEPT + 1)
    versions = models()
    assert versions[0] == (proved, True)
    assert len(versions) == services.KEPT + 1
    assert companions.of(product_of(tasteful[0]), 3) != []


def test_three_versions_are_kept_and_the_newest_is_read(tasteful: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ROWS_AT_ONCE", 20)
    versions = [services.learn().version for _night in range(5)]
    assert models() == [(version, version == versions[-1]) for version in versions[-3:]]
    assert [bool(rows(version)) for version in versions] == [False, False, True, True, True]


def test_the_same_orders_teach_the_same(tasteful: list[int]) -> None:
    assert rows(services.learn().version) == rows(services.learn().version)


def test_without_scipy_the_same_is_learned(tasteful: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = services.learn()
    monkeypatch.setitem(sys.modules, "shop.together.sparse", None)
    monkeypatch.delattr("shop.together.sparse")
    without = services.learn()
    assert (with_it.method, without.method) == (sparse.NAME, counted.NAME)
    assert without.trial == with_it.trial
    assert rows(without.version) == rows(with_it.version)


def test_orders_read_a_few_at_a_time_are_the_same_orders(goods: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    planned = with_taste(3, products=PRODUCTS, orders=40)
    place([(FIRST, bought) for _moment, bought in planned[:20]] + planned[20:], goods)  # many at the same moment
    at_once = list(queries.bought())
    monkeypatch.setattr(queries, "ORDERS_AT_ONCE", 3)
    assert list(queries.bought()) == at_once
    assert [len(bought) for _moment, bought in at_once] == [len(bought) for _moment, bought in planned]
    assert at_once == sorted(at_once, key=lambda order: order[0])


def test_only_what_was_paid_and_kept_counts(goods: list[int]) -> None:
    ids = place([(FIRST + n, [n + 1]) for n in range(6)], goods)
    payments = db.session.execute(select(Payment.order_id, Payment.id)).tuples().all()
    payment_of = dict(payments)
    change(Order, ids[0], cancelled_at=now())
    change(Order, ids[1], paid_at=None)
    change(Payment, payment_of[ids[2]], refunded_minor=1000)
    change(Payment, payment_of[ids[3]], refunded_minor=999)
    with transaction():
        db.session.execute(delete(Payment).where(Payment.order_id.in_(ids[4:])))
    change(Order, ids[4], subtotal_minor=0, total_minor=0)

    bought = [products for _moment, products in queries.bought()]
    assert bought == [[product_of(goods[3])], [product_of(goods[4])]]
    assert queries.sold(now() - timedelta(days=90)) == {products[0]: (1, 1) for products in bought}


def test_two_sizes_of_a_product_are_one_product(world: World) -> None:
    place([(FIRST, [1, 2, 3])], [world.a4, world.a3, world.mug])
    assert [products for _moment, products in queries.bought()] == [sorted(map(product_of, [world.a4, world.mug]))]


def test_what_is_not_on_sale_is_not_named(tasteful: list[int]) -> None:
    services.learn()
    first = product_of(tasteful[0])
    best, *others = companions.of(first, 20)
    change(Product, best, status="draft")
    assert companions.of(first, 20) == others
    change(Product, others[0], published_at=now() + timedelta(days=1))
    assert companions.of(first, 20) == others[1:]
    assert companions.of(first, 1) == others[1:2]


def test_two_who_learn_at_once_leave_one_version_that_is_read(tasteful: list[int], app: Flask) -> None:
    gate, failed = threading.Barrier(2), []

    def night() -> None:
        with app.app_context():
            gate.wait()
            try:
                together.learn()
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=night) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert [active for _version, active in models()] == [False, True]
    versions = [version for version, _active in models()]
    assert rows(versions[0]) == rows(versions[1]) != []


def test_the_slower_of_two_does_not_replace_the_newer(tasteful: list[int]) -> None:
    older, newer = services.learn().version, services.learn().version
    services._serve(older)
    assert models() == [(older, False), (newer, True)]


def test_whoever_dies_while_writing_leaves_what_was_read_before(
    tasteful: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = services.learn().version
    shown = companions.of(product_of(tasteful[0]), 3)

    def dies(_version: int) -> None:
        raise MemoryError

    class Dies:
        NAME = "dies"
        times = 0

        def companions(self, purchases: Purchases) -> Iterator[Companions]:
            self.times += 1
            for written, found in enumerate(counted.companions(purchases)):
                if self.times == 2 and written == 8:  # the first time is the trial
                    raise MemoryError
                yield found

    with monkeypatch.context() as patch:
        patch.setattr(services, "ROWS_AT_ONCE", 10)
        patch.setattr(services, "best_way", Dies)
        with pytest.raises(MemoryError):
            services.learn()
    (_, half) = models()
    assert models() == [(before, True), (half[0], False)]
    assert rows(half[0]) != []
    assert companions.of(product_of(tasteful[0]), 3) == shown

    with monkeypatch.context() as patch:
        patch.setattr(services, "_serve", dies)
        with pytest.raises(MemoryError):
            services.learn()
    assert [version for version, active in models() if active] == [before]

    after = services.learn().version
    assert [version for version, active in models() if active] == [after]


def test_companions_are_found_by_one_statement_and_an_index(tasteful: list[int]) -> None:
    services.learn()
    first = product_of(tasteful[0])
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert companions.of(first, 4)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    ((statement, parameters),) = [each for each in asked if not each[0].startswith("BEGIN")]
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET enable_seqscan = off")  # in so small a shop it would be quicker
            plan = "EXPLAIN "
        else:
            plan = "EXPLAIN QUERY PLAN "
        steps = [str(step) for step in connection.exec_driver_sql(plan + statement, parameters)]
    ways = ("SEARCH companions USING PRIMARY KEY (version=? AND product_id=?)", "Index Scan using pk_companions")
    assert any(way in step for way in ways for step in steps), steps


def test_the_bag_names_what_is_often_bought_with_what_is_in_it(world: World, tasteful: list[int]) -> None:
    heading = "Often bought with what is in your bag"
    alice = world.shopper()
    alice.add(tasteful[0])
    assert heading not in alice.get("/cart")

    services.learn()
    page = alice.get("/cart").split(heading)[1]
    assert [f">Thing {n}<" in page for n in range(1, 1 + GROUP)] == [False, True, True, True]
    assert page.count('class="card-name"') == 4

    alice.add(tasteful[1])
    stock.correct(tasteful[2], 0, by="carol")
    page = alice.get("/cart").split(heading)[1]
    assert [f">Thing {n}<" in page for n in range(1, 1 + GROUP)] == [False, False, False, True]
    assert "Most loved" not in page


def test_what_is_named_beside_a_bag_costs_the_same_with_1_line_and_with_10(world: World, tasteful: list[int]) -> None:
    services.learn()
    found = []
    for goods in (tasteful[:1], tasteful[:10]):
        alice = world.shopper()
        for variant_id in goods:
            alice.add(variant_id)
        alice.get("/cart")
        found.append(cost(alice, "/cart"))
    assert len(found[0]) == len(found[1]) == BUDGETS["/cart"] + 4, found[1]


def test_an_empty_bag_names_what_is_loved(world: World, tasteful: list[int]) -> None:
    services.learn()
    page = browser(world.app).get("/cart").text
    assert "Often bought with" not in page
    assert "Most loved" in page


def test_sales_are_counted_for_ninety_days(goods: list[int]) -> None:
    old: Orders = [(FIRST, [1, 2]), (FIRST + 1, [1])]
    place(old, goods, until=now() - timedelta(days=89))
    place([(FIRST, [3])], goods, until=now() - timedelta(days=91))
    first, second, third = (product_of(variant_id) for variant_id in goods[:3])

    assert services.count_sales() == 2
    assert services.count_sales() == 0
    assert sales() == {first: (2, 2), second: (1, 1)}

    place([(FIRST, [3])], goods)
    change(Order, db.session.scalars(select(Order.id).order_by(Order.id)).first(), cancelled_at=now())  # type: ignore[arg-type]
    assert services.count_sales() == 3
    assert sales() == {first: (1, 1), third: (1, 1)}


def sales() -> dict[int, tuple[int, int]]:
    db.session.rollback()
    found = db.session.scalars(select(ProductSales))
    return {row.product_id: (row.pieces, row.orders) for row in found}


def test_a_real_purchase_counts(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug, 2)
    alice.buy(world.a4)
    together.learn()
    assert sales() == {product_of(world.mug): (2, 1), product_of(world.a4): (1, 1)}


def test_the_owner_may_learn_now_and_is_told_how_well_it_went(world: World, tasteful: list[int]) -> None:
    told = world.app.test_cli_runner().invoke(args=["learn"]).output
    assert "Sales of the last 90 days: 16 products have changed" in told
    assert "(sparse): 400 orders of 16 products" in told
    assert "Hit rate at 10 on the " in told
    assert "Shown from now on: " in told
    with transaction():
        db.session.execute(update(Order).values(cancelled_at=now()))
    assert "Not better than popularity: not shown" in world.app.test_cli_runner().invoke(args=["learn"]).output
