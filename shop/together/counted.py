"""The companions of all products, without any library. Pure."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from heapq import nsmallest
from math import sqrt

from shop.together.likeness import LEAST_ORDERS, MOST, ONE_ORDER, PARTS, SHRUNK_BY, Companions
from shop.together.purchases import Purchases, popularity, weights

NAME = "counted"


def companions(purchases: Purchases) -> Iterator[Companions]:
    weight = weights(purchases)
    lengths = [sqrt(each) for each in popularity(purchases, weight)]
    starts, orders = _by_product(purchases)
    for one, product_id in enumerate(purchases.products):
        together: defaultdict[int, int] = defaultdict(int)
        for k in orders[starts[one] : starts[one + 1]]:
            for other in purchases.order(k):
                together[other] += ONE_ORDER + weight[k]
        together.pop(one, None)
        scored = (
            (-round(PARTS * (both % ONE_ORDER) / (lengths[one] * lengths[other] + SHRUNK_BY)), other)
            for other, both in together.items()
            if both // ONE_ORDER >= LEAST_ORDERS
        )
        best = nsmallest(MOST, (each for each in scored if each[0]))
        if best:
            yield product_id, [(purchases.products[other], -score) for score, other in best]


def _by_product(purchases: Purchases) -> tuple[array[int], array[int]]:
    """The orders of product `i` are orders[starts[i]:starts[i + 1]]."""
    starts = array("q", bytes(8 * (len(purchases.products) + 1)))
    for item in purchases.items:
        starts[item + 1] += 1
    for place in range(len(purchases.products)):
        starts[place + 1] += starts[place]
    free, orders = starts[:], array("q", bytes(8 * len(purchases.items)))
    for k in range(len(purchases)):
        for item in purchases.order(k):
            orders[free[item]] = k
            free[item] += 1
    return starts, orders
