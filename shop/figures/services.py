"""Keeping the figures: a day on which something has happened is counted anew from orders and ledger, never added to.

So it does not matter how often, in which order, or how late the worker comes to it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select

from shop.catalog.models import Variant
from shop.core import log, store
from shop.core.clock import now
from shop.core.db import db, take_turns, transaction
from shop.figures.models import BestProduct, FiguresState, HourFigures, ProductFigures
from shop.ledger.models import Account, LedgerEntry, LedgerTransaction
from shop.orders.models import Order, OrderLine

SPANS = (1, 7, 30, 90)  # days that pages look back
AT_ONCE = 31  # days
BEST = 8  # products of each
OVERLAP = timedelta(minutes=10)  # what was being written while somebody looked is found by the next look
AT_MOST_EVERY = timedelta(seconds=5)
SALE = "sale"  # a posting's kind; every other one that moves taxes or refunds is money that goes back


def catch_up() -> int:
    """Counts every day on which something was paid or sent back since the last look. Returns how many days.

    All days there are, the first time and when the shop moves to another time zone.
    """
    shop, moment = store.load(), now()
    if shop is None:
        return 0
    zone = ZoneInfo(shop.timezone)
    state = db.session.get(FiguresState, 1)
    begun = state is not None and state.timezone == shop.timezone
    days = _touched(state.counted_until - OVERLAP, zone) if state and begun else _all_days(zone)
    for first, last in _runs(days):
        with transaction():
            _count(first, last, zone)
    _note(shop.timezone, moment, changed=bool(days))
    if not begun:
        log.get().info("figures.counted", days=len(days))
    return len(days)


def hear() -> None:
    """Something was paid or sent back: catches up, unless somebody has just done so and the clock soon will."""
    state = db.session.get(FiguresState, 1)
    if state is None or state.counted_until <= now() - AT_MOST_EVERY:
        catch_up()


def _touched(since: datetime, zone: ZoneInfo) -> set[date]:
    paid = select(Order.paid_at).where(Order.paid_at >= since)
    posted = select(LedgerTransaction.at).where(LedgerTransaction.sealed_at >= since, LedgerTransaction.kind != SALE)
    moments = [*db.session.scalars(paid), *db.session.scalars(posted)]
    return {moment.astimezone(zone).date() for moment in moments if moment is not None}


def _all_days(zone: ZoneInfo) -> set[date]:
    """From the first that something was paid or posted on to the last, and those counted by another time zone."""
    edges = [
        db.session.scalar(select(edge(moment)))
        for edge in (func.min, func.max)
        for moment in (Order.paid_at, LedgerTransaction.at)
    ]
    days = set(db.session.scalars(select(HourFigures.day).distinct()))
    known = [edge.astimezone(zone).date() for edge in edges if edge is not None]
    if known:
        days |= {min(known) + timedelta(days=n) for n in range((max(known) - min(known)).days + 1)}
    return days


@dataclass(slots=True)
class _Hour:
    orders: int = 0
    pieces: int = 0
    sold_minor: int = 0
    refunded_minor: int = 0


def _runs(days: set[date]) -> Iterator[tuple[date, date]]:
    """Days in a row as (first, last): no more than are counted in one transaction."""
    left = sorted(days)
    while left:
        length = 1
        while length < min(AT_ONCE, len(left)) and left[length] - left[0] == timedelta(days=length):
            length += 1
        yield left[0], left[length - 1]
        left = left[length:]


def _count(first: date, last: date, zone: ZoneInfo) -> None:
    """Inside a transaction."""
    take_turns("figures")
    since = datetime.combine(first, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    hours: dict[tuple[date, str, int], _Hour] = defaultdict(_Hour)
    products: dict[tuple[date, str, int], Counter[str]] = defaultdict(Counter)
    of_order: dict[int, tuple[date, _Hour]] = {}
    paid = (Order.paid_at >= since, Order.paid_at < until)
    for order_id, paid_at, currency, minor in db.session.execute(
        select(Order.id, Order.paid_at, Order.currency, Order.total_minor).where(*paid)
    ):
        assert paid_at is not None
        local = paid_at.astimezone(zone)
        hour = hours[local.date(), currency, local.hour]
        hour.orders += 1
        hour.sold_minor += minor
        of_order[order_id] = local.date(), hour
    for order_id, currency, product_id, pieces, minor in db.session.execute(
        select(OrderLine.order_id, OrderLine.currency, Variant.product_id, OrderLine.quantity, OrderLine.amount_minor)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(*paid)
    ):
        if order_id in of_order:
            day, hour = of_order[order_id]
            hour.pieces += pieces
            products[day, currency, product_id].update(pieces=pieces, amount_minor=minor)
    for at, currency, minor in _sent_back(since, until):
        local = at.astimezone(zone)
        hours[local.date(), currency, local.hour].refunded_minor += minor
    _write(HourFigures, first, last, [_row_of(*key, hour) for key, hour in hours.items()])
    _write(
        ProductFigures,
        first,
        last,
        [
            {"day": day, "currency": currency, "product_id": product_id, **sums}
            for (day, currency, product_id), sums in products.items()
        ],
    )


def _row_of(day: date, currency: str, number: int, hour: _Hour) -> dict[str, object]:
    return {
        "day": day,
        "currency": currency,
        "hour": number,
        "orders": hour.orders,
        "pieces": hour.pieces,
        "sold_minor": hour.sold_minor,
        "refunded_minor": hour.refunded_minor,
    }


def _write(
    model: type[HourFigures | ProductFigures], first: date, last: date, rows: Sequence[dict[str, object]]
) -> None:
    """In the place of what there was of these days."""
    db.session.execute(delete(model).where(model.day >= first, model.day <= last))
    if rows:
        db.session.execute(insert(model.__table__), rows)  # type: ignore[arg-type]


def _sent_back(since: datetime, until: datetime) -> Iterator[tuple[datetime, str, int]]:
    """(when, currency, minor units) of refunds; below zero where one has failed after all."""
    rows = db.session.execute(
        select(LedgerTransaction.at, LedgerEntry.currency, func.sum(LedgerEntry.amount_minor))
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(
            LedgerTransaction.at >= since,
            LedgerTransaction.at < until,
            LedgerTransaction.sealed_at.is_not(None),
            LedgerTransaction.kind != SALE,
            LedgerEntry.account.in_((Account.REFUNDS, Account.TAX)),
        )
        .group_by(LedgerTransaction.id, LedgerTransaction.at, LedgerEntry.currency)
    )
    return ((at, currency, int(minor)) for at, currency, minor in rows)


def _note(timezone: str, moment: datetime, *, changed: bool) -> None:
    today = moment.astimezone(ZoneInfo(timezone)).date()
    with transaction():
        take_turns("figures:state")
        state = db.session.get(FiguresState, 1, populate_existing=True)
        if state is None:
            state = FiguresState(id=1, timezone=timezone, counted_until=moment, best_on=today)
            db.session.add(state)
            changed = True
        if changed or state.best_on != today:
            _rank(today)
            state.best_on = today
        state.timezone, state.counted_until = timezone, max(moment, state.counted_until)


def _rank(today: date) -> None:
    pieces, amount = func.sum(ProductFigures.pieces), func.sum(ProductFigures.amount_minor)
    db.session.execute(delete(BestProduct))
    for days in SPANS:
        since = today - timedelta(days=days - 1)
        seen: Counter[str] = Counter()
        rows = []
        for currency, product_id, many, minor in db.session.execute(
            select(ProductFigures.currency, ProductFigures.product_id, pieces, amount)
            .where(ProductFigures.day >= since)
            .group_by(ProductFigures.currency, ProductFigures.product_id)
            .order_by(amount.desc(), pieces.desc(), ProductFigures.product_id)
        ):
            seen[currency] += 1
            if seen[currency] <= BEST:
                rows.append(
                    {
                        "days": days,
                        "currency": currency,
                        "position": seen[currency],
                        "product_id": product_id,
                        "pieces": int(many),
                        "amount_minor": int(minor),
                    }
                )
        if rows:
            db.session.execute(insert(BestProduct.__table__), rows)  # type: ignore[arg-type]
