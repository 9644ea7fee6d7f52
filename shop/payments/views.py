from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from shop.core.web import signed
from shop.payments import gateway, inbox

bp = Blueprint("payments", __name__)


@bp.post("/webhooks/stripe")
@signed
def webhook() -> ResponseReturnValue:
    """Kept and answered at once; the worker acts on it. 400 only for what Stripe did not sign."""
    event = gateway.read_event(request.get_data(), request.headers.get("Stripe-Signature", ""))
    inbox.receive(event)
    return {"received": True}, 202
