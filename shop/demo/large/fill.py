"""Writes the large shop, some hundred products or orders in each transaction, by statements for many rows at once."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from slugify import slugify
from sqlalchemy import func, insert, select, text

from shop.books import opening
from shop.cart.pricing import Delivery, Item, Totals, price
from shop.catalog import index
from shop.catalog.models import (
    Attribute,
    AttributeValue,
    Category,
    Option,
    OptionValue,
    Picture,
    Price,
    Product,
    ProductAttribute,
    StockMovement,
    Variant,
    VariantChoice,
)
from shop.core import store
from shop.core.clock import now
from shop.core.db import Model, db, is_sqlite, transaction
from shop.core.money import Money
from shop.customers import services as customers
from shop.delivery.models import Method, Rate
from shop.delivery.rates import RateRow, arrival, price_for
from shop.demo.goods import CURRENCY
from shop.demo.large.goods import TRAITS, Made, Row, first_variant, make, opinions
from shop.demo.large.sales import Basket, Market
from shop.demo.large.words import LEAVES
from shop.demo.seed import FATHOM_AND_FOLD, VAT, hang_up, open_up
from shop.figures import services as figures
from shop.orders import found
from shop.orders.models import Order, OrderAddress, OrderEvent, OrderLine, OrderWord
from shop.orders.states import Fulfilment, Status, Stock
from shop.payments.models import Payment, PaymentStatus
from shop.reviews import services as reviews
from shop.reviews.models import Rating, Review
from shop.together.services import count_sales

AT_ONCE = 500
TO_PACK = timedelta(days=1, hours=3)
NUMBERED = (Category, Product, Option, OptionValue, Variant, Price, Picture, Attribute, AttributeValue, Order)
PACKER = "staff:1 Robin Fathom"


@dataclass(frozen=True, slots=True)
class Way:
    """A way of delivery."""

    id: int
    name: str
    kind: str
    days: tuple[int, int]
    rates: Sequence[RateRow]


def fill(products: int, orders: int, *, seed: int, told: Callable[[int], object]) -> bool:
    """Fills an empty database; False when there is a shop in it already. All times hang on today's midnight.

    `told` hears of every product and order, as so many more. What is interrupted is begun anew in an empty database.
    """
    if store.load() is not None:
        return False
    today = datetime.combine(now().date(), time(), UTC)
    assets = hang_up()
    with transaction():
        open_up(assets)
        asset_ids = [asset.id for asset in assets.values()]
        shelves = _shelves(asset_ids)
        _traits()
    market = Market(seed, products, today)
    for ids in _chunks(1, products):
        goods = [make(seed, product_id, today, asset_ids) for product_id in ids]
        with transaction():
            _stock_up(goods, shelves)
            index.refresh(ids)
            _praise([opinion for made in goods for opinion in opinions(seed, made, today)])
        for made in goods:
            market.list(made)
        told(len(ids))
    sold = array("l", [0]) * first_variant(products + 1)
    ways = ways_of_delivery()
    for indices in _chunks(0, orders - 1):
        baskets = {index + 1: market.basket(index, orders) for index in indices}
        with transaction():
            _sell(baskets, ways, sold, today)
        told(len(indices))
    for ids in _chunks(1, products):
        with transaction():
            _explain_stock(ids, sold, today)
    with transaction():
        go_on_counting(NUMBERED)
    opening.complete()
    customers.recount_all()
    count_sales()
    figures.catch_up()
    return True


def _chunks(first: int, last: int) -> Iterator[range]:
    for start in range(first, last + 1, AT_ONCE):
        yield range(start, min(start + AT_ONCE, last + 1))


def _write(model: type[Model], rows: Sequence[Row]) -> None:
    if rows:
        db.session.execute(insert(model.__table__), rows)  # type: ignore[arg-type]


def _shelves(asset_ids: Sequence[int]) -> list[int]:
    """Makes the tree of categories; returns the id of each leaf's."""
    found: dict[tuple[str, ...], int] = {}
    slugs: set[str] = set()
    rows = []
    for leaf in LEAVES:
        for depth in (1, 2, 3):
            path = leaf.path[:depth]
            if path in found:
                continue
            slug = slugify(path[-1])
            slug = slugify(" ".join(path[-2:])) if slug in slugs else slug
            slugs.add(slug)
            found[path] = len(found) + 1
            rows.append(
                {
                    "id": found[path],
                    "parent_id": found.get(path[:-1]),
                    "slug": slug,
                    "name": path[-1],
                    "one": leaf.one if depth == 3 else "",
                    "many": leaf.many if depth == 3 else "",
                    "asset_id": asset_ids[len(found) * 7 % len(asset_ids)],
                    "position": len(found),
                }
            )
    _write(Category, rows)
    return [found[leaf.path] for leaf in LEAVES]


def _traits() -> None:
    values: list[Row] = []
    for number, trait in enumerate(TRAITS, start=1):
        row = {"id": number, "slug": trait.slug, "name": trait.name, "kind": trait.kind, "unit": trait.unit}
        _write(Attribute, [row | {"position": number}])
        for position, value in enumerate(trait.values):
            values.append(
                {
                    "id": len(values) + 1,
                    "attribute_id": number,
                    "slug": value.slug,
                    "label": value.label,
                    "colour": value.colour,
                    "number": value.number,
                    "position": position,
                }
            )
    _write(AttributeValue, values)


