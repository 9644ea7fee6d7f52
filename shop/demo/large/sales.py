"""Who buys what in the large shop: two years of orders with habits behind them. Pure.

Goods belong to circles of things that go together, customers to one of the circles; in a circle some goods are far
better loved than others, and some have a partner that is often bought with them. That is what can be learned.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from shop.demo.large.goods import Made, first_variant
from shop.demo.large.words import FIRST_NAMES, LAST_NAMES, LEAVES, STREETS, TOWNS
from shop.orders.numbers import ALPHABET, BLOCKS

SPAN = timedelta(days=730)
GOODS_PER_CIRCLE = 120
MOST_CIRCLES = 400
LINES = (0.45, 0.72, 0.87, 0.95)  # of an order: up to which share there are 1, 2, 3 and 4
ORDERS_PER_CUSTOMER = 2.2
ABROAD = ("DE", "FR", "IE", "NL", "SE")
NEVER = -1  # days: not for sale


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    email: str
    street: str
    town: str
    postal_code: str
    country: str
    circle: int


@dataclass(frozen=True, slots=True)
class Basket:
    number: str
    token: str
    placed_at: datetime
    customer: Customer
    quantities: dict[int, int]  # by variant
    in_a_hurry: bool


class Market:
    """Knows of all goods what is needed to buy them, a few bytes for each."""

    def __init__(self, seed: int, products: int, today: datetime) -> None:
        self.seed, self.products, self.today = seed, products, today
        circles = max(4, min(MOST_CIRCLES, products // GOODS_PER_CIRCLE))
        self._circles = [array("l") for _n in range(circles)]
        self._circle_of, self._place = array("l", [0]) * (products + 1), array("l", [0]) * (products + 1)
        self._variants = bytearray(products + 1)
        self._days_old = array("h", [NEVER]) * (products + 1)
        dice = Random(f"{seed}:circles")
        self._of_leaf: list[list[int]] = [[] for _leaf in LEAVES]
        for circle in range(len(self._circles)):
            for leaf in {circle % len(LEAVES), *(int(len(LEAVES) * dice.random()) for _n in range(2))}:
                self._of_leaf[leaf].append(circle)

    def list(self, made: Made) -> None:
        """Puts a product up for sale."""
        product_id, published_at = made.product["id"], made.product["published_at"]
        fitting = self._of_leaf[made.leaf] or [made.leaf % len(self._circles)]
        circle = fitting[Random(f"{self.seed}:circle:{product_id}").randrange(len(fitting))]
        self._circle_of[product_id], self._place[product_id] = circle, len(self._circles[circle])
        self._circles[circle].append(product_id)
        self._variants[product_id] = len(made.variants)
        if published_at is not None:
            self._days_old[product_id] = (self.today - published_at).days

    def basket(self, index: int, count: int) -> Basket:
        """The order at `index` of `count`, the oldest first; there are more of them as time goes by."""
        dice = Random(f"{self.seed}:order:{index}")
        ago = SPAN * (1 - ((index + dice.random()) / count) ** 0.7)
        customers = max(1, int(count / ORDERS_PER_CUSTOMER))
        customer = self._customer(int(customers * dice.random() ** 1.3))
        luck = dice.random()
        wanted = 1 + sum(luck > share for share in LINES)
        circle = customer.circle if dice.random() < 0.7 else self._circle_of[self._anything(dice, ago.days)]
        quantities: dict[int, int] = {}
        last = 0
        for _line in range(wanted):
            last = self._next(dice, circle, last, ago.days)
            variant_id = first_variant(last) + int(self._variants[last] * dice.random() ** 1.5)
            pieces = 1 if dice.random() < 0.86 else 2 + int(2 * dice.random() ** 2)
            quantities.setdefault(variant_id, pieces)
        return Basket(
            number=number_of(self.seed, index),
            token=f"{dice.getrandbits(192):048x}",
            placed_at=self.today - ago,
            customer=customer,
            quantities=quantities,
            in_a_hurry=dice.random() < 0.15,
        )

    def _customer(self, index: int) -> Customer:
        dice = Random(f"{self.seed}:customer:{index}")
        first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
        town, postal_code = dice.choice(TOWNS)
        return Customer(
            name=f"{first} {last}",
            email=f"{first}.{last}.{index}@example.com".lower(),
            street=f"{1 + int(180 * dice.random())} {dice.choice(STREETS)}",
            town=town,
            postal_code=postal_code,
            country="GB" if dice.random() < 0.9 else dice.choice(ABROAD),
            circle=int(len(self._circles) * dice.random() ** 1.3),
        )

    def _next(self, dice: Random, circle: int, last: int, days: int) -> int:
        """What goes into the bag after `last`, some days ago."""
        luck = dice.random()
        if last and luck < 0.35:
            around, place = self._circles[self._circle_of[last]], self._place[last] ^ 1
            if place < len(around) and self._sold(around[place], days):
                return around[place]
        goods = self._circles[circle]
        for _try in range(5 if goods and luck < 0.85 else 0):
            found = goods[int(len(goods) * dice.random() ** 2.5)]
            if self._sold(found, days):
                return found
        return self._anything(dice, days)

    def _anything(self, dice: Random, days: int) -> int:
        """Anything that was for sale so many days ago; where nothing is that old, anything that is."""
        first = int(self.products * dice.random() ** 2)
        for needed in (days, 0):
            for step in range(self.products):
                found = (first + step) % self.products + 1
                if self._sold(found, needed):
                    return found
        raise LookupError("nothing is for sale")

    def _sold(self, product_id: int, days: int) -> bool:
        return self._days_old[product_id] >= days


def number_of(seed: int, index: int) -> str:
    """Each order another one, in no order: the factor shares no divisor with how many numbers there are."""
    left = (index * 611_953 + seed * 104_729) % len(ALPHABET) ** sum(BLOCKS)
    letters = ""
    for _letter in range(sum(BLOCKS)):
        left, letter = divmod(left, len(ALPHABET))
        letters += ALPHABET[letter]
    return f"{letters[: BLOCKS[0]]}-{letters[BLOCKS[0] :]}"
