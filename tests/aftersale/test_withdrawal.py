"""Withdrawing from the contract: a right that waits for nobody."""

from __future__ import annotations

import pytest

from shop.aftersale import money_back, withdrawal
from shop.aftersale.withdrawal import Statement, WithdrawalOver
from shop.core.db import transaction
from shop.core.errors import Invalid
from shop.core.money import Money
from shop.orders import returns
from shop.orders.models import Order, OrderAddress, Return
from shop.orders.services import WrongState
from shop.payments import refunds as money
from shop.payments.refunds import Asked
from tests.aftersale.steps import lines, newest, refunds, said, send, submit, the_return
from tests.payments.steps import at_stripe, history, later
from tests.world import Typed, World, change, new_token

pytestmark = pytest.mark.both


@pytest.fixture
def order(world: World) -> Order:
    """Two mugs and a print of Alice's, paid: £56.00, delivery free."""
    world.store_with(address="1 Mill Lane\nBristol BS1 2AB")
    shopper = world.shopper()
    shopper.add(world.mug)
    return shopper.buy(world.mug, world.a4)


def withdraw(order: Order, pieces: dict[int, int], *, form_token: str | None = None) -> None:
    stated = Statement(pieces=pieces, name="Alice Archer", email="alice@home.example")
    withdrawal.withdraw(order.id, stated, by="shopper", form_token=form_token or new_token())


def everything(order: Order) -> dict[int, int]:
    return {line.id: line.quantity for line in lines(order)}


def status(world: World) -> str:
    return world.orders()[-1].status


def test_before_anything_is_sent_the_order_ends_and_all_money_goes_back(world: World) -> None:
    order = world.shopper().buy(world.mug)
    withdraw(order, everything(order))
    world.settle()
    assert status(world) == "cancelled"
    assert at_stripe(world) == (1990, 1990)
    assert world.stock(world.mug) == (10, 0)
    assert [kind for kind, by in history(order.id) if by == "shopper"][:2] == ["placed", "withdrawn"]
    assert world.waiting() == []
    world.prove()


def test_the_confirmation_says_at_once_what_was_stated_and_when(world: World, order: Order) -> None:
    mug, _print = lines(order)
    withdraw(order, {mug.id: 1})
    world.work()
    (mail,) = world.mails("withdrawal-confirmed")
    assert mail.recipients == "alice@home.example"
    for words in ("Name: Alice Archer", order.number, "1 × Mug", "We received your statement on", "Europe/London"):
        assert words in mail.text
    assert "Print" not in mail.text
    assert "Nothing of it is sent" in mail.text
    assert "has withdrawn" in said(world, "staff-attention")


def test_of_what_was_not_sent_some_pieces_can_be_given_up(world: World, order: Order) -> None:
    mug, _print = lines(order)
    withdraw(order, {mug.id: 1})
    world.settle()
    mug, _print = lines(order)
    assert (mug.cancelled, mug.refunded, mug.restocked, mug.to_ship) == (1, 1, 1, 1)
    assert refunds() == [(1600, "withdrawal", "succeeded")]
    assert status(world) == "paid"
    world.prove()
    withdraw(order, {line.id: line.withdrawable for line in lines(order)})
    world.settle()
    assert status(world) == "cancelled"
    assert at_stripe(world) == (5600, 5600)
    world.prove()


def test_what_was_sent_comes_back_with_nobodys_approval_and_then_its_money_goes(world: World, order: Order) -> None:
    send(order)
    withdraw(order, everything(order))
    world.settle()
    row = the_return(newest())
    assert (row.kind, row.status) == ("withdrawal", "approved")
    assert refunds() == []
    text = said(world, "withdrawal-confirmed")
    assert "Send what you have back within 14 days" in text
    assert "1 Mill Lane" in text
    assert world.mails("return-requested") == []

    money_back.receive_and_refund(newest(), {line.id: (line.quantity, 0) for line in lines(order)}, by="staff:1")
    world.settle()
    assert at_stripe(world) == (5600, 5600)
    assert world.stock(world.mug) == (10, 0)
    world.prove()


def test_nobody_declines_a_withdrawal(world: World, order: Order) -> None:
    send(order)
    withdraw(order, everything(order))
    with pytest.raises(WrongState):
        returns.decline(newest(), by="staff:1", answer="No.")
    with pytest.raises(WrongState, match="the shopper’s right"):
        returns.reopen(newest(), by="staff:1")
    assert the_return(newest()).status == "approved"