def _stock_up(goods: Sequence[Made], shelves: Sequence[int]) -> None:
    _write(Product, [made.product | {"category_id": shelves[made.leaf]} for made in goods])
    _write(Option, [row for made in goods for row in made.options])
    _write(OptionValue, [row for made in goods for row in made.values])
    _write(Variant, [row for made in goods for row in made.variants])
    _write(VariantChoice, [row for made in goods for row in made.choices])
    _write(Price, [row for made in goods for row in made.prices])
    _write(ProductAttribute, [row for made in goods for row in made.attributes])
    _write(Picture, [row for made in goods for row in made.pictures])


def _praise(rows: Sequence[Row]) -> None:
    _write(Review, rows)
    stars: dict[int, Counter[int]] = {}
    for row in rows:
        stars.setdefault(row["product_id"], Counter())[row["stars"]] += 1
    names = ("one", "two", "three", "four", "five")
    _write(
        Rating,
        [
            {"product_id": product_id, "count": given.total()}
            | {name: given[number] for number, name in enumerate(names, start=1)}
            for product_id, given in stars.items()
        ],
    )
    if stars:
        reviews.recount(max(stars))  # and with it the shop's own


def ways_of_delivery() -> dict[str, Way]:
    """By their names."""
    rates: dict[int, list[RateRow]] = {}
    for rate in db.session.scalars(select(Rate).order_by(Rate.id)):
        row = RateRow(rate.from_value, rate.from_weight_g, rate.up_to_weight_g, rate.price)
        rates.setdefault(rate.method_id, []).append(row)
    return {
        way.name: Way(way.id, way.name, way.kind, (way.least_days, way.most_days), rates[way.id])
        for way in db.session.scalars(select(Method))
    }


@dataclass(frozen=True, slots=True)
class Agreed:
    """An order with all that it comes to. `goods` and `totals.items` go together, one for one."""

    id: int
    basket: Basket
    goods: Sequence[Any]  # rows of _offers
    rate: Decimal
    way: Way
    totals: Totals
    sent: bool

    @property
    def paid_at(self) -> datetime:
        return self.basket.placed_at + timedelta(minutes=2)

    @property
    def shipped_at(self) -> datetime:
        return self.basket.placed_at + TO_PACK


def _sell(baskets: Mapping[int, Basket], ways: Mapping[str, Way], sold: array[int], today: datetime) -> None:
    offers = _offers({variant_id for basket in baskets.values() for variant_id in basket.quantities})
    orders = [_agree(order_id, basket, offers, ways, today) for order_id, basket in baskets.items()]
    _write(Order, [_order(order) for order in orders])
    _write(OrderLine, [line for order in orders for line in _lines(order)])
    _write(OrderAddress, [_address(order) for order in orders])
    _write(OrderWord, [word for order in orders for word in _words(order)])
    _write(OrderEvent, [event for order in orders for event in _events(order)])
    _write(Payment, [_payment(order) for order in orders])
    movements = []
    for order in orders:
        for variant_id, pieces in order.basket.quantities.items():
            movements.append(_moved(variant_id, -pieces, "sold", order.paid_at, order.id))
            sold[variant_id] += pieces
    _write(StockMovement, movements)


def _offers(variant_ids: Collection[int]) -> dict[int, Any]:
    """What variants are called, weigh and cost when they are not on sale."""
    rows = db.session.execute(
        select(Variant.id, Variant.sku, Variant.name, Variant.weight_g, Price.amount_minor, Product.name.label("of"))
        .join(Product, Product.id == Variant.product_id)
        .join(Price, Price.variant_id == Variant.id)
        .where(Variant.id.in_(variant_ids), Price.valid_to.is_(None))
    )
    return {row.id: row for row in rows}


def _agree(
    order_id: int, basket: Basket, offers: Mapping[int, Any], ways: Mapping[str, Way], today: datetime
) -> Agreed:
    rate = Decimal(VAT[basket.customer.country])
    goods = [offers[variant_id] for variant_id in basket.quantities]
    items = [Item(basket.quantities[each.id], Money(each.amount_minor, CURRENCY), rate) for each in goods]
    if basket.customer.country != "GB":
        way = ways["Tracked to Europe"]
    else:
        way = ways["Tracked 24" if basket.in_a_hurry else "Tracked 48"]
    value = Money.sum((item.unit_price * item.quantity for item in items), CURRENCY)
    weight_g = sum(each.weight_g * basket.quantities[each.id] for each in goods)
    charge = price_for(way.rates, value=value, weight_g=weight_g)
    assert charge is not None
    totals = price(items, currency=CURRENCY, delivery=Delivery(charge, rate))
    return Agreed(order_id, basket, goods, rate, way, totals, sent=basket.placed_at + TO_PACK < today)


