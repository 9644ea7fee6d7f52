"""How well companions foresee what they have not seen, against simply naming what is bought most. Pure."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass
from heapq import nsmallest
from math import sqrt

from shop.together.likeness import Way
from shop.together.purchases import LARGEST, Purchases, popularity, weights

NEWEST = 0.1  # of the orders: what is foreseen, from all that were before
NAMED = 10
SURE = 1.64  # standard deviations: chance alone does as well once in 20 times


@dataclass(frozen=True, slots=True)
class Trial:
    """Of each of the newest orders one product is hidden; the rest is the bag. A hit has it among those named."""

    tried: int
    hits: int
    popular_hits: int
    only_hits: int  # where popularity missed
    only_popular_hits: int

    @property
    def hit_rate(self) -> float:
        return self.hits / self.tried if self.tried else 0.0

    @property
    def popularity_hit_rate(self) -> float:
        return self.popular_hits / self.tried if self.tried else 0.0

    @property
    def won(self) -> bool:
        """Better than popularity, and by more than luck would have it (a sign test on where the two differ)."""
        differ = self.only_hits + self.only_popular_hits
        return self.only_hits - self.only_popular_hits > SURE * sqrt(differ)


def hold(purchases: Purchases, way: Way) -> Trial:
    seen = purchases.first(len(purchases) - round(NEWEST * len(purchases)))
    bags = list(_bags(purchases, since=len(seen)))
    wanted = {purchases.products[item] for bag, _hidden in bags for item in bag}
    known = {
        product_id: (array("q", [other for other, _score in best]), array("q", [score for _other, score in best]))
        for product_id, best in way.companions(seen)
        if product_id in wanted
    }
    popular = _most_bought(seen)
    outcomes: defaultdict[tuple[bool, bool], int] = defaultdict(int)
    for bag, hidden in bags:
        named = [item for item in popular if item not in bag][:NAMED]
        ids = [purchases.products[item] for item in bag]
        outcomes[purchases.products[hidden] in _foreseen(ids, known), hidden in named] += 1
    both, only, only_popular = outcomes[True, True], outcomes[True, False], outcomes[False, True]
    return Trial(len(bags), both + only, both + only_popular, only, only_popular)


def _bags(purchases: Purchases, *, since: int) -> list[tuple[array[int], int]]:
    """The orders of several products from number `since` on, each without the one that is hidden, and that one."""
    found: list[tuple[array[int], int]] = []
    for k in range(since, len(purchases)):
        order = purchases.order(k)
        if len(order) > 1:
            hidden = order.pop(len(found) % len(order))
            found.append((order, hidden))
    return found


def _foreseen(bag: list[int], known: dict[int, tuple[array[int], array[int]]]) -> list[int]:
    """As the bag's page names them."""
    scores: defaultdict[int, int] = defaultdict(int)
    for product_id in bag:
        for other, score in zip(*known.get(product_id, ((), ())), strict=True):
            if other not in bag:
                scores[other] += score
    return nsmallest(NAMED, scores, key=lambda other: (-scores[other], other))


def _most_bought(purchases: Purchases) -> list[int]:
    """More than are named, since what is in the bag is passed over."""
    counts = popularity(purchases, weights(purchases))
    return nsmallest(NAMED + LARGEST, range(len(counts)), key=lambda item: (-counts[item], item))