def test_of_an_order_sent_in_part_the_rest_ends_and_the_parcel_comes_back(world: World, order: Order) -> None:
    mug, a4 = lines(order)
    send(order, {mug.id: 1})
    withdraw(order, everything(order))
    world.settle()
    assert refunds() == [(4000, "withdrawal", "succeeded")]
    mug, a4 = lines(order)
    assert (mug.cancelled, mug.returned, a4.cancelled, mug.to_ship, a4.to_ship) == (1, 1, 1, 0, 0)
    assert status(world) == "shipped"
    money_back.receive_and_refund(newest(), {mug.id: (0, 1)}, by="staff:1")
    world.settle()
    assert at_stripe(world) == (5600, 5600)
    world.prove()


def test_delivery_is_refunded_once_all_of_the_order_is_here(world: World) -> None:
    order = world.shopper().buy(world.mug, world.a4)  # £40 and £3.90 for the parcel
    mug, a4 = lines(order)
    send(order)
    withdraw(order, {mug.id: 1})
    money_back.receive_and_refund(newest(), {mug.id: (1, 0)}, by="staff:1")
    withdraw(order, {a4.id: 1})
    money_back.receive_and_refund(newest(), {a4.id: (1, 0)}, by="staff:1")
    world.settle()
    assert [amount for amount, _reason, _status in refunds()] == [1600, 2790]
    world.prove()


def test_of_a_dearer_delivery_what_the_cheapest_costs_is_refunded(world: World) -> None:
    with transaction():
        express = world._method("UK", [], "Express", 1250)
    alice = world.shopper()
    assert alice.check_out(world.mug, delivery=express).status_code == 303
    alice.pay_at_stripe()
    world.settle()
    order = world.order()
    send(order)
    withdraw(order, everything(order))
    money_back.receive_and_refund(newest(), {lines(order)[0].id: (1, 0)}, by="staff:1")
    world.settle()
    assert refunds() == [(1990, "withdrawal", "succeeded")]
    world.prove()


def test_money_that_went_back_before_does_not_go_twice_and_hinders_nobody(world: World, order: Order) -> None:
    mug, a4 = lines(order)
    gone = Asked(amount=Money(5000, "GBP"))
    money.refund(order.id, gone, reason="goodwill", by="staff:1", form_token=new_token())
    withdraw(order, {mug.id: 2})
    world.settle()
    assert [amount for amount, _reason, _status in refunds()] == [5000, 600]
    mug, a4 = lines(order)
    assert (mug.to_ship, a4.to_ship) == (0, 1)
    withdraw(order, {a4.id: 1})
    world.settle()
    assert status(world) == "cancelled"
    assert at_stripe(world) == (5600, 5600)
    world.prove()


def test_the_same_form_again_changes_nothing(world: World, order: Order) -> None:
    mug, _print = lines(order)
    token = new_token()
    for _time in range(2):
        withdraw(order, {mug.id: 1}, form_token=token)
    world.settle()
    assert len(world.mails("withdrawal-confirmed")) == 1
    assert refunds() == [(1600, "withdrawal", "succeeded")]


def test_the_days_are_counted_from_the_last_parcel_and_a_weekend_does_not_end_them(world: World, order: Order) -> None:
    send(order)
    with later(days=13):
        withdraw(order, {lines(order)[0].id: 1})
    with later(days=17), pytest.raises(WithdrawalOver, match="is over"):
        withdraw(order, {lines(order)[0].id: 1})
    assert world.count(Return) == 1


@pytest.mark.parametrize("pieces", [{}, {0: 1}, {1: -1}])
def test_nothing_and_what_is_not_the_orders_is_refused(order: Order, pieces: dict[int, int]) -> None:
    first = lines(order)[0].id
    with pytest.raises(Invalid):
        withdraw(order, {first if line_id else 0: count for line_id, count in pieces.items()})


def test_where_the_law_knows_no_withdrawal_there_is_none(world: World) -> None:
    alice = world.shopper()
    alice.check_out(
        world.mug,
        typed=Typed(country="US", region="NY", city="New York", postal_code="10001"),
        delivery=world.parcel_abroad_id,
    )
    alice.pay_at_stripe()
    world.settle()
    order = world.order()
    with pytest.raises(WithdrawalOver):
        withdraw(order, everything(order))
    assert "Withdraw from the contract here" not in alice.get(f"/orders/{order.token}")
    world.store_with(withdrawal_countries=["US"])
    assert "Withdraw from the contract here" in alice.get(f"/orders/{order.token}")


