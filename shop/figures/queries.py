"""What pages show of the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, literal, or_, select

from shop.catalog.models import Product
from shop.core.clock import now
from shop.core.db import db
from shop.core.money import Money
from shop.core.store import Store
from shop.figures.models import BestProduct, FiguresState, HourFigures

STALE = timedelta(minutes=5)  # without a look: whoever counts is away


@dataclass(frozen=True, slots=True)
class Sums:
    """Of a time. Revenue is what was sold, delivery and tax included, less what was sent back in that time."""

    orders: int
    pieces: int
    sold: Money
    refunded: Money

    @property
    def revenue(self) -> Money:
        return self.sold - self.refunded

    @property
    def average(self) -> Money | None:
        """What an order came to, before anything was sent back."""
        return Money(round(self.sold.minor / self.orders), self.sold.currency) if self.orders else None

    @property
    def refund_rate(self) -> Decimal | None:
        """Sent back for each unit of what was sold in the same time."""
        return Decimal(self.refunded.minor) / self.sold.minor if self.sold.minor else None

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.orders + other.orders,
            self.pieces + other.pieces,
            self.sold + other.sold,
            self.refunded + other.refunded,
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A day, or an hour of it, and what stands against it in the time before."""

    day: date
    hour: int | None
    now: Sums
    before: Sums
    to_come: bool  # later today


@dataclass(frozen=True, slots=True)
class Period:
    """The last days up to now, against as many before them up to the same hour of the day."""

    days: int
    now: Sums
    before: Sums
    steps: Sequence[Step]
    counted_until: datetime | None  # None: nothing has been counted yet

    @property
    def stale(self) -> bool:
        return self.counted_until is None or self.counted_until < now() - STALE


@dataclass(frozen=True, slots=True)
class Best:
    product: Product
    pieces: int
    amount: Money


def period(days: int, shop: Store) -> Period:
    """Today and the days before it, `days` in all; by the hour where it is today alone. In one statement, where there
    is something to read."""
    local = now().astimezone(ZoneInfo(shop.timezone))
    today, first = local.date(), local.date() - timedelta(days=2 * days - 1)
    zero = Sums(0, 0, Money.zero(shop.currency), Money.zero(shop.currency))
    if days == 1:
        found, until = _by_hour(first, shop.currency)
        steps = [
            Step(today, hour, found.get((today, hour), zero), found.get((first, hour), zero), hour > local.hour)
            for hour in range(24)
        ]
    else:
        found, until = _by_day(first, shop.currency, cut=(today - timedelta(days=days), local.hour))
        length = timedelta(days=days)
        steps = [
            Step(day, None, found.get((day, 0), zero), found.get((day - length, 0), zero), False)
            for day in (first + length + timedelta(days=number) for number in range(days))
        ]
    past = [step for step in steps if not step.to_come]
    return Period(
        days,
        sum((step.now for step in past), zero),
        sum((step.before for step in past), zero),
        steps,
        until,
    )


def best(days: int, currency: str) -> Sequence[Best]:
    """The products that brought most in so many days, one of SPANS, with their product."""
    rows = db.session.execute(
        select(Product, BestProduct.pieces, BestProduct.amount_minor)
        .join(BestProduct, BestProduct.product_id == Product.id)
        .where(BestProduct.days == days, BestProduct.currency == currency)
        .order_by(BestProduct.position)
    )
    return [Best(product, pieces, Money(minor, currency)) for product, pieces, minor in rows]


_COLUMNS = (HourFigures.orders, HourFigures.pieces, HourFigures.sold_minor, HourFigures.refunded_minor)


_Found = tuple[dict[tuple[date, int], Sums], datetime | None]  # and until when it is counted


def _by_hour(first: date, currency: str) -> _Found:
    return _sums(select(HourFigures.day, HourFigures.hour, *_COLUMNS), first, currency)


def _by_day(first: date, currency: str, *, cut: tuple[date, int]) -> _Found:
    """With 0 for the hour. Of the day of `cut` only the hours up to that."""
    day, hour = cut
    summed = select(HourFigures.day, literal(0), *(func.sum(column) for column in _COLUMNS)).group_by(HourFigures.day)
    return _sums(summed.where(or_(HourFigures.day != day, HourFigures.hour <= hour)), first, currency)


def _sums(found: Select[*tuple[Any, ...]], first: date, currency: str) -> _Found:
    counted_until = select(FiguresState.counted_until)
    asked = found.add_columns(counted_until.scalar_subquery())
    rows = db.session.execute(asked.where(HourFigures.day >= first, HourFigures.currency == currency)).all()
    sums = {
        (day, hour): Sums(int(orders), int(pieces), Money(int(sold), currency), Money(int(refunded), currency))
        for day, hour, orders, pieces, sold, refunded, _until in rows
    }
    return sums, rows[0][-1] if rows else db.session.scalar(counted_until)
