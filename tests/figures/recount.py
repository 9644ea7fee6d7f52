"""The figures once more, added up plainly from orders and ledger, entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shop.catalog.models import Variant
from shop.core import store
from shop.core.clock import now
from shop.core.db import db
from shop.figures import queries, services
from shop.figures.queries import Sums
from shop.ledger.models import Account, LedgerEntry, LedgerTransaction
from shop.orders.models import Order, OrderLine

EARNED = (Account.SALES, Account.DELIVERY, Account.TAX, Account.DISCOUNTS)
GIVEN_BACK = (Account.REFUNDS, Account.TAX)


def assert_figures_equal_a_recount() -> None:
    """Once the worker has looked, whatever it has missed before."""
    db.session.rollback()
    services.catch_up()
    shop = store.get()
    for days in services.SPANS:
        told = queries.period(days, shop)
        assert not told.stale
        this, that = _windows(days, now().astimezone(ZoneInfo(shop.timezone)))
        assert _said(told.now) == _recount(this, shop.currency, shop.timezone), days
        assert _said(told.before) == _recount(that, shop.currency, shop.timezone), days
        sold = [(best.amount.minor, best.pieces, best.product.id) for best in queries.best(days, shop.currency)]
        assert sold == _products(this, shop.currency, shop.timezone)[: services.BEST], days


Window = Callable[[datetime], bool]


def _windows(days: int, local: datetime) -> tuple[Window, Window]:
    """Whether a local moment is in the last days, and in those before them up to the end of this hour of the day."""
    first, cut = local.date() - timedelta(days=days - 1), local.date() - timedelta(days=days)

    def this(moment: datetime) -> bool:
        return first <= moment.date() <= local.date()

    def that(moment: datetime) -> bool:
        return first - timedelta(days=days) <= moment.date() < cut or (
            moment.date() == cut and moment.hour <= local.hour
        )

    return this, that


def _said(sums: Sums) -> tuple[int, int, int, int]:
    return sums.orders, sums.pieces, sums.sold.minor, sums.refunded.minor


def _recount(inside: Window, currency: str, timezone: str) -> tuple[int, int, int, int]:
    zone = ZoneInfo(timezone)
    paid = {
        order.id
        for order in db.session.scalars(select(Order).where(Order.currency == currency))
        if order.paid_at is not None and inside(order.paid_at.astimezone(zone))
    }
    pieces = sum(line.quantity for line in db.session.scalars(select(OrderLine)) if line.order_id in paid)
    sold = refunded = 0
    for entry, posting in db.session.execute(
        select(LedgerEntry, LedgerTransaction)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(LedgerEntry.currency == currency)
    ):
        if inside(posting.at.astimezone(zone)):
            if posting.kind == "sale" and entry.account in EARNED:
                sold -= entry.amount_minor
            elif posting.kind != "sale" and entry.account in GIVEN_BACK:
                refunded += entry.amount_minor
    return len(paid), pieces, sold, refunded


def _products(inside: Window, currency: str, timezone: str) -> list[tuple[int, int, int]]:
    """(what it brought, pieces, id), the best first."""
    zone = ZoneInfo(timezone)
    pieces: Counter[int] = Counter()
    amounts: Counter[int] = Counter()
    for line, product_id, paid_at in db.session.execute(
        select(OrderLine, Variant.product_id, Order.paid_at)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.currency == currency, Order.paid_at.is_not(None))
    ):
        if inside(paid_at.astimezone(zone)):
            pieces[product_id] += line.quantity
            amounts[product_id] += line.amount_minor
    found = [(amounts[product_id], pieces[product_id], product_id) for product_id in pieces]
    return sorted(found, key=lambda each: (-each[0], -each[1], each[2]))
