"""Lost, doubled, late and forged messages; answers that never come; money that comes when nobody expects it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import text

from shop.catalog import stock
from shop.core.db import db, transaction
from shop.core.money import Money
from shop.demo.stripe_twin import WEBHOOK_SECRET
from shop.orders import services as orders
from shop.payments import gateway, refunds, sweeper
from shop.payments import services as payments
from shop.payments.models import Refund, WebhookEvent
from shop.payments.refunds import EVERYTHING, Asked
from shop.payments.sync import sync
from tests.demo.twin_world import wanted
from tests.payments.steps import (
    CREATE,
    REFUND,
    TRIES,
    TRIES_OF_WORKER,
    at_stripe,
    event,
    history,
    later,
    press,
    say,
    sessions,
    told,
)
from tests.stripe_wire import client
from tests.world import Shopper, Typed, World, make_variant, new_token

pytestmark = pytest.mark.both


def on_the_way(world: World, *goods: int) -> Shopper:
    """Alice at Stripe's page."""
    alice = world.shopper()
    answer = alice.check_out(*(goods or (world.mug,)))
    assert answer.location.startswith("http://twin.test/pay/")
    return alice


def swept(world: World, **by: float) -> None:
    """That much later the sweeper comes round, and the worker after it."""
    with later(**by):
        sweeper.sweep()
        world.work()


# webhooks


def test_a_webhook_that_never_comes_is_not_missed(world: World) -> None:
    alice = on_the_way(world)
    alice.pay_at_stripe()
    world.twin.faults.arm("drop", times=10)
    world.settle()
    assert world.order().status == "pending"

    swept(world, minutes=2)

    assert world.order().status == "paid"
    assert world.stock(world.mug) == (9, 0)
    assert len(world.mails("order-confirmation")) == 1
    assert world.waiting() == []
    world.prove()


def test_doubled_webhooks_have_one_effect(world: World) -> None:
    on_the_way(world).pay_at_stripe()
    world.twin.faults.arm("duplicate", times=3)

    assert world.webhooks() == [202] * 6
    world.work()

    assert world.count(WebhookEvent) == 3
    assert told(world, "order.paid") == 1
    assert len(world.mails("order-confirmation")) == 1
    assert world.stock(world.mug) == (9, 0)
    world.prove()


def test_webhooks_in_the_wrong_order_tell_the_same_story(world: World) -> None:
    alice = on_the_way(world)
    alice.pay_at_stripe()
    world.twin.refund_in_dashboard(sessions(world)[0].payment_intent, 300)
    world.twin.faults.arm("reverse")

    world.settle()

    assert world.order().status == "paid"
    assert world.payment().refunded_minor == 300
    assert world.count(Refund, status="succeeded") == 1
    world.prove()


def test_a_webhook_that_takes_an_hour_still_counts(world: World) -> None:
    on_the_way(world).pay_at_stripe()
    world.twin.faults.arm("delay", seconds=3600, times=3)
    world.settle()
    assert world.order().status == "pending"

    with later(minutes=61):
        world.settle()

    assert world.order().status == "paid"
    world.prove()


@pytest.mark.parametrize("lie", ["forge", "old", "future"])
def test_what_stripe_did_not_sign_just_now_is_refused_and_changes_nothing(world: World, lie: str) -> None:
    on_the_way(world).pay_at_stripe()
    world.twin.faults.arm(lie, times=3)

    assert world.webhooks() == [400] * 3
    world.work()

    assert world.count(WebhookEvent) == 0
    assert world.order().status == "pending"
    assert world.webhooks() == [202] * 3  # Stripe tries again, well signed
    world.work()
    assert world.order().status == "paid"
    world.prove()


def test_a_webhook_without_a_signature_is_refused(world: World) -> None:
    body = event("checkout.session.completed", id="cs_test_1")
    assert [say(world, body, header=header) for header in ("", "t=1", "v1=abc", "t=now,v1=abc", "☃")] == [400] * 5
    assert say(world, body, ago=240) == 202
    assert say(world, body, ago=-240) == 202
    assert say(world, body, ago=400) == 400
    assert say(world, body, ago=-400) == 400
    assert world.count(WebhookEvent) == 1
    world.prove()


def test_a_session_that_is_not_ours_is_none_of_our_business(world: World) -> None:
    on_the_way(world)
    foreign = client(world.twin).v1.checkout.sessions.create(wanted())
    world.twin.pay(foreign.id)

    assert world.webhooks() == [202] * 3
    world.work()

    assert world.waiting() == []
    assert world.order().status == "pending"
    assert world.stock(world.mug) == (10, 1)
    world.prove()


