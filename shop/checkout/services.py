from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from shop.cart import queries as carts
from shop.cart import services as cart_services
from shop.cart.models import Cart
from shop.cart.pricing import Delivery, Item, Totals, price
from shop.cart.queries import Review
from shop.checkout.models import CheckoutDraft
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict
from shop.core.i18n import _, country_name, format_money
from shop.core.money import Money
from shop.core.store import Store
from shop.delivery import queries as deliveries
from shop.delivery.queries import Quote
from shop.orders import queries as order_queries
from shop.orders import services as orders
from shop.orders.services import Address, NewDelivery, NewLine, NewOrder, UnpaidLimits
from shop.payments import services as payments
from shop.tax import queries as taxes


class CannotPlace(Conflict):
    """The order was not placed; the sentence says what has changed. Nothing else has."""

    code = "cannot_place"


class TotalChanged(CannotPlace):
    code = "total_changed"


class PromiseChanged(CannotPlace):
    code = "promise_changed"


class DraftMissing(CannotPlace):
    code = "details_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the first step of the checkout asks for."""

    email: str
    address: Address
    delivery_method_id: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the shopper was shown when they agreed."""

    total: Money
    delivery: Money
    waits: str = ""  # as the bag has it


@dataclass(frozen=True, slots=True)
class Summary:
    """A cart with all that turns it into an order."""

    review: Review
    quotes: list[Quote]
    quote: Quote | None  # the one chosen
    totals: Totals | None  # None until it is known how it is delivered
    rates: dict[str, Decimal]


def summarise(cart: Cart, store: Store, *, country: str, region: str = "", method_id: int | None) -> Summary:
    """Reads only. `method_id` is what the shopper chose: None is the first that is offered, and one that does not go
    there any more is not replaced in silence.
    """
    review = carts.review(cart.id, currency=store.currency, largest=store.largest_quantity)
    today = now().astimezone(ZoneInfo(store.timezone)).date()
    rates = taxes.rates(country, region, on=today)
    if not review.buyable:
        return Summary(review, [], None, None, rates)
    if not review.needs_delivery:
        return Summary(review, [], None, _totals(review, None, rates), rates)
    quotes = deliveries.quotes(
        country,
        value=review.goods.subtotal,
        weight_g=review.weight_g,
        today=review.ready(store.day_of_order(now()), store),
    )
    offered = [quote for quote in quotes if method_id in (None, quote.method_id)]
    quote = offered[0] if offered else None
    if quote is not None and quote.kind == "pick_up":  # handed over at the shop's, whatever the address says
        rates = taxes.rates(store.country, "", on=today)
    return Summary(review, quotes, quote, _totals(review, quote, rates) if quote else None, rates)


def draft_of(cart_id: int) -> CheckoutDraft | None:
    return db.session.get(CheckoutDraft, cart_id)


def typed(draft: CheckoutDraft | None, store: Store) -> dict[str, str]:
    """What the first step shows: what was typed before, or the shop's own country."""
    if draft is None:
        return {"country": store.country}
    address = asdict(address_of(draft))
    del address["vat_id"]
    return {**address, "email": draft.email, "delivery": str(draft.delivery_method_id or "")}


def save_draft(cart_id: int, details: Details) -> None:
    """Keeps what was typed, however incomplete, so that coming back never loses it."""
    with transaction():
        cart_services.lock(cart_id)
        draft = db.session.get(CheckoutDraft, cart_id)
        if draft is None:
            draft = CheckoutDraft(cart_id=cart_id)
            db.session.add(draft)
        draft.email = details.email
        for name in ("name", "company", "street", "extra", "city", "region", "postal_code", "country", "phone"):
            setattr(draft, name, getattr(details.address, name))
        draft.delivery_method_id = details.delivery_method_id
        draft.updated_at = now()


def address_of(draft: CheckoutDraft) -> Address:
    names = ("name", "company", "street", "extra", "city", "region", "postal_code", "country", "phone")
    return Address(**{name: getattr(draft, name) for name in names})


def place(
    cart_id: int, store: Store, *, form_token: str, seen: Seen, language: str, network: str, by: str = "shopper"
) -> int:
    """Turns the cart into an order and returns its id: the same one for the same form, however often it is sent.

    An unpaid order of the same cart is taken up again when nothing has changed; otherwise it is cancelled first, its
    Stripe session with it. Raises CannotPlace, OutOfStock, TooManyUnpaid, BelowMinimum, PaymentUnderWay, GatewayAway;
    no order is left behind then.
    """
    placed = order_queries.of_form(form_token)
    if placed is not None:
        return placed
    unpaid = order_queries.unpaid_of_cart(cart_id)
    if unpaid is not None:
        unpaid_id, agreed = unpaid.id, unpaid.fingerprint
        cart = db.session.get_one(Cart, cart_id)
        if _agree(cart, store, seen, language=language, network=network).fingerprint == agreed:
            return unpaid_id
        payments.cancel_unpaid(unpaid_id, by=by, reason=orders.REPLACED)
    with transaction():
        already = orders.claim_form(form_token)
        if already is not None:
            return already
        cart = cart_services.lock(cart_id)
        if order_queries.unpaid_of_cart(cart_id) is not None:
            raise CannotPlace(_("This bag has just become an order in another window. Look there before you pay."))
        new = _agree(cart, store, seen, language=language, network=network)
        limits = UnpaidLimits(
            by_email=store.unpaid_by_email, by_network=store.unpaid_by_network, pieces=store.unpaid_pieces
        )
        order = orders.place(new, form_token=form_token, limits=limits, by=by)
        if not order.total:
            orders.mark_paid(order.id, by="shop", note="nothing to pay")
        return order.id


