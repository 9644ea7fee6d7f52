"""The Fathom & Fold catalogue, without an app."""

from collections import Counter
from itertools import chain

import pytest

from shop.demo import planner
from shop.demo.goods import GOODS, INKS, SHELVES, Good, items

EVERY_ITEM = [(good, item) for good in GOODS for item in items(good)]
BY_SLUG = {good.slug: good for good in GOODS}
LOW = 10

every_good = pytest.mark.parametrize("good", GOODS, ids=lambda good: good.slug)


def sold(slug: str, **choices: str) -> int:
    return next(item.price_minor for item in items(BY_SLUG[slug]) if item.choices == choices)


def test_each_shelf_holds_what_the_catalogue_says():
    assert Counter(good.shelf for good in GOODS) == {
        "art-prints": 14,
        "notebooks": 8,
        "cards": 7,
        "mugs": 5,
        "calendars": 4,
        "gift-wrap": 4,
    }
    assert [shelf.slug for shelf in SHELVES] == list(dict.fromkeys(good.shelf for good in GOODS))
    assert len(EVERY_ITEM) == 332


def test_no_two_goods_share_a_slug_a_name_or_a_seed():
    for said in ("slug", "name", "seed"):
        assert len({getattr(good, said) for good in GOODS}) == len(GOODS), said


def test_every_sku_is_unique_and_short_enough_to_print():
    skus = [item.sku for _, item in EVERY_ITEM]
    assert len(set(skus)) == len(skus)
    assert max(map(len, skus)) <= 40
    assert "PR-SEVENRIDGES-A2-OAK" in skus


def test_six_prints_come_in_a1():
    assert sum(any(item.choices.get("size") == "a1" for item in items(good)) for good in GOODS) == 6


@pytest.mark.parametrize(
    ("size", "bare", "framed"), [("a4", 2400, 4600), ("a3", 3400, 6200), ("a2", 4800, 8400), ("a1", 7200, 12400)]
)
def test_a_print_costs_its_size_and_its_frame(size, bare, framed):
    assert sold("seven-ridges", size=size, frame="none") == bare
    assert {sold("seven-ridges", size=size, frame=wood) for wood in ("oak", "walnut", "black", "white")} == {framed}


@pytest.mark.parametrize(
    ("slug", "choices", "pence"),
    [
        ("lattice-notebook", {"ruling": "lined", "size": "a5"}, 1400),
        ("lattice-notebook", {"ruling": "plain", "size": "a6"}, 1100),
        ("terrazzo-pair", {"ruling": "dotted"}, 2600),
        ("blocks-set", {"pack": "single"}, 350),
        ("blocks-set", {"pack": "6"}, 1500),
        ("blocks-set", {"pack": "12"}, 2700),
        ("seedhead-single", {"pack": "single"}, 350),
        ("ridge-mug", {"glaze": "navy"}, 1600),
        ("wall-calendar-2027", {}, 2200),
        ("desk-calendar-2027", {}, 1600),
        ("birthday-calendar", {}, 1800),
        ("dots-wrap", {"sheets": "3"}, 600),
        ("dots-wrap", {"sheets": "10"}, 1600),
    ],
)
def test_everything_else_costs_what_its_kind_costs(slug, choices, pence):
    assert sold(slug, **choices) == pence


def test_goods_of_one_kind_cost_the_same_before_any_reduction():
    full = {}
    for good, item in EVERY_ITEM:
        if good.shelf != "calendars":
            full.setdefault((good.shelf, *item.choices.values()), set()).add(item.compare_at_minor or item.price_minor)
    assert all(len(prices) == 1 for prices in full.values())


def test_three_goods_are_a_fifth_off_and_say_what_they_were():
    reduced = [good for good in GOODS if any(item.compare_at_minor for item in items(good))]
    assert len(reduced) == 3
    for item in chain.from_iterable(map(items, reduced)):
        assert item.compare_at_minor is not None
        assert item.price_minor * 5 == item.compare_at_minor * 4


def test_four_goods_are_low_and_no_other_is():
    low = {good.slug for good, item in EVERY_ITEM if 0 < item.on_hand <= LOW}
    assert low == {good.slug for good in GOODS if good.stock == "low"}
    assert len(low) == 4
    assert all(0 < item.on_hand <= LOW for slug in low for item in items(BY_SLUG[slug]))


def test_two_goods_are_sold_out_and_say_when_more_arrive():
    gone = [good for good in GOODS if good.posted and not any(item.on_hand for item in items(good))]
    assert len(gone) == 2
    assert all(good.restock_on and good.restock_on > 0 for good in gone)
    assert all(good.restock_on is None for good in GOODS if good not in gone)


def test_one_variant_is_sold_out_among_others_that_are_not():
    partly = [item.sku for good, item in EVERY_ITEM if good.posted and not item.on_hand and good.stock != "none"]
    assert partly == ["PR-SEVENRIDGES-A2-WALNUT"]


def test_the_odd_ones_are_there_to_try_pages_with():
    assert sum(len(good.name) > 80 for good in GOODS) == 1
    assert sum(not good.pictured for good in GOODS) == 1
    assert sum(good.status == "draft" for good in GOODS) == 1
    assert sum(good.opens_in_days is not None for good in GOODS) == 1


def test_a_frame_weighs_more_than_the_tube():
    weights = {tuple(item.choices.values()): item.weight_g for item in items(BY_SLUG["tidewater"])}
    assert weights["a2", "none"] < weights["a1", "none"] < weights["a2", "oak"] < weights["a1", "oak"]
    assert all((item.weight_g > 0) == good.posted for good, item in EVERY_ITEM)


def test_what_is_sold_as_a_file_is_drawn_the_same_each_time_and_small():
    skus = {item.sku: item for good, item in EVERY_ITEM if not good.posted}
    assert set(skus) == {"CL-YEARPLANNER2027-A4", "CL-YEARPLANNER2027-A3"}
    drawn = {sku: planner.draw(item.choices["size"]) for sku, item in skus.items()}
    for sku, content in drawn.items():
        assert content == planner.draw(skus[sku].choices["size"])
        assert content.startswith(b"%PDF-")
        assert len(content) < 20_000
    assert len(set(drawn.values())) == 2


@every_good
def test_the_copy_is_calm_and_complete(good: Good):
    said = " ".join([good.name, good.summary, good.description, good.alt])
    assert "!" not in said
    assert "Oops" not in said
    assert 2 <= len(good.description.split("\n\n")) <= 3
    assert good.alt.endswith(".")
    assert len(good.details) >= 4
    assert all(label and text for label, text in good.details)


@every_good
def test_a_good_is_printed_with_inks_we_have(good: Good):
    assert 1 <= len(good.inks) <= 4
    assert set(good.inks) <= set(INKS)
