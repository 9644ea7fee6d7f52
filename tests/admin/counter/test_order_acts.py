"""Holds, reviews, notes, addresses, mails and messages of Stripe's, from an order's page."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shop.core.db import db
from shop.core.mail import MailLog
from shop.orders import services as orders
from shop.orders.models import OrderAddress, OrderEvent
from shop.orders.states import Status
from shop.payments.models import WebhookEvent
from tests.admin.conftest import Desk
from tests.admin.counter.test_list import dispute
from tests.world import World, change, hidden

pytestmark = pytest.mark.both

ADDRESS = {
    "email": "alice@example.org",
    "name": "Alice Archer",
    "street": "2 Low Street",
    "city": "Bath",
    "postal_code": "ba1 1su",
}


def test_an_order_is_held_and_released_with_reasons(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug).number
    assert desk.post(f"/admin/orders/{number}/hold", reason=" ").status_code == 422
    page = desk.after(desk.post(f"/admin/orders/{number}/hold", reason="asks for another colour"))
    assert "On hold since" in page
    assert "asks for another colour" in page
    page = desk.after(desk.post(f"/admin/orders/{number}/release", reason="pine it is"))
    assert "Fulfil 1 item" in page
    assert "pine it is" in page


def test_an_order_whose_payment_is_disputed_is_not_released(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    number = order.number
    orders.hold_back(order.id, by="stripe", reason="dispute: fraudulent")
    dispute(world.payment().id)
    page = desk.get(f"/admin/orders/{number}")
    assert "Answer the dispute" in page
    assert "Dispute of £19.90" in page
    response = desk.post(f"/admin/orders/{number}/release", reason="x")
    assert response.status_code == 409
    assert "The payment is disputed." in response.text
    note = {"note-text": "Signed for on 3 May", "dispute": f"dp_{world.payment().id}"}
    page = desk.after(desk.post(f"/admin/orders/{number}/notes", **note))
    assert "Signed for on 3 May" in page.split('id="items"')[0], "it stands with the dispute"
    assert desk.post(f"/admin/orders/{number}/notes", **(note | {"dispute": "dp_other"})).status_code == 404


@pytest.mark.parametrize(("go", "becomes"), [("accept", Status.PAID), ("refuse", Status.CANCELLED)])
def test_money_that_does_not_fit_is_accepted_or_sent_back(world: World, desk: Desk, go: str, becomes: Status) -> None:
    shopper = world.shopper()
    shopper.check_out(world.mug)
    number = world.order().number
    world.twin.tamper(world.payment().session_id or "", amount_total=1500)
    shopper.pay_at_stripe()
    world.settle()
    assert world.order().status == Status.REVIEW
    assert "Look into the payment" in desk.get(f"/admin/orders/{number}")
    desk.after(desk.post(f"/admin/orders/{number}/review", go=go, reason="looked at it"))
    world.settle()
    assert world.order().status == becomes


def test_notes_are_for_the_staff_and_messages_for_the_shopper(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    number, token = order.number, order.token
    page = desk.after(desk.post(f"/admin/orders/{number}/notes", **{"note-text": "calls on Mondays"}))
    assert "calls on Mondays" in page
    page = desk.after(desk.post(f"/admin/orders/{number}/messages", **{"message-text": "It leaves tomorrow."}))
    assert "The message to Alice is on its way." in page
    world.work()
    assert "It leaves tomorrow." in world.mails("message-from-shop")[0].text
    theirs = world.shopper().get(f"/orders/{token}")
    assert "It leaves tomorrow." in theirs
    assert "calls on Mondays" not in theirs
    response = desk.post(f"/admin/orders/{number}/messages", **{"message-text": "x" * 4001})
    assert response.status_code == 422
    assert "x" * 4001 in response.text


def test_an_address_changes_before_anything_is_sent(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug).number
    url = f"/admin/orders/{number}/address"
    seen = hidden(desk.get(url), "seen")
    page = desk.after(desk.post(url, seen=seen, **ADDRESS))
    assert "BA1 1SU" in page
    assert "alice@example.org" in page
    assert "Address changed" in page
    response = desk.post(url, seen=seen, **(ADDRESS | {"postal_code": "?"}))
    assert response.status_code == 422
    desk.after(desk.post(f"/admin/orders/{number}/shipment"))
    late = hidden(desk.get(url), "seen")
    response = desk.post(url, seen=late, **(ADDRESS | {"city": "Wells"}))
    assert response.status_code == 409
    assert "its address cannot change any more" in response.text


def test_whoever_saves_an_address_second_sees_both(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug).number
    url = f"/admin/orders/{number}/address"
    seen = hidden(desk.get(url), "seen")
    desk.after(desk.post(url, seen=seen, **ADDRESS))
    response = desk.post(url, seen=seen, **(ADDRESS | {"street": "3 Mid Street"}))
    assert response.status_code == 409
    assert "2 Low Street" in response.text
    assert 'value="3 Mid Street"' in response.text
    desk.after(desk.post(url, seen=hidden(response.text, "seen"), **(ADDRESS | {"street": "3 Mid Street"})))
    assert world.count(OrderAddress, street="3 Mid Street") == 1


def test_a_mail_goes_once_more(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug).number
    mail_id = db.session.scalars(select(MailLog.id).where(MailLog.kind == "order_confirmation")).one()
    desk.after(desk.post(f"/admin/orders/{number}/mails/{mail_id}/again"))
    world.work()
    assert len(world.mails("order-confirmation")) == 2
    other = world.shopper().buy(world.a4).number
    assert desk.post(f"/admin/orders/{other}/mails/{mail_id}/again").status_code == 404


def test_the_history_says_what_stripe_told_and_what_came_of_it(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug).number
    page = desk.get(f"/admin/orders/{number}")
    assert "Stripe said: checkout.session.completed" in page
    assert "What came of it: Paid" in page
    webhook_id = db.session.scalars(
        select(WebhookEvent.id).where(WebhookEvent.type == "checkout.session.completed")
    ).one()
    replay = f"/admin/orders/{number}/webhooks/{webhook_id}/replay"
    page = desk.after(desk.post(replay))
    assert "It waits for its turn." in page
    assert replay not in page
    assert "it is dealt with by itself" in desk.after(desk.post(replay))
    world.work()
    page = desk.get(f"/admin/orders/{number}")
    assert "What came of it: Paid" in page
    assert "dealt with again" in page
    assert world.count(OrderEvent, kind="paid") == 1
    other = world.shopper().buy(world.a4).number
    assert desk.post(f"/admin/orders/{other}/webhooks/{webhook_id}/replay").status_code == 404


def test_what_stripe_told_that_failed_says_so_and_can_be_dealt_with_again(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug).number
    webhook_id = db.session.scalars(select(WebhookEvent.id).where(WebhookEvent.payment_id.is_not(None)).limit(1)).one()
    change(WebhookEvent, WebhookEvent.id == webhook_id, handled_at=None, error="GatewayAway: Stripe does not answer.")
    page = desk.get(f"/admin/orders/{number}")
    assert "It failed; it is tried again by itself, or deal with it again." in page
    assert "It waits for its turn." not in page
    assert f"/admin/orders/{number}/webhooks/{webhook_id}/replay" in page
