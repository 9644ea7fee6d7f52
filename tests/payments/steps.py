"""What the stories about money have in common."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db
from shop.demo.stripe_twin import WEBHOOK_SECRET
from shop.orders.models import OrderEvent
from tests.stripe_wire import client
from tests.world import Shopper, World, hidden

CREATE = {"method": "POST", "path": "/v1/checkout/sessions"}
REFUND = {"method": "POST", "path": "/v1/refunds"}
TRIES = 2  # of a request of the shop: the first and one more
TRIES_OF_WORKER = 3


@contextmanager
def later(**by: float) -> Iterator[None]:
    """That much time has passed, here and at Stripe."""
    with time_machine.travel(now() + timedelta(**by)):
        yield


def sessions(world: World) -> list[Any]:
    """Every Checkout Session at Stripe, oldest first, with its items."""
    found = client(world.twin).v1.checkout.sessions.list({"limit": 100, "expand": ["data.line_items"]})
    return list(reversed(found.data))


def at_stripe(world: World) -> tuple[int, int]:
    """What Stripe took and gave back in all."""
    totals = world.twin.totals().values()
    return sum(one["captured"] for one in totals), sum(one["refunded"] for one in totals)


def say(world: World, body: bytes, *, secret: str = WEBHOOK_SECRET, ago: int = 0, header: str | None = None) -> int:
    """Posts `body` to the webhook, signed `ago` seconds ago, and returns the status."""
    stamp = int(time.time()) - ago
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={stamp},v1={mac}" if header is None else header}
    return world.app.test_client().post("/webhooks/stripe", data=body, headers=headers).status_code


def event(kind: str, **about: Any) -> bytes:
    return json.dumps({"id": "evt_made_up", "object": "event", "type": kind, "data": {"object": about}}).encode()


def press(shopper: Shopper, token: str, what: str) -> TestResponse:
    """A button on the order's page: `payment` or `cancellation`."""
    csrf = hidden(shopper.get(f"/orders/{token}"), "csrf_token")
    return shopper.browser.post(f"/orders/{token}/{what}", data={"csrf_token": csrf})


def history(order_id: int) -> list[tuple[str, str]]:
    """(kind, by) of what happened to an order, its mails left out."""
    db.session.rollback()
    rows = db.session.scalars(select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.id))
    return [(row.kind, row.by) for row in rows if not row.kind.startswith("mail_")]


def told(world: World, topic: str) -> int:
    """How often the shop told itself so."""
    return world.count(outbox.OutboxMessage, topic=topic)
