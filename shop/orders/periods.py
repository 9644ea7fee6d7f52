"""Until when goods may be sent back. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

ON_THE_WAY = timedelta(days=7)  # what a parcel takes at most, where nobody has told that it has arrived
WORKING_DAYS = 5  # of a week, from Monday


class _Shipment(Protocol):
    @property
    def shipped_at(self) -> datetime: ...
    @property
    def delivered_at(self) -> datetime | None: ...
    @property
    def undone_at(self) -> datetime | None: ...


def arrived(shipments: Iterable[_Shipment]) -> datetime | None:
    """When the last of an order's parcels came, or must have come. None when none has been sent."""
    standing = [each for each in shipments if each.undone_at is None]
    return max((each.delivered_at or each.shipped_at + ON_THE_WAY for each in standing), default=None)


def last_day(moment: datetime, *, days: int, timezone: str) -> date:
    """The last of `days` days after that of `moment`. One that would end on a Saturday or Sunday ends on Monday
    (Regulation (EEC, Euratom) 1182/71, art. 3)."""
    end = moment.astimezone(ZoneInfo(timezone)).date() + timedelta(days=days)
    return end if end.weekday() < WORKING_DAYS else end + timedelta(days=7 - end.weekday())
