"""Several processes at once on one database, as web processes and workers are."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection

import pytest
from flask import Flask
from sqlalchemy import select

from shop.catalog import stock
from shop.catalog.models import Variant
from shop.core.db import db, transaction
from shop.core.errors import ShopError
from shop.core.money import Money
from shop.orders import fulfilment
from shop.orders import services as orders
from shop.orders.models import OrderLine, Shipment
from shop.payments import refunds
from shop.payments import services as payments
from shop.payments.models import Refund
from shop.payments.refunds import Asked
from tests.payments.steps import CREATE
from tests.world import Typed, World, change

pytestmark = pytest.mark.both

FORK = multiprocessing.get_context("fork")  # the shop is there already, and starts in no time
PATIENCE_S = 60


def in_processes(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Runs all acts at the same moment, each in a process of its own; what each returns, or its error's name."""
    gate = FORK.Barrier(len(acts))

    def one(act: Callable[[], object], tell: Connection) -> None:
        db.engine.dispose(close=False)  # the parent's connections are not ours
        with app.app_context():
            gate.wait(PATIENCE_S)
            try:
                tell.send(str(act()))
            except ShopError as error:
                tell.send(type(error).__name__)

    db.session.remove()
    started = []
    for act in acts:
        ours, theirs = FORK.Pipe(duplex=False)
        process = FORK.Process(target=one, args=(act, theirs))
        process.start()
        started.append((process, ours))
    answers = [pipe.recv() if pipe.poll(PATIENCE_S) else "nothing" for _process, pipe in started]
    for process, _pipe in started:
        process.join(PATIENCE_S)
        assert process.exitcode == 0
    return answers


def test_two_clerks_refund_the_same_order(world: World, app: Flask) -> None:
    order_id = world.shopper().buy(world.mug).id
    line_id = db.session.scalars(select(OrderLine.id)).one()

    def clerk(number: int) -> Callable[[], object]:
        asked = Asked(lines={line_id: 1}) if number % 2 else Asked(amount=Money(1500, "GBP"))
        return lambda: refunds.refund(
            order_id, asked, reason="broken", by=f"staff:{number}", form_token=f"form-{number}"
        )

    answers = in_processes(app, *(clerk(number) for number in range(4)))

    assert sum(answer.isdigit() for answer in answers) == 1, answers
    world.settle()
    assert world.count(Refund) == 1
    assert world.payment().refunded.minor in (1500, 1600)
    world.prove()


def test_a_shipment_against_a_cancellation(world: World, app: Flask) -> None:
    outcomes: Counter[str] = Counter()
    for _round in range(4):
        order_id = world.shopper().buy(world.mug).id
        answers = in_processes(
            app,
            lambda o=order_id: fulfilment.ship(o, by="staff:1", form_token=f"ship-{o}"),
            lambda o=order_id: payments.cancel_paid(o, by="shopper", reason="", form_token=f"cancel-{o}"),
        )
        world.settle()
        order = world.orders()[-1]
        outcomes[order.status] += 1
        assert sorted(answers)[-1] == "WrongState", answers
        assert order.status in ("shipped", "cancelled")
        assert world.count(Shipment, order_id=order_id) == (order.status == "shipped")
    assert world.stock(world.mug) == (10 - outcomes["shipped"], 0)
    world.prove()


def test_the_last_unit_against_a_back_order(world: World, app: Flask) -> None:
    change(Variant, Variant.id == world.a4, back_order_limit=2)
    stock.correct(world.a4, 1, by="test")
    buyers = [world.shopper(f"198.51.100.{number}") for number in range(5)]
    for number, shopper in enumerate(buyers):
        shopper.add(world.a4)
        shopper.fill_in(Typed(email=f"buyer{number}@example.com"))
    world.twin.faults.arm("down", times=100, **CREATE)

    def press() -> list[str]:
        forms = [shopper.last_step() for shopper in buyers]
        pressed = zip(buyers, forms, strict=True)
        return in_processes(app, *(lambda s=shopper, f=form: s.press_pay(f).location for shopper, form in pressed))

    first = press()
    ordered = [shopper for shopper, answer in zip(buyers, first, strict=True) if answer.startswith("/orders/")]
    assert len(ordered) == 1, first  # the others were not told that they would have to wait
    buyers = [shopper for shopper in buyers if shopper not in ordered]
    second = press()
    assert len(world.orders()) == 3, second
    assert world.stock(world.a4) == (1, 3)
    world.twin.faults.clear()
    for order in world.orders():
        payments.start(order.id)
    for payment in world.payments():
        world.twin.pay(payment.session_id)
    world.settle()
    assert [order.status for order in world.orders()] == ["paid"] * 3
    assert world.stock(world.a4) == (0, 2)
    ids = [order.id for order in world.orders()]
    with transaction():
        sendable = [bool(fulfilment.shippable(orders.lock(order_id))) for order_id in ids]
    assert sorted(sendable) == [False, False, True]
    world.prove()
