"""What goes with what, learned from orders: what was planted is found, and chance is not taken for taste."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.together import counted, sparse, trial
from shop.together.likeness import LEAST_ORDERS, MOST, Way
from shop.together.purchases import LARGEST, WHOLE, collect, weights
from tests.together.orders import FIRST, GROUP, Orders, with_taste, without_taste

DAY = 24 * 3600
WAYS = pytest.mark.parametrize("way", [counted, sparse], ids=["counted", "sparse"])

some_orders = st.lists(
    st.tuples(st.integers(0, 400 * DAY), st.lists(st.integers(1, 12), min_size=1, max_size=6, unique=True)), max_size=40
).map(sorted)


def found(orders: Orders, way: Way) -> dict[int, list[tuple[int, int]]]:
    return dict(way.companions(collect(orders)))


@WAYS
def test_products_of_one_taste_are_found_together(way: Way) -> None:
    best = found(with_taste(1, products=80, orders=3000), way)
    right = 0
    for product in range(1, 81):
        taste = {each for each in range(1, 81) if (each - 1) // GROUP == (product - 1) // GROUP}
        right += {other for other, _score in best[product][: GROUP - 1]} == taste - {product}
    assert right >= 76


@WAYS
def test_tastes_are_foreseen_much_better_than_by_popularity(way: Way) -> None:
    outcome = trial.hold(collect(with_taste(1, products=80, orders=3000)), way)
    assert outcome.won
    assert outcome.hit_rate > 2 * outcome.popularity_hit_rate
    assert outcome.tried > 150


@WAYS
def test_chance_is_not_taken_for_taste(way: Way) -> None:
    outcomes = [trial.hold(collect(without_taste(seed, products=80, orders=1500)), way) for seed in range(10)]
    assert sum(outcome.won for outcome in outcomes) <= 1
    assert all(outcome.hit_rate < outcome.popularity_hit_rate + 0.05 for outcome in outcomes)


def test_a_few_orders_prove_nothing() -> None:
    orders = [(FIRST + k, [1, 2]) for k in range(10)] + [(FIRST + 10 + k, [3, 4]) for k in range(5)]
    assert not trial.hold(collect(orders), counted).won
    assert not trial.hold(collect([]), counted).won


@settings(deadline=None)
@given(some_orders)
def test_both_ways_find_the_same_to_the_last_digit(orders: Orders) -> None:
    purchases = collect(orders)
    assert list(counted.companions(purchases)) == list(sparse.companions(purchases))


@settings(deadline=None)
@given(some_orders, st.integers(1, 30))
def test_blocks_of_any_size_find_the_same(orders: Orders, sums: int) -> None:
    whole = found(orders, sparse)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sparse, "SUMS", sums)
        assert found(orders, sparse) == whole


@WAYS
@settings(deadline=None)
@given(orders=some_orders)
def test_the_best_are_those_that_reckoning_every_pair_finds(way: Way, orders: Orders) -> None:
    purchases = collect(orders)
    own: Counter[int] = Counter()
    shared: Counter[tuple[int, int]] = Counter()
    times: Counter[tuple[int, int]] = Counter()
    for (_moment, bought), weight in zip(orders, weights(purchases), strict=True):
        own.update(dict.fromkeys(bought, weight))
        pairs = list(combinations(sorted(bought), 2))
        shared.update(dict.fromkeys(pairs, weight))
        times.update(pairs)
    expected: dict[int, list[tuple[int, int]]] = {}
    for (one, other), weight in shared.items():
        score = round(1e6 * weight / (sqrt(own[one]) * sqrt(own[other]) + 10 * WHOLE))
        if times[one, other] >= LEAST_ORDERS:
            expected.setdefault(one, []).append((other, score))
            expected.setdefault(other, []).append((one, score))
    best = found(orders, way)
    assert best.keys() == expected.keys()
    for product, all_of_them in expected.items():
        assert best[product] == sorted(all_of_them, key=lambda pair: (-pair[1], pair[0]))[:MOST]


@WAYS
def test_a_product_has_twenty_companions_at_most(way: Way) -> None:
    best = found([(FIRST, [1, other]) for other in range(2, 40) for _twice in range(2)], way)
    assert [other for other, _score in best[1]] == list(range(2, 2 + MOST))


@WAYS
def test_what_one_order_says_is_not_said_on(way: Way) -> None:
    assert found([(FIRST, [1, 2]), (FIRST, [1, 3]), (FIRST, [1, 3])], way).keys() == {1, 3}


@WAYS
def test_what_is_bought_with_everything_goes_with_nothing_in_particular(way: Way) -> None:
    pen, bag = 1, 2
    orders = [(FIRST, [pen, product]) for product in range(10, 30) for _times in range(10)]
    orders += [(FIRST, [bag, 10]) for _times in range(8)]
    assert found(orders, way)[10][0][0] == bag


def test_newer_orders_count_more_and_larger_ones_less() -> None:
    orders = [(0, [1, 2]), (180 * DAY, [1, 2]), (180 * DAY, [1]), (180 * DAY, [1, 2, 3, 4, 5])]
    assert list(weights(collect(orders))) == [WHOLE // 2, WHOLE, WHOLE, WHOLE // 2]


def test_an_order_of_everything_is_left_out() -> None:
    assert len(collect([(FIRST, list(range(LARGEST + 1))), (FIRST, list(range(LARGEST)))])) == 1