def test_a_kind_of_event_nobody_knows_is_kept_and_answered_well(world: World) -> None:
    assert say(world, event("radar.early_fraud_warning.created", id="issfr_1", charge="ch_1")) == 202
    world.work()
    assert world.waiting() == []
    assert world.count(WebhookEvent, type="radar.early_fraud_warning.created") == 1
    world.prove()


@pytest.mark.parametrize(
    "body",
    [b"nonsense", b"", b"{}", b"[]", b'"event"', b"null", b"\xff\xfe", b'{"id":"evt_1","type":"x"}', b'{"id":1}'],
)
def test_nonsense_is_refused_even_when_it_is_well_signed(world: World, body: bytes) -> None:
    assert say(world, body) == 400
    assert world.count(WebhookEvent) == 0
    world.prove()


def test_a_lost_event_is_found_although_later_ones_came(world: World) -> None:
    first = on_the_way(world).world.order().id
    world.twin.pay(world.payments()[0].session_id)
    world.settle()
    world.twin.faults.arm("drop", times=2)
    world.twin.refund_in_dashboard(world.payments()[0].charge_id, 300)
    assert world.webhooks() == []
    world.shopper().buy(world.a4)
    assert world.payments()[0].refunded_minor == 0

    swept(world, minutes=2)

    assert world.payments()[0].refunded_minor == 300
    assert ("refund_succeeded", "stripe") in history(first)
    world.prove()


def test_an_event_comes_before_the_shop_knows_its_session(world: World) -> None:
    world.twin.faults.arm("lost_answer", times=TRIES, **CREATE)
    alice = world.shopper()
    alice.check_out(world.mug)
    assert world.payment().session_id is None
    world.twin.pay(sessions(world)[0].id)

    world.settle()

    assert world.order().status == "paid"
    assert world.payment().session_id == sessions(world)[0].id
    world.prove()


def test_an_answer_that_is_older_than_what_is_known_is_thrown_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.shopper().buy(world.mug)
    payment_id, charge_id, version = world.payment().id, world.payment().charge_id, world.payment().sync_version
    ask = gateway.read_session

    def overtaken(session_id: str) -> gateway.SessionSeen:
        seen = ask(session_id)
        monkeypatch.setattr(gateway, "read_session", ask)
        world.twin.refund_in_dashboard(charge_id)
        sync(payment_id)
        return seen

    monkeypatch.setattr(gateway, "read_session", overtaken)
    sync(payment_id)

    assert world.payment().refunded == world.order().total
    assert world.payment().sync_version == version + 2
    world.prove()


# money that does not fit


@pytest.mark.parametrize(
    ("change", "charged"),
    [
        ({"amount_total": 100}, "100 GBP"),
        ({"amount_total": 990000}, "990000 GBP"),
        ({"currency": "usd"}, "1990 USD"),
    ],
)
def test_a_wrong_amount_is_looked_at_by_a_person_and_never_counts_as_paid(
    world: World, change: dict[str, object], charged: str
) -> None:
    alice = on_the_way(world)
    world.twin.tamper(world.payment().session_id, **change)
    back = alice.come_back(alice.pay_at_stripe())
    world.settle()

    order = world.order()
    assert (order.status, order.paid_at) == ("review", None)
    assert world.stock(world.mug) == (10, 1)
    assert world.mails("order-confirmation") == []
    (mail,) = world.mails("staff-attention")
    assert (mail.recipients, order.number in mail.subject + mail.text) == ("shop@example.com", True)
    notes = db.session.execute(text("SELECT note FROM order_events WHERE kind = 'review'")).scalars().all()
    assert notes == [f"charged {charged}, asked 1990 GBP"]
    assert "We are checking your payment." in alice.get(back.location)
    assert world.waiting() == []
    world.prove()


def test_a_session_that_became_free_of_charge_is_looked_at_too(world: World) -> None:
    on_the_way(world)
    books, session = world.twin.books, world.twin.till.session(world.payment().session_id)
    books.put(session | {"status": "complete", "payment_status": "no_payment_required", "amount_total": 0})
    sync(world.payment().id)
    world.work()
    assert (world.order().status, world.payment().captured_minor) == ("review", 0)
    assert len(world.mails("staff-attention")) == 1
    world.prove()