def _order(order: Agreed) -> Row:
    basket, totals, way = order.basket, order.totals, order.way
    arrives = arrival(basket.placed_at.date(), least_days=way.days[0], most_days=way.days[1])
    return {
        "id": order.id,
        "number": basket.number,
        "token": basket.token,
        "status": Status.SHIPPED if order.sent else Status.PAID,
        "stock": Stock.SOLD,
        "language": "en_GB",
        "email": basket.customer.email,
        "fingerprint": sha256(basket.token.encode()).hexdigest(),
        "currency": CURRENCY,
        "subtotal_minor": totals.subtotal.minor,
        "delivery_minor": totals.delivery.minor,
        "total_minor": totals.total.minor,
        "tax_minor": totals.tax.minor,
        "delivery_method_id": way.id,
        "delivery_name": way.name,
        "delivery_kind": way.kind,
        "delivery_tax_rate": order.rate,
        "delivery_tax_minor": totals.delivery_tax.minor,
        "arrives_from": datetime.combine(arrives[0], time(12), UTC),
        "arrives_to": datetime.combine(arrives[1], time(12), UTC),
        "terms_version": FATHOM_AND_FOLD.terms_version,
        "terms_accepted_at": basket.placed_at,
        "placed_at": basket.placed_at,
        "paid_at": order.paid_at,
        "shipped_at": order.shipped_at if order.sent else None,
        "country": basket.customer.country,
        "fulfilment": Fulfilment.DELIVERED if order.sent else Fulfilment.UNSENT,
    }


def _words(order: Agreed) -> Iterator[Row]:
    customer = order.basket.customer
    for word in found.kept(number=order.basket.number, email=customer.email, name=customer.name, company=""):
        yield {"order_id": order.id, "word": word}


def _lines(order: Agreed) -> Iterator[Row]:
    for position, (each, sums) in enumerate(zip(order.goods, order.totals.items, strict=True)):
        yield {
            "order_id": order.id,
            "variant_id": each.id,
            "position": position,
            "product_name": each.of,
            "variant_name": each.name,
            "sku": each.sku,
            "quantity": order.basket.quantities[each.id],
            "currency": CURRENCY,
            "unit_price_minor": each.amount_minor,
            "amount_minor": sums.amount.minor,
            "tax_class": "standard",
            "tax_rate": order.rate,
            "tax_minor": sums.tax.minor,
            "requires_shipping": True,
            "weight_g": each.weight_g,
            "shipped": order.basket.quantities[each.id] if order.sent else 0,
        }


def _address(order: Agreed) -> Row:
    customer = order.basket.customer
    return {
        "order_id": order.id,
        "kind": "delivery",
        "name": customer.name,
        "street": customer.street,
        "city": customer.town,
        "postal_code": customer.postal_code,
        "country": customer.country,
    }


def _events(order: Agreed) -> Iterator[Row]:
    yield _event(order.id, "placed", order.basket.placed_at, "shopper", "")
    yield _event(order.id, Status.PAID, order.paid_at, "stripe", Status.PENDING)
    if order.sent:
        yield _event(order.id, Status.SHIPPED, order.shipped_at, PACKER, Status.PAID)


def _event(order_id: int, kind: str, at: datetime, by: str, source: str) -> Row:
    target = kind if source else ""
    return {"order_id": order_id, "at": at, "by": by, "kind": kind, "from_status": source, "to_status": target}


def _payment(order: Agreed) -> Row:
    """Without a session, so that Stripe, which has never heard of it, is not asked."""
    return {
        "order_id": order.id,
        "attempt": 1,
        "status": PaymentStatus.PAID,
        "idempotency_key": f"order-{order.basket.number}-attempt-1",
        "params": {},
        "currency": CURRENCY,
        "amount_minor": order.totals.total.minor,
        "captured_minor": order.totals.total.minor,
        "created_at": order.basket.placed_at,
        "expires_at": order.basket.placed_at + timedelta(minutes=31),
        "paid_at": order.paid_at,
    }


def _moved(variant_id: int, quantity: int, reason: str, at: datetime, order_id: int | None) -> Row:
    by = "stripe" if order_id else "shop"
    return {
        "variant_id": variant_id, "quantity": quantity, "reason": reason, "order_id": order_id, "by": by, "at": at
    }  # fmt: skip


def _explain_stock(product_ids: range, sold: array[int], today: datetime) -> None:
    """What was sold and what is left must once have come."""
    start, end = first_variant(product_ids.start), first_variant(product_ids.stop)
    left = db.session.execute(select(Variant.id, Variant.on_hand).where(Variant.id >= start, Variant.id < end))
    came = today - timedelta(days=1500)
    received = {row.id: row.on_hand + sold[row.id] for row in left.all()}
    rows = [
        _moved(variant_id, pieces, "received", came, None) for variant_id, pieces in sorted(received.items()) if pieces
    ]
    _write(StockMovement, rows)


def go_on_counting(models: Sequence[type[Model]]) -> None:
    """PostgreSQL is told which numbers were given by hand, and how many rows there are."""
    if is_sqlite():
        return
    for model in models:
        table = model.__table__
        last = select(func.max(table.c.id)).scalar_subquery()
        db.session.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))  # type: ignore[attr-defined]
    db.session.execute(text("ANALYZE"))
