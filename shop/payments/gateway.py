"""Stripe, and the only place that knows it. Everything it says is turned into our own small values here.

Called outside any transaction. A request waits 15 s at most; the worker is more patient.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from urllib.parse import quote

import stripe
from flask import Flask, current_app, has_request_context

from shop.core import log
from shop.core.clock import now
from shop.core.db import end_read
from shop.core.errors import Invalid, Unavailable
from shop.core.i18n import _, _n, shop_address
from shop.core.money import Money
from shop.core.outbox import Other
from shop.settings import Settings

IN_A_REQUEST = ((2, 5), 1)  # (connect, read) seconds, retries: under 15 s in all
IN_THE_WORKER = ((3, 20), 2)
MOST_ITEMS = 100
MOST_LISTED = 100
CLOCK_SKEW_S = 300
SERVER_FAULT = 500

# docs.stripe.com/currencies: the least that can be charged, in minor units; and the currencies that ISO 4217 gives
# no minor unit but whose amounts Stripe wants in hundredths.
LEAST = {
    "AED": 200, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250, "EUR": 50, "GBP": 30,
    "HKD": 400, "HUF": 17500, "INR": 50, "JPY": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200,
    "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50,
}  # fmt: skip
IN_HUNDREDTHS = frozenset({"ISK", "UGX"})

EVENT_TYPES = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "charge.updated",  # its fee is known
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
]
_WHOLE_SESSION = ["payment_intent.latest_charge.refunds", "payment_intent.latest_charge.balance_transaction"]
# docs.stripe.com/error-codes: what a card's bank says when its own check (3-D Secure) was failed or left.
UNFINISHED = "payment_intent_authentication_failure"


class GatewayAway(Unavailable):
    """Stripe did not answer, or not in time: it may have done what was asked, or not."""

    code = "payments_unavailable"
    waits_for: Other | None = Other.STRIPE


class GatewayBroke(GatewayAway):
    """Stripe answered with a fault of its own. It keeps that answer under the idempotency key: a new key is needed."""

    code = "payments_broke"


class GatewayRefused(Exception):
    """Stripe answered that it will not: nothing was done. `code` is Stripe's own word."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class ForgedEvent(Invalid):
    status = 400
    code = "bad_signature"


@dataclass(frozen=True, slots=True)
class BalanceSeen:
    """What moved our balance at Stripe."""

    id: str
    category: str  # charge, refund, refund_failure, dispute, dispute_reversal, or what does not come from a sale
    amount: Money  # above zero: it came in
    fee: Money  # taken off the amount; below zero: given back
    source: str  # the charge, refund or dispute
    payment_intent_id: str | None  # of the payment it is about; known only of those listed

    @property
    def net(self) -> Money:
        return self.amount - self.fee


@dataclass(frozen=True, slots=True)
class RefundSeen:
    id: str
    amount: Money
    status: str
    our_id: int | None  # the row of ours it was made for; None when made in Stripe's dashboard
    error: str
    payment_intent_id: str | None


@dataclass(frozen=True, slots=True)
class DisputeSeen:
    id: str
    amount: Money
    status: str
    reason: str
    due_at: datetime | None
    moved: tuple[BalanceSeen, ...]  # taken, and given back when it was won
    payment_intent_id: str | None


@dataclass(frozen=True, slots=True)
class IntentSeen:
    id: str
    status: str
    idempotency_key: str  # of the attempt it was made for; empty when it is not ours


@dataclass(frozen=True, slots=True)
class ChargeSeen:
    id: str
    captured: Money
    payment_intent_id: str | None
    idempotency_key: str  # of the attempt it was made for; empty when it is not ours


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """A Checkout Session with its intent and charge, as Stripe told it just now."""

    id: str
    url: str | None
    status: str  # open, complete, expired
    paid: bool
    failed: bool  # complete, but the delayed payment has failed
    refusal: str  # why the last try to pay came to nothing: declined or unfinished; empty when there was none
    amount: Money
    expires_at: datetime
    idempotency_key: str  # of the attempt it was made for, from its metadata; empty when it is not ours
    payment_intent_id: str | None
    charge_id: str | None
    captured: Money
    refunded: Money
    moved: BalanceSeen | None  # what the charge brought; None until Stripe knows its fee
    refunds: tuple[RefundSeen, ...]
    disputes: tuple[DisputeSeen, ...]


@dataclass(frozen=True, slots=True)
class Event:
    id: str
    type: str
    payload: dict[str, Any]

    @property
    def about(self) -> dict[str, Any]:
        found: dict[str, Any] = self.payload["data"]["object"]
        return found


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    amount: Money