def test_companies_and_a_shop_that_has_switched_it_off_know_none(world: World, order: Order) -> None:
    change(OrderAddress, vat_id="DE123456789")
    with pytest.raises(WithdrawalOver):
        withdraw(order, everything(order))
    change(OrderAddress, vat_id="")
    world.store_with(withdrawal_days=0)
    with pytest.raises(WithdrawalOver):
        withdraw(order, everything(order))


def test_an_unpaid_order_is_cancelled_instead(world: World) -> None:
    world.shopper().check_out(world.mug)
    with pytest.raises(WithdrawalOver):
        withdraw(world.order(), everything(world.order()))


class TestTheTwoSteps:
    def test_a_statement_and_its_confirmation(self, world: World, order: Order) -> None:
        alice, url = world.shopper(), f"/orders/{order.token}/withdrawal"
        assert f'href="{url}"' in alice.get(f"/orders/{order.token}")
        page = alice.get(url)
        assert 'value="Alice Archer"' in page
        assert "until 14 days after the last of it has come" in page
        mug, a4 = lines(order)
        typed = {f"line_{mug.id}": 2, f"line_{a4.id}": 0, "name": "Alice A.", "email": "alice@home.example"}
        check = submit(alice, url, **typed)
        assert check.status_code == 200
        for words in ("Is this right?", "Alice A.", "alice@home.example", "2 pieces", "Confirm withdrawal"):
            assert words in check.text
        assert world.count(Return) == 0
        assert refunds() == []

        answer = submit(alice, url, f"{url}/confirmation", **typed)
        assert answer.location == f"/orders/{order.token}"
        assert "on its way to alice@home.example" in alice.get(f"/orders/{order.token}")
        world.settle()
        assert refunds() == [(3200, "withdrawal", "succeeded")]

    def test_a_confirmation_sent_twice_has_the_same_answer_twice(self, world: World, order: Order) -> None:
        alice, url = world.shopper(), f"/orders/{order.token}/withdrawal"
        mug, _print = lines(order)
        typed = {f"line_{mug.id}": 2, "name": "Alice", "email": "alice@home.example", "form_token": "twice"}
        for _twice in range(2):
            answer = submit(alice, url, f"{url}/confirmation", **typed)
            assert answer.location == f"/orders/{order.token}"
            assert "on its way to alice@home.example" in alice.get(f"/orders/{order.token}")
        world.settle()
        assert refunds() == [(3200, "withdrawal", "succeeded")]

    def test_it_can_be_changed_before_it_counts(self, world: World, order: Order) -> None:
        mug, a4 = lines(order)
        typed = {f"line_{mug.id}": 1, f"line_{a4.id}": 0, "name": "Alice Amended", "email": "alice@home.example"}
        again = submit(world.shopper(), f"/orders/{order.token}/withdrawal", go="change", **typed)
        assert again.status_code == 200
        assert 'value="Alice Amended"' in again.text
        assert "Error: " not in again.text

    @pytest.mark.parametrize("to", ["", "/confirmation"])
    def test_what_is_wrong_stands_beside_its_field(self, world: World, order: Order, to: str) -> None:
        url = f"/orders/{order.token}/withdrawal"
        mug, a4 = lines(order)
        nothing = {f"line_{mug.id}": 0, f"line_{a4.id}": 0, "name": "", "email": "alice@"}
        answer = submit(world.shopper(), url, url + to, **nothing)
        assert answer.status_code == 422
        for words in ("Check 3 things", "Choose what you want to withdraw from.", "Enter your name.", "alice@"):
            assert words in answer.text
        assert refunds() == []

    def test_when_it_is_over_the_page_says_so(self, world: World, order: Order) -> None:
        send(order)
        url = f"/orders/{order.token}/withdrawal"
        with later(days=20):
            assert "the time for it is over" in world.shopper().get(url)
        assert "You may do so without a reason until" in world.shopper().get(url)

    def test_strangers_and_forms_without_a_token_get_nowhere(self, world: World, order: Order) -> None:
        bob = world.shopper("203.0.113.9")
        assert bob.browser.get("/orders/nobody/withdrawal").status_code == 404
        typed = {f"line_{lines(order)[0].id}": 1, "name": "Bob", "email": "bob@example.com"}
        assert bob.browser.post(f"/orders/{order.token}/withdrawal/confirmation", data=typed).status_code == 400
        assert refunds() == []
