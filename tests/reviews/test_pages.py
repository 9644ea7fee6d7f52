"""Reviews as shoppers read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text

from shop.catalog import queries as catalog
from shop.catalog.models import Product
from shop.core.db import db, is_sqlite, transaction
from shop.reviews import queries, services
from shop.reviews.queries import PAGE
from tests.conftest import browser
from tests.reviews.writers import show, write
from tests.world import World, change, make_variant

pytestmark = pytest.mark.both

HOSTILE = '<script>alert(1)</script> {{ 7 * 7 }} " onload="x" \' &amp; \u202e'


def texts(page: str) -> list[str]:
    return re.findall(r'<div class="stack-xs" lang="[^"]*"><p>(.*?)</p>', page)


def section(world: World, slug: str) -> str:
    """The part of the product's page."""
    found = re.search(r'<section[^>]* id="reviews".*?</section>', world.shopper().get(f"/products/{slug}"), re.S)
    assert found is not None
    return found[0]


def test_the_average_is_said_in_words_and_how_it_comes_about_leads_to_the_reviews(world: World) -> None:
    for stars in (5, 5, 5, 4, 2):
        show("mug", stars)
    page = section(world, "mug")
    assert "What 5 people think" in page
    assert re.search(r">4\.2</span> <span[^>]*>out of 5, 5 reviews<", page)
    bars = re.findall(r'<a class="bar" href="([^"]+)" rel="nofollow">\s*<span class="bar-words">([^<]+)<', page)
    assert bars == [(f"/products/mug/reviews?stars={n}", f"{n} stars") for n in (5, 4, 2)]
    assert '<span class="bar-words">3 stars</span>' in page  # without a link: it would lead to nothing
    assert 'width="60.0%"' in page
    assert re.findall(r"(\d) out of 5</span></span>", page) == ["2", "4", "5", "5", "5"]


def test_a_product_without_reviews_says_who_may_write_the_first(world: World) -> None:
    write("mug")
    for page in (section(world, "mug"), world.shopper().get("/products/mug/reviews")):
        assert "No reviews yet. Be the first after your order arrives." in page
        assert "Just right." not in page
        assert "out of 5" not in page


def test_one_review_is_spoken_of_as_one(world: World) -> None:
    show("mug", 1)
    page = section(world, "mug")
    assert "What one person thinks" in page
    assert "out of 5, 1 review<" in page
    assert ">1 star<" in page
    assert "Read all" not in page


def test_the_newest_come_first_and_a_critical_one_that_was_answered_is_among_them(world: World) -> None:
    for n in range(8):
        show("mug", 5, days_ago=n + 1, text=f"Good {n}")
    show("mug", 2, days_ago=30, text="It leaks", reply="A new one is on its way.")
    show("mug", 1, days_ago=40, text="It leaks too", reply="So it does.")
    page = section(world, "mug")
    assert texts(page) == ["Good 0", "Good 1", "Good 2", "Good 3", "Good 4", "It leaks"]
    assert "Vitrine Test answered" in page
    assert "A new one is on its way." in page
    assert "Read all 10 reviews" in page


def test_a_critical_review_among_the_newest_takes_nobodys_place(world: World) -> None:
    for n, stars in enumerate((5, 3, 5, 5, 4, 4, 5)):
        show("mug", stars, days_ago=n + 1, text=f"Review {n}", reply="" if stars > 3 else "Sorry.")
    assert texts(section(world, "mug")) == [f"Review {n}" for n in range(6)]


def test_a_review_says_who_wrote_it_when_and_what_they_bought(world: World) -> None:
    show("mug", text="One.\n\nTwo.", title="Good", place="Leeds", variant_name="Pine", verified=True, language="de")
    show("mug", text="Three.", days_ago=2)
    page = world.shopper().get("/products/mug/reviews")
    first, second = re.findall(r'<article class="review">(.*?)</article>', page, re.S)
    assert '<h2 class="review-title" lang="de">Good</h2>' in first
    assert re.search(r'lang="de"><p>One\.</p>\s*<p>Two\.</p>', first)
    assert "<b>Alice A.</b>, Leeds, <time datetime=" in first
    assert "Verified buyer" in first
    assert "<span>Pine</span>" in first
    assert "Verified buyer" not in second
    assert "<h2" not in second


@pytest.mark.parametrize("field", ["title", "text", "author", "place", "variant_name", "language", "reply"])
def test_whatever_somebody_wrote_is_text_and_nothing_else(world: World, field: str) -> None:
    show("mug", 2, **{field: HOSTILE[:60]})
    pages = (section(world, "mug"), world.shopper().get("/products/mug/reviews"))
    for page in pages:
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert 'onload="x"' not in page
        assert "49" not in re.sub(r'/static/[^"]+', "", page)


def fill(count: int) -> list[str]:
    ids = [write("mug", 5 if n % 3 else 4, days_ago=n + 1, text=f"Review {n}.") for n in range(count)]
    with transaction():
        for review_id in ids:
            services.publish(review_id)
    return [f"Review {n}." for n in range(count)]