def init(app: Flask, settings: Settings, http_client: stripe.HTTPClient | None = None) -> None:
    """`http_client` lets tests talk to the twin without a port."""

    def client(patience: tuple[tuple[int, int], int]) -> stripe.StripeClient:
        timeout, retries = patience
        bases: Any = {"base_addresses": {"api": settings.stripe_api_base}} if settings.stripe_api_base else {}
        return stripe.StripeClient(
            settings.stripe_secret_key,
            max_network_retries=retries,
            http_client=http_client or stripe.RequestsClient(timeout=timeout),
            **bases,
        )

    app.extensions["stripe"] = {True: client(IN_A_REQUEST), False: client(IN_THE_WORKER)}
    app.config["STRIPE_WEBHOOK_SECRETS"] = settings.stripe_webhook_secrets


def least_charge(currency: str) -> Money:
    return Money(LEAST.get(currency, 0), currency)


def session_params(
    items: Sequence[Item],
    *,
    number: str,
    token: str,
    email: str,
    language: str,
    idempotency_key: str,
    expires_at: datetime,
) -> dict[str, Any]:
    """What is asked of Stripe, complete, to be stored before it is asked: a retry must be the same to the letter."""
    if len(items) > MOST_ITEMS:
        total = Money.sum((item.amount for item in items), items[0].amount.currency)
        words = _n("Order %(number)s, %(num)s item", "Order %(number)s, %(num)s items", len(items), number=number)
        items = [Item(words, total)]
    base = shop_address(language)
    ours = {"order": number, "attempt": idempotency_key}
    return {
        "mode": "payment",
        "line_items": [
            {
                "price_data": {
                    "currency": item.amount.currency.lower(),
                    "unit_amount": _to_stripe(item.amount),
                    "product_data": {"name": item.name[:250]},
                },
                "quantity": 1,
            }
            for item in items
            if item.amount
        ],
        # url_for would encode the braces, and Stripe would then not put the id in their place.
        "success_url": f"{base}/checkout/return?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{base}/checkout/return?order={quote(token)}",
        "client_reference_id": number,
        "customer_email": email,
        "expires_at": int(expires_at.timestamp()),
        "metadata": ours,
        "payment_intent_data": {"metadata": ours},
    }


def open_session(params: dict[str, Any], *, idempotency_key: str) -> SessionSeen:
    return _seen(_call(lambda v1: v1.checkout.sessions.create(params, {"idempotency_key": idempotency_key})))


def read_session(session_id: str) -> SessionSeen:
    return _seen(_call(lambda v1: v1.checkout.sessions.retrieve(session_id, {"expand": _WHOLE_SESSION})))


def expire_session(session_id: str) -> None:
    """Raises GatewayRefused when it is not open any more: it may be paid."""
    _call(lambda v1: v1.checkout.sessions.expire(session_id))


def session_of_intent(payment_intent_id: str) -> str | None:
    found = _call(lambda v1: v1.checkout.sessions.list({"payment_intent": payment_intent_id, "limit": 1}))
    return str(found.data[0].id) if found.data else None


def refund(payment_intent_id: str, amount: Money, *, our_id: int, attempt: int) -> RefundSeen:
    """Our row's id makes the idempotency key: asked twice, Stripe refunds once."""
    params = {
        "payment_intent": payment_intent_id,
        "amount": _to_stripe(amount),
        "metadata": {"refund": str(our_id)},
    }
    return _refund_seen(
        _call(lambda v1: v1.refunds.create(params, {"idempotency_key": f"refund-{our_id}-attempt-{attempt}"}))
    )


def all_sessions() -> Iterator[SessionSeen]:
    """Every session that Stripe knows, ours or not, newest first."""
    params = {"expand": [f"data.{path}" for path in _WHOLE_SESSION]}
    return (_seen(session) for page in _pages(lambda v1: v1.checkout.sessions, params) for session in page.data)


def all_movements() -> Iterator[BalanceSeen]:
    """Everything that ever moved our balance, newest first."""
    params = {"expand": ["data.source"]}
    return (_balance_seen(moved) for page in _pages(lambda v1: v1.balance_transactions, params) for moved in page.data)


def _pages(listed: Any, params: dict[str, Any]) -> Iterator[Any]:
    """Page after page, to the end of what `listed(v1).list(params)` gives."""
    page = _call(lambda v1: listed(v1).list({**params, "limit": MOST_LISTED}))
    while True:
        yield page
        if not page.has_more:
            return
        after = {**params, "limit": MOST_LISTED, "starting_after": page.data[-1].id}
        page = _call(lambda v1, after=after: listed(v1).list(after))


