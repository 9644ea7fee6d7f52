"""Parcels: what is sent, what is left, what was a mistake; and what may still be changed before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from shop.catalog import stock
from shop.catalog.models import Variant
from shop.core.db import db, transaction
from shop.core.errors import Invalid, NotFound
from shop.orders import fulfilment
from shop.orders import services as orders
from shop.orders.models import Order, OrderAddress, OrderEvent, OrderLine, Shipment
from shop.orders.services import Address, WrongState
from shop.orders.states import Fulfilment, ReturnState, return_state
from shop.orders.states import fulfilment as how_far
from shop.payments import refunds
from shop.payments import services as payments
from shop.payments.refunds import Asked
from tests.payments.steps import history
from tests.world import World, change

pytestmark = pytest.mark.both

ALICE = Address(name="Alice Archer", street="1 High Street", city="Bristol", postal_code="BS1 4DJ", country="GB")


def line(sku: str) -> OrderLine:
    db.session.rollback()
    return db.session.scalars(select(OrderLine).where(OrderLine.sku == sku)).one()


def left(order_id: int) -> dict[int, int]:
    with transaction():
        return fulfilment.shippable(orders.lock(order_id))


def state() -> Fulfilment:
    db.session.rollback()
    return how_far(db.session.scalars(select(OrderLine)).all(), db.session.scalars(select(Shipment)).all())


def test_an_order_is_sent_in_parts_and_is_sent_when_all_of_it_is(world: World) -> None:
    order_id = world.shopper().buy(world.mug, world.a4, world.a4).id
    mug, a4 = line("MUG").id, line("PRINT-A4").id
    assert (state(), left(order_id)) == (Fulfilment.UNSENT, {mug: 1, a4: 2})

    fulfilment.ship(order_id, {a4: 1}, by="staff:1", form_token="one")
    assert (state(), left(order_id), world.order().status) == (Fulfilment.PARTLY_SENT, {mug: 1, a4: 1}, "paid")

    last = fulfilment.ship(order_id, by="staff:1", form_token="two")
    assert (state(), left(order_id), world.order().status) == (Fulfilment.SENT, {}, "shipped")
    for shipment in db.session.scalars(select(Shipment.id)).all():
        fulfilment.deliver(shipment, by="staff:1")
    fulfilment.deliver(last, by="staff:1")
    assert state() == Fulfilment.DELIVERED
    assert [kind for kind, _by in history(order_id)].count("delivered") == 2
    world.prove()


def test_the_same_form_is_one_parcel(world: World) -> None:
    order_id = world.shopper().buy(world.a4, world.a4).id
    a4 = line("PRINT-A4").id
    assert len({fulfilment.ship(order_id, {a4: 1}, by="staff:1", form_token="one") for _ in range(2)}) == 1
    assert line("PRINT-A4").shipped == 1


def test_a_parcel_cannot_hold_what_is_not_left(world: World) -> None:
    order_id = world.shopper().buy(world.mug).id
    mug = line("MUG").id
    for pieces, sentence in (
        ({mug: 2}, "Only 1 of MUG can be sent now"),
        ({mug: -1}, "not a part of this order"),
        ({mug + 1000: 1}, "not a part of this order"),
        ({mug: 0}, "Choose what is in the parcel"),
    ):
        with pytest.raises(Invalid, match=sentence):
            fulfilment.ship(order_id, pieces, by="staff:1", form_token=sentence)
    assert world.count(Shipment) == 0


def test_a_parcel_entered_by_mistake_never_was(world: World) -> None:
    order_id = world.shopper().buy(world.mug).id
    shipment = fulfilment.ship(order_id, by="staff:1", form_token="one")
    for _twice in range(2):
        fulfilment.undo(shipment, by="staff:1")
    assert (world.order().status, world.order().shipped_at, state()) == ("paid", None, Fulfilment.UNSENT)
    with pytest.raises(WrongState, match="was undone"):
        fulfilment.deliver(shipment, by="staff:1")

    again = fulfilment.ship(order_id, by="staff:1", form_token="two")
    fulfilment.deliver(again, by="staff:1")
    with pytest.raises(WrongState, match="has arrived"):
        fulfilment.undo(again, by="staff:1")
    with pytest.raises(NotFound):
        fulfilment.undo(4711, by="staff:1")
    world.prove()


def test_a_parcel_of_which_something_was_refunded_stays(world: World) -> None:
    order_id = world.shopper().buy(world.a4, world.a4).id
    shipment = fulfilment.ship(order_id, by="staff:1", form_token="one")
    asked = Asked(lines={line("PRINT-A4").id: 1})
    refunds.refund(order_id, asked, reason="torn", by="staff:1", form_token="two", restock=True)
    with pytest.raises(WrongState, match="have been refunded"):
        fulfilment.undo(shipment, by="staff:1")
    world.settle()
    world.prove()


def test_pieces_that_were_refunded_before_they_were_sent_are_never_sent(world: World) -> None:
    order_id = world.shopper().buy(world.mug, world.a4, world.a4).id
    mug, a4 = line("MUG").id, line("PRINT-A4").id
    refunds.refund(order_id, Asked(lines={a4: 1}), reason="one too many", by="staff:1", form_token="one", restock=True)
    assert left(order_id) == {mug: 1, a4: 1}
    assert world.stock(world.a4) == (4, 0)

    fulfilment.ship(order_id, {mug: 1}, by="staff:1", form_token="two")
    refunds.refund(order_id, Asked(lines={a4: 1}), reason="torn", by="staff:1", form_token="three")
    world.settle()
    assert (world.order().status, state()) == ("shipped", Fulfilment.SENT)
    assert world.stock(world.a4) == (4, 0)
    assert (line("PRINT-A4").cancelled, line("PRINT-A4").restocked) == (2, 1)
    world.prove()


def test_a_paid_order_of_which_nothing_was_sent_is_cancelled_with_money_and_goods(world: World) -> None:
    order_id = world.shopper().buy(world.mug, world.a4).id
    for form in ("one", "one", "two"):
        payments.cancel_paid(order_id, by="shopper", reason="changed my mind", form_token=form)
    world.settle()
    assert world.order().status == "cancelled"
    assert world.payment().refunded == world.payment().captured
    assert (world.stock(world.mug), world.stock(world.a4)) == ((10, 0), (5, 0))
    world.prove()


def test_an_order_of_which_something_was_sent_cannot_be_cancelled(world: World) -> None:
    order_id = world.shopper().buy(world.mug, world.a4).id
    fulfilment.ship(order_id, {line("MUG").id: 1}, by="staff:1", form_token="one")
    with pytest.raises(WrongState, match="something of it has been sent"):
        payments.cancel_paid(order_id, by="shopper", reason="", form_token="two")
    assert world.order().status == "paid"


def test_what_is_not_there_yet_is_owed_and_sent_when_it_comes(world: World) -> None:
    change(Variant, Variant.id == world.cap, back_order_limit=3)
    order_id = world.shopper().buy(world.mug).id
    with transaction():  # as if two caps had been in the bag
        mug = orders.lock(order_id).lines[0]
        stock.give_back(order_id, world.mug, 1, "cancelled", by="test", restock=True)
        mug.variant_id, mug.quantity = world.cap, 2
        stock.hold({world.cap: 2}, order_id=order_id, cart_id=None, ahead={world.cap: 2})
        stock.sell(order_id, by="test")
    assert (world.stock(world.cap), left(order_id)) == ((0, 2), {})

    stock.receive(world.cap, 1, by="staff:1")
    assert (world.stock(world.cap), left(order_id)) == ((0, 1), {mug.id: 1})
    stock.receive(world.cap, 5, by="staff:1")
    assert (world.stock(world.cap), left(order_id), stock.owed(order_id)) == ((4, 0), {mug.id: 2}, {})


def test_the_address_is_mended_until_something_was_sent(world: World) -> None:
    order_id = world.shopper().buy(world.mug, world.a4).id
    moved = replace(ALICE, street="2 Low Street")
    for _twice in range(2):
        orders.edit(order_id, email="new@example.com", address=moved, by="staff:1")
    db.session.rollback()
    assert db.session.scalars(select(OrderAddress.street)).one() == "2 Low Street"
    assert world.order().email == "new@example.com"
    (event,) = db.session.scalars(select(OrderEvent).where(OrderEvent.kind == "edited")).all()
    assert event.data["before"] == {"street": "1 High Street", "email": "alice@example.com"}

    with pytest.raises(Invalid, match="taxes hang on the country"):
        orders.edit(order_id, email="new@example.com", address=replace(moved, country="DE"), by="staff:1")
    fulfilment.ship(order_id, {line("MUG").id: 1}, by="staff:1", form_token="one")
    with pytest.raises(WrongState):
        orders.edit(order_id, email="late@example.com", address=moved, by="staff:1")
    assert world.order().email == "new@example.com"


def tampered(world: World) -> Order:
    world.shopper().check_out(world.mug)
    world.twin.tamper(world.payment().session_id, amount_total=500)
    world.twin.pay(world.payment().session_id)
    world.settle()
    assert world.order().status == "review"
    return world.order()


def test_a_person_accepts_what_was_charged_wrongly(world: World) -> None:
    order_id = tampered(world).id
    orders.accept_review(order_id, by="staff:1", note="a friend")
    assert (world.order().status, world.stock(world.mug)) == ("paid", (9, 0))
    with pytest.raises(WrongState, match="not in review"):
        orders.accept_review(order_id, by="staff:1", note="")
    world.settle()
    world.prove()


def test_a_person_refuses_what_was_charged_wrongly(world: World) -> None:
    order_id = tampered(world).id
    payments.refuse_review(order_id, by="staff:1", reason="odd")
    world.settle()
    assert (world.order().status, world.stock(world.mug)) == ("cancelled", (10, 0))
    assert world.payment().refunded == world.payment().captured
    with pytest.raises(WrongState, match="not in review"):
        payments.refuse_review(order_id, by="staff:1", reason="")
    world.prove()


def test_an_order_under_dispute_is_not_released_by_hand(world: World) -> None:
    order_id = world.shopper().buy(world.mug).id
    world.twin.dispute(world.payment().charge_id)
    world.settle()
    with pytest.raises(WrongState, match="disputed"):
        payments.release(order_id, by="staff:1", reason="so")
    assert world.order().held_at is not None


def test_an_order_refunded_in_full_at_stripe_is_held_back(world: World) -> None:
    world.shopper().buy(world.mug)
    world.twin.refund_in_dashboard(world.payment().charge_id)
    world.settle()
    assert (world.order().status, world.order().held_at is not None) == ("paid", True)
    world.prove()


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ((), ReturnState.NONE),
        (("declined",), ReturnState.NONE),
        (("received", "requested"), ReturnState.REQUESTED),
        (("received", "approved", "declined"), ReturnState.APPROVED),
        (("received",), ReturnState.RECEIVED),
    ],
)
def test_the_return_that_waits_longest_says_how_it_stands(statuses: tuple[str, ...], state: ReturnState) -> None:
    class One:
        def __init__(self, status: str) -> None:
            self.status = status

    assert return_state([One(status) for status in statuses]) == state
