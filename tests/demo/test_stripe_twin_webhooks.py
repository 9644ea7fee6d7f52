"""Events tell the shop what happened: signed, in order and once, unless told otherwise."""

import json
import re
import time
from typing import Any

import pytest
import stripe
import time_machine

from shop.demo.stripe_twin import WEBHOOK_SECRET, Twin
from tests.demo.twin_world import opened, paid, types


def read(headers: dict[str, str], body: bytes) -> Any:
    return stripe.Webhook.construct_event(body, headers["Stripe-Signature"], WEBHOOK_SECRET)


def test_events_are_listed_by_kind_and_by_what_was_delivered(api: Any, twin: Twin) -> None:
    session = paid(twin, api)
    kinds = {"types": ["checkout.session.completed", "refund.created"]}
    (event,) = api.events.list(params=kinds).data
    assert event.data.object.id == session.id
    assert (event.api_version, event.pending_webhooks, event.livemode) == (stripe.api_version, 1, False)
    assert len(api.events.list(params={"delivery_success": False}).data) == 3
    twin.deliver(lambda body, headers: 200 if b"checkout.session" in body else 503)
    assert [one.id for one in api.events.list(params={"delivery_success": True}).data] == [event.id]
    assert api.events.retrieve(event.id).pending_webhooks == 0
    assert len(api.events.list(params={"delivery_success": False}).data) == 2


def test_events_older_than_a_month_are_gone(api: Any, twin: Twin) -> None:
    with time_machine.travel("2026-10-01 10:00Z", tick=False) as clock:
        paid(twin, api)
        clock.shift(31 * 86_400)
        assert types(api) == []


def test_an_event_shows_the_thing_as_it_was_and_who_asked(api: Any, twin: Twin) -> None:
    intent = paid(twin, api).payment_intent
    api.refunds.create(params={"payment_intent": intent.id, "amount": 1}, options={"idempotency_key": "refund-1"})
    api.refunds.create(params={"payment_intent": intent.id, "amount": 2})
    second, first = api.events.list(params={"type": "charge.refunded"}).data
    assert (first.data.object.amount_refunded, second.data.object.amount_refunded) == (1, 3)
    assert first.request.idempotency_key == "refund-1"
    assert first.request.id.startswith("req_")


def test_webhooks_come_signed_in_order_and_again_until_they_are_taken(api: Any, twin: Twin) -> None:
    paid(twin, api)
    before = twin.outgoing()
    assert [read(*letter).type for letter in before] == types(api)
    assert twin.deliver(lambda body, headers: 503) == [503, 503, 503]
    with time_machine.travel(time.time() + 60):
        after = twin.outgoing()
    assert [body for _, body in after] == [body for _, body in before]
    assert all(
        now["Stripe-Signature"] != then["Stripe-Signature"] for (now, _), (then, _) in zip(after, before, strict=True)
    )
    assert twin.deliver(lambda body, headers: 202) == [202, 202, 202]
    assert twin.outgoing() == []


def test_webhooks_may_come_twice_or_backwards(api: Any, twin: Twin) -> None:
    paid(twin, api)
    in_order = types(api)
    twin.faults.arm("duplicate")
    twin.faults.arm("reverse")
    came: list[str] = []
    twin.deliver(lambda body, headers: came.append(json.loads(body)["type"]) or 200)  # type: ignore[func-returns-value]
    assert came == [in_order[2], in_order[2], in_order[1], in_order[0]]


@pytest.mark.parametrize("kind", ["forge", "old"])
def test_forged_and_old_webhooks_do_not_verify_and_come_again(api: Any, twin: Twin, kind: str) -> None:
    twin.expire(opened(api).id)
    twin.faults.arm(kind)
    with pytest.raises(stripe.SignatureVerificationError):
        read(*twin.outgoing()[0])
    assert read(*twin.outgoing()[0]).type == "checkout.session.expired"


def test_a_webhook_from_the_future_is_well_signed(api: Any, twin: Twin) -> None:
    twin.expire(opened(api).id)
    twin.faults.arm("future")
    headers, body = twin.outgoing()[0]
    assert int(re.findall(r"t=(\d+)", headers["Stripe-Signature"])[0]) > time.time() + 3500
    assert read(headers, body).type == "checkout.session.expired"


def test_webhooks_may_be_late_or_lost(api: Any, twin: Twin) -> None:
    twin.expire(opened(api).id)
    twin.faults.arm("delay", seconds=60)
    assert twin.outgoing() == []
    with time_machine.travel(time.time() + 61):
        twin.faults.arm("drop")
        assert twin.outgoing() == []
    with time_machine.travel(time.time() + 86_400):
        assert twin.outgoing() == []
    assert len(api.events.list(params={"delivery_success": False}).data) == 1
    assert twin.faults.left() == 0