def undelivered_events(*, after: str | None) -> Iterator[Event]:
    """Events that never reached our webhook, oldest first, newer than event `after` (Stripe keeps 30 days)."""
    asked = _undelivered()
    try:
        yield from _newer_events(asked, after) if after else _oldest_first(_pages(lambda v1: v1.events, asked))
    except GatewayRefused:  # `after` is older than what Stripe keeps
        yield from _oldest_first(_pages(lambda v1: v1.events, asked))


def undelivered_between(since: datetime, until: datetime) -> list[Event]:
    """Events of that time that never reached our webhook, oldest first (Stripe keeps 30 days)."""
    created = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
    return _oldest_first(_pages(lambda v1: v1.events, _undelivered() | {"created": created}))


def _undelivered() -> dict[str, Any]:
    return {"types": EVENT_TYPES, "delivery_success": False}


def _newer_events(asked: dict[str, Any], after: str) -> Iterator[Event]:
    """To the newest there is: one page may be full of what Stripe thinks undelivered because it missed our answers."""
    while True:
        newer = {**asked, "limit": MOST_LISTED, "ending_before": after}
        page = _call(lambda v1, newer=newer: v1.events.list(newer))
        yield from _oldest_first([page])
        if not page.has_more:
            return
        after = page.data[0].id


def _oldest_first(pages: Iterable[Any]) -> list[Event]:
    events = [event for page in pages for event in page.data]
    return [Event(event.id, event.type, event.to_dict()) for event in reversed(events)]


def read_event(body: bytes, signature: str) -> Event:
    """Verifies the raw body before parsing it. Raises ForgedEvent, for what is signed but is no event too.

    Stripe's own check refuses old timestamps but lets future ones pass, which could be replayed later: both sides
    are bounded here.
    """
    if not any(_signed_with(secret, body, signature) for secret in current_app.config["STRIPE_WEBHOOK_SECRETS"]):
        raise ForgedEvent(_("This message is not signed by Stripe."))
    try:
        payload = json.loads(body)
    except ValueError:
        payload = None
    match payload:
        case {"id": str(event_id), "type": str(kind), "data": {"object": dict()}}:
            return Event(event_id, kind, payload)
    raise ForgedEvent(_("This message is not an event of Stripe’s."))


def _signed_with(secret: str, body: bytes, signature: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret, tolerance=CLOCK_SKEW_S)
    except (ValueError, stripe.SignatureVerificationError):
        return False
    return _signed_at(signature) <= now().timestamp() + CLOCK_SKEW_S


def _signed_at(signature: str) -> float:
    return next((float(part[2:]) for part in signature.split(",") if part.startswith("t=")), 0.0)


def _call(ask: Any) -> Any:
    end_read()
    client: stripe.StripeClient = current_app.extensions["stripe"][has_request_context()]
    sentence = _("We cannot take payments for a moment. Your order is kept; nothing has been charged.")
    try:
        return ask(client.v1)
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        raise GatewayRefused(str(error.user_message or error), error.code or "") from error
    except stripe.StripeError as error:
        # IdempotencyError too: a request under the same key is under way, and its answer is not ours to know yet.
        log.get().warning("stripe.away", error=type(error).__name__, status=error.http_status, detail=str(error)[:200])
        broke = (error.http_status or 0) >= SERVER_FAULT
        raise (GatewayBroke if broke else GatewayAway)(sentence) from error


def _to_stripe(amount: Money) -> int:
    return amount.minor * 100 if amount.currency in IN_HUNDREDTHS else amount.minor


