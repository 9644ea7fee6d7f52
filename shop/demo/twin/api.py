"""/v1: the part of Stripe's API that a shop with hosted Checkout calls."""

import json
import time
from collections.abc import Callable
from typing import Any

from shop.demo.twin import params, shapes
from shop.demo.twin.books import DAY, Books, Obj, Where
from shop.demo.twin.errors import ApiError, missing
from shop.demo.twin.money import CURRENCIES
from shop.demo.twin.params import integer, list_of, one_of, struct, text
from shop.demo.twin.till import Till

Work = Callable[..., Obj]
Checked = dict[str, Any]

ROUTES: list[tuple[str, str, params.Check, Work]] = []
EXPANDABLE = {
    "checkout.session": {"payment_intent", "line_items"},
    "payment_intent": {"latest_charge"},
    "charge": {"balance_transaction", "payment_intent", "refunds"},
    "refund": {"balance_transaction", "charge", "failure_balance_transaction", "payment_intent"},
    "dispute": {"charge", "payment_intent"},
    "balance_transaction": {"source"},
}


def endpoint(method: str, path: str, known: params.Check) -> Callable[[Work], Work]:
    """What answers there, given the till, the checked parameters and the `<id>` of the path."""

    def keep(work: Work) -> Work:
        ROUTES.append((method, path, known, work))
        return work

    return keep


# what each endpoint takes


def currency(value: Any, at: str) -> str:
    code = text()(value, at).lower()
    if code not in CURRENCIES:
        raise ApiError(f"Invalid currency: {code}.", param=at)
    return code


def expiry(value: Any, at: str) -> int:
    moment = integer(most=10**11)(value, at)
    if not 30 * 60 - 5 <= moment - time.time() <= DAY + 5:  # a few seconds for the way here
        raise ApiError(
            f"The `{at}` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.",
            param=at,
        )
    return moment


PRODUCT = struct(
    "name",
    name=text(250),
    description=text(),
    images=list_of(params.url, at_most=8),
    metadata=params.metadata,
)
PRICE = struct(
    *("currency", "product_data", "unit_amount"),
    currency=currency,
    product_data=PRODUCT,
    unit_amount=integer(),
    tax_behavior=one_of("inclusive", "exclusive", "unspecified"),
)
SESSION = struct(
    *("line_items", "mode", "success_url"),
    mode=one_of("payment"),
    line_items=list_of(struct("price_data", "quantity", price_data=PRICE, quantity=integer(1)), at_most=100),
    success_url=params.url,
    cancel_url=params.url,
    client_reference_id=text(200),
    customer_email=params.email,
    expires_at=expiry,
    locale=text(10),
    metadata=params.metadata,
    payment_intent_data=struct(description=text(1000), metadata=params.metadata, receipt_email=params.email),
    submit_type=one_of("auto", "book", "donate", "pay"),
    ui_mode=one_of("hosted_page"),
)
REFUND = struct(
    charge=text(),
    payment_intent=text(),
    amount=integer(1),
    metadata=params.metadata,
    reason=one_of("duplicate", "fraudulent", "requested_by_customer"),
)
NOTHING = struct()
PAGE = {"limit": integer(1, 100), "starting_after": text(), "ending_before": text(), "created": params.created}
OF_PAYMENT = {"charge": text(), "payment_intent": text()}


# Checkout Sessions


@endpoint("POST", "/checkout/sessions", SESSION)
def create_session(till: Till, asked: Checked) -> Obj:
    if not asked["line_items"]:
        raise ApiError("Missing required param: line_items.", code="parameter_missing", param="line_items")
    return till.open_session(asked)


@endpoint("GET", "/checkout/sessions/<id>/line_items", struct(limit=PAGE["limit"], starting_after=text()))
def list_line_items(till: Till, asked: Checked, id: str) -> Obj:
    items = till.books.hidden(till.session(id)["id"])["line_items"]
    first = 1 + next((n for n, item in enumerate(items) if item["id"] == asked.get("starting_after")), -1)
    last = first + asked.get("limit", 10)
    return shapes.listing(f"/v1/checkout/sessions/{id}/line_items", items[first:last], len(items) > last)


@endpoint("POST", "/checkout/sessions/<id>/expire", NOTHING)
def expire_session(till: Till, asked: Checked, id: str) -> Obj:
    return till.expire(id)


# what every object has: one by its id, and a list


