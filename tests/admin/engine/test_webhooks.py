"""What Stripe told, what each did, what failed, and doing it again."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from shop.core.db import db, transaction
from shop.payments.models import WebhookEvent
from tests.admin.conftest import Desk
from tests.admin.engine.test_engine import words_of
from tests.world import World

pytestmark = pytest.mark.both


def events() -> list[WebhookEvent]:
    db.session.rollback()
    return list(db.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id)))


def listed(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'href="/admin/webhooks/(\d+)"', page)]


def test_a_webhook_says_what_it_has_changed(world: World, desk: Desk) -> None:
    assert "Stripe has told nothing yet." in desk.get("/admin/webhooks")
    order = world.shopper().buy(world.mug)
    page = words_of(desk.get("/admin/webhooks"))
    assert order.number in page
    assert "checkout.session.completed" in page
    assert "Paid" in page
    assert events()[0].payment_id == world.payment().id
    ours = [each.id for each in reversed(events()) if each.payment_id is not None]
    assert listed(desk.get(f"/admin/webhooks?q={order.number}")) == ours
    assert listed(desk.get(f"/admin/webhooks?q={events()[0].gateway_id}")) == [events()[0].id]
    assert "No webhook here matches “evt_none”" in desk.get("/admin/webhooks?q=evt_none")


def test_one_that_failed_says_why_until_it_is_done_after_all(world: World, desk: Desk) -> None:
    assert "No webhook has failed." in desk.get("/admin/webhooks?tab=failed")
    world.shopper().buy(world.mug)
    with transaction():
        db.session.add(
            WebhookEvent(
                gateway_id="evt_odd",
                type="charge.refunded",
                payload={"data": {"object": {"payment_intent": 7}}},
                received_at=world.payment().created_at,
                error="GatewayAway: Stripe does not answer.",
            )
        )
    odd = events()[-1].id
    page = desk.get("/admin/webhooks?tab=failed")
    assert listed(page) == [odd]
    assert "GatewayAway: Stripe does not answer." in page
    assert "It is acted upon again within a moment" in desk.after(desk.post(f"/admin/webhooks/{odd}/attempts"))
    world.work()
    done = desk.get(f"/admin/webhooks/{odd}")
    assert "it is about no payment of this shop" in done
    assert "No webhook has failed." in desk.get("/admin/webhooks?tab=failed")


def test_doing_one_again_changes_nothing_twice(world: World, desk: Desk) -> None:
    world.shopper().buy(world.mug)
    world.settle()
    ids = [each.id for each in events()]
    page = desk.after(desk.post("/admin/webhooks/attempts", event=[*ids, 999999]))
    assert f"{len(ids)} webhook" in page
    assert "No webhook waits." not in desk.get("/admin/webhooks?tab=waiting")
    world.settle()
    assert all(each.handled_at is not None for each in events())
    assert len(world.mails("order-confirmation")) == 1
    world.prove()
    assert "Choose webhooks that are done or have failed" in desk.after(desk.post("/admin/webhooks/attempts"))
    assert desk.post("/admin/webhooks/999999/attempts").status_code == 404
    assert desk.browser.get("/admin/webhooks/999999").status_code == 404


def test_an_error_of_the_handler_is_kept_with_the_event(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_payment_id: int) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr("shop.payments.inbox.synced", broken)
    world.shopper().buy(world.mug)
    world.webhooks()
    world.work()
    failed = [each for each in events() if each.handled_at is None]
    assert failed
    assert all(each.failed_at and each.error == "ValueError: a fault of ours" for each in failed)
