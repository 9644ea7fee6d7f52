"""A bag whose order waits for money, or for a person, is free for another order; and an unpaid one is found again."""

from __future__ import annotations

import pytest

from tests.world import Typed, World

pytestmark = pytest.mark.both


def test_a_delayed_payment_takes_its_goods_out_of_the_bag_and_leaves_the_bag_free(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.pay_at_stripe("later")
    world.settle()
    assert "Your bag is empty" in alice.get("/cart")

    alice.add(world.a4)
    second = alice.press_pay()

    assert second.location.startswith("http://twin.test/pay/")
    alice.pay_at_stripe()
    world.twin.settle(world.payments()[0].session_id)
    world.settle()
    assert [order.status for order in world.orders()] == ["paid", "paid"]
    world.prove()


def test_an_order_in_review_is_not_asked_to_be_paid_again(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    world.twin.tamper(world.payment().session_id, amount_total=100)
    alice.pay_at_stripe()
    world.settle()
    assert world.order().status == "review"
    assert "Your bag is empty" in alice.get("/cart")

    alice.add(world.mug)
    alice.press_pay()

    assert "£16.00" in alice.get("/cart")
    assert "£32.00" not in alice.get("/cart")
    assert len(world.orders()) == 2


def test_an_unpaid_order_is_found_from_the_bag(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    assert f'href="/orders/{world.order().token}"' in alice.get("/cart")
    assert world.order().number not in world.shopper().get("/cart")


def test_what_is_collected_bears_the_tax_of_the_place_where_it_is_collected(world: World) -> None:
    alice = world.shopper()
    jersey = Typed(country="JE", city="St Helier", postal_code="JE2 3AB")
    alice.check_out(world.mug, typed=jersey, delivery=world.pick_up_id)
    assert world.order().tax_minor == 267  # a sixth of £16, as in the shop's own country


def test_one_network_cannot_hold_every_piece_of_the_shop(world: World) -> None:
    world.store_with(unpaid_pieces=3)
    first, second = world.shopper(), world.shopper()
    first.add(world.mug, 2)
    first.fill_in(Typed(email="one@example.com"))
    assert first.press_pay().status_code == 303
    second.add(world.mug, 2)
    second.fill_in(Typed(email="two@example.com"))
    refused = second.press_pay()
    assert refused.status_code == 429
    assert "3 pieces are the most" in refused.text
    assert world.stock(world.mug) == (10, 2)


@pytest.mark.parametrize("email", ["jürgen@example.com", "a@b..com", ".a.@b.com", "a@-.-.--", f"a@{'b' * 64}.com"])
def test_an_address_that_no_mail_reaches_is_refused_beside_its_field(world: World, email: str) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    answer = alice.fill_in(Typed(email=email))
    assert answer.status_code == 422
    assert "This email address is not complete" in answer.text


def test_a_domain_outside_ascii_is_written_as_the_network_does(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug, typed=Typed(email="Kim@Bücher.example"))
    assert world.order().email == "kim@xn--bcher-kva.example"
