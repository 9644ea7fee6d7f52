"""What the shopper reads when paying did not go straight through: each line of the truth table, to the letter."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import text, update

from shop.core.db import db, transaction
from shop.delivery.models import Rate
from tests.payments.steps import TRIES, later, press, sessions
from tests.world import Shopper, Typed, World, hidden

pytestmark = pytest.mark.both

DECLINED = "Your bank declined this card. You have not been charged. Try another card or ask your bank."
UNFINISHED = "The check with your bank was not finished. You have not been charged."
LATE = (
    "We have your payment and are finishing your order. Do not pay again. This page updates by itself; you can also "
    "close it, we will email you."
)
UNKNOWN = "We could not confirm the payment yet. Please do not pay again until we email you."
AWAY = "We cannot take payments for a moment. Your order is kept; nothing has been charged."
ALL = (DECLINED, UNFINISHED, LATE, UNKNOWN, AWAY)


@pytest.fixture
def alice(world: World) -> Shopper:
    """At Stripe's page."""
    alice = world.shopper()
    assert alice.check_out(world.mug).location.startswith("http://twin.test/pay/")
    return alice


def turn_back(alice: Shopper) -> str:
    """Stripe's link back to the shop, followed to its end."""
    address = sessions(alice.world)[-1].cancel_url
    back = alice.browser.get(address)
    assert back.status_code == 303
    return words(alice.get(back.location))


def words(page: str) -> str:
    return unescape(page)


def said(page: str) -> list[str]:
    return [sentence for sentence in ALL if sentence in page]


def kept_until(page: str) -> str:
    found = re.search(r"Your order is kept until (\d\d:\d\d)\.", page)
    assert found
    return found[1]


@pytest.mark.parametrize(("outcome", "sentence"), [("decline", DECLINED), ("3ds_fails", UNFINISHED)])
def test_why_a_try_came_to_nothing_is_said_and_the_order_is_kept(
    world: World, alice: Shopper, outcome: str, sentence: str
) -> None:
    alice.pay_at_stripe(outcome)

    page = turn_back(alice)

    assert said(page) == [sentence]
    assert "<title>Error: Order" in page
    assert re.search(r'<div class="error-summary" role="alert" tabindex="-1" autofocus', page)
    assert kept_until(page)
    assert "Pay £19.90" in page
    assert "Cancel the order" in page
    assert "Mug" in alice.get("/cart")
    again = press(alice, world.order().token, "payment")
    assert again.location == world.payment().session_url
    alice.pay_at_stripe()
    assert said(turn_back(alice)) == []
    assert world.order().status == "paid"
    world.prove()


def test_the_last_try_is_the_one_that_counts(alice: Shopper) -> None:
    alice.pay_at_stripe("3ds_fails")
    alice.pay_at_stripe("decline")
    assert said(turn_back(alice)) == [DECLINED]


def test_coming_back_without_a_try_says_until_when_the_order_is_kept(world: World, alice: Shopper) -> None:
    page = turn_back(alice)
    until = world.payment().expires_at
    assert f"Your order is kept until {until:%H:%M}. Nothing has been charged." in page
    assert said(page) == []
    assert "<title>Order" in page
    assert "Pay £19.90" in page
    assert "Cancel the order" in page


def test_what_was_said_last_counts_no_longer_than_stripes_page(world: World, alice: Shopper) -> None:
    url = f"/orders/{world.order().token}"
    assert said(words(alice.get(f"{url}?said=declined"))) == [DECLINED]
    with later(minutes=36):
        page = alice.get(f"{url}?said=declined")
        assert said(words(page)) == []
        assert "Your order is kept for you. Nothing has been charged." in page
    alice.pay_at_stripe()
    world.settle()
    for made_up in ("declined", "late", "away", "nonsense"):
        page = words(alice.get(f"{url}?said={made_up}"))
        assert "Thank you, Alice." in page
        assert said(page) == []


def test_a_late_webhook_is_waited_for_with_and_without_javascript(world: World, alice: Shopper) -> None:
    session_id = alice.pay_at_stripe()
    world.twin.faults.arm("down", times=TRIES, path="/v1/")

    back = alice.come_back(session_id)

    page = words(alice.get(back.location))
    assert said(page) == [LATE]
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert 'data-behaviour="wait"' in page
    assert "Pay £19.90" not in page
    world.settle()
    page = words(alice.get(back.location))
    assert said(page) == []
    assert "Thank you, Alice." in page
    assert 'http-equiv="refresh"' not in page


