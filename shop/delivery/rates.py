"""What a parcel costs and when it arrives. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shop.core.money import Money

FRIDAY = 4


@dataclass(frozen=True, slots=True)
class RateRow:
    from_value: Money
    from_weight_g: int
    up_to_weight_g: int | None
    price: Money


def price_for(rates: Sequence[RateRow], *, value: Money, weight_g: int) -> Money | None:
    """The price for goods of this value and weight, or None when they cannot be sent this way.

    Of the rows that fit, the one with the highest value bar counts, then the highest weight bar: "free above £45" is
    a row that begins at £45.
    """
    fitting = [
        row
        for row in rates
        if row.from_value <= value
        and row.from_weight_g <= weight_g
        and (row.up_to_weight_g is None or weight_g < row.up_to_weight_g)
    ]
    if not fitting:
        return None
    return max(fitting, key=lambda row: (row.from_value.minor, row.from_weight_g)).price


def free_from(rates: Sequence[RateRow], *, weight_g: int) -> Money | None:
    """The value from which goods of this weight go free, if there is one."""
    free = [row.from_value for row in rates if not price_for(rates, value=row.from_value, weight_g=weight_g)]
    free = [value for value in free if price_for(rates, value=value, weight_g=weight_g) is not None]
    return min(free, key=lambda value: value.minor, default=None)


def arrival(ordered: date, *, least_days: int, most_days: int) -> tuple[date, date]:
    """The first and last day on which it arrives, in working days after `ordered`."""
    return _working_days_after(ordered, least_days), _working_days_after(ordered, most_days)


def _working_days_after(day: date, count: int) -> date:
    while count > 0 or day.weekday() > FRIDAY:
        day += timedelta(days=1)
        if day.weekday() <= FRIDAY:
            count -= 1
    return day