def readable(kind: str, **filters: params.Check) -> None:
    path = address(kind)

    def read(till: Till, asked: Checked, id: str) -> Obj:
        found = till.books.get(id, kind)
        if not found:
            raise missing(kind, id)
        return found

    def read_list(till: Till, asked: Checked) -> Obj:
        where = [(f"json_extract(body, '$.{name}') = ?", asked[name]) for name in filters if name in asked]
        return page(till.books, kind, asked, where)

    ROUTES.append(("GET", f"{path}/<id>", NOTHING, read))
    ROUTES.append(("GET", path, struct(**PAGE, **filters), read_list))


def address(kind: str) -> str:
    return f"/{kind.replace('.', '/')}s"


readable("checkout.session", payment_intent=text(), status=one_of("open", "complete", "expired"))
readable("payment_intent")
readable("charge", payment_intent=text())
readable("refund", **OF_PAYMENT)
readable("dispute", **OF_PAYMENT)
readable("balance_transaction", source=text(), type=text(), currency=currency)


# refunds, events, the balance


@endpoint("POST", "/refunds", REFUND)
def create_refund(till: Till, asked: Checked) -> Obj:
    ids = [asked.pop(name) for name in ("charge", "payment_intent") if name in asked]
    if len(ids) != 1:
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise ApiError(message, code="parameter_missing", param="charge")
    return till.refund(ids[0], **asked)


@endpoint("GET", "/events/<id>", NOTHING)
def read_event(till: Till, asked: Checked, id: str) -> Obj:
    found = till.books.get(id, "event")
    if not found:
        raise missing("event", id)
    return with_pending(till.books, found)


EVENTS = struct(**PAGE, type=text(), types=list_of(text(), at_most=20), delivery_success=params.boolean)


@endpoint("GET", "/events", EVENTS)
def list_events(till: Till, asked: Checked) -> Obj:
    where: list[Where] = [("created > ?", time.time() - 30 * DAY)]
    if types := asked.get("types", [asked["type"]] if "type" in asked else []):
        where.append(("json_extract(body, '$.type') IN (SELECT value FROM json_each(?))", json.dumps(types)))
    if "delivery_success" in asked:
        delivered = "EXISTS (SELECT 1 FROM deliveries WHERE event_id = id AND delivered_at IS NOT NULL)"
        where.append((f"{delivered} = ?", asked["delivery_success"]))
    found = page(till.books, "event", asked, where)
    found["data"] = [with_pending(till.books, event) for event in found["data"]]
    return found


def with_pending(books: Books, event: Obj) -> Obj:
    return event | {"pending_webhooks": 0 if books.was_delivered(event["id"]) else 1}


@endpoint("GET", "/balance", NOTHING)
def read_balance(till: Till, asked: Checked) -> Obj:
    return {"object": "balance", "available": [], "pending": [], "livemode": False}


def page(books: Books, kind: str, asked: Checked, where: list[Where]) -> Obj:
    after, before, limit = asked.get("starting_after"), asked.get("ending_before"), asked.get("limit", 10)
    if after and before:
        raise ApiError("You cannot parameterize both starting_after and ending_before.", param="ending_before")
    for name, cursor in (("starting_after", after), ("ending_before", before)):
        if cursor and not books.get(cursor, kind):
            raise missing(kind, cursor, name)
    found = books.find(kind, [*where, *asked.get("created", [])], limit=limit + 1, after=after, before=before)
    data = found[-limit:] if before else found[:limit]
    return shapes.listing(f"/v1{address(kind)}", data, has_more=len(found) > limit)


def expand(books: Books, obj: Obj, path: list[str]) -> None:
    """Puts objects in the place of their ids, along `path`."""
    if not path:
        return
    name, *rest = path
    if obj["object"] == "list" and name == "data":
        for one in obj["data"]:
            expand(books, one, rest)
        return
    if name not in EXPANDABLE.get(obj["object"], ()):
        raise ApiError(f"This property cannot be expanded ({name}).", param="expand")
    if name == "line_items":
        items = books.hidden(obj["id"])["line_items"]
        obj[name] = shapes.listing(f"/v1/checkout/sessions/{obj['id']}/line_items", items[:10], len(items) > 10)
    elif name == "refunds" and name not in obj:
        refunds = books.find("refund", [("json_extract(body, '$.charge') = ?", obj["id"])])
        obj[name] = shapes.listing(f"/v1/charges/{obj['id']}/refunds", refunds[:10], len(refunds) > 10)
    elif isinstance(obj.get(name), str):
        obj[name] = books.get(obj[name])
    if obj.get(name):
        expand(books, obj[name], rest)