def test_an_order_in_review_cannot_be_cancelled_by_the_shopper_who_paid_it(world: World) -> None:
    alice = on_the_way(world)
    world.twin.tamper(world.payment().session_id, amount_total=100)
    token = world.order().token
    csrf = press(alice, token, "payment")  # the page is open in another window
    assert csrf.status_code == 303
    alice.pay_at_stripe()
    world.settle()

    with pytest.raises(payments.PaymentUnderWay):
        payments.cancel_unpaid(world.order().id, by="shopper")

    assert world.order().status == "review"
    assert payments.start(world.order().id) is None
    world.prove()


def test_what_was_charged_in_another_currency_goes_back_in_it(world: World) -> None:
    alice = on_the_way(world)
    world.twin.tamper(world.payment().session_id, currency="usd")
    alice.pay_at_stripe()
    world.settle()

    refunds.refund(world.order().id, EVERYTHING, reason="wrong currency", by="staff:1", form_token=new_token())
    world.settle()

    assert world.payment().refunded == Money(1990, "USD")
    assert at_stripe(world) == (1990, 1990)
    assert "$19.90" in alice.get(f"/orders/{world.order().token}")
    assert orders.cancel(world.order().id, by="staff:1", reason="wrong currency")
    assert world.stock(world.mug) == (10, 0)
    world.prove()


# time


def test_an_order_that_is_not_paid_in_time_ends_and_the_bag_is_kept(world: World) -> None:
    alice = on_the_way(world)
    with later(minutes=36):
        world.settle()
        order = world.order()
        assert (order.status, order.stock) == ("cancelled", "none")
        assert world.stock(world.mug) == (10, 0)
        assert "Mug" in alice.get("/cart")
        assert "This order is cancelled. Nothing was charged." in alice.get(f"/orders/{order.token}")
        assert alice.press_pay().location.startswith("http://twin.test/pay/")
    assert [order.status for order in world.orders()] == ["cancelled", "pending"]
    world.prove()


def test_expiry_without_a_webhook_is_found_by_the_sweeper(world: World) -> None:
    on_the_way(world)
    world.twin.faults.arm("drop", times=10)
    with later(minutes=36):
        world.settle()
        assert world.stock(world.mug) == (10, 1)
        sweeper.sweep()
    assert world.order().status == "cancelled"
    assert world.stock(world.mug) == (10, 0)
    world.prove()


def test_paying_at_stripe_beats_pressing_cancel_here(world: World) -> None:
    alice = on_the_way(world)
    token = world.order().token
    alice.pay_at_stripe()

    answer = press(alice, token, "cancellation")

    page = alice.get(answer.location)
    assert "This order has just been paid, so it was not cancelled." in page
    assert "Thank you" in page
    assert world.order().status == "paid"
    world.settle()
    assert at_stripe(world) == (1990, 0)
    world.prove()


def test_late_money_for_goods_that_are_still_there_pays_the_order(world: World) -> None:
    alice = on_the_way(world)
    orders.cancel(world.order().id, by="staff:1", reason="changed their mind on the phone")
    assert world.stock(world.mug) == (10, 0)

    alice.pay_at_stripe()
    world.settle()

    order = world.order()
    assert (order.status, order.stock, order.cancelled_at) == ("paid", "sold", None)
    assert world.stock(world.mug) == (9, 0)
    assert len(world.mails("order-confirmation")) == 1
    assert at_stripe(world) == (1990, 0)
    world.prove()


def test_late_money_for_goods_that_are_gone_goes_back_by_itself(world: World) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=4000, stock=1)
    alice = on_the_way(world, vase, world.mug)
    late = world.order()
    orders.cancel(late.id, by="staff:1", reason="changed their mind on the phone")
    bob = world.shopper("203.0.113.9")
    bob.buy(vase)

    world.twin.pay(world.payments()[0].session_id)
    world.twin.faults.arm("duplicate", times=3)
    world.settle()
    swept(world, minutes=2)

    late = world.orders()[0]
    assert (late.status, late.paid_at) == ("cancelled", None)
    assert world.payments()[0].refunded == late.total
    (mail,) = world.mails("late-payment-refunded")
    assert (mail.recipients, "£56.00" in mail.text) == ("alice@example.com", True)
    assert [mail.recipients for mail in world.mails("staff-attention")] == ["shop@example.com"]
    assert [mail.recipients for mail in world.mails("order-confirmation")] == ["alice@example.com"]  # Bob's
    assert world.stock(world.mug) == (10, 0)
    assert "We have sent £56.00 back" in alice.get(f"/orders/{late.token}")
    assert world.waiting() == []
    world.prove()


