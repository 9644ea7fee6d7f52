"""The Stripe twin answers stripe-python as Stripe does: sessions and the payment that ends them."""

import time
from typing import Any

import pytest
import time_machine

from shop.demo import stripe_twin
from shop.demo.stripe_twin import Twin, create_twin
from tests.demo.twin_world import item, opened, paid, refused, types, wanted
from tests.stripe_wire import client

# Checkout Sessions


def test_a_new_session_is_open_and_has_no_payment_yet(api: Any) -> None:
    session = opened(api, item("Mug", 1600, quantity=3), item("Delivery", 450))
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency, session.livemode) == (5250, "gbp", False)
    assert session.url == f"http://twin.test/pay/{session.id}"
    assert session.client_reference_id == "V-1001"
    assert session.metadata["order"] == "V-1001"
    assert 86_390 < session.expires_at - time.time() <= 86_400


def test_a_session_is_read_again_with_its_lines(api: Any) -> None:
    session = opened(api, item("Mug", 1600, quantity=3), item("Delivery", 450))
    lines = api.checkout.sessions.line_items.list(session.id, params={"limit": 1})
    assert [(line.description, line.quantity, line.amount_total) for line in lines.data] == [("Mug", 3, 4800)]
    assert [line.description for line in lines.auto_paging_iter()] == ["Mug", "Delivery"]
    again = api.checkout.sessions.retrieve(session.id, params={"expand": ["line_items"]})
    assert again.line_items.data[1].price.unit_amount == 450


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"line_items": [item() | {"colour": "red"}]}, "parameter_unknown", "line_items[0][colour]"),
        ({"payment_intent_data": {"tip": 1}}, "parameter_unknown", "payment_intent_data[tip]"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"line_items": [{"quantity": 1}]}, "parameter_missing", "line_items[0][price_data]"),
        ({"line_items": [item(quantity=0)]}, "parameter_invalid_integer", "line_items[0][quantity]"),
        ({"line_items": [item(amount=-5)]}, "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"),
        ({"line_items": [item(amount="1.5")]}, "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"),
        ({"line_items": [item("")]}, "parameter_invalid_empty", "line_items[0][price_data][product_data][name]"),
        ({"line_items": [item(currency="zzz")]}, None, "line_items[0][price_data][currency]"),
        ({"line_items": [item(), item(currency="eur")]}, None, "line_items"),
        ({"line_items": [item()] * 101}, None, "line_items"),
        ({"line_items": [item(amount=29)]}, "amount_too_small", None),
        ({"line_items": [item(amount=49, currency="jpy")]}, "amount_too_small", None),
        ({"line_items": [item(amount=99_999_999)] * 2}, "amount_too_large", None),
        ({"success_url": "/thanks"}, "url_invalid", "success_url"),
        ({"cancel_url": "javascript:alert(1)"}, "url_invalid", "cancel_url"),
        ({"customer_email": "alice"}, "email_invalid", "customer_email"),
        ({"mode": "subscription"}, None, "mode"),
        ({"metadata": {"note": "x" * 501}}, None, "metadata"),
        ({"expires_at": int(time.time()) + 29 * 60}, None, "expires_at"),
        ({"expires_at": int(time.time()) + 25 * 60 * 60}, None, "expires_at"),
    ],
)
def test_what_stripe_would_refuse_is_refused(api: Any, change: dict[str, Any], code: str | None, param: str) -> None:
    params = {name: value for name, value in (wanted() | change).items() if value is not None}
    error = refused(api.checkout.sessions.create, params=params)
    assert (error.http_status, error.code, error.param) == (400, code, param)
    assert api.checkout.sessions.list().data == []


def test_a_hundred_lines_and_the_smallest_amounts_are_fine(api: Any) -> None:
    assert opened(api, *[item(amount=30)] * 100).amount_total == 3000
    assert opened(api, item(amount=50, currency="jpy")).amount_total == 50


def test_a_session_runs_out_by_itself_and_says_so_once(api: Any, twin: Twin) -> None:
    with time_machine.travel("2026-11-21 10:00Z", tick=False) as clock:
        session = opened(api, expires_at=int(time.time()) + 35 * 60)
        clock.shift(35 * 60 - 1)
        assert api.checkout.sessions.retrieve(session.id).status == "open"
        clock.shift(1)
        assert api.checkout.sessions.retrieve(session.id).status == "expired"
        assert api.checkout.sessions.retrieve(session.id).url is None
        assert api.checkout.sessions.list(params={"status": "open"}).data == []
        assert types(api) == ["checkout.session.expired"]
        with pytest.raises(stripe_twin.ApiError):
            twin.pay(session.id)