def test_all_reviews_are_read_page_by_page_without_gaps_or_repeats(world: World) -> None:
    everything = fill(2 * PAGE + 3)
    alice = world.shopper()
    seen: list[str] = []
    url: str | None = "/products/mug/reviews"
    while url:
        page = alice.get(url)
        seen += texts(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1].replace("&amp;", "&") if following else None
    assert seen == everything
    assert f"Showing {2 * PAGE + 1} to {2 * PAGE + 3} of {2 * PAGE + 3}" in page
    assert 'rel="prev" href="/products/mug/reviews?page=2"' in page
    assert "page 3" in re.findall(r"<title>(.*?)</title>", page, re.S)[0]


def test_reviews_with_so_many_stars_are_a_list_of_their_own(world: World) -> None:
    fill(3 * PAGE)
    alice = world.shopper()
    page = alice.get("/products/mug/reviews?stars=4")
    assert texts(page) == [f"Review {n}." for n in range(0, 3 * PAGE, 3)]
    assert 'aria-current="true">' in page
    assert "Remove filter" in page
    fives = alice.get("/products/mug/reviews?stars=5&page=2")
    assert len(texts(fives)) == PAGE
    assert 'rel="prev" href="/products/mug/reviews?stars=5"' in fives
    assert '<link rel="canonical" href="http://localhost/products/mug/reviews">' in fives


def test_stars_that_nobody_gave_say_so_and_lead_back(world: World) -> None:
    show("mug", 5)
    page = world.shopper().get("/products/mug/reviews?stars=2")
    assert "Nobody has given 2 stars." in page
    assert texts(page) == []


@pytest.mark.parametrize(
    "query", ["stars=6", "stars=0", "stars=x", "stars=-1", "stars=", "page=0", "page=x", "page=99"]
)
def test_nonsense_in_the_address_is_all_reviews(world: World, query: str) -> None:
    show("mug", 5)
    assert texts(world.shopper().get(f"/products/mug/reviews?{query}")) == ["Just right."]


def test_what_is_not_on_sale_has_no_reviews_to_read(world: World) -> None:
    show("mug", 5)
    client = browser(world.app)
    assert client.get("/products/nothing/reviews").status_code == 404
    assert client.post("/products/mug/reviews").status_code == 405
    with transaction():
        change(Product, Product.slug == "mug", status="draft")
    assert client.get("/products/mug/reviews").status_code == 404
    assert catalog.praise(3) == []
    assert "mug" not in [card.slug for card in catalog.most_loved(3, currency="GBP")]


def test_a_page_of_reviews_is_shared_and_holds_nothing_of_anybodys(world: World) -> None:
    show("mug", 5)
    answer = browser(world.app).get("/products/mug/reviews")
    assert "csrf_token" not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_first_page_praises_briefly_and_each_product_once(world: World) -> None:
    show("mug", 5, days_ago=1, text="Brief.")
    show("mug", 5, days_ago=2, text="Brief too.")
    show("cap", 4, days_ago=1, text="Four stars are no praise.")
    show("cap", 5, days_ago=3, text="Long. " * 40)
    show("print", 5, days_ago=4, text="The print.", variant_name="A4")
    write("cap", 5, days_ago=0, text="Nobody has read this yet.")
    assert [(each.name, each.review.text) for each in catalog.praise(3)] == [("Mug", "Brief."), ("Print", "The print.")]
    page = world.shopper().get("/")
    assert "4.8 from 5 reviews" in page
    assert '<a href="/products/print">Print, A4</a>' in page


def test_a_shop_that_nobody_reviewed_praises_nothing(world: World) -> None:
    write("mug", 5)
    page = world.shopper().get("/")
    assert "What people say" not in page
    assert "Most loved" not in page


def test_the_most_loved_come_first_and_those_that_nobody_rated_last(world: World) -> None:
    show("mug", 5)
    show("cap", 5)  # it has sold out
    for _ in range(5):
        show("print", 5)
    make_variant(world.shelf_id, "Vase", price=4000, stock=1)
    assert [card.slug for card in catalog.most_loved(8, currency="GBP")] == ["print", "mug", "vase"]
    assert [card.slug for card in catalog.most_loved(1, currency="GBP")] == ["print"]


READS: dict[str, Callable[[], object]] = {
    "ratings": lambda: queries.ratings([1, 2, 3]),
    "overall": queries.overall,
    "for_product": lambda: queries.for_product(1, count=6),
    "page": lambda: queries.page(1, stars=None, number=1),
    "page with stars": lambda: queries.page(1, stars=4, number=1),
    "most_loved": lambda: catalog.most_loved(8, currency="GBP"),
    "praise": lambda: catalog.praise(3),
}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("read", READS)
def test_no_read_looks_at_every_review_or_sorts_them(read: str) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if re.search(r"FROM (reviews|ratings)", statement):
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    READS[read]()
    event.remove(db.engine, "before_cursor_execute", note)
    with db.engine.connect() as connection:
        if not is_sqlite():
            connection.execute(text("SET enable_seqscan = off"))  # which would be quicker with no rows at all
        for statement, parameters in asked:
            explain = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
            plan = "\n".join(map(str, connection.exec_driver_sql(explain + statement, parameters)))
            assert not re.search(r"SCAN (reviews|ratings)(?! USING INDEX ix_ratings_most_loved)", plan), plan
            assert not re.search(r"Seq Scan on (reviews|ratings)", plan), plan
            if read.startswith(("page", "most", "praise")):
                assert "TEMP B-TREE" not in plan
