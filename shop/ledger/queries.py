"""What the ledger says. What is not sealed is not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import exists, func, select

from shop.core.db import db
from shop.ledger.models import Account, LedgerEntry, LedgerTransaction


@dataclass(frozen=True, slots=True)
class Sum:
    """What the postings of one kind come to on one account."""

    kind: str
    account: Account
    tax_rate: Decimal | None
    currency: str
    minor: int


def is_posted(key: str) -> bool:
    posted = exists().where(LedgerTransaction.key == key, LedgerTransaction.sealed_at.is_not(None))
    return bool(db.session.scalar(select(posted)))


def of_orders(order_ids: Collection[int]) -> dict[int, list[Sum]]:
    """By order."""
    entry, posting = LedgerEntry, LedgerTransaction
    what = (posting.order_id, posting.kind, entry.account, entry.tax_rate, entry.currency)
    rows = db.session.execute(
        select(*what, func.sum(entry.amount_minor))
        .join(posting, posting.id == entry.transaction_id)
        .where(posting.order_id.in_(order_ids), posting.sealed_at.is_not(None))
        .group_by(*what)
    )
    found: dict[int, list[Sum]] = defaultdict(list)
    for order_id, kind, account, rate, currency, minor in rows:
        found[order_id or 0].append(Sum(kind, Account(account), rate, currency, int(minor)))
    return found


def balances() -> dict[tuple[Account, str], int]:
    """What each account stands at, in minor units, by currency."""
    rows = db.session.execute(
        select(LedgerEntry.account, LedgerEntry.currency, func.sum(LedgerEntry.amount_minor))
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(LedgerTransaction.sealed_at.is_not(None))
        .group_by(LedgerEntry.account, LedgerEntry.currency)
    )
    return {(Account(account), currency): int(minor) for account, currency, minor in rows}


def mistaken() -> Iterator[tuple[str, str]]:
    """(key, what is wrong) of postings that the database should not have let in; for the audit."""
    sums = (
        select(LedgerEntry.transaction_id, LedgerEntry.currency, func.sum(LedgerEntry.amount_minor).label("sum"))
        .group_by(LedgerEntry.transaction_id, LedgerEntry.currency)
        .subquery()
    )
    rows = db.session.execute(
        select(LedgerTransaction.key, LedgerTransaction.sealed_at, sums.c.currency, sums.c.sum)
        .outerjoin(sums, sums.c.transaction_id == LedgerTransaction.id)
        .where(LedgerTransaction.sealed_at.is_(None) | sums.c.sum.is_(None) | (sums.c.sum != 0))
        .order_by(LedgerTransaction.id)
    )
    for key, sealed_at, currency, minor in rows:
        if sealed_at is None:
            yield key, "it was never sealed"
        if minor is None:
            yield key, "it has no entries"
        elif minor:
            yield key, f"debit and credit differ by {minor} {currency}"
