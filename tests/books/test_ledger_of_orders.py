"""What a sale, its payment, its refund and its dispute are in the ledger."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from shop.books import audit, opening
from shop.core.db import db
from shop.core.money import Money
from shop.documents.models import Document
from shop.ledger import queries
from shop.ledger.models import LedgerTransaction
from shop.orders import services as orders
from shop.orders.bookings import of_sale
from shop.orders.models import Order, OrderLine
from shop.payments import refunds
from shop.payments import services as payments
from shop.payments.models import Refund
from shop.payments.refunds import EVERYTHING, Asked
from shop.payments.sync import sync
from tests.conftest import wipe
from tests.faults.test_races import at_once
from tests.payments.steps import CREATE, REFUND, TRIES, TRIES_OF_WORKER, later, press, sessions
from tests.world import World, make_variant, new_token

pytestmark = pytest.mark.both

SOLD = {"stripe": 1940, "fees": 50, "sales": -1333, "tax": -332, "delivery": -325}  # a mug and its parcel


def accounts() -> dict[str, int]:
    """What stands on each account, in pence."""
    db.session.rollback()
    return {account.value: minor for (account, _currency), minor in queries.balances().items() if minor}


def kinds() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(LedgerTransaction.kind).order_by(LedgerTransaction.id)))


def test_an_unpaid_order_is_no_sale(world: World) -> None:
    world.shopper().check_out(world.mug)
    assert accounts() == {}


def test_a_paid_one_is(world: World) -> None:
    world.shopper().buy(world.mug)
    assert accounts() == SOLD
    world.prove()


def test_however_often_it_is_told(world: World) -> None:
    world.shopper().buy(world.mug)
    posted = kinds()
    sync(world.payment().id)
    opening.complete()
    assert kinds() == posted
    assert sorted(posted) == ["capture", "fee", "sale"]


def test_money_that_takes_days_is_posted_when_it_is_here(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    session_id = alice.pay_at_stripe("later")
    world.settle()
    assert accounts() == {}
    with later(days=3):
        world.twin.settle(session_id)
        world.settle()
    assert accounts() == SOLD
    world.prove()


def test_a_fee_is_posted_when_stripe_tells_it(world: World) -> None:
    world.twin.faults.arm("late_fee")
    world.shopper().buy(world.mug)
    assert (accounts()["stripe"], accounts().get("fees")) == (1990, None)
    world.twin.settle_fee(world.payment().charge_id)
    world.settle()
    assert accounts() == SOLD
    world.prove()


def test_money_for_an_order_that_was_ended_was_never_a_sale(world: World) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=1600, stock=1)
    world.shopper().check_out(vase)
    orders.cancel(world.order().id, by="staff:1", reason="changed their mind on the phone")
    world.shopper("203.0.113.9").buy(vase)
    world.twin.pay(world.payments()[0].session_id)
    world.webhooks()
    world.work()
    world.settle()
    assert accounts() == SOLD | {"stripe": 1890, "fees": 100}  # the second payment's alone, and two fees
    world.prove()


def test_a_payment_too_many_is_owed_until_it_is_sent_back(world: World) -> None:
    world.twin.faults.arm("lost_answer", times=TRIES, **CREATE)
    alice = world.shopper()
    alice.check_out(world.mug)
    payments.give_up(world.payment().id, why="503")
    press(alice, world.order().token, "payment")
    for session in sessions(world):
        world.twin.pay(session.id)
    world.twin.faults.arm("down", times=TRIES_OF_WORKER, **REFUND)
    world.settle()
    assert accounts() == SOLD | {"receivable": -1990, "stripe": 3880, "fees": 100}
    with later(minutes=1):
        world.settle()
    assert accounts() == SOLD | {"stripe": 1890, "fees": 100}
    world.prove()


def test_what_goes_back_is_taken_off_by_rate_and_the_tax_with_it(world: World) -> None:
    order = world.shopper().buy(world.mug)
    (line,) = orders.lock(order.id).lines
    db.session.rollback()
    give_back(order, Asked(lines={line.id: 1}))
    world.settle()
    assert accounts() == SOLD | {"stripe": 340, "refunds": 1333, "tax": -65}
    give_back(order, EVERYTHING)
    world.settle()
    assert accounts() == {"stripe": -50, "fees": 50, "sales": -1333, "delivery": -325, "refunds": 1658}
    world.prove()


def test_what_was_too_much_and_is_sent_back_was_never_a_sale(world: World) -> None:
    world.shopper().check_out(world.mug)
    world.twin.tamper(world.payment().session_id, amount_total=2990)
    world.twin.pay(world.payment().session_id)
    world.settle()
    assert accounts() == {"receivable": -2990, "stripe": 2925, "fees": 65}
    orders.accept_review(world.order().id, by="staff:1", note="they added a tip")
    give_back(world.order(), EVERYTHING)
    world.settle()
    assert accounts() == {"stripe": -65, "fees": 65, "sales": -1333, "delivery": -325, "refunds": 1658}
    world.prove()


@pytest.mark.parametrize("sent_first", [True, False], ids=["sent by then", "still on its way"])
def test_what_was_refunded_in_review_was_never_a_sale(world: World, sent_first: bool) -> None:
    world.shopper().check_out(world.mug)
    world.twin.tamper(world.payment().session_id, amount_total=2990)
    world.twin.pay(world.payment().session_id)
    world.settle()
    give_back(world.order(), Asked(amount=Money(1000, "GBP")))
    if sent_first:
        world.settle()
    orders.accept_review(world.order().id, by="staff:1", note="what was too much has gone back")
    world.settle()
    assert accounts() == SOLD | {"stripe": 1925, "fees": 65}
    assert world.count(Document, kind="credit_note") == 0
    world.prove()


def test_a_refund_that_fails_after_all_leaves_no_trace_but_its_history(world: World) -> None:
    order = world.shopper().buy(world.mug)
    world.twin.faults.arm("pending_refund")
    give_back(order, Asked(amount=Money(500, "GBP")))
    assert accounts() == SOLD  # nothing has left yet
    world.settle()
    assert accounts()["stripe"] == 1440
    (refund,) = db.session.scalars(select(Refund))
    world.twin.settle_refund(refund.gateway_id, "failed")
    world.settle()
    assert accounts() == SOLD
    assert kinds()[-2:] == ["refund", "refund_failed"]
    world.prove()


def test_a_refund_that_was_made_before_we_heard_of_the_payment_is_one_of_a_sale(world: World) -> None:
    world.shopper().check_out(world.mug)
    world.twin.pay(world.payment().session_id)
    intent = next(iter(world.twin.totals()))
    world.twin.refund_in_dashboard(intent, 500)
    sync(world.payment().id)
    assert kinds() == ["sale", "capture", "fee", "refund"]
    assert accounts()["stripe"] == 1440
    world.prove()


TAKEN = {"stripe": -2050, "disputes": 1990, "fees": 2050}


@pytest.mark.parametrize(("won", "stands"), [(None, TAKEN), (False, TAKEN), (True, {})], ids=["open", "lost", "won"])
def test_what_a_bank_takes_back_is_a_dispute_with_its_fee(
    world: World, won: bool | None, stands: dict[str, int]
) -> None:
    world.shopper().buy(world.mug)
    dispute = world.twin.dispute(world.payment().charge_id)
    world.settle()
    if won is not None:
        world.twin.close_dispute(dispute["id"], won=won)
        world.settle()
    assert accounts() == SOLD | stands
    world.prove()


def test_what_was_sold_before_there_was_a_ledger_is_posted(world: World, app: Flask) -> None:
    order = world.shopper().buy(world.mug)
    give_back(order, Asked(amount=Money(500, "GBP")))
    world.settle()
    world.shopper("203.0.113.9").check_out(world.mug)
    before = accounts()
    wipe(["ledger_entries", "ledger_transactions", "refund_parts"])
    assert accounts() == {}

    assert at_once(app, opening.complete, opening.complete) == [None, None]

    assert accounts() == {account: minor for account, minor in before.items() if account != "fees"} | {"stripe": 1490}
    assert audit.run(ask_stripe=False).findings == ()
    sync(world.payments()[0].id)
    assert accounts() == before
    world.prove()


def test_what_is_taken_off_an_order_is_a_discount() -> None:
    rate = Decimal("0.20")
    line = OrderLine(currency="GBP", amount_minor=1600, tax_minor=267, tax_rate=rate)
    order = Order(
        currency="GBP", total_minor=1890, delivery_minor=390, adjustment_minor=-100, delivery_tax_minor=65,
        delivery_tax_rate=rate, lines=[line],
    )  # fmt: skip
    entries = list(of_sale(order))
    assert Money.sum((entry.amount for entry in entries), "GBP") == Money.zero("GBP")
    assert next(entry.amount for entry in entries if entry.account == "discounts") == Money(100, "GBP")


def give_back(order: Order, asked: Asked) -> None:
    refunds.refund(order.id, asked, reason="scratched", by="staff:1", form_token=new_token())
