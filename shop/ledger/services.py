"""Posting to the ledger, inside the transaction of the event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from shop.ledger.models import Account, LedgerEntry, LedgerTransaction
from shop.ledger.queries import is_posted


@dataclass(frozen=True, slots=True)
class Entry:
    """`amount` above zero is a debit, below a credit. A rate goes with the accounts in BY_TAX_RATE, with no other."""

    account: Account
    amount: Money
    tax_rate: Decimal | None = None


def post(
    key: str,
    kind: str,
    entries: Iterable[Entry],
    *,
    order_id: int | None = None,
    at: datetime | None = None,
    note: str = "",
) -> bool:
    """Writes what event `key` did to the money, and seals it. What goes to the same account becomes one entry.

    `at` is when it happened, now if that is not known.

    Returns False, with nothing changed, when the event is posted already or moved nothing. Entries that do not come
    to zero in each currency are refused by the database (IntegrityError).
    """
    rows = merged(entries)
    if not rows or is_posted(key):
        return False
    with transaction():
        row = LedgerTransaction(key=key, kind=kind, order_id=order_id, at=at or now(), note=note)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:
            if is_posted(key):
                return False
            raise
        db.session.execute(insert(LedgerEntry), [values | {"transaction_id": row.id} for values in rows])
        db.session.execute(
            update(LedgerTransaction).where(LedgerTransaction.id == row.id).values(sealed_at=now()),
            execution_options={"synchronize_session": False},
        )
        db.session.expire(row)
    return True


def merged(entries: Iterable[Entry]) -> list[dict[str, object]]:
    """As rows of LedgerEntry, without their transaction: one for each account, rate and currency that moves."""
    amounts: Counter[tuple[Account, Decimal | None, str]] = Counter()
    for entry in entries:
        amounts[entry.account, entry.tax_rate, entry.amount.currency] += entry.amount.minor
    return [
        {"account": account, "tax_rate": rate, "currency": currency, "amount_minor": minor}
        for (account, rate, currency), minor in amounts.items()
        if minor
    ]


def reverse(of: str, key: str, kind: str, *, note: str = "") -> bool:
    """Posts the opposite of event `of`. Returns False when `of` was never posted, or `key` has been."""
    found = db.session.execute(
        select(LedgerTransaction.order_id, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(LedgerTransaction.key == of, LedgerTransaction.sealed_at.is_not(None))
    ).all()
    opposite = [Entry(Account(entry.account), -entry.amount, entry.tax_rate) for _order_id, entry in found]
    return post(key, kind, opposite, order_id=found[0][0] if found else None, note=note)