@pytest.mark.parametrize("first", [0, 1])
def test_the_second_of_two_payments_goes_back(world: World, first: int) -> None:
    alice = paid_nowhere_yet_twice_open(world)
    one, two = (session.id for session in sessions(world))
    world.twin.pay((one, two)[first])
    world.settle()
    assert world.order().status == "paid"

    world.twin.pay((two, one)[first])
    world.settle()

    order = world.order()
    assert [payment.captured_minor for payment in world.payments()] == [1990, 1990]
    assert [payment.refunded_minor for payment in world.payments()] == ([0, 1990] if first == 0 else [1990, 0])
    assert at_stripe(world) == (3980, 1990)
    assert told(world, "order.paid") == 1
    assert world.stock(world.mug) == (9, 0)
    assert len(world.mails("late-payment-refunded")) == len(world.mails("staff-attention")) == 1
    assert ("paid_twice", "stripe") in history(order.id)
    assert "Thank you" in alice.get(f"/orders/{order.token}")
    world.prove()


def test_the_second_of_two_payments_goes_back_whatever_it_came_to(world: World) -> None:
    paid_nowhere_yet_twice_open(world)
    one, two = (session.id for session in sessions(world))
    world.twin.pay(one)
    world.settle()
    world.twin.tamper(two, amount_total=500, currency="usd")
    world.twin.pay(two)
    world.settle()
    assert world.order().status == "paid"
    assert world.payments()[1].refunded == Money(500, "USD")
    world.prove()


def test_what_is_given_back_is_of_the_payment_that_paid_the_order(world: World) -> None:
    """The first one came late, when its goods had gone to somebody else, and was sent back by itself."""
    paid_nowhere_yet_twice_open(world)
    one, two = (session.id for session in sessions(world))
    order_id = world.order().id
    orders.cancel(order_id, by="staff:1", reason="on the phone")
    stock.correct(world.mug, 0, by="staff:1")
    world.twin.pay(one)
    world.settle()
    stock.correct(world.mug, 1, by="staff:1")
    world.twin.pay(two)
    world.settle()
    assert [payment.refunded_minor for payment in world.payments()] == [1990, 0]
    assert world.order().status == "paid"

    refunds.refund(order_id, Asked(amount=Money(500, "GBP")), reason="scratched", by="staff:1", form_token="a form")
    world.settle()
    world.twin.refund_in_dashboard(world.payments()[1].charge_id, 300)
    world.settle()

    assert [payment.refunded_minor for payment in world.payments()] == [1990, 800]
    assert refunds.refundable(world.payments()[1]) == Money(1190, "GBP")
    assert sum(part.amount_minor for part in refunds.given_back(order_id)) == 800
    payments.cancel_paid(order_id, by="shopper", reason="withdrawal", form_token="another form")
    world.settle()
    assert [payment.refunded_minor for payment in world.payments()] == [1990, 1990]
    world.prove()


def paid_nowhere_yet_twice_open(world: World) -> Shopper:
    """Stripe made a session and said nothing, then had a fault, then made another: both can be paid."""
    alice = given_up_though_made(world)
    assert press(alice, world.order().token, "payment").location.startswith("http://twin.test/pay/")
    assert [payment.status for payment in world.payments()] == ["failed", "open"]
    assert len(sessions(world)) == 2
    return alice


def given_up_though_made(world: World) -> Shopper:
    """Stripe made a session, its answer was lost, and at the next try its front door had a fault."""
    world.twin.faults.arm("lost_answer", times=TRIES, **CREATE)
    alice = world.shopper()
    alice.check_out(world.mug)
    payments.give_up(world.payment().id, why="503")
    return alice


# answers that do not come


