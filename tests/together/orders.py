"""Orders as shoppers would place them: with a taste of their own, or with none."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import insert, select

from shop.catalog.models import Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.orders.models import Order, OrderLine
from shop.orders.states import Status
from shop.payments.models import Payment, PaymentStatus

Orders = list[tuple[int, list[int]]]  # when, in seconds, and which products; oldest first

FIRST = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
APART_S = 600
GROUP = 4  # products of one taste: 1 to 4, 5 to 8 …


def with_taste(seed: int, *, products: int, orders: int, stray: float = 0.2) -> Orders:
    """Each order is of one taste, but for `stray` of what is in it, which is anything."""
    dice = Random(seed)
    groups = [range(first, first + GROUP) for first in range(1, products + 1, GROUP)]
    liked = [1 / (place + 3) for place in range(len(groups))]
    found = []
    for k in range(orders):
        group = dice.choices(groups, liked)[0]
        bought = {
            dice.randint(1, products) if dice.random() < stray else dice.choice(group)
            for _piece in range(dice.choices([1, 2, 3, 4], [3, 4, 2, 1])[0])
        }
        found.append((FIRST + APART_S * k, sorted(bought)))
    return found


def without_taste(seed: int, *, products: int, orders: int) -> Orders:
    """Some products are bought much more than others; which with which is chance."""
    dice = Random(seed)
    known = range(1, products + 1)
    liked = [1 / place for place in known]
    return [
        (FIRST + APART_S * k, sorted(set(dice.choices(known, liked, k=dice.choices([1, 2, 3, 4], [3, 4, 2, 1])[0]))))
        for k in range(orders)
    ]


def place(orders: Orders, variants: Sequence[int], *, until: datetime | None = None) -> list[int]:
    """Writes them, paid; product 1 is that of the first of `variants`. The newest is placed at `until`; returns ids."""
    late = (until or now()) - timedelta(seconds=orders[-1][0])
    moments = [late + timedelta(seconds=moment) for moment, _bought in orders]
    with transaction():
        db.session.execute(insert(Order), [_order(moment) for moment in moments])
        ids = list(db.session.scalars(select(Order.id).order_by(Order.id.desc()).limit(len(orders))))[::-1]
        skus = dict(db.session.execute(select(Variant.id, Variant.sku)).tuples().all())
        db.session.execute(
            insert(OrderLine),
            [
                _line(order_id, position, variants[product - 1], skus[variants[product - 1]])
                for order_id, (_moment, bought) in zip(ids, orders, strict=True)
                for position, product in enumerate(bought)
            ],
        )
        db.session.execute(
            insert(Payment), [_payment(order_id, moment) for order_id, moment in zip(ids, moments, strict=True)]
        )
    return ids


def _order(moment: datetime) -> dict[str, object]:
    return {
        "number": secrets.token_hex(8),
        "token": secrets.token_urlsafe(24),
        "status": Status.PAID,
        "stock": "sold",
        "language": "en",
        "email": "alice@example.com",
        "fingerprint": "",
        "currency": "GBP",
        "subtotal_minor": 1000,
        "delivery_minor": 0,
        "total_minor": 1000,
        "tax_minor": 0,
        "terms_version": "1",
        "terms_accepted_at": moment,
        "placed_at": moment,
        "paid_at": moment,
    }


def _line(order_id: int, position: int, variant_id: int, sku: str) -> dict[str, object]:
    return {
        "order_id": order_id,
        "variant_id": variant_id,
        "position": position,
        "product_name": sku,
        "variant_name": "",
        "sku": sku,
        "quantity": 1,
        "currency": "GBP",
        "unit_price_minor": 1000,
        "amount_minor": 1000,
        "tax_class": "standard",
        "tax_rate": 0,
        "tax_minor": 0,
        "requires_shipping": True,
        "weight_g": 100,
    }


def _payment(order_id: int, moment: datetime) -> dict[str, object]:
    return {
        "order_id": order_id,
        "attempt": 1,
        "status": PaymentStatus.PAID,
        "idempotency_key": f"order-{order_id}-attempt-1",
        "params": {},
        "currency": "GBP",
        "amount_minor": 1000,
        "captured_minor": 1000,
        "created_at": moment,
        "expires_at": moment,
        "paid_at": moment,
    }
