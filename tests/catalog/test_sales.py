"""Sales: planned, begun and ended, and what the page says of the price before them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import func, select

from shop.catalog import queries, sales, services
from shop.catalog.models import Price
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Invalid, NotFound
from shop.core.money import Money
from tests.world import World, change

pytestmark = pytest.mark.both

DAY = timedelta(days=1)
FIFTH = Decimal("0.2")


def tag(variant_id: int, at: datetime) -> tuple[int, int | None]:
    with time_machine.travel(at, tick=False):
        found = queries.price_tags([variant_id], "GBP")[variant_id]
        return found.amount.minor, found.compare_at and found.compare_at.minor


def pounds(amount: str) -> Money:
    return Money.of(amount, "GBP")


def test_a_planned_sale_comes_and_goes(world: World) -> None:
    begins = now() + DAY
    sales.put_on_sale([world.mug, world.a4], FIFTH, begins=begins, ends=begins + 7 * DAY, by="carol")
    for moment, mug, a4 in [
        (begins - DAY / 24, (1600, None), (2400, None)),
        (begins, (1280, 1600), (1920, 2400)),
        (begins + 7 * DAY, (1600, None), (2400, None)),
    ]:
        assert (tag(world.mug, moment), tag(world.a4, moment)) == (mug, a4)
    with time_machine.travel(begins, tick=False):
        assert "Save 20%" in world.shopper().get("/products/mug")
        assert "Save 20%" in world.shopper().get("/categories/things")


def test_an_amount_is_taken_off_as_it_is(world: World) -> None:
    sales.put_on_sale([world.mug], pounds("3.50"), ends=None, by="carol")
    assert tag(world.mug, now()) == (1250, 1600)


def test_a_sale_that_ends_early_leaves_the_lasting_price_and_its_history(world: World) -> None:
    sales.put_on_sale([world.mug], FIFTH, ends=now() + 7 * DAY, by="carol")
    begun = now()
    with time_machine.travel(begun + DAY, tick=False):
        sales.end_sale([world.mug, world.a4], by="carol")
        sales.end_sale([world.mug, world.a4], by="carol")
    assert tag(world.mug, begun) == (1280, 1600)
    assert tag(world.mug, begun + DAY) == (1600, None)
    assert tag(world.a4, begun + DAY) == (2400, None)


def test_a_sale_that_has_not_begun_does_not_come(world: World) -> None:
    begins = now() + DAY
    sales.put_on_sale([world.mug], FIFTH, begins=begins, ends=None, by="carol")
    sales.end_sale([world.mug], by="carol")
    assert tag(world.mug, begins + DAY) == (1600, None)


def test_a_reduced_price_that_was_set_to_last_gives_way_to_the_one_before(world: World) -> None:
    services.set_price(world.mug, pounds("12"), compare_at=pounds("15"))
    sales.end_sale([world.mug], by="carol")
    assert tag(world.mug, now()) == (1500, None)


def test_what_is_reduced_already_or_changes_meanwhile_is_not_reduced_and_nor_is_the_rest(world: World) -> None:
    soon = now() + 3 * DAY
    sales.put_on_sale([world.a4], FIFTH, begins=soon, ends=soon + DAY, by="carol")
    services.set_price(world.a3, pounds("30"), since=soon)
    before = db.session.scalar(select(func.count()).select_from(Price))
    for variant_id, begins, ends in [
        (world.a4, soon + DAY / 2, soon + 2 * DAY),
        (world.a4, None, None),
        (world.a3, None, soon + DAY),
        (world.a3, soon, soon + DAY),
    ]:
        with pytest.raises(sales.CannotBeReduced):
            sales.put_on_sale([world.mug, variant_id], FIFTH, begins=begins, ends=ends, by="carol")
    sales.put_on_sale([world.a3], FIFTH, ends=soon, by="carol")
    assert db.session.scalar(select(func.count()).select_from(Price)) == before + 1


@pytest.mark.parametrize("off", [Decimal(0), Decimal("1.1"), Decimal("-0.1"), Money(0, "GBP"), Money(1601, "GBP")])
def test_a_sale_takes_something_off_and_no_more_than_there_is(world: World, off: Decimal | Money) -> None:
    with pytest.raises(Invalid):
        sales.put_on_sale([world.mug], off, ends=None, by="carol")


def test_a_sale_needs_a_time_and_goods(world: World) -> None:
    with pytest.raises(Invalid):
        sales.put_on_sale([world.mug], FIFTH, begins=now() - DAY, ends=None, by="carol")
    with pytest.raises(Invalid):
        sales.put_on_sale([world.mug], FIFTH, ends=now() - DAY, by="carol")
    with pytest.raises(NotFound):
        sales.put_on_sale([world.mug, 999_999], FIFTH, ends=None, by="carol")


def test_beside_a_sale_stands_the_lowest_price_of_the_thirty_days_before(world: World) -> None:
    today = now()
    for days, amount in [(-60, "9"), (-35, "14"), (-20, "18"), (-10, "16")]:
        services.set_price(world.mug, pounds(amount), since=today + days * DAY)
    assert "30 days" not in world.shopper().get("/products/mug")
    sales.put_on_sale([world.mug], FIFTH, ends=None, by="carol")
    page = world.shopper().get("/products/mug")
    assert "Lowest price in the 30 days before: £14<" in page  # it ended only 20 days ago
    with time_machine.travel(today + 20 * DAY):
        assert "Lowest price in the 30 days before: £14<" in world.shopper().get("/products/mug")
    assert "30 days" not in world.shopper().get("/categories/things")


def test_what_never_cost_more_has_no_price_before(world: World) -> None:
    with transaction():
        change(Price, Price.variant_id == world.mug, compare_at_minor=2000)
    page = world.shopper().get("/products/mug")
    assert "Save 20%" in page
    assert "30 days" not in page