FAULTS = {
    "down": {"kind": "down", "times": TRIES},
    "lost answer": {"kind": "lost_answer", "times": TRIES},
    "fault kept under the key": {"kind": "error"},
    "fault not kept": {"kind": "error", "status": 503, "times": TRIES},
    "too many requests": {"kind": "rate_limit"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_order_is_kept_when_stripe_does_not_answer_and_trying_again_goes_on(world: World, fault: str) -> None:
    world.twin.faults.arm(**FAULTS[fault], **CREATE)
    alice = world.shopper()

    answer = alice.check_out(world.mug)

    order = world.order()
    assert answer.location == f"/orders/{order.token}?said=away"
    page = alice.get(answer.location)
    assert "Your order is kept; nothing has been charged." in page
    assert "Try again" in page
    assert world.twin.faults.left() == 0
    assert world.stock(world.mug) == (10, 1)
    again = press(alice, order.token, "payment")
    assert again.location.startswith("http://twin.test/pay/")
    assert [session.status for session in sessions(world)] == ["open"]
    alice.pay_at_stripe()
    world.settle()
    assert world.order().status == "paid"
    world.prove()


def test_a_stripe_that_hangs_is_asked_once_more_and_the_shopper_goes_on(world: World) -> None:
    world.twin.faults.arm("hang", seconds=30, **CREATE)
    assert world.shopper().check_out(world.mug).location == world.payment().session_url
    assert len(sessions(world)) == 1
    world.prove()


def test_nobody_waits_for_stripe_longer_than_a_quarter_of_a_minute() -> None:
    (connect, read), retries = gateway.IN_A_REQUEST
    assert (connect + read) * (1 + retries) < 15


def test_a_lost_answer_is_asked_for_again_under_the_same_key(world: World) -> None:
    world.twin.faults.arm("lost_answer", times=TRIES, **CREATE)
    alice = world.shopper()
    alice.check_out(world.mug)
    (made,) = sessions(world)
    payment = world.payment()
    assert (payment.status, payment.session_id) == ("new", None)

    with later(minutes=3):  # the parameters are the stored ones, the time included
        press(alice, world.order().token, "payment")

    assert world.payment().session_id == made.id
    assert world.payment().attempt == 1
    assert len(sessions(world)) == 1
    world.prove()


def test_a_fault_that_stripe_keeps_under_the_key_is_left_behind_by_a_new_one(world: World) -> None:
    world.twin.faults.arm("error", **CREATE)
    alice = world.shopper()
    alice.check_out(world.mug)
    press(alice, world.order().token, "payment")
    assert [(payment.attempt, payment.status) for payment in world.payments()] == [(1, "failed"), (2, "open")]
    assert len({payment.idempotency_key for payment in world.payments()}) == 2
    world.prove()


def test_trying_again_works_at_once_when_the_first_attempt_has_grown_too_old(world: World) -> None:
    world.twin.faults.arm("down", times=TRIES, **CREATE)
    alice = world.shopper()
    alice.check_out(world.mug)
    with later(minutes=20):  # a session lasts half an hour at least, so Stripe refuses the stored moment
        again = press(alice, world.order().token, "payment")
        assert again.location.startswith("http://twin.test/pay/")
        assert [payment.status for payment in world.payments()] == ["failed", "open"]
        alice.pay_at_stripe()
        world.settle()
    assert world.order().status == "paid"
    world.prove()


def test_the_sweeper_opens_what_was_never_answered(world: World) -> None:
    world.twin.faults.arm("down", times=TRIES, **CREATE)
    world.shopper().check_out(world.mug)
    swept(world, minutes=2)
    assert world.payment().status == "open"
    assert world.payment().session_id == sessions(world)[0].id
    world.prove()


@pytest.mark.parametrize("still_down", [True, False])
def test_what_was_never_answered_until_its_time_is_over_ends(world: World, still_down: bool) -> None:
    world.twin.faults.arm("down", times=1000, path="/v1/")
    world.shopper().check_out(world.mug)
    swept(world, minutes=10)
    assert (world.order().status, world.payment().status) == ("pending", "new")
    if not still_down:
        world.twin.faults.clear()

    swept(world, minutes=36)

    assert (world.order().status, world.payment().status) == ("cancelled", "failed")
    assert world.stock(world.mug) == (10, 0)
    world.twin.faults.clear()
    world.prove()


def test_an_attempt_given_up_does_not_end_an_order_that_is_being_paid(world: World) -> None:
    world.twin.faults.arm("error", **CREATE)
    alice = world.shopper()
    alice.check_out(world.mug)
    with later(minutes=10):
        press(alice, world.order().token, "payment")
    swept(world, minutes=37)  # the first attempt's time is over, the second's is not
    assert world.order().status == "pending"
    with later(minutes=37):
        alice.pay_at_stripe()
        world.settle()
    assert world.order().status == "paid"
    world.prove()


def test_an_attempt_given_up_whose_session_turns_up_expired_does_not_hold_goods_for_ever(world: World) -> None:
    given_up_though_made(world)
    with later(minutes=36):
        world.settle()
        assert (world.payment().session_id, world.payment().status) == (sessions(world)[0].id, "failed")
        sweeper.sweep()
    assert world.order().status == "cancelled"
    assert world.stock(world.mug) == (10, 0)
    world.prove()


def test_an_order_whose_payment_was_never_begun_does_not_hold_goods_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payments, "start", lambda order_id: 1 / 0)  # the power went
    alice = world.shopper()
    assert alice.check_out(world.mug).status_code == 500
    monkeypatch.undo()
    assert (world.order().status, world.payments()) == ("pending", [])
    swept(world, minutes=20)
    assert world.order().status == "pending"
    swept(world, minutes=36)
    assert world.order().status == "cancelled"
    assert world.stock(world.mug) == (10, 0)
    world.prove()


def test_a_session_made_with_another_key_does_not_hold_goods_for_ever(world: World) -> None:
    alice = on_the_way(world)
    with transaction():
        db.session.execute(text("UPDATE payments SET session_id = 'cs_of_another_account'"))
    swept(world, minutes=40)
    assert world.order().status == "pending"
    assert press(alice, world.order().token, "cancellation").status_code == 303
    assert world.order().status == "pending"
    with later(days=2):
        sweeper.sweep()
    assert world.order().status == "cancelled"
    assert world.stock(world.mug) == (10, 0)


def test_the_sweeper_does_not_wait_for_a_stripe_that_is_away(world: World) -> None:
    for number in range(5):
        world.shopper().check_out(world.mug, typed=Typed(email=f"buyer{number}@example.com"))
    world.twin.faults.arm("down", times=1000, path="/v1/")

    with later(minutes=2):
        sweeper.sweep()

    assert 1000 - world.twin.faults.left() == sweeper.AWAY_TIMES * TRIES_OF_WORKER
    world.twin.faults.clear()
    world.prove()


def test_one_payment_that_cannot_be_settled_does_not_keep_the_sweeper_from_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        on_the_way(world).pay_at_stripe()
    first = world.orders()[0].id
    mark_paid = orders.mark_paid

    def broken(order_id: int, **how: str) -> bool:
        assert order_id != first, "the shelf does not bear it"
        return mark_paid(order_id, **how)

    monkeypatch.setattr(orders, "mark_paid", broken)
    with later(minutes=2):
        sweeper.sweep()
    assert [order.status for order in world.orders()] == ["pending", "paid"]
    monkeypatch.undo()
    swept(world, minutes=3)
    assert [order.status for order in world.orders()] == ["paid", "paid"]
    world.prove()


# refunds on a bad day


@pytest.mark.parametrize("webhooks", [True, False])
def test_a_refund_whose_answer_is_lost_is_made_once(world: World, webhooks: bool) -> None:
    order = world.shopper().buy(world.mug)
    refunds.refund(order.id, Asked(amount=Money(500, "GBP")), reason="scratched", by="staff:1", form_token=new_token())
    world.twin.faults.arm("lost_answer", times=TRIES_OF_WORKER, **REFUND)
    world.work()
    assert world.count(Refund, status="requested") == 1
    assert at_stripe(world) == (1990, 500)
    if webhooks:
        world.settle()
    else:
        world.twin.faults.arm("drop", times=10)

    with later(minutes=1):
        world.work()
        sweeper.sweep()
        world.work()

    assert at_stripe(world) == (1990, 500)
    assert world.count(Refund, status="succeeded") == 1
    assert world.payment().refunded_minor == 500
    assert world.waiting() == []
    world.prove()


def test_a_refund_whose_answer_was_lost_is_made_once_even_after_stripe_has_forgotten_the_key(world: World) -> None:
    order = world.shopper().buy(world.mug)
    refunds.refund(order.id, Asked(amount=Money(500, "GBP")), reason="scratched", by="staff:1", form_token=new_token())
    world.twin.faults.arm("lost_answer", times=TRIES_OF_WORKER, **REFUND)
    world.work()
    world.twin.faults.arm("drop", times=10)
    world.webhooks()

    with later(hours=30):  # the worker was down over the holidays
        world.work()

    assert at_stripe(world) == (1990, 500)
    assert world.count(Refund, status="succeeded") == 1
    world.prove()


def test_a_fault_that_stripe_keeps_for_a_refund_is_left_behind_by_a_new_key(world: World) -> None:
    order = world.shopper().buy(world.mug)
    refunds.refund(order.id, EVERYTHING, reason="broken", by="staff:1", form_token=new_token())
    world.twin.faults.arm("error", **REFUND)
    world.work()
    assert at_stripe(world) == (1990, 0)

    with later(seconds=10):
        world.settle()

    assert at_stripe(world) == (1990, 1990)
    assert world.count(Refund, attempt=2, status="succeeded") == 1
    assert world.waiting() == []
    world.prove()


def test_two_workers_that_meet_the_same_fault_move_to_the_same_new_key(world: World) -> None:
    order = world.shopper().buy(world.mug)
    refund_id = refunds.refund(
        order.id, Asked(amount=Money(500, "GBP")), reason="broken", by="staff:1", form_token=new_token()
    )
    world.twin.faults.arm("error", **REFUND)
    world.work()
    refunds._try_under_new_key(refund_id, failed=1)  # the other worker, a moment later
    assert world.count(Refund, attempt=2) == 1
    with later(seconds=10):
        world.settle()
    assert at_stripe(world) == (1990, 500)
    world.prove()


@pytest.mark.parametrize("fault", ["down", "rate_limit"])
def test_a_refund_waits_for_stripe_to_come_back(world: World, fault: str) -> None:
    order = world.shopper().buy(world.mug)
    refunds.refund(order.id, EVERYTHING, reason="broken", by="staff:1", form_token=new_token())
    world.twin.faults.arm(fault, times=1 if fault == "rate_limit" else TRIES_OF_WORKER, **REFUND)
    world.work()
    assert len(world.waiting()) == 1
    with later(seconds=10):
        world.settle()
    assert at_stripe(world) == (1990, 1990)
    assert world.waiting() == []
    world.prove()


# methods that take days


def test_a_payment_that_takes_days_keeps_the_goods_until_it_is_here(world: World) -> None:
    alice = on_the_way(world)
    session_id = alice.pay_at_stripe("later")
    back = alice.come_back(session_id)
    world.settle()
    assert "Your payment is on its way." in alice.get(back.location)
    with later(days=3):
        sweeper.sweep()
        assert (world.order().status, world.payment().status) == ("pending", "processing")
        assert world.stock(world.mug) == (10, 1)
        assert payments.start(world.order().id) is None  # nobody is sent to pay again
        world.twin.settle(session_id)
        world.settle()
    assert world.order().status == "paid"
    assert world.stock(world.mug) == (9, 0)
    assert len(world.mails("order-confirmation")) == 1
    world.prove()


def test_a_payment_that_fails_after_days_frees_the_goods(world: World) -> None:
    alice = on_the_way(world)
    session_id = alice.pay_at_stripe("later_fails")
    world.settle()
    token = world.order().token
    with pytest.raises(payments.PaymentUnderWay):
        payments.cancel_unpaid(world.order().id, by="shopper")
    world.twin.settle(session_id)
    world.settle()
    assert (world.order().status, world.payment().status) == ("cancelled", "failed")
    assert world.stock(world.mug) == (10, 0)
    page = alice.get(f"/orders/{token}")
    assert "The payment failed." in page
    assert "Your bank did not make the payment, so this order is cancelled. Nothing was charged." in page
    world.prove()


def test_a_declined_card_leaves_everything_as_it_was(world: World) -> None:
    alice = on_the_way(world)
    alice.pay_at_stripe("decline")
    alice.pay_at_stripe("3ds_fails")
    world.settle()
    assert (world.order().status, world.payment().status) == ("pending", "open")
    alice.pay_at_stripe()
    world.settle()
    assert world.order().status == "paid"
    world.prove()


# the way back


def test_coming_back_before_the_webhook_is_enough(world: World) -> None:
    alice = on_the_way(world)
    session_id = alice.pay_at_stripe()
    back = alice.come_back(session_id)
    assert back.location == f"/orders/{world.order().token}"
    assert "Thank you" in alice.get(back.location)
    assert world.order().status == "paid"

    world.settle()
    alice.come_back(session_id)

    assert told(world, "order.paid") == 1
    assert len(world.mails("order-confirmation")) == 1
    world.prove()


@pytest.mark.parametrize("session_id", ["cs_test_made_up", "", "x" * 5000, "' OR 1=1 --", "☃"])
def test_coming_back_with_a_made_up_session_tells_nothing(world: World, session_id: str) -> None:
    on_the_way(world)
    bob = world.shopper()
    back = bob.come_back(session_id)
    assert (back.status_code, back.location) == (303, "/cart")
    assert "We do not know this payment." in bob.get("/cart")
    assert world.order().status == "pending"
    world.prove()


def test_the_orders_page_says_how_it_stands(world: World) -> None:
    world.twin.faults.arm("down", times=TRIES, **CREATE)
    alice = world.shopper()
    alice.check_out(world.mug)
    url = f"/orders/{world.order().token}"
    page = alice.get(url)
    assert "We cannot take payments for a moment. Your order is kept; nothing has been charged." in page
    assert "Try again" in page

    press(alice, world.order().token, "payment")
    page = alice.get(url)
    assert "One step left: pay." in page
    assert "Your order is kept until" in page
    assert "Pay £19.90" in page

    session_id = alice.pay_at_stripe()
    world.twin.faults.arm("down", times=TRIES, path="/v1/")
    back = alice.come_back(session_id)
    page = alice.get(back.location)
    assert "Nearly done." in page
    assert "Do not pay again." in page
    assert "Pay £19.90" not in page

    world.settle()
    page = alice.get(url)
    assert "Thank you, Alice." in page
    assert "Pay £19.90" not in page

    refunds.refund(
        world.order().id, Asked(amount=Money(500, "GBP")), reason="late", by="staff:1", form_token=new_token()
    )
    world.settle()
    assert "We have sent £5.00 of £19.90 back" in alice.get(url)
    refunds.refund(world.order().id, EVERYTHING, reason="late", by="staff:1", form_token=new_token())
    world.settle()
    assert "This order is cancelled. We have sent £19.90 back" in alice.get(url)
    world.prove()


def test_every_order_page_is_its_shoppers_alone(world: World) -> None:
    alice = on_the_way(world)
    order = world.order()
    assert alice.browser.get(f"/orders/{order.number}").status_code == 404
    assert world.shopper().browser.get(f"/orders/{order.token[:-1]}").status_code == 404
    assert asdict(world.store)["name"] in world.shopper().get(f"/orders/{order.token}")
    world.prove()


def test_sweeping_at_once_is_possible(world: World) -> None:
    on_the_way(world).pay_at_stripe()
    sweeper.sweep(older_than=timedelta(0))
    assert world.order().status == "paid"
    world.prove()


def test_a_long_silence_is_caught_up_with_page_by_page(world: World) -> None:
    world.shopper().buy(world.mug)
    for _ in range(51):
        world.twin.refund_in_dashboard(world.payment().charge_id, 1)
    world.twin.faults.arm("drop", times=102)
    while world.twin.faults.left():
        world.webhooks()

    sweeper.sweep()
    assert world.count(WebhookEvent, swept=True) == 102
    sync(world.payment().id)

    assert world.payment().refunded_minor == 51
    assert world.count(Refund, status="succeeded") == 51
    world.prove()


def test_while_a_secret_is_being_replaced_both_are_good(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(world.app.config, "STRIPE_WEBHOOK_SECRETS", ("whsec_the_new_one", WEBHOOK_SECRET))
    world.shopper().buy(world.mug)
    monkeypatch.setitem(world.app.config, "STRIPE_WEBHOOK_SECRETS", ("whsec_the_new_one",))
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.pay_at_stripe()
    assert set(world.webhooks()) == {400}
    sweeper.sweep(older_than=timedelta(0))
    world.work()
    assert [order.status for order in world.orders()] == ["paid", "paid"]
    world.prove()


def test_events_whose_answers_were_lost_do_not_hide_a_newer_one_from_the_sweeper(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe goes on calling those undelivered although the shop knows them, and there may be more than a page."""
    monkeypatch.setattr(gateway, "MOST_LISTED", 2)
    world.shopper().check_out(world.mug)
    world.twin.pay(world.payment().session_id)
    world.twin.faults.arm("drop", times=10)
    world.webhooks()
    sweeper.sweep(older_than=timedelta(0))
    swept = world.count(WebhookEvent, swept=True)
    assert swept == 1
    world.work()

    def heard_and_lost(body: bytes, headers: dict[str, str]) -> int:
        world.app.test_client().post("/webhooks/stripe", data=body, headers=headers)
        return 500

    for amount in (100, 200, 300):
        world.twin.refund_in_dashboard(world.payment().charge_id, amount)
    world.twin.faults.clear()
    assert world.twin.deliver(heard_and_lost) == [500] * 6
    world.work()
    world.twin.refund_in_dashboard(world.payment().charge_id, 400)
    world.twin.faults.arm("drop", times=100)
    world.webhooks()

    with later(minutes=2):
        sweeper.sweep()
        world.work()

    assert world.count(WebhookEvent, swept=True) == swept + 2
    assert world.payment().refunded_minor == 1000
    world.prove()
