"""What the tests of the Stripe twin have in common: Alice's mug for £16, ordered as V-1001."""

from typing import Any

import pytest
import stripe

from shop.demo.stripe_twin import Twin

SUCCESS = "http://shop.test/thanks?session={CHECKOUT_SESSION_ID}"


def item(name: str = "Mug", amount: int | str = 1600, *, quantity: int = 1, currency: str = "gbp") -> dict[str, Any]:
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": name}}
    return {"price_data": price, "quantity": quantity}


def wanted(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "mode": "payment",
        "line_items": list(items) or [item()],
        "success_url": SUCCESS,
        "cancel_url": "http://shop.test/bag",
        "client_reference_id": "V-1001",
        "metadata": {"order": "V-1001"},
        "payment_intent_data": {"metadata": {"order": "V-1001"}},
        "customer_email": "alice@example.com",
        **more,
    }


def opened(api: Any, *items: dict[str, Any], **more: Any) -> Any:
    return api.checkout.sessions.create(params=wanted(*items, **more))


def paid(twin: Twin, api: Any, *items: dict[str, Any], outcome: str = "success") -> Any:
    session = opened(api, *items)
    twin.pay(session.id, outcome)
    return api.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent.latest_charge.refunds"]})


def types(api: Any) -> list[str]:
    return [event.type for event in reversed(api.events.list(params={"limit": 100}).data)]


def refused(call: Any, *args: Any, **kwargs: Any) -> Any:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        call(*args, **kwargs)
    return caught.value
