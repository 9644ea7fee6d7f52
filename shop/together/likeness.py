"""How alike two products are, by how often they are bought together. Pure.

The cosine of their orders, shrunk: what is bought with everything goes with nothing in particular, and what has been
seen seldom is believed little. Both ways to reckon it (`counted` in plain Python, `sparse` with scipy) give the same to
the last digit: weights are whole numbers, and what follows is done in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from shop.together.purchases import WHOLE, Purchases

MOST = 20  # companions of one product
LEAST_ORDERS = 2  # that two products have in common: one says more of who placed it than of the goods
SHRUNK_BY = 10.0 * WHOLE  # as if each pair had ten orders more, apart
PARTS = 1_000_000.0  # a score is in millionths
ONE_ORDER = 1 << 40  # sums carry both: how many orders (above), and what they count (below)

Companions = tuple[int, list[tuple[int, int]]]  # a product's id; ids and scores of what goes with it, best first


class Way(Protocol):
    """A module that finds the companions of every product that has some, by ascending id, a few at a time."""

    NAME: str

    def companions(self, purchases: Purchases) -> Iterator[Companions]: ...
