from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.core.db import db
from shop.core.money import Money
from shop.delivery.models import Method, Zone, ZoneCountry
from shop.delivery.rates import RateRow, arrival, free_from, price_for


@dataclass(frozen=True, slots=True)
class Quote:
    """One way to have a cart delivered."""

    method_id: int
    name: str
    kind: str  # parcel or pick_up
    price: Money
    tax_class: str
    arrives_from: date | None  # None where it is not known when the goods come in
    arrives_to: date | None
    free_from: Money | None  # the value of goods from which it is free
    least_days: int  # working days until it arrives
    most_days: int


def countries() -> list[str]:
    """Codes of the countries the shop delivers to, in the order of their zones."""
    rows = select(ZoneCountry.country).join(Zone, Zone.id == ZoneCountry.zone_id)
    return list(db.session.scalars(rows.order_by(Zone.position, Zone.id, ZoneCountry.country)))


def method_names() -> list[tuple[int, str]]:
    """Every way of delivery that there is or was, as (id, name), in the shop's order."""
    rows = db.session.execute(select(Method.id, Method.name).order_by(Method.zone_id, Method.position, Method.id))
    return [(row.id, row.name) for row in rows]


def quotes(country: str, *, value: Money, weight_g: int, today: date | None) -> list[Quote]:
    """The ways goods of this value and weight can go to `country`, in the shop's order."""
    return quoted(methods(country), value=value, weight_g=weight_g, today=today)


def methods(country: str) -> Sequence[Method]:
    """All ways there are to `country`, with their rates, in the shop's order."""
    return db.session.scalars(
        select(Method)
        .join(ZoneCountry, ZoneCountry.zone_id == Method.zone_id)
        .where(ZoneCountry.country == country, Method.active)
        .order_by(Method.position, Method.id)
        .options(selectinload(Method.rates))
    ).all()


def quoted(methods: Sequence[Method], *, value: Money, weight_g: int, today: date | None) -> list[Quote]:
    """Those of `methods` that goods of this value and weight can go by, when they are there to be sent `today`."""
    found = []
    for method in methods:
        rows = [
            RateRow(rate.from_value, rate.from_weight_g, rate.up_to_weight_g, rate.price)
            for rate in method.rates
            if rate.currency == value.currency
        ]
        price = price_for(rows, value=value, weight_g=weight_g)
        if price is not None:
            first, last = (
                arrival(today, least_days=method.least_days, most_days=method.most_days) if today else (None, None)
            )
            found.append(
                Quote(
                    method.id, method.name, method.kind, price, method.tax_class, first, last,
                    free_from(rows, weight_g=weight_g), method.least_days, method.most_days,
                )
            )  # fmt: skip
    return found
