"""What addresses of lists mean, and price bands that make sense."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.filters import TAKEN, Facet, Seen, Sort, Source, Value, Wanted, bands, facets_of
from shop.core.money import Money

SIZE = Facet("size", "Size", Source.OPTION, (Value("a4", "A4"), Value("a3", "A3"), Value("a2", "A2")))
INK = Facet("ink", "Ink", Source.ATTRIBUTE, (Value("coral", "Coral"), Value("navy & co", "Navy")))
FACETS = (SIZE, INK)

NAMES = st.sampled_from(["size", "ink", "sort", "page", "q", "utm_source", ""])
VALUES = st.sampled_from(["a4", "a3", "a2", "coral", "navy & co", "price", "newest", "9", "", "\0", "a4&ink=coral"])


def read(*asked: tuple[str, str], page: int = 1, words: str = "") -> Wanted:
    return Wanted.read(asked, FACETS, [Sort.LOVED, *Sort], page=page, words=words)


def test_an_address_is_read_in_the_pages_order_whatever_its_own() -> None:
    one = read(("ink", "coral"), ("size", "a2"), ("size", "a4"), ("size", "a2"))
    other = read(("size", "a4"), ("size", "a2"), ("ink", "coral"))
    assert one == other
    assert one.query() == "?size=a4&size=a2&ink=coral"


def test_what_the_list_does_not_know_is_ignored() -> None:
    wanted = read(("size", "a9"), ("colour", "red"), ("utm_source", "mail"), ("sort", "cheap"), ("size", ""))
    assert wanted == Wanted()
    assert wanted.query() == ""


def test_words_sort_and_page_are_kept_where_they_should_be() -> None:
    wanted = read(("size", "a4"), ("ink", "navy & co"), ("sort", "price"), page=3, words="two hums")
    assert wanted.query() == "?q=two+hums&size=a4&ink=navy+%26+co&sort=price&page=3"
    assert wanted.turned(1).query().endswith("&page=4")
    assert wanted.turned(-2).query().endswith("&sort=price")
    assert wanted.cleared().query() == "?q=two+hums&sort=price"
    assert wanted.without("size", "a4").query() == "?q=two+hums&ink=navy+%26+co&sort=price"
    assert wanted.without("ink").query() == "?q=two+hums&size=a4&sort=price"


@given(st.lists(st.tuples(NAMES, VALUES), max_size=12), st.integers(1, 9))
def test_an_address_made_from_what_was_read_means_the_same(asked: list[tuple[str, str]], page: int) -> None:
    from urllib.parse import parse_qsl

    wanted = read(*asked, page=page)
    again = read(*parse_qsl(wanted.query().removeprefix("?")), page=page)
    assert again == wanted
    for facet in FACETS:
        for value in wanted.chosen.get(facet.slug, ()):
            left = wanted.without(facet.slug, value)
            assert not left.has(facet.slug, value)
            assert left.page == 1
            assert sum(map(len, left.chosen.values())) == sum(map(len, wanted.chosen.values())) - 1


@pytest.mark.parametrize("sort", Sort)
def test_every_order_has_an_address(sort: Sort) -> None:
    assert read(("sort", sort.value)).sort is sort


@pytest.mark.parametrize(
    ("currency", "prices", "expected"),
    [
        ("GBP", [2400, 3400, 4800, 7200, 12400], ["under-40", "40-70", "over-70"]),
        ("GBP", [1100, 1400, 2600], ["under-15", "over-20"]),  # nothing costs 15 to 20
        ("GBP", [350, 1500, 2700], ["under-7", "7-15", "over-15"]),
        ("JPY", [500, 4000, 90000], ["under-3000", "3000-15000", "over-15000"]),
        ("KWD", [2000, 90000], ["under-7", "over-25"]),
        ("GBP", [0, 5000], ["under-1", "over-3"]),
        ("GBP", [1100, 1400], []),
        ("GBP", [1600], []),
        ("GBP", [10, 90], []),
        ("GBP", [0], []),
        ("GBP", [], []),
    ],
)
def test_price_bands_are_round_and_each_holds_something(currency: str, prices: list[int], expected: list[str]) -> None:
    assert [band.slug for band in bands(Money(price, currency) for price in prices)] == expected


@given(st.lists(st.integers(0, 10**9), max_size=20))
def test_every_price_is_in_one_band(amounts: list[int]) -> None:
    prices = [Money(amount, "GBP") for amount in amounts]
    found = bands(prices)
    assert len(found) in (0, 2, 3)
    for price in prices:
        assert sum(band.holds(price) for band in found) == bool(found)


def seen(
    source: Source,
    facet: str,
    slug: str,
    *,
    place: int = 0,
    position: int = 0,
    reach: int = 1,
    kind: str = "choice",
    number: Decimal | None = None,
) -> Seen:
    term = f"{source}-{facet}-{slug}"
    return Seen(term, source, facet, facet.title(), place, kind, slug, slug.upper(), "", number, position, reach)


def shape(*values: Seen) -> list[tuple[str, list[str]]]:
    return [(facet.slug, [value.slug for value in facet.values]) for facet in facets_of(values, 10, span=span)]


def span(first: Seen, last: Seen) -> str:
    return f"{first.label} to {last.label}"


def test_options_come_first_then_what_more_products_have() -> None:
    assert shape(
        *(seen(Source.ATTRIBUTE, "mood", slug) for slug in ("calm", "loud")),
        *(seen(Source.OPTION, "frame", slug, place=1, reach=9) for slug in ("oak", "walnut")),
        *(seen(Source.OPTION, "glaze", slug, reach=5) for slug in ("navy", "pine")),
        *(seen(Source.OPTION, "size", slug, reach=7) for slug in ("a3", "a4")),
    ) == [("size", ["a3", "a4"]), ("glaze", ["navy", "pine"]), ("frame", ["oak", "walnut"]), ("mood", ["calm", "loud"])]


def test_values_keep_their_order_unless_products_differ_about_it() -> None:
    prints = [seen(Source.OPTION, "size", slug, position=n) for n, slug in enumerate(["a4", "a3", "a2"])]
    notebooks = [seen(Source.OPTION, "size", slug, position=n) for n, slug in enumerate(["a5", "a6"])]
    assert shape(*prints) == [("size", ["a4", "a3", "a2"])]
    assert shape(*prints, *notebooks) == [("size", ["a2", "a3", "a4", "a5", "a6"])]


def test_what_leaves_no_choice_or_has_a_taken_name_is_no_filter() -> None:
    assert shape(seen(Source.OPTION, "size", "a4")) == []
    for name in TAKEN:
        assert shape(seen(Source.OPTION, name, "one"), seen(Source.OPTION, name, "two")) == []
    option = [seen(Source.OPTION, "colour", slug) for slug in ("blue", "red")]
    attribute = [seen(Source.ATTRIBUTE, "colour", slug) for slug in ("green", "pink")]
    assert shape(*attribute, *option) == [("colour", ["blue", "red"])]
    assert shape(*attribute, option[0]) == [("colour", ["green", "pink"])]


def test_a_yes_alone_is_a_filter_unless_everything_says_it() -> None:
    assert shape(seen(Source.ATTRIBUTE, "recycled", "yes", kind="boolean")) == [("recycled", ["yes"])]
    assert shape(seen(Source.ATTRIBUTE, "recycled", "yes", kind="boolean", reach=10)) == []


def test_numbers_stand_in_their_order_and_many_in_parts() -> None:
    def numbers(*figures: int) -> list[Seen]:
        return [seen(Source.ATTRIBUTE, "weight", str(n), kind="number", number=Decimal(n)) for n in figures]

    assert shape(*numbers(90, 1000, 310)) == [("weight", ["90", "310", "1000"])]
    (facet,) = facets_of(numbers(*range(10, 0, -1)), 10, span=span)
    assert [value.slug for value in facet.values] == ["1-2", "3-5", "6-7", "8-10"]
    assert facet.values[0].label == "1 to 2"
    assert [len(value.terms) for value in facet.values] == [2, 3, 2, 3]
