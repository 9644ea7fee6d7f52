"""The figures of the start page are what orders and ledger say, whatever has happened and whenever the worker came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from shop.figures import queries, services
from shop.figures.models import HourFigures
from shop.ledger import services as ledger
from shop.ledger.models import Account
from shop.ledger.services import Entry
from shop.orders import bookings
from shop.orders.models import Order, OrderLine
from shop.orders.states import Status, Stock
from tests.conftest import wipe
from tests.figures.recount import assert_figures_equal_a_recount
from tests.world import World, new_token

pytestmark = pytest.mark.both

RATE = Decimal("0.2")
ZONES = ("Europe/London", "America/St_Johns", "Pacific/Kiritimati")
SPRING = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # the night in which Europe's clocks go forward
numbers = count(1)


def sell(variant_id: int, *, pieces: int = 1, minor: int = 2400, currency: str = "GBP") -> Order:
    """A paid order, with what that does to the ledger."""
    number = next(numbers)
    with transaction():
        order = Order(
            number=f"T{number}",
            token=new_token(),
            status=Status.PAID,
            stock=Stock.SOLD,
            language="en_GB",
            email="alice@example.com",
            fingerprint="f",
            currency=currency,
            subtotal_minor=minor * pieces,
            delivery_minor=390,
            adjustment_minor=0,
            total_minor=minor * pieces + 390,
            tax_minor=0,
            delivery_tax_rate=RATE,
            delivery_tax_minor=65,
            terms_version="1",
            terms_accepted_at=now(),
            placed_at=now(),
            paid_at=now(),
        )
        line = OrderLine(
            variant_id=variant_id,
            position=0,
            product_name="Mug",
            variant_name="",
            sku="MUG",
            quantity=pieces,
            currency=currency,
            unit_price_minor=minor,
            amount_minor=minor * pieces,
            tax_class="standard",
            tax_rate=RATE,
            tax_minor=Money(minor * pieces, currency).tax_contained(RATE).minor,
            requires_shipping=True,
            weight_g=1,
        )
        order.lines = [line]
        db.session.add(order)
        db.session.flush()
        bookings.sold(order)
    return order


def send_back(minor: int, currency: str = "GBP") -> str:
    """A refund of so much; returns its posting's key."""
    key = f"refund:{next(numbers)}"
    amount = Money(minor, currency)
    tax = amount.tax_contained(RATE)
    with transaction():
        entries = [
            Entry(Account.REFUNDS, amount - tax, RATE),
            Entry(Account.TAX, tax, RATE),
            Entry(Account.STRIPE, -amount),
        ]
        ledger.post(key, "refund", entries)
    return key


@dataclass
class History:
    world: World
    refunds: list[str]

    def live(self, what: str, size: int) -> None:
        match what:
            case "sell":
                variant = (self.world.mug, self.world.a4, self.world.a3)[size % 3]
                sell(variant, pieces=1 + size % 4, minor=100 * size + 37)
            case "sell abroad":
                sell(self.world.mug, minor=100 * size, currency="EUR")
            case "refund":
                self.refunds.append(send_back(90 * size + 1))
            case "refund fails" if self.refunds:
                key = self.refunds.pop()
                with transaction():
                    ledger.reverse(key, f"{key}-failed", "refund_failed")
            case "look":
                services.catch_up()
            case "move":
                self.world.store_with(timezone=ZONES[size % len(ZONES)])


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sell", "sell", "sell", "sell abroad", "refund", "refund fails", "look", "look", "move"]),
        st.integers(1, 40),
        st.sampled_from([0.01, 0.4, 3.0, 11.0, 26.0, 24.0 * 8]),  # hours until the next
    ),
    min_size=1,
    max_size=14,
)


def test_the_figures_equal_a_plain_recount_after_any_history(app: Flask, world: World) -> None:
    @given(steps=STEPS)
    @settings(
        max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    def any_history(steps: list[tuple[str, int, float]]) -> None:
        db.session.remove()
        wipe()
        with time_machine.travel(SPRING, tick=False) as clock:
            history = History(World(app, world.twin), [])
            for what, size, hours in steps:
                history.live(what, size)
                clock.shift(timedelta(hours=hours))
            assert_figures_equal_a_recount()

    any_history()


def test_a_worker_that_was_away_for_a_day_catches_up(world: World) -> None:
    with time_machine.travel(SPRING, tick=False) as clock:
        sell(world.mug)
        services.catch_up()
        for _hour in range(30):
            clock.shift(timedelta(hours=1))
            sell(world.a4)
        send_back(500)
        assert queries.period(7, world.store).stale
        assert queries.period(7, world.store).now.orders == 1
        assert_figures_equal_a_recount()


def test_what_was_written_down_late_is_counted_all_the_same(world: World) -> None:
    """Another process wrote it before the worker looked, and its commit came after."""
    with time_machine.travel(SPRING, tick=False) as clock:
        services.catch_up()
        clock.shift(timedelta(minutes=2))
        late = now() - timedelta(minutes=3)
        with time_machine.travel(late, tick=False):
            sell(world.mug)
        assert_figures_equal_a_recount()


def test_an_order_that_is_paid_is_among_the_figures_as_soon_as_the_worker_hears_of_it(world: World) -> None:
    services.catch_up()
    with time_machine.travel(now() + timedelta(minutes=1), tick=True):
        order = world.shopper().buy(world.mug)
        world.settle()
        assert queries.period(1, world.store).now.sold == order.total


def test_a_day_on_which_nothing_has_changed_is_not_counted_again(world: World) -> None:
    with time_machine.travel(SPRING, tick=False) as clock:
        sell(world.mug)
        for days in (1, 1, 0):  # twice, since what was being written while somebody looked is looked at again
            assert services.catch_up() == days
            clock.shift(timedelta(hours=1))


def test_a_shop_without_a_sale_has_figures_of_nothing(world: World) -> None:
    services.catch_up()
    told = queries.period(30, world.store)
    assert (told.now.orders, told.now.average, told.now.refund_rate) == (0, None, None)
    assert not told.stale


def test_what_is_read_does_not_grow_with_the_orders(world: World) -> None:
    for _order in range(20):
        sell(world.mug)
    services.catch_up()
    assert len(db.session.scalars(select(HourFigures)).all()) == 1
