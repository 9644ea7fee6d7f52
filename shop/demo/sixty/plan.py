"""Who bought what on which day, and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from shop.demo import said
from shop.demo.goods import GOODS, Good, Item, items
from shop.demo.large.words import FIRST_NAMES, LAST_NAMES, STREETS, TOWNS

SEED = 60
DAYS = 60
ZONE = ZoneInfo("Europe/London")
A_DAY = (3.6, 6.4)  # orders, sixty days ago and now
OF_WEEKDAY = (1.1, 1.0, 0.95, 1.05, 0.9, 0.8, 1.2)  # from Monday
BUSY = {23: 2.1, 22: 1.4, 9: 1.8}  # days ago: when the journal had something new to tell
HOURS = (1, 0, 0, 0, 0, 1, 2, 4, 6, 7, 7, 7, 9, 8, 6, 6, 6, 7, 8, 10, 12, 11, 7, 3)  # how many buy when
AGAIN = 0.34  # of the orders come from somebody who has bought before
LINES = (0.56, 0.82, 0.94)  # of an order: up to which share there are 1, 2 and 3
ABROAD = {"DE": ("Hamburg", "20095"), "FR": ("Lyon", "69001"), "IE": ("Galway", "H91 E2K3"), "NL": ("Utrecht", "3511")}
NEW_FOR = {"tidewater": 3, "crosswind": 10, "seigaiha-notebook": 17, "lattice-mug": 24}  # days
KEPT_FOR_UNPAID = 5  # pieces there must be of what an unpaid order holds


class Fate(StrEnum):
    """What becomes of an order. What is told below of money and goods stands in the words of its page."""

    GOES_ON = "goes on"  # to pack, sent or delivered, by its age
    UNPAID = "unpaid"
    LATER = "later"  # paid by a method that takes days
    EXPIRED = "expired"
    REVIEW = "review"
    CANCELLED = "cancelled"  # by the shopper, before it was sent
    FORGOTTEN = "forgotten"  # it should have been sent
    HELD = "held"
    IN_PARTS = "in parts"  # the rest is still to be sent
    DAMAGED = "damaged"  # one piece refunded
    GOODWILL = "goodwill"  # an amount refunded
    LOST = "lost"  # refunded whole
    REFUND_PENDING = "refund pending"
    REFUND_FAILED = "refund failed"
    RETURN_ASKED = "return asked"
    RETURN_COMING = "return coming"
    RETURN_DECLINED = "return declined"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    DISPUTED = "disputed"
    DISPUTED_UNSENT = "disputed unsent"
    DISPUTE_WON = "dispute won"
    DISPUTE_LOST = "dispute lost"


# Each of the first orders of a day so long ago has one of these to live through; others have them by chance.
CERTAIN: dict[int, tuple[Fate, ...]] = {
    48: (Fate.DISPUTE_LOST,),
    41: (Fate.DISPUTE_WON, Fate.RETURNED),
    33: (Fate.RETURN_DECLINED, Fate.LOST),
    26: (Fate.WITHDRAWN, Fate.RETURNED),
    19: (Fate.REFUND_FAILED,),
    12: (Fate.RETURN_COMING, Fate.DAMAGED),
    10: (Fate.RETURN_ASKED,),
    9: (Fate.RETURN_ASKED, Fate.DISPUTED, Fate.GOODWILL),
    8: (Fate.REFUND_PENDING,),
    5: (Fate.FORGOTTEN,),
    4: (Fate.IN_PARTS, Fate.DISPUTED_UNSENT),
    3: (Fate.IN_PARTS, Fate.CANCELLED),
    1: (Fate.REVIEW, Fate.HELD),
}
BY_CHANCE = (
    (Fate.EXPIRED, 0.05),
    (Fate.CANCELLED, 0.012),
    (Fate.DAMAGED, 0.018),
    (Fate.GOODWILL, 0.012),
    (Fate.LOST, 0.008),
    (Fate.RETURNED, 0.022),
)
LATELY = ((9, Fate.UNPAID), (24, Fate.GOES_ON), (71, Fate.GOES_ON), (96, Fate.EXPIRED), (143, Fate.GOES_ON),
          (228, Fate.LATER), (301, Fate.GOES_ON))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shopper:
    name: str
    email: str
    street: str
    town: str
    postal_code: str
    country: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    item: Item
    pieces: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class Life:
    """An order, and what became of it."""

    number: int  # from 0, the oldest first
    placed_at: datetime
    shopper: Shopper
    wanted: Sequence[Wanted]
    way: str  # of delivery, by its name
    fate: Fate


def lives(now: datetime, *, sale_since: datetime) -> list[Life]:
    """The oldest first; the last ones are some minutes old. `sale_since` is when today's reduced prices began."""
    dice = Random(SEED)
    shoppers: list[Shopper] = []
    found: list[Life] = []
    for placed_at, fate in sorted(_moments(now, dice), key=lambda each: each[0]):
        shopper = _shopper(placed_at, shoppers, dice)
        few = fate in (Fate.UNPAID, Fate.LATER, Fate.REVIEW)
        several = fate is Fate.IN_PARTS
        wanted = _wanted(placed_at, now, sale_since, dice, least=2 if several else 1, held=few)
        found.append(Life(len(found), placed_at, shopper, wanted, _way(shopper, dice), fate))
    return found


