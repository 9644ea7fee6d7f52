"""From the first page to the confirmation mail."""

from __future__ import annotations

import pytest

from tests.world import World

pytestmark = pytest.mark.both


def test_alice_finds_a_print_buys_it_and_is_written_to(world: World) -> None:
    alice = world.shopper()
    assert "Things" in alice.get("/")
    assert "Print" in alice.get("/categories/things")
    assert "Print" in alice.get("/search?q=pri")
    assert "£34" in alice.get("/products/print?size=a3")
    assert alice.add(world.a3, 2).location == "/cart"
    assert "£68.00" in alice.get("/cart")
    assert alice.fill_in().location == "/checkout/payment"

    to_stripe = alice.press_pay()

    assert to_stripe.status_code == 303
    assert to_stripe.location.startswith("http://twin.test/pay/")
    assert world.stock(world.a3) == (5, 2)
    session_id = alice.pay_at_stripe()
    back = alice.come_back(session_id)
    assert back.status_code == 303
    page = alice.get(back.location)
    assert "Thank you" in page
    world.settle()
    order = world.order()
    assert (order.status, order.total_minor) == ("paid", 6800)
    assert order.tax_minor == 1133
    assert world.stock(world.a3) == (3, 0)
    (mail,) = world.mails("order-confirmation")
    assert mail.recipients == "alice@example.com"
    assert order.number in mail.subject
    assert f"/orders/{order.token}" in mail.text
    assert f"/orders/{order.token}" in mail.html
    assert "Your bag is empty" in alice.get("/cart")
    assert world.waiting() == []
    world.prove()
