"""Numbers without a gap, whatever happens at once or in vain."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from shop.core.db import db, transaction
from shop.documents import services
from shop.documents.models import Document, DocumentSeries
from shop.orders import services as orders
from tests.faults.test_races import at_once
from tests.world import Typed, World

pytestmark = pytest.mark.both


def paid_orders(world: World, count: int) -> list[int]:
    """Without their invoices."""
    for number in range(count):
        shopper = world.shopper(network=f"198.51.{number}.7")
        shopper.check_out(world.mug if number % 2 else world.a4, typed=Typed(email=f"buyer{number}@example.com"))
        orders.mark_paid(world.orders()[-1].id, by="test")
    return [order.id for order in world.orders()]


def in_vain(order_id: int) -> None:
    with transaction():
        services.invoice(order_id)
        raise ZeroDivisionError


def numbers(world: World) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Document.number).where(Document.series == "INV").order_by(Document.number)))


def test_twenty_invoices_at_once_have_no_gap(world: World, app: Flask) -> None:
    ids = paid_orders(world, 10)
    results = at_once(app, *(lambda i=order_id: services.invoice(i).name for order_id in ids for _twice in range(2)))
    assert sorted(set(results)) == [f"INV-{number:05d}" for number in range(1, 11)]
    assert numbers(world) == list(range(1, 11))


def test_a_number_of_what_is_rolled_back_is_given_again(world: World) -> None:
    first, second = paid_orders(world, 2)
    with pytest.raises(ZeroDivisionError):
        in_vain(first)
    assert world.count(Document) == 0
    for order_id in (second, first):
        services.invoice(order_id)
    assert numbers(world) == [1, 2]
    assert db.session.scalars(select(DocumentSeries.next_number)).one() == 3


def test_rollbacks_among_many_leave_no_gap(world: World, app: Flask) -> None:
    ids = paid_orders(world, 8)
    at_once(app, *(lambda i=i, f=f: f(i) for i in ids for f in (in_vain, services.invoice)))
    assert numbers(world) == list(range(1, 9))
