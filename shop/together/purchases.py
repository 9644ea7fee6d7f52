"""What was bought in one order, order by order, and how much each order counts. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

LARGEST = 100  # different products: an order of more says little of any two, and makes thousands of pairs
HALF_LIFE_S = 180 * 24 * 3600  # an order half a year older than the newest counts half
WHOLE = 10_000  # what the newest order of two products counts


@dataclass(frozen=True, slots=True)
class Purchases:
    """Orders, oldest first. In arrays, since there may be millions; a product goes by its place in `products`."""

    products: array[int]  # ids, ascending
    placed: array[int]  # when each order was, in seconds
    starts: array[int]  # order `k` is items[starts[k]:starts[k + 1]], ascending, none twice
    items: array[int]

    def __len__(self) -> int:
        return len(self.placed)

    def order(self, k: int) -> array[int]:
        return self.items[self.starts[k] : self.starts[k + 1]]

    def first(self, count: int) -> Purchases:
        """The oldest orders; products keep their places."""
        starts = self.starts[: count + 1]
        return Purchases(self.products, self.placed[:count], starts, self.items[: starts[-1]])


def collect(orders: Iterable[tuple[int, Sequence[int]]]) -> Purchases:
    """From (seconds, product ids), oldest first."""
    placed, starts, ids = array("q"), array("q", [0]), array("q")
    for moment, bought in orders:
        if len(bought) <= LARGEST:
            placed.append(moment)
            ids.extend(sorted(bought))
            starts.append(len(ids))
    products = array("q", sorted(set(ids)))
    places = {product_id: place for place, product_id in enumerate(products)}
    return Purchases(products, placed, starts, array("i", map(places.__getitem__, ids)))


def weights(purchases: Purchases) -> array[int]:
    """What each order counts: the newer the more, the larger the less. Whole numbers, so that sums are exact and the
    same in whatever order they are made."""
    found = array("q")
    for k, moment in enumerate(purchases.placed):
        others = purchases.starts[k + 1] - purchases.starts[k] - 1
        age = (purchases.placed[-1] - moment) / HALF_LIFE_S
        found.append(max(1, round(WHOLE * 0.5**age / sqrt(max(others, 1)))))
    return found


def popularity(purchases: Purchases, weights: Sequence[int]) -> array[int]:
    """What the orders of each product count together."""
    found = array("q", bytes(8 * len(purchases.products)))
    for k, weight in enumerate(weights):
        for item in purchases.order(k):
            found[item] += weight
    return found