def _agree(cart: Cart, store: Store, seen: Seen, *, language: str, network: str) -> NewOrder:
    """What the shop and the shopper agree on, or CannotPlace with the difference."""
    draft = draft_of(cart.id)
    if draft is None or not draft.email:
        raise DraftMissing(_("Your bag is safe. Please enter your delivery details again."))
    address = address_of(draft)
    summary = summarise(cart, store, country=address.country, region=address.region, method_id=draft.delivery_method_id)
    review, totals = summary.review, summary.totals
    if not review.buyable:
        raise CannotPlace(_("There is nothing in your bag that can be bought now."))
    if totals is None:
        raise DraftMissing(_("This way of delivery is not offered for your bag any more. Choose another."))
    if (totals.total, totals.delivery) != (seen.total, seen.delivery):
        sentence = _what_changed(seen, totals, address.country)
        raise TotalChanged(sentence)
    if review.waits and review.waits != seen.waits:
        raise PromiseChanged(
            _("Not all in your bag is on the shelf any more. Look at when it would come, and pay if that suits you.")
        )
    payments.check_chargeable(totals.total.minor, store.currency)
    return NewOrder(
        cart_id=cart.id,
        email=draft.email,
        language=language,
        network=network,
        fingerprint=_fingerprint(review, address, draft.email, summary.quote, totals),
        terms_version=store.terms_version,
        lines=[
            NewLine(
                variant_id=line.variant_id,
                product_name=line.product_name,
                variant_name=line.variant_name,
                sku=line.sku,
                quantity=line.quantity,
                unit_price=line.unit_price,
                tax_class=line.tax_class,
                tax_rate=summary.rates.get(line.tax_class, Decimal(0)),
                requires_shipping=line.requires_shipping,
                weight_g=line.weight_g,
                ahead=line.ahead,
                promised_at=line.promised_at,
            )
            for line in review.buyable
        ],
        totals=totals,
        address=address,
        delivery=_new_delivery(summary.quote, summary.rates, store),
    )


def _what_changed(seen: Seen, totals: Totals, country: str) -> str:
    words = {"was": format_money(seen.total), "now": format_money(totals.total), "country": country_name(country)}
    if totals.total - totals.delivery != seen.total - seen.delivery:
        return _(
            "Your total changed from %(was)s to %(now)s because the goods in your bag now cost %(goods)s.",
            goods=format_money(totals.total - totals.delivery),
            **words,
        )
    if totals.delivery > seen.delivery:
        return _("Your total changed from %(was)s to %(now)s because delivery to %(country)s costs more.", **words)
    return _("Your total changed from %(was)s to %(now)s because delivery to %(country)s costs less.", **words)


def _new_delivery(quote: Quote | None, rates: dict[str, Decimal], store: Store) -> NewDelivery | None:
    if quote is None:
        return None
    zone = ZoneInfo(store.timezone)

    def noon(day: date | None) -> datetime | None:
        return datetime.combine(day, time(12), zone).astimezone(UTC) if day else None

    return NewDelivery(
        method_id=quote.method_id,
        name=quote.name,
        kind=quote.kind,
        tax_rate=rates.get(quote.tax_class, Decimal(0)),
        arrives_from=noon(quote.arrives_from),
        arrives_to=noon(quote.arrives_to),
    )


def _totals(review: Review, quote: Quote | None, rates: dict[str, Decimal]) -> Totals:
    return price(
        [Item(line.quantity, line.unit_price, rates.get(line.tax_class, Decimal(0))) for line in review.buyable],
        currency=review.currency,
        delivery=Delivery(quote.price, rates.get(quote.tax_class, Decimal(0))) if quote else None,
    )


def _fingerprint(review: Review, address: Address, email: str, quote: Quote | None, totals: Totals) -> str:
    agreed = [
        [[line.variant_id, line.quantity, line.unit_price.minor] for line in review.buyable],
        review.waits,
        [address.name, address.company, address.street, address.extra, address.city, address.region],
        [address.postal_code, address.country, address.phone, email],
        [quote.method_id if quote else None, totals.total.minor, totals.total.currency],
    ]
    return hashlib.sha256(json.dumps(agreed).encode()).hexdigest()
