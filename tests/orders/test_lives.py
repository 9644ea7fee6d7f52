"""The lives of orders in any order: whatever happens to them, however often a worker dies in between, and whatever the
network loses, doubles or turns round, in the end the books are right, here and at Stripe.

`make test-long` drives thousands of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.aftersale import money_back, withdrawal
from shop.aftersale.withdrawal import Statement
from shop.catalog import stock
from shop.catalog.models import Variant
from shop.core.clock import now
from shop.core.db import db
from shop.core.errors import ShopError
from shop.core.limits import limiter
from shop.core.money import Money
from shop.demo.stripe_twin import create_twin
from shop.demo.twin.errors import ApiError
from shop.orders import fulfilment, returns
from shop.orders import services as orders
from shop.orders.models import Order, Return, ReturnLine, Shipment
from shop.payments import gateway, refunds, sweeper
from shop.payments import services as payments
from shop.payments.models import Dispute, Payment, Refund
from shop.payments.refunds import EVERYTHING, Asked
from tests.conftest import wipe
from tests.figures.recount import assert_figures_equal_a_recount
from tests.stripe_wire import TwinHTTPClient
from tests.world import Typed, World, change

pytestmark = pytest.mark.both

SEQUENCES = int(os.environ.get("TEST_SEQUENCES", "100"))
STEPS = 14
MOST_ORDERS = 3
CALM = 40  # rounds after which everything must have come to rest

which = st.integers(0, MOST_ORDERS - 1)
share = st.integers(1, 100)  # per cent
GOODS = st.sampled_from(["mug", "a4", "a3", "a3"])


class Killed(BaseException):
    """The process is gone, in the middle of whatever it did."""


@contextmanager
def killed(after: int, *, committed: bool) -> Iterator[None]:
    """Dies at its commit number `after`, before it or just after it."""
    count, commit = 0, Session.commit

    def dying(session: Session) -> None:
        nonlocal count
        count += 1
        if count == after and not committed:
            raise Killed
        commit(session)
        if count == after:
            raise Killed

    with patch.object(Session, "commit", dying), suppress(Killed):
        yield
    db.session.remove()


class Lives(RuleBasedStateMachine):
    app: Flask

    def __init__(self) -> None:
        super().__init__()
        db.session.remove()
        wipe()
        limiter.reset()
        self.twin = create_twin()
        gateway.init(self.app, self.app.extensions["settings"], TwinHTTPClient(self.twin))
        self.clock = time_machine.travel(now(), tick=True)
        self.time = self.clock.start()
        self.world = World(self.app, self.twin)
        self.world.store_with(returns_days=30)
        change(Variant, Variant.id == self.world.a3, back_order_limit=5)
        self.forms = 0

    # what there is

    def ids(self) -> list[int]:
        db.session.rollback()
        return list(db.session.scalars(select(Order.id).order_by(Order.id)))

    def of(self, model: type[Any]) -> list[Any]:
        db.session.rollback()
        return list(db.session.scalars(select(model).order_by(model.id)))

    def form(self) -> str:
        self.forms += 1
        return f"form-{self.forms}"

    def attempt(self, act: Callable[[], object]) -> None:
        """What the state of things does not allow is refused with a sentence, and nothing else."""
        with suppress(ShopError, ApiError):
            act()
        db.session.rollback()

    # the shopper

    @initialize(goods=st.lists(GOODS, min_size=1, max_size=4), far=st.integers(0, 5))
    def begin(self, goods: list[str], far: int) -> None:
        """Most lives are of orders that were paid, many of which were sent: of others there is less to tell."""
        self.place(goods)
        if far:
            self.pay(0, "success")
            self.hear_and_work()
        if far > 2:
            self.ship(0, some=False)

    @precondition(lambda self: len(self.ids()) < MOST_ORDERS)
    @rule(goods=st.lists(GOODS, min_size=1, max_size=4))
    def place(self, goods: list[str]) -> None:
        number = len(self.ids())
        shopper = self.world.shopper(f"198.51.100.{number}")
        for name in goods:
            shopper.add(getattr(self.world, name))
        shopper.fill_in(Typed(email=f"buyer{number}@example.com"))
        with suppress(AssertionError):  # nothing in the bag could be had
            shopper.press_pay()

    @precondition(lambda self: self.ids())
    @rule(n=which, outcome=st.sampled_from(["success", "success", "success", "decline", "later", "later_fails"]))
    def pay(self, n: int, outcome: str) -> None:
        self._at_stripe(n, lambda session: self.twin.pay(session, outcome))

    @precondition(lambda self: self.ids())
    @rule(n=which)
    def charged_wrongly(self, n: int) -> None:
        self._at_stripe(n, lambda session: self.twin.tamper(session, amount_total=777))
        self._at_stripe(n, self.twin.pay)

    @precondition(lambda self: self.ids())
    @rule(n=which)
    def settle(self, n: int) -> None:
        self._at_stripe(n, self.twin.settle)

    @precondition(lambda self: self.ids())
    @rule(n=which)
    def pay_again(self, n: int) -> None:
        self.attempt(lambda: payments.start(self._order(n)))

    @precondition(lambda self: self.ids())
    @rule(n=which)
    def cancel(self, n: int) -> None:
        order_id = self._order(n)
        self.attempt(lambda: payments.cancel_unpaid(order_id, by="shopper"))
        self.attempt(lambda: payments.cancel_paid(order_id, by="shopper", reason="", form_token=f"cancel-{order_id}"))

    def _order(self, n: int) -> int:
        ids = self.ids()
        return ids[n % len(ids)]

    def _at_stripe(self, n: int, act: Callable[[str], object]) -> None:
        order_id = self._order(n)
        sessions = [each.session_id for each in self.of(Payment) if each.order_id == order_id and each.session_id]
        if sessions:
            self.attempt(lambda: act(sessions[-1]))

    @precondition(lambda self: self.of(Shipment))
    @rule(n=which, withdraw=st.booleans())
    def send_back(self, n: int, withdraw: bool) -> None:
        order_id, form = self._order(n), self.form()

        def act() -> None:
            pieces = {orders.lock(order_id).lines[0].id: 1}
            db.session.rollback()
            for _twice in range(2):
                if withdraw:
                    said = Statement(pieces=pieces, name="Alice Archer", email="alice@example.com")
                    withdrawal.withdraw(order_id, said, by="shopper", form_token=form)
                else:
                    returns.request(order_id, pieces, reason="too small", by="shopper", form_token=form)

        self.attempt(act)

    # the staff

    @precondition(lambda self: self.of(Return))
    @rule(n=which, what=st.sampled_from(["approve", "decline", "reopen", "receive", "receive"]), fit=st.booleans())
    def answer(self, n: int, what: str, fit: bool) -> None:
        found = self.of(Return)
        return_id = found[n % len(found)].id
        (line_id,) = db.session.scalars(select(ReturnLine.line_id).where(ReturnLine.return_id == return_id))
        come = {line_id: (1, 0) if fit else (0, 1)}
        self.attempt(
            {
                "approve": lambda: returns.approve(return_id, by="staff:1"),
                "decline": lambda: returns.decline(return_id, by="staff:1", answer="worn"),
                "reopen": lambda: returns.reopen(return_id, by="staff:1"),
                "receive": lambda: money_back.receive_and_refund(return_id, come, by="staff:1"),
            }[what]
        )

    @precondition(lambda self: self.ids())
    @rule(n=which, some=st.booleans())
    def ship(self, n: int, some: bool) -> None:
        order_id, form = self._order(n), self.form()

        def act() -> None:
            left = fulfilment.shippable(orders.lock(order_id))
            pieces = {line_id: 1 for line_id in list(left)[:1]} if some else None
            db.session.rollback()
            for _twice in range(2):
                fulfilment.ship(order_id, pieces, by="staff:1", form_token=form)

        self.attempt(act)

    @precondition(lambda self: self.of(Shipment))
    @rule(n=which, undo=st.booleans())
    def parcel(self, n: int, undo: bool) -> None:
        found = self.of(Shipment)
        shipment_id = found[n % len(found)].id
        act = fulfilment.undo if undo else fulfilment.deliver
        self.attempt(lambda: act(shipment_id, by="staff:1"))

    @precondition(lambda self: self.ids())
    @rule(
        n=which, kind=st.sampled_from(["line", "line", "delivery", "amount", "all"]), part=share, restock=st.booleans()
    )
    def refund(self, n: int, kind: str, part: int, restock: bool) -> None:
        order_id, form = self._order(n), self.form()
        order = next(each for each in self.of(Order) if each.id == order_id)
        delivery, amount = (Money(minor * part // 100, "GBP") for minor in (order.delivery_minor, order.total_minor))

        def act() -> None:
            line_id = orders.lock(order_id).lines[0].id
            db.session.rollback()
            asked = {
                "line": Asked(lines={line_id: 1}),
                "delivery": Asked(delivery=delivery),
                "amount": Asked(amount=amount),
                "all": Asked(everything=True),
            }[kind]
            for _twice in range(2):
                refunds.refund(order_id, asked, reason="so", by="staff:1", form_token=form, restock=restock)

        self.attempt(act)

    @precondition(lambda self: self.ids())
    @rule(n=which, accept=st.booleans())
    def review(self, n: int, accept: bool) -> None:
        order_id = self._order(n)
        if accept:
            self.attempt(lambda: orders.accept_review(order_id, by="staff:1", note="fine"))
        else:
            self.attempt(lambda: payments.refuse_review(order_id, by="staff:1", reason="odd"))

    @precondition(lambda self: self.ids())
    @rule(n=which, held=st.booleans())
    def hold(self, n: int, held: bool) -> None:
        act = orders.hold_back if held else payments.release
        self.attempt(lambda: act(self._order(n), by="staff:1", reason="a question"))

    @rule(name=st.sampled_from(["mug", "a4", "a3"]), pieces=st.integers(1, 3), kind=st.integers(0, 2))
    def shelf(self, name: str, pieces: int, kind: int) -> None:
        act = (stock.receive, stock.write_off, stock.correct)[kind]
        self.attempt(lambda: act(getattr(self.world, name), pieces, by="staff:1"))

    # Stripe, and somebody at its dashboard

    @precondition(lambda self: any(each.charge_id for each in self.of(Payment)))
    @rule(n=which, part=share, pending=st.booleans())
    def refund_at_stripe(self, n: int, part: int, pending: bool) -> None:
        charges = [each for each in self.of(Payment) if each.charge_id]
        payment = charges[n % len(charges)]
        amount = max(1, payment.captured_minor * part // 100)
        if pending:
            self.twin.faults.arm("pending_refund")
        self.attempt(lambda: self.twin.refund_in_dashboard(payment.charge_id, amount))

    @rule()
    def next_refund_waits(self) -> None:
        self.twin.faults.arm("pending_refund")

    @precondition(lambda self: any(each.gateway_id for each in self.of(Refund)))
    @rule(n=which, outcome=st.sampled_from(["succeeded", "failed"]))
    def refund_ends(self, n: int, outcome: str) -> None:
        known = [each.gateway_id for each in self.of(Refund) if each.gateway_id]
        self.attempt(lambda: self.twin.settle_refund(known[n % len(known)], outcome))

    @precondition(lambda self: any(each.charge_id for each in self.of(Payment)))
    @rule(n=which)
    def dispute(self, n: int) -> None:
        charges = [each.charge_id for each in self.of(Payment) if each.charge_id]
        self.attempt(lambda: self.twin.dispute(charges[n % len(charges)]))

    @precondition(lambda self: self.of(Dispute))
    @rule(n=which, won=st.booleans())
    def dispute_ends(self, n: int, won: bool) -> None:
        known = [each.gateway_id for each in self.of(Dispute)]
        self.attempt(lambda: self.twin.close_dispute(known[n % len(known)], won=won))

    # the network, the workers, time

    @rule(kind=st.sampled_from(["duplicate", "reverse", "drop"]))
    def webhooks_go_wrong(self, kind: str) -> None:
        self.twin.faults.arm(kind)

    @rule(kind=st.sampled_from(["down", "error", "lost_answer"]), path=st.sampled_from(["/v1/refunds", "/v1/checkout"]))
    def stripe_goes_wrong(self, kind: str, path: str) -> None:
        self.twin.faults.arm(kind, path=path, times=3)

    @rule()
    def hear_and_work(self) -> None:
        self.world.webhooks()
        self.world.work()

    @rule(after=st.integers(1, 12), committed=st.booleans())
    def a_worker_dies(self, after: int, committed: bool) -> None:
        with killed(after, committed=committed):
            self.world.webhooks()
            self.world.work()

    @rule(minutes=st.sampled_from([1, 40, 61]))
    def time_passes(self, minutes: int) -> None:
        self.time.shift(timedelta(minutes=minutes))
        sweeper.sweep()

    def teardown(self) -> None:
        try:
            self.twin.faults.clear()
            self._come_to_rest()
            self._send_again_what_failed()
            self._come_to_rest()
            self.world.prove()
            self._books_are_equal()
            assert_figures_equal_a_recount()
        finally:
            self.clock.stop()
            self.twin.close()

    def _come_to_rest(self) -> None:
        for _round in range(CALM):
            sweeper.sweep()
            said = self.world.webhooks()
            self.world.work()
            if not said and not self.world.waiting():
                break
            self.time.shift(timedelta(minutes=61))
        assert self.world.waiting() == []

    def _send_again_what_failed(self) -> None:
        """The staff were told that money of an order that came to nothing could not go back."""
        for order in self.of(Order):
            if order.status == "cancelled" and order.paid_at is None:
                ask = partial(refunds.refund, order.id, EVERYTHING, reason="again", by="staff:1")
                self.attempt(partial(ask, form_token=self.form()))

    def _books_are_equal(self) -> None:
        stripes = self.twin.totals()
        ours = {each.payment_intent_id: each for each in self.of(Payment) if each.payment_intent_id}
        paid = {intent: one for intent, one in stripes.items() if one["captured"]}
        assert {intent: (one["captured"], one["refunded"]) for intent, one in paid.items()} == {
            intent: (each.captured_minor, each.refunded_minor) for intent, each in ours.items() if each.captured_minor
        }


def test_the_books_are_right_after_any_life(app: Flask) -> None:
    machine = type("LivesHere", (Lives,), {"app": app})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            print_blob=True,
            phases=[Phase.generate],  # a failing life is told as it was: to shorten it takes minutes
        ),
    )
