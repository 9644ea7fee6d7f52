"""Changing one's mind between the bag and Stripe, and coming back to pay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from shop.cart.models import Cart, CartLine
from shop.core import store
from shop.core.db import db, transaction
from shop.payments import services as payments
from shop.payments.models import Payment
from tests.payments.steps import at_stripe, history, press, sessions
from tests.world import SEEN, Typed, World, hidden, make_variant

pytestmark = pytest.mark.both


def test_paying_again_goes_to_the_same_page_of_stripe(world: World) -> None:
    alice = world.shopper()
    first = alice.check_out(world.mug)
    again = press(alice, world.order().token, "payment")
    assert again.location == first.location
    assert len(sessions(world)) == 1
    alice.pay_at_stripe()
    assert press(alice, world.order().token, "payment").location == f"/orders/{world.order().token}"
    assert world.order().status == "paid"
    world.prove()


def test_the_same_form_again_is_the_same_order(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    alice.fill_in()
    form = alice.last_step()
    first = alice.press_pay(form)
    assert alice.press_pay(form).location == first.location
    alice.pay_at_stripe()
    world.settle()
    assert alice.press_pay(form).location == f"/orders/{world.order().token}"
    assert len(sessions(world)) == 1
    world.prove()


def test_the_unchanged_bag_with_a_new_form_is_the_same_order(world: World) -> None:
    alice = world.shopper()
    first = alice.check_out(world.mug)
    assert alice.press_pay().location == first.location
    assert len(sessions(world)) == 1
    assert world.stock(world.mug) == (10, 1)
    assert world.order().status == "pending"
    world.prove()


def test_a_changed_bag_ends_the_old_order_and_makes_a_new_one(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.add(world.a4)

    answer = alice.press_pay()

    old, new = world.orders()
    assert [(old.status, old.stock), (new.status, new.stock)] == [("cancelled", "none"), ("pending", "held")]
    assert [session.status for session in sessions(world)] == ["expired", "open"]
    assert answer.location == sessions(world)[1].url
    assert new.total_minor == 1600 + 2400 + 390
    assert (world.stock(world.mug), world.stock(world.a4)) == ((10, 1), (5, 1))
    world.settle()
    alice.pay_at_stripe()
    world.settle()
    assert [order.status for order in world.orders()] == ["cancelled", "paid"]
    assert at_stripe(world) == (4390, 0)
    world.prove()


def test_changed_details_make_a_new_order_too(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.fill_in(Typed(street="2 Low Road"))
    alice.press_pay()
    assert [order.status for order in world.orders()] == ["cancelled", "pending"]
    assert world.stock(world.mug) == (10, 1)
    world.prove()


def test_the_last_piece_is_still_ones_own_when_the_bag_changes(world: World) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=4000, stock=1)
    alice = world.shopper()
    alice.check_out(vase)
    alice.add(world.mug)
    assert alice.press_pay().location.startswith("http://twin.test/pay/")
    assert world.stock(vase) == (1, 1)
    world.prove()


def test_a_changed_bag_does_not_end_an_order_that_has_just_been_paid(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.add(world.a4)
    form = alice.last_step()
    alice.pay_at_stripe()

    answer = alice.press_pay(form)

    assert (answer.status_code, world.order().status) == (409, "paid")
    assert "This order has just been paid" in answer.text
    assert "Print" in alice.get("/cart")
    world.settle()
    world.prove()


def test_a_changed_bag_waits_for_a_payment_that_is_on_its_way(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.pay_at_stripe("later")
    alice.add(world.a4)
    answer = alice.press_pay()
    assert answer.status_code == 409
    assert "Your payment for this order is under way" in answer.text
    assert world.order().status == "pending"
    world.prove()


def test_a_changed_bag_waits_for_stripe_when_it_is_away(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.add(world.a4)
    form = alice.last_step()
    world.twin.faults.arm("down", times=2, path="/v1/")
    answer = alice.press_pay(form)
    assert answer.status_code == 503
    assert "nothing has been charged" in answer.text
    assert world.order().status == "pending"
    assert alice.press_pay().status_code == 303
    assert [order.status for order in world.orders()] == ["cancelled", "pending"]
    world.prove()


def test_cancelling_frees_the_goods_and_ends_the_page_of_stripe(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    token = world.order().token

    answer = press(alice, token, "cancellation")

    assert "Your order is cancelled. Nothing was charged." in alice.get(answer.location)
    assert world.order().status == "cancelled"
    assert world.stock(world.mug) == (10, 0)
    assert [session.status for session in sessions(world)] == ["expired"]
    assert "Mug" in alice.get("/cart")
    world.settle()
    assert payments.start(world.order().id) is None
    payments.cancel_unpaid(world.order().id, by="shopper")
    assert [kind for kind, _by in history(world.order().id)] == ["placed", "cancel_asked", "cancelled"]
    world.prove()


@pytest.mark.parametrize("fault", ["lost_answer", "error"])
def test_an_order_that_stripe_never_answered_for_can_be_cancelled(world: World, fault: str) -> None:
    world.twin.faults.arm(fault, times=2, method="POST", path="/v1/checkout/sessions")
    alice = world.shopper()
    alice.check_out(world.mug)
    world.twin.faults.clear()
    answer = press(alice, world.order().token, "cancellation")
    assert "Your order is cancelled. Nothing was charged." in alice.get(answer.location)
    assert world.stock(world.mug) == (10, 0)
    assert {session.status for session in sessions(world)} <= {"expired"}
    world.settle()
    world.prove()


def test_an_order_begun_to_be_paid_in_another_window_is_not_cancelled_under_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.twin.faults.arm("error", method="POST", path="/v1/checkout/sessions")
    alice = world.shopper()
    alice.check_out(world.mug)
    order_id = world.order().id
    current = payments.current_payment

    def slowly(order: int) -> Payment | None:
        monkeypatch.setattr(payments, "current_payment", current)
        seen = current(order)
        payments.start(order_id)
        return seen

    monkeypatch.setattr(payments, "current_payment", slowly)
    with pytest.raises(payments.PaymentUnderWay):
        payments.cancel_unpaid(order_id, by="shopper")

    assert [payment.status for payment in world.payments()] == ["failed", "open"]
    assert world.order().status == "pending"
    world.prove()


def test_what_was_put_in_the_bag_after_ordering_stays_in_it(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.add(world.mug, 2)
    alice.add(world.a3)
    alice.pay_at_stripe()
    world.settle()
    lines = db.session.execute(select(CartLine.variant_id, CartLine.quantity).order_by(CartLine.variant_id)).all()
    assert [tuple(line) for line in lines] == [(world.mug, 2), (world.a3, 1)]
    assert world.stock(world.mug) == (9, 0)
    world.prove()


# who may hold goods unpaid


def test_one_address_holds_goods_for_three_unpaid_orders_at_most(world: World) -> None:
    shoppers = [world.shopper(f"203.0.{n}.1") for n in range(4)]
    answers = [shopper.check_out(world.mug, typed=Typed(email="Eve@Example.com")) for shopper in shoppers]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert "Unpaid orders under this email address still hold their goods." in answers[3].text
    assert world.stock(world.mug) == (10, 3)
    assert world.shopper("203.0.9.1").check_out(world.mug).status_code == 303  # somebody else
    press(shoppers[0], world.orders()[0].token, "cancellation")
    assert shoppers[3].press_pay().status_code == 303
    world.prove()


def test_one_network_holds_goods_for_so_many_unpaid_orders_at_most(world: World) -> None:
    with transaction():
        store.save(replace(world.store, unpaid_by_network=2))
    answers = [
        world.shopper(f"203.0.113.{n}").check_out(world.mug, typed=Typed(email=f"eve{n}@example.com")) for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert world.stock(world.mug) == (10, 2)
    other = world.shopper("203.0.114.1").check_out(world.mug, typed=Typed(email="bob@example.com"))
    assert other.status_code == 303
    world.prove()


# what it comes to


def test_a_total_too_small_to_charge_is_said_before_paying(world: World) -> None:
    sticker = make_variant(world.shelf_id, "Sticker", price=10, stock=5)
    alice = world.shopper()
    alice.add(sticker)
    alice.fill_in(delivery=world.pick_up_id)
    page = alice.get("/checkout/payment")
    assert "The least we can charge is £0.30. Add something small to your bag." in page

    answer = alice.press_pay()

    assert answer.status_code == 422
    assert "The least we can charge is £0.30." in answer.text
    assert (world.orders(), world.stock(sticker)) == ([], (5, 0))
    alice.add(sticker, 2)
    assert alice.press_pay().location.startswith("http://twin.test/pay/")
    world.prove()


def test_what_costs_nothing_is_paid_without_stripe(world: World) -> None:
    postcard = make_variant(world.shelf_id, "Postcard", price=0, stock=5)
    alice = world.shopper()
    answer = alice.check_out(postcard, delivery=world.pick_up_id)
    world.settle()
    order = world.order()
    assert answer.location == f"/orders/{order.token}"
    assert (order.status, order.total_minor, world.payments(), sessions(world)) == ("paid", 0, [], [])
    assert world.stock(postcard) == (4, 0)
    assert "Thank you" in alice.get(answer.location)
    assert len(world.mails("order-confirmation")) == 1
    assert "Your bag is empty" in alice.get("/cart")
    world.prove()


def test_stripe_shows_each_line_by_itself_and_the_same_total(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug, 2)
    alice.check_out(world.a3)
    (session,) = sessions(world)
    shown = [(item.description, item.amount_total, item.quantity) for item in session.line_items.data]
    assert shown == [("2 × Mug", 3200, 1), ("Print, A3", 3400, 1)]  # delivery is free from £45
    assert session.amount_total == world.order().total_minor == 6600
    assert session.client_reference_id == world.order().number
    world.prove()


def test_more_than_a_hundred_lines_are_summed_up_for_stripe(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    things = [make_variant(world.shelf_id, f"Thing {n}", price=100 + n, stock=2) for n in range(100)]
    with transaction():
        cart_id = db.session.scalars(select(Cart.id)).one()
        for n, thing in enumerate(things):
            db.session.add(
                CartLine(
                    cart_id=cart_id,
                    variant_id=thing,
                    quantity=1,
                    currency="GBP",
                    unit_price_minor=100 + n,
                    product_name=f"Thing {n}",
                )
            )
    alice.fill_in()
    alice.press_pay()
    order, (session,) = world.order(), sessions(world)
    (item,) = session.line_items.data
    assert item.description.startswith(f"Order {order.number}, ")
    assert session.amount_total == order.total_minor == 1600 + sum(range(100, 200))
    alice.pay_at_stripe()
    world.settle()
    assert world.order().status == "paid"
    world.prove()


def test_a_total_that_is_not_what_was_seen_is_said_and_nothing_is_ordered(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    alice.fill_in()
    form = alice.last_step()
    with transaction():
        db.session.execute(text("UPDATE prices SET amount_minor = 1700 WHERE variant_id = :id"), {"id": world.mug})

    answer = alice.press_pay(form)

    assert answer.status_code == 409
    assert "Your total changed from £19.90 to £20.90 because the goods in your bag now cost £17.00." in answer.text
    assert "Mug is now £17, was £16." in answer.text
    assert (world.orders(), world.stock(world.mug)) == ([], (10, 0))
    seen = {name: hidden(answer.text, name) for name in SEEN}
    assert alice.press_pay(seen).location.startswith("http://twin.test/pay/")
    assert world.order().total_minor == 2090
    world.prove()


@pytest.mark.parametrize("seen", ["", "-1", "0", "19.90", "1e3", "١٩٩٠", "9" * 40])
def test_nonsense_for_a_total_orders_nothing(world: World, seen: str) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    alice.fill_in()
    answer = alice.press_pay(alice.last_step() | {"seen_total": seen})
    assert answer.status_code in (409, 422)
    assert world.orders() == []
    world.prove()
