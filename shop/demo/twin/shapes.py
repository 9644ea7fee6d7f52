"""What Stripe's objects look like at API version 2026-10-28, as far as a shop with hosted Checkout reads them."""

import json
import secrets
import string
from typing import Any

from shop.demo.twin import hour
from shop.demo.twin.books import DAY, Obj

API_VERSION = "2026-10-28.endive"
LETTERS = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    return f"{prefix}_" + "".join(secrets.choice(LETTERS) for _ in range(length))


def _new(kind: str, prefix: str, **fields: Any) -> Obj:
    now = int(hour.now())
    return {"id": new_id(prefix), "object": kind, "created": now, "livemode": False, **fields}


def listing(url: str, data: list[Obj], has_more: bool = False) -> Obj:
    return {"object": "list", "url": url, "has_more": has_more, "data": data}


def null(names: str) -> Obj:
    return dict.fromkeys(names.split())


def session(asked: Obj, *, currency: str, total: int, public_url: str) -> Obj:
    id = new_id("cs_test", 58)
    made = _new(
        "checkout.session",
        "cs",
        amount_subtotal=total,
        amount_total=total,
        currency=currency,
        adaptive_pricing={"enabled": False},
        automatic_tax={"enabled": False, **null("liability provider status")},
        cancel_url=asked.get("cancel_url"),
        client_reference_id=asked.get("client_reference_id"),
        custom_fields=[],
        custom_text=null("after_submit submit terms_of_service_acceptance"),
        customer_creation="if_required",
        customer_email=asked.get("customer_email"),
        discounts=[],
        expires_at=asked.get("expires_at", int(hour.now()) + DAY),
        locale=asked.get("locale"),
        metadata=asked.get("metadata", {}),
        mode="payment",
        payment_method_collection="if_required",
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=["card"],
        payment_status="unpaid" if total else "no_payment_required",
        phone_number_collection={"enabled": False},
        shipping_options=[],
        status="open",
        submit_type=asked.get("submit_type"),
        success_url=asked["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted_page",
        url=f"{public_url}/pay/{id}",
        **null("customer customer_details invoice payment_intent payment_link recovered_from setup_intent"),
        **null("shipping_address_collection shipping_cost subscription"),
    )
    return made | {"id": id}


def line_item(asked: Obj) -> Obj:
    data = asked["price_data"]
    currency, amount = data["currency"], data["unit_amount"] * asked["quantity"]
    price = _new(
        *("price", "price"),
        currency=currency,
        metadata={},
        product=new_id("prod", 14),
        recurring=None,
        type="one_time",
        unit_amount=data["unit_amount"],
        unit_amount_decimal=str(data["unit_amount"]),
    )
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": data["product_data"]["name"],
        "price": price,
        "quantity": asked["quantity"],
    }


def payment_intent(session: Obj, asked: Obj) -> Obj:
    made = _new(
        "payment_intent",
        "pi",
        amount=session["amount_total"],
        amount_capturable=0,
        amount_received=0,
        capture_method="automatic_async",
        confirmation_method="automatic",
        currency=session["currency"],
        description=asked.get("description"),
        metadata=asked.get("metadata", {}),
        payment_method_types=["card"],
        receipt_email=asked.get("receipt_email"),
        status="requires_payment_method",
        **null("automatic_payment_methods canceled_at cancellation_reason customer last_payment_error"),
        **null("latest_charge next_action payment_method processing"),
    )
    return made | {"client_secret": f"{made['id']}_secret_{new_id('x', 20)[2:]}"}


def charge(intent: Obj, *, email: str | None, method: Obj) -> Obj:
    return _new(
        "charge",
        "py" if method["type"] != "card" else "ch",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        billing_details={"email": email, **null("address name phone")},
        calculated_statement_descriptor="DEMO",
        captured=True,
        currency=intent["currency"],
        description=intent["description"],
        disputed=False,
        fraud_details={},
        metadata=intent["metadata"],
        paid=False,
        payment_intent=intent["id"],
        payment_method=intent["payment_method"],
        payment_method_details=method,
        receipt_email=intent["receipt_email"],
        refunded=False,
        status="pending",
        **null(
            "balance_transaction customer failure_balance_transaction failure_code failure_message outcome receipt_url"
        ),
    )


def refund(charge: Obj, *, amount: int, reason: str | None, metadata: Obj, status: str) -> Obj:
    made = _new(
        "refund",
        "re",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        destination_details={"type": charge["payment_method_details"]["type"]},
        metadata=metadata,
        payment_intent=charge["payment_intent"],
        reason=reason,
        status=status,
        **null("balance_transaction receipt_number source_transfer_reversal transfer_reversal"),
        **({"pending_reason": "processing"} if status == "pending" else {}),
    )
    del made["livemode"]  # a refund has none
    return made


def dispute(charge: Obj, *, amount: int, reason: str) -> Obj:
    return _new(
        "dispute",
        "du",
        amount=amount,
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence={},
        evidence_details={"due_by": int(hour.now()) + 9 * DAY, "has_evidence": False, "submission_count": 0},
        is_charge_refundable=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="needs_response",
    )


def balance_transaction(source: Obj, *, type: str, category: str, amount: int, fee: int, why: str) -> Obj:
    """`amount` above zero is money that came in; a `fee` above zero was taken off it, one below given back."""
    details = {"amount": fee, "application": None, "currency": source["currency"], "description": why}
    made = _new(
        "balance_transaction",
        "txn",
        amount=amount,
        available_on=int(hour.now()) + 2 * DAY,
        balance_type="payments",
        currency=source["currency"],
        description=why,
        exchange_rate=None,
        fee=fee,
        fee_details=[details | {"type": "stripe_fee"}] if fee else [],
        net=amount - fee,
        reporting_category=category,
        source=source["id"],
        status="pending",
        type=type,
    )
    del made["livemode"]  # it has none either
    return made


def event(type: str, obj: Obj, cause: Obj) -> Obj:
    return _new(
        "event",
        "evt",
        api_version=API_VERSION,
        data={"object": json.loads(json.dumps(obj))},
        pending_webhooks=1,
        request=cause,
        type=type,
    )