def test_only_an_open_session_can_be_expired(api: Any, twin: Twin) -> None:
    assert api.checkout.sessions.expire(opened(api).id).status == "expired"
    assert 'has a status of "complete"' in str(refused(api.checkout.sessions.expire, paid(twin, api).id))


def test_sessions_are_listed_newest_first_and_paged(api: Any) -> None:
    ids = [opened(api).id for _ in range(5)][::-1]
    first = api.checkout.sessions.list(params={"limit": 2})
    assert ([one.id for one in first.data], first.has_more) == (ids[:2], True)
    assert [one.id for one in first.auto_paging_iter()] == ids
    newer = api.checkout.sessions.list(params={"limit": 2, "ending_before": ids[4]})
    assert ([one.id for one in newer.data], newer.has_more) == (ids[2:4], True)
    future = {"created": {"gt": int(time.time()) + 60}}
    assert api.checkout.sessions.list(params=future).data == []
    assert len(api.checkout.sessions.list(params={"created": {"gte": 1}}).data) == 5


# paying


def test_a_paid_session_has_a_payment_and_a_charge(api: Any, twin: Twin) -> None:
    session = paid(twin, api)
    intent, charge = session.payment_intent, session.payment_intent.latest_charge
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount, intent.amount_received) == ("succeeded", 1600, 1600)
    assert intent.metadata["order"] == charge.metadata["order"] == "V-1001"
    assert (charge.paid, charge.amount_captured, charge.amount_refunded, charge.refunded) == (True, 1600, 0, False)
    assert (charge.payment_method_details.card.brand, charge.payment_method_details.card.last4) == ("visa", "4242")
    assert charge.refunds.data == []
    assert types(api) == ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
    assert api.checkout.sessions.list(params={"payment_intent": intent.id}).data[0].id == session.id
    assert api.payment_intents.retrieve(intent.id).id == api.payment_intents.list().data[0].id
    assert api.charges.list(params={"payment_intent": intent.id, "expand": ["data.refunds"]}).data[0].refunds.data == []


def test_a_declined_card_leaves_the_session_open_for_another(api: Any, twin: Twin) -> None:
    session = paid(twin, api, outcome="decline")
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent.last_payment_error.code == "card_declined"
    assert session.payment_intent.latest_charge.status == "failed"
    twin.pay(session.id)
    again = api.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent"]})
    assert (again.payment_status, again.payment_intent.id) == ("paid", session.payment_intent.id)
    assert again.payment_intent.last_payment_error is None
    assert twin.totals()[again.payment_intent.id]["captured"] == 1600
    assert types(api)[0] == "payment_intent.payment_failed"


def test_a_session_given_up_after_a_decline_takes_its_payment_along(api: Any, twin: Twin) -> None:
    session = paid(twin, api, outcome="decline")
    api.checkout.sessions.expire(session.id)
    assert api.payment_intents.retrieve(session.payment_intent.id).status == "canceled"


def test_a_delayed_payment_is_complete_first_and_paid_later(api: Any, twin: Twin) -> None:
    session = paid(twin, api, outcome="later")
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert (session.payment_intent.status, session.payment_intent.latest_charge.status) == ("processing", "pending")
    twin.settle(session.id)
    assert api.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert types(api)[-1] == "checkout.session.async_payment_succeeded"


def test_a_delayed_payment_may_fail(api: Any, twin: Twin) -> None:
    session = paid(twin, api, outcome="later_fails")
    twin.settle(session.id)
    after = api.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent"]})
    assert (after.status, after.payment_status) == ("complete", "unpaid")
    assert after.payment_intent.status == "requires_payment_method"
    assert types(api)[-2:] == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]


def test_delayed_payments_settle_by_themselves_when_asked_to() -> None:
    twin = create_twin(settle_after=3)
    api = client(twin).v1
    with time_machine.travel("2026-11-21 10:00Z", tick=False) as clock:
        session = paid(twin, api, outcome="later")
        clock.shift(4)
        assert api.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_nothing_to_pay_needs_no_payment(api: Any, twin: Twin) -> None:
    session = paid(twin, api, item(amount=0))
    assert (session.status, session.payment_status, session.payment_intent) == ("complete", "no_payment_required", None)


def test_a_session_is_paid_once(api: Any, twin: Twin) -> None:
    session = paid(twin, api)
    with pytest.raises(stripe_twin.ApiError):
        twin.pay(session.id)
    assert len(twin.totals()) == 1