def _from_stripe(amount: int | None, currency: str) -> Money:
    code = currency.upper()
    return Money((amount or 0) // 100 if code in IN_HUNDREDTHS else amount or 0, code)


def _moment(timestamp: int | None) -> datetime | None:
    return datetime.fromtimestamp(timestamp, UTC) if timestamp else None


def _seen(session: Any) -> SessionSeen:
    data: dict[str, Any] = session.to_dict()
    intent = data.get("payment_intent")
    whole: dict[str, Any] = intent if isinstance(intent, dict) else {}
    latest = whole.get("latest_charge")
    charge: dict[str, Any] | None = latest if isinstance(latest, dict) else None
    currency = data["currency"]
    return SessionSeen(
        id=data["id"],
        url=data.get("url"),
        status=data["status"],
        paid=data["status"] == "complete" and data["payment_status"] in ("paid", "no_payment_required"),
        failed=data["status"] == "complete"
        and data["payment_status"] == "unpaid"
        and whole.get("status") in ("requires_payment_method", "canceled"),
        refusal=_refusal(whole.get("last_payment_error")),
        amount=_from_stripe(data["amount_total"], currency),
        expires_at=_moment(data["expires_at"]) or now(),
        idempotency_key=(data.get("metadata") or {}).get("attempt", ""),
        payment_intent_id=whole["id"] if whole else intent,
        charge_id=charge["id"] if charge else None,
        captured=_from_stripe(charge["amount_captured"] if charge else 0, currency),
        refunded=_from_stripe(charge["amount_refunded"] if charge else 0, currency),
        moved=_balance_seen(charge["balance_transaction"]) if charge and charge["balance_transaction"] else None,
        refunds=_refunds(charge) if charge else (),
        disputes=_disputes(charge) if charge and charge.get("disputed") else (),
    )


def _refusal(error: dict[str, Any] | None) -> str:
    if error is None:
        return ""
    return "unfinished" if error.get("code") == UNFINISHED else "declined"


def _refunds(charge: dict[str, Any]) -> tuple[RefundSeen, ...]:
    listed = charge.get("refunds")
    if listed is None or listed.get("has_more"):
        found = _call(lambda v1: v1.refunds.list({"charge": charge["id"], "limit": 100}))
        return tuple(_refund_seen(refund) for refund in found.data)
    return tuple(_refund_seen(refund) for refund in listed["data"])


def _refund_seen(refund: Any) -> RefundSeen:
    data: dict[str, Any] = refund if isinstance(refund, dict) else refund.to_dict()
    ours = (data.get("metadata") or {}).get("refund", "")
    return RefundSeen(
        id=data["id"],
        amount=_from_stripe(data["amount"], data["currency"]),
        status=data["status"] or "pending",
        our_id=int(ours) if ours.isdigit() else None,
        error=data.get("failure_reason") or "",
        payment_intent_id=data.get("payment_intent"),
    )


def _balance_seen(moved: Any) -> BalanceSeen:
    data: dict[str, Any] = moved if isinstance(moved, dict) else moved.to_dict()
    source = data.get("source")
    return BalanceSeen(
        id=data["id"],
        category=data["reporting_category"],
        amount=_from_stripe(data["amount"], data["currency"]),
        fee=_from_stripe(data["fee"], data["currency"]),
        source=source["id"] if isinstance(source, dict) else source or "",
        payment_intent_id=source.get("payment_intent") if isinstance(source, dict) else None,
    )


def _disputes(charge: dict[str, Any]) -> tuple[DisputeSeen, ...]:
    found = _call(lambda v1: v1.disputes.list({"charge": charge["id"], "limit": 100}))
    return tuple(_dispute_seen(dispute) for dispute in found.data)


def _dispute_seen(dispute: Any) -> DisputeSeen:
    return DisputeSeen(
        id=dispute.id,
        amount=_from_stripe(dispute.amount, dispute.currency),
        status=dispute.status,
        reason=dispute.reason,
        due_at=_moment(((dispute.to_dict().get("evidence_details")) or {}).get("due_by")),
        moved=tuple(_balance_seen(moved) for moved in dispute.balance_transactions),
        payment_intent_id=dispute.payment_intent,
    )


def _intent_seen(intent: Any) -> IntentSeen:
    return IntentSeen(intent.id, intent.status, intent.to_dict()["metadata"].get("attempt", ""))


def _charge_seen(charge: Any) -> ChargeSeen:
    return ChargeSeen(
        id=charge.id,
        captured=_from_stripe(charge.amount_captured if charge.paid else 0, charge.currency),
        payment_intent_id=charge.payment_intent,
        idempotency_key=charge.to_dict()["metadata"].get("attempt", ""),
    )


class Listed(Enum):
    """What Stripe lists of a time: where, what it is to add, and what becomes of it here."""

    SESSIONS = (lambda v1: v1.checkout.sessions, [f"data.{path}" for path in _WHOLE_SESSION], _seen)
    INTENTS = (lambda v1: v1.payment_intents, (), _intent_seen)
    CHARGES = (lambda v1: v1.charges, (), _charge_seen)
    REFUNDS = (lambda v1: v1.refunds, (), _refund_seen)
    DISPUTES = (lambda v1: v1.disputes, (), _dispute_seen)
    MOVEMENTS = (lambda v1: v1.balance_transactions, ["data.source"], _balance_seen)


def list_page(
    what: Listed, *, since: datetime, until: datetime, after: str | None, limit: int
) -> tuple[list[Any], str | None]:
    """(what was made from `since` on and before `until`, newest first and older than `after`, where the next page
    begins or None)."""
    listed, expand, seen = what.value
    asked: dict[str, Any] = {"created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())}, "limit": limit}
    asked |= {"starting_after": after} if after else {}
    asked |= {"expand": expand} if expand else {}
    page = _call(lambda v1: listed(v1).list(asked))
    return [seen(each) for each in page.data], page.data[-1].id if page.has_more else None
