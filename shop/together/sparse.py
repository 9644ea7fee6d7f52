"""The companions of all products, with scipy's sparse matrices (the extra `learn`). Pure.

Row blocks of such a size that a block has about as many sums, however many products there are: that bounds the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from shop.together.likeness import LEAST_ORDERS, MOST, ONE_ORDER, PARTS, SHRUNK_BY, Companions
from shop.together.purchases import Purchases, popularity, weights

NAME = "sparse"
SUMS = 500_000  # in one block, but for what a single product has


def companions(purchases: Purchases) -> Iterator[Companions]:
    if not purchases.products:
        return
    weight = weights(purchases)
    lengths = np.sqrt(np.array(popularity(purchases, weight), dtype=np.float64))
    sizes = np.diff(np.array(purchases.starts))
    shape = (len(purchases), len(purchases.products))
    ones = np.ones(len(purchases.items), dtype=np.int64)
    bought = csr_array((ones, np.array(purchases.items), np.array(purchases.starts)), shape=shape)
    weighed = bought.copy()
    weighed.data = np.repeat(ONE_ORDER + np.array(weight), sizes)
    of_product = weighed.T.tocsr()
    for begin, end in pairwise(_blocks(bought.T @ sizes)):
        yield from _best(of_product[begin:end] @ bought, begin, lengths, purchases)


def _blocks(work: Any) -> list[int]:
    """Where each block begins, and the end; `work` is how many sums a product may have."""
    done = np.cumsum(work)
    bounds = np.searchsorted(done, np.arange(SUMS, done[-1], SUMS))
    return [0, *sorted({int(bound) for bound in bounds} - {0}), len(work)]


def _best(together: Any, begin: int, lengths: Any, purchases: Purchases) -> Iterator[Companions]:
    together = together.tocoo()
    one, other, both = together.row + begin, together.col, together.data
    kept = (one != other) & (both // ONE_ORDER >= LEAST_ORDERS)
    one, other, both = one[kept], other[kept], both[kept]
    score = np.rint(PARTS * (both % ONE_ORDER) / (lengths[one] * lengths[other] + SHRUNK_BY)).astype(np.int64)
    order = np.lexsort((other, -score, one))
    order = order[score[order] > 0]
    one, other, score = one[order], other[order], score[order]
    firsts = np.flatnonzero(np.diff(one, prepend=-1))
    for first, end in pairwise([*firsts.tolist(), len(one)]):
        last = min(end, first + MOST)
        ids = (purchases.products[each] for each in other[first:last].tolist())
        yield purchases.products[int(one[first])], list(zip(ids, score[first:last].tolist(), strict=True))
