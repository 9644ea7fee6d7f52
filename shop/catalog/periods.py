"""Which price counts when: rows of prices that overlap, read as periods that do not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple, Protocol

from shop.core.money import Money

REMEMBERED = 30  # days: Directive 98/6/EC, article 6a


class Row(Protocol):
    """A row of prices, of the ORM or of a select."""

    @property
    def currency(self) -> str: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def compare_at_minor(self) -> int | None: ...
    @property
    def valid_from(self) -> datetime: ...
    @property
    def valid_to(self) -> datetime | None: ...


class Period(NamedTuple):
    begins: datetime
    ends: datetime | None
    amount: Money
    compare_at: Money | None


def periods(prices: Iterable[Row], currency: str) -> list[Period]:
    """What one variant costs from when to when, in order. The latest begun of several prices counts.

    Times without a price are left out; a price that goes on as it was stays one period.
    """
    rows = sorted((row for row in prices if row.currency == currency), key=lambda row: row.valid_from, reverse=True)
    turns = sorted({row.valid_from for row in rows} | {row.valid_to for row in rows if row.valid_to})
    begun: list[Row] = []
    found: list[Period] = []
    for begins, ends in zip_longest(turns, turns[1:]):
        while rows and rows[-1].valid_from == begins:
            begun.append(rows.pop())
        while begun and _over(begun[-1].valid_to, begins):
            begun.pop()
        if begun:
            was = begun[-1].compare_at_minor
            period = Period(
                begins,
                ends,
                Money(begun[-1].amount_minor, currency),
                None if was is None else Money(was, currency),
            )
            if found and found[-1].ends == begins and found[-1][2:] == period[2:]:
                period = period._replace(begins=found.pop().begins)
            found.append(period)
    return found


def at(told: Iterable[Period], moment: datetime) -> Period | None:
    """The one that `moment` lies in."""
    return next((each for each in told if each.begins <= moment and not _over(each.ends, moment)), None)


def lowest_before(told: Iterable[Period], begins: datetime, days: int = REMEMBERED) -> Money | None:
    """The lowest price of the `days` before `begins`, when a sale began; None when there was none."""
    since = begins - timedelta(days=days)
    amounts = [each.amount for each in told if each.begins < begins and not _over(each.ends, since)]
    return min(amounts, key=lambda amount: amount.minor, default=None)


def _over(ends: datetime | None, moment: datetime) -> bool:
    return ends is not None and ends <= moment