def at_work(moment: datetime, dice: Random) -> datetime:
    """When somebody in the studio gets to what came in at `moment`: the next working day, in its hours."""
    day = moment.astimezone(ZONE).date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, time(10), ZONE) + timedelta(minutes=int(330 * dice.random()))


def _moments(now: datetime, dice: Random) -> Iterator[tuple[datetime, Fate]]:
    today = now.astimezone(ZONE).date()
    for ago in range(DAYS, 0, -1):
        day = today - timedelta(days=ago)
        least, most = A_DAY
        mean = (most - (most - least) * ago / DAYS) * OF_WEEKDAY[day.weekday()] * BUSY.get(ago, 1.0)
        certain = CERTAIN.get(ago, ())
        moments = sorted(_moment(day, dice) for _order in range(max(len(certain) + 1, int(mean + dice.random()))))
        for place, moment in enumerate(moments):
            yield moment, certain[place] if place < len(certain) else _chance(dice)
    for minutes, fate in LATELY:
        yield now - timedelta(minutes=minutes), fate


def _moment(day: date, dice: Random) -> datetime:
    hour = dice.choices(range(24), HOURS)[0]
    return datetime.combine(day, time(hour, dice.randrange(60), dice.randrange(60)), ZONE)


def _chance(dice: Random) -> Fate:
    luck = dice.random()
    for fate, share in BY_CHANCE:
        luck -= share
        if luck < 0:
            return fate
    return Fate.GOES_ON


def _shopper(placed_at: datetime, known: list[Shopper], dice: Random) -> Shopper:
    before = [each for each in known[-120:] if placed_at - each.since > timedelta(days=4)]
    if before and dice.random() < AGAIN:
        return before[int(len(before) * dice.random() ** 1.4)]
    taken = {each.email for each in known}
    while True:
        first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
        email = f"{first}.{last}@example.com".lower()
        if email not in taken:
            break
    country = "GB" if dice.random() < 0.92 else dice.choice(sorted(ABROAD))
    town, postal_code = dice.choice(TOWNS) if country == "GB" else ABROAD[country]
    street = f"{1 + int(140 * dice.random() ** 2)} {dice.choice(STREETS)}"
    shopper = Shopper(f"{first} {last}", email, street, town, postal_code, country, placed_at)
    known.append(shopper)
    return shopper


def _wanted(
    placed_at: datetime, now: datetime, sale_since: datetime, dice: Random, *, least: int, held: bool
) -> list[Wanted]:
    luck = dice.random()
    many = max(least, 1 + sum(luck > share for share in LINES))
    goods = [good for good in _SOLD if now - placed_at < timedelta(days=NEW_FOR.get(good.slug, DAYS + 2))]
    chosen: dict[str, Wanted] = {}
    while len(chosen) < many:
        good = dice.choices(goods, [sum(said.TALLIES[each.slug]) ** 0.7 for each in goods])[0]
        each = items(good)
        item = each[int(len(each) * dice.random() ** 2.3)]
        if held and item.on_hand < KEPT_FOR_UNPAID:
            continue
        reduced = item.compare_at_minor is None or placed_at >= sale_since
        price = item.price_minor if reduced else item.compare_at_minor
        pieces = 1 if dice.random() < 0.82 else 2 + int(3 * dice.random() ** 2)
        chosen.setdefault(item.sku, Wanted(item, pieces, price or 0))
    return list(chosen.values())


def _way(shopper: Shopper, dice: Random) -> str:
    if shopper.country != "GB":
        return "Tracked to Europe"
    if shopper.town == "Bristol" and dice.random() < 0.5:
        return "Collect from the studio in Bristol"
    return "Tracked 24" if dice.random() < 0.18 else "Tracked 48"


def _is_sold(good: Good) -> bool:
    return good.status == "live" and not good.opens_in_days and good.slug in said.TALLIES


_SOLD = [good for good in GOODS if _is_sold(good)]
