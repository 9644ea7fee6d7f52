"""Posts what was sold and paid before there was a ledger, and what a large shop is filled with: many at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from shop.core.clock import now
from shop.core.db import TaxRateValue, db, take_turns, transaction
from shop.ledger.models import Account, LedgerEntry, LedgerTransaction
from shop.orders.models import Order, OrderLine
from shop.payments import refunds
from shop.payments.models import Payment, Refund, RefundStatus

AT_ONCE = 2000
BLINDLY = {"synchronize_session": False}


def complete() -> None:
    """Posts every sale, capture and refund that is not posted yet. Fees follow as payments are read again."""
    _post_all("sale", Order, or_(Order.total_minor != 0, Order.adjustment_minor != 0), _of_sales)
    _post_all("capture", Payment, Payment.captured_minor != 0, _of_captures)
    posted = exists().where(LedgerTransaction.key == literal("refund:") + cast(Refund.id, String))
    at_stripe = Refund.status.in_((RefundStatus.PENDING, RefundStatus.SUCCEEDED))
    for refund_id in db.session.scalars(select(Refund.id).where(at_stripe, ~posted).order_by(Refund.id)).all():
        refunds.post_old(refund_id)


def _post_all(
    kind: str, model: type[Order | Payment], moved: ColumnElement[bool], amounts: Callable[[], list[Select[Any]]]
) -> None:
    key = literal(f"{kind}:") + cast(model.id, String)
    posted = exists().where(LedgerTransaction.key == key)
    unposted = select(model.id).where(model.paid_at.is_not(None), moved, ~posted).order_by(model.id).limit(AT_ONCE)
    ids: Sequence[int] = (0,)
    while ids:
        with transaction():
            take_turns("ledger.opening")  # two who migrate at once
            ids = db.session.scalars(unposted).all()
            if ids:
                _post(kind, model, key, ids, amounts())


def _post(
    kind: str, model: type[Order | Payment], key: ColumnElement[str], ids: Sequence[int], amounts: list[Select[Any]]
) -> None:
    posting = LedgerTransaction
    order_id = Order.id if model is Order else Payment.order_id
    heads = select(key, literal(kind), order_id, model.paid_at, literal("")).where(model.id.in_(ids))
    db.session.execute(insert(posting).from_select(["key", "kind", "order_id", "at", "note"], heads.order_by(model.id)))
    parts = union_all(*(each.where(model.id.in_(ids)) for each in amounts)).subquery()
    sum_of = func.sum(parts.c.minor)
    sums = (
        select(posting.id, parts.c.account, parts.c.rate, parts.c.currency, sum_of)
        .join(posting, posting.key == literal(f"{kind}:") + cast(parts.c.id, String))
        .group_by(posting.id, parts.c.account, parts.c.rate, parts.c.currency)
        .having(sum_of != 0)
        .order_by(posting.id, parts.c.account, parts.c.rate)
    )
    columns = ["transaction_id", "account", "tax_rate", "currency", "amount_minor"]
    db.session.execute(insert(LedgerEntry).from_select(columns, sums))
    mine = posting.kind == kind, posting.sealed_at.is_(None), posting.key.in_([f"{kind}:{id}" for id in ids])
    db.session.execute(update(posting).where(*mine).values(sealed_at=now()), execution_options=BLINDLY)


def _of_sales() -> list[Select[Any]]:
    """As `orders.bookings.of_sale` has them."""
    net, rate = OrderLine.tax_minor - OrderLine.amount_minor, OrderLine.tax_rate
    delivery_net = Order.delivery_tax_minor - Order.delivery_minor
    by_line = OrderLine.order_id == Order.id
    return [
        _amount(Order, Account.RECEIVABLE, None, Order.total_minor),
        _amount(Order, Account.DISCOUNTS, None, -Order.adjustment_minor),
        _amount(Order, Account.SALES, rate, net).join(OrderLine, by_line),
        _amount(Order, Account.TAX, rate, -OrderLine.tax_minor).join(OrderLine, by_line),
        _amount(Order, Account.DELIVERY, Order.delivery_tax_rate, delivery_net),
        _amount(Order, Account.TAX, Order.delivery_tax_rate, -Order.delivery_tax_minor),
    ]


def _of_captures() -> list[Select[Any]]:
    return [
        _amount(Payment, Account.STRIPE, None, Payment.captured_minor),
        _amount(Payment, Account.RECEIVABLE, None, -Payment.captured_minor),
    ]


def _amount(
    of: type[Order | Payment],
    account: Account,
    rate: SQLColumnExpression[Any] | None,
    minor: SQLColumnExpression[Any],
) -> Select[Any]:
    columns: list[Any] = [
        of.id.label("id"),
        literal(account.value).label("account"),
        cast(rate, TaxRateValue).label("rate"),
        of.currency.label("currency"),
        minor.label("minor"),
    ]
    return select(*columns).select_from(of)