def test_turning_back_while_stripe_is_silent_promises_no_payment(world: World, alice: Shopper) -> None:
    address = sessions(world)[0].cancel_url
    world.twin.faults.arm("down", times=TRIES, path="/v1/")
    back = alice.browser.get(address)
    page = words(alice.get(back.location))
    assert said(page) == []
    assert "Nothing has been charged." in page


def test_money_that_does_not_fit_is_not_asked_for_again(world: World, alice: Shopper) -> None:
    world.twin.tamper(world.payment().session_id, amount_total=100)
    back = alice.come_back(alice.pay_at_stripe())
    page = words(alice.get(back.location))
    assert said(page) == [UNKNOWN]
    assert "Pay £" not in page


def test_a_silent_stripe_is_said_although_its_page_is_open(world: World, alice: Shopper) -> None:
    world.twin.faults.arm("down", times=TRIES, path="/v1/")
    answer = press(alice, world.order().token, "payment")
    page = words(alice.get(answer.location))
    assert said(page) == [AWAY]
    assert "Try again" in page
    assert press(alice, world.order().token, "payment").location == world.payment().session_url


@pytest.mark.parametrize("token", ["", "made-up", "x" * 5000, "' OR 1=1 --", "☃"])
def test_turning_back_with_a_made_up_secret_tells_nothing(world: World, alice: Shopper, token: str) -> None:
    bob = world.shopper()
    back = bob.browser.get("/checkout/return", query_string={"order": token})
    assert (back.status_code, back.location) == (303, "/cart")
    assert "We do not know this payment." in bob.get("/cart")


# what the total is


@pytest.mark.parametrize(("price", "sentence"), [(1190, "costs more"), (100, "costs less")])
def test_a_total_that_changed_says_that_it_is_for_the_delivery(world: World, price: int, sentence: str) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    alice.fill_in(Typed(country="JE", city="St Helier", postal_code="JE2 3AB"))
    form = alice.last_step()
    with transaction():
        db.session.execute(update(Rate).where(Rate.method_id == world.parcel_id).values(price_minor=price))

    answer = alice.press_pay(form)

    assert answer.status_code == 409
    assert f"from £19.90 to £{16 + price / 100:.2f} because delivery to Jersey {sentence}." in answer.text
    assert "<title>Error: Payment" in answer.text
    assert world.orders() == []
    fresh = {name: hidden(answer.text, name) for name in form}
    assert alice.press_pay(fresh).location.startswith("http://twin.test/pay/")
    assert world.order().total_minor == 1600 + price


def test_a_forgotten_address_is_asked_for_again_and_the_bag_is_safe(world: World) -> None:
    alice = world.shopper()
    alice.add(world.mug)
    alice.fill_in()
    form = alice.last_step()
    with transaction():
        db.session.execute(text("DELETE FROM checkout_drafts"))

    answer = alice.press_pay(form)

    assert answer.location == "/checkout"
    page = alice.get("/checkout")
    assert "Your bag is safe. Please enter your delivery details again." in page
    assert "Mug" in page


# the order's page


def test_the_order_shows_its_goods_with_their_pictures_and_the_next_steps_with_their_dates(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.a3, world.mug)
    page = alice.get(f"/orders/{order.token}")
    assert "/media/print-400.avif 400w" in page
    assert page.count('class="summary-picture"') == 2
    assert re.findall(r"<b>([^<]+?)</b>", page)[:4] == ["Ordered", "Paid", "Posted", "At your door"]
    assert page.count('aria-current="step"') == 1
    assert "We write to alice@example.com." in page
    assert f"mailto:shop@example.com?subject=Order%20{order.number}" in page
    assert re.search(r'<button [^>]*data-behaviour="print" hidden>', page)


def test_goods_that_are_sold_no_more_keep_their_place_in_the_order(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.a3)
    with transaction():
        db.session.execute(text("UPDATE products SET status = 'discontinued'"))
        db.session.execute(text("DELETE FROM pictures"))
    page = alice.get(f"/orders/{order.token}")
    assert "Print" in page
    assert "/media/" not in page


def test_money_sent_back_is_listed_with_its_day(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    world.twin.refund_in_dashboard(world.payment().payment_intent_id, 300)
    world.settle()
    page = alice.get(f"/orders/{order.token}")
    assert "We have sent £3.00 of £19.90 back the way you paid." in page
    assert re.search(r'<b>£3\.00 sent back to you</b>\s*<span class="meta"><time class="meta" datetime="', page)
