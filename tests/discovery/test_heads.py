"""What pages say of themselves: which address is theirs, and what stands on a card for a link to them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from shop.catalog.models import Category, Product, Status
from shop.core.db import db, transaction
from tests.conftest import browser
from tests.core.visitors import sign_carol_in
from tests.discovery.heads import Head, head
from tests.reviews.writers import show
from tests.world import World, change, make_variant

pytestmark = pytest.mark.both

OPEN = ["/", "/categories/things", "/products/print", "/products/mug", "/products/mug/reviews"]


@pytest.fixture
def shown(world: World) -> World:
    show("mug", 5)
    return world


@pytest.mark.parametrize("url", OPEN)
def test_a_page_says_what_it_is_and_where(shown: World, url: str) -> None:
    said = head(shown.app, url)
    address = f"http://localhost{url}"
    (title,), (description,) = said.titles, said.said("description")
    assert "Vitrine Test" in title
    assert description
    assert said.canonicals == said.said("og:url") == [address]
    assert said.said("og:description") == [description]
    assert said.said("og:title")[0] in title
    assert said.said("og:site_name") == ["Vitrine Test"]
    assert said.said("og:locale") == ["en_GB"]
    assert said.said("og:image")[0].startswith("http://localhost/")
    assert said.said("twitter:card")[0] in ("summary", "summary_large_image")
    assert not said.hidden


ONE_PAGE = {
    "/categories/things": [
        *("size=a3", "sort=price", "stock=1", "size=a3&sort=newest&page=2", "page=1", "page=0", "page=x", "colour=red"),
        *("utm_source=letter&utm_medium=mail", "gclid=1", "fbclid=2", "q=mug"),
    ],
    "/products/print": ["size=a3", "size=a0", "image=2", "size=a3&image=1", "utm_campaign=x", "ref=y"],
    "/products/mug/reviews": ["stars=5", "stars=4", "stars=5&page=3", "page=1", "utm_source=x"],
    "/": ["utm_source=x", "page=2"],
}


@pytest.mark.parametrize(("url", "query"), [(url, query) for url, queries in ONE_PAGE.items() for query in queries])
def test_filters_choices_and_tracking_make_no_other_page(shown: World, url: str, query: str) -> None:
    assert head(shown.app, f"{url}?{query}").canonicals == [f"http://localhost{url}"]


def test_a_further_page_of_a_list_is_a_page_of_its_own(world: World) -> None:
    for n in range(30):
        make_variant(world.shelf_id, f"Thing {n}", price=500 + n, stock=9)
    first, second = (head(world.app, f"/categories/things{query}") for query in ("", "?page=2"))
    assert second.canonicals == ["http://localhost/categories/things?page=2"]
    assert head(world.app, "/categories/things?utm_source=x&page=2").canonicals == second.canonicals
    assert head(world.app, "/categories/things?page=99").canonicals == second.canonicals  # it is the last
    assert head(world.app, "/categories/things?page=2&sort=price").canonicals == first.canonicals
    assert head(world.app, "/categories/things?page=2&from=1").canonicals == first.canonicals
    assert head(world.app, "/categories/things?page=2&stock=1").canonicals == first.canonicals
    assert second.titles == ["Things, page 2 | Vitrine Test"]
    assert second.said("description") == ["Things, page 2 at Vitrine Test."]


def test_a_further_page_of_reviews_is_a_page_of_its_own(world: World) -> None:
    for _ in range(25):
        show("mug", 5)
    assert head(world.app, "/products/mug/reviews?page=2").canonicals == [
        "http://localhost/products/mug/reviews?page=2"
    ]


def test_the_address_is_the_shops_by_whatever_name_it_was_asked(shown: World) -> None:
    for base in ("http://localhost:8080", "https://localhost"):
        answer = shown.app.test_client().get("/products/print", base_url=base)
        said = Head(answer.text)
        assert said.canonicals == ["http://localhost/products/print"]
        assert {each["@type"]: each for each in said.data}["ProductGroup"]["url"] == "http://localhost/products/print"


@pytest.mark.parametrize(
    "url", ["/search", "/search?q=mug", "/menu", "/cart", "/products/mug/reviews", "/admin/sign-in"]
)
def test_what_nobody_should_find_asks_to_be_left_out(world: World, url: str) -> None:
    said = head(world.app, url)
    assert said.hidden
    assert said.canonicals == said.data == []


def test_what_is_gone_asks_to_be_left_out(world: World) -> None:
    with transaction():
        db.session.execute(update(Product).where(Product.slug == "cap").values(status=Status.DISCONTINUED))
    answer = browser(world.app).get("/products/cap")
    assert answer.status_code == 410
    assert Head(answer.text).hidden


def test_a_preview_asks_to_be_left_out(world: World) -> None:
    carol = browser(world.app)
    sign_carol_in(carol)
    product_id = db.session.scalar(db.select(Product.id).where(Product.slug == "mug"))
    said = Head(carol.get(f"/admin/products/{product_id}/preview").text)
    assert said.hidden
    assert said.canonicals == said.data == []


def test_a_card_shows_the_picture_that_the_page_shows_first(world: World) -> None:
    said = head(world.app, "/products/print")
    assert said.said("og:type") == ["product"]
    assert said.said("og:image") == ["http://localhost/media/print-800.webp"]
    assert said.said("og:image:alt") == ["A print on a wall"]
    assert (said.said("og:image:width"), said.said("og:image:height")) == (["800"], ["1000"])
    assert said.said("twitter:card") == ["summary_large_image"]
    assert head(world.app, "/categories/things").said("og:image") == ["http://localhost/media/print-800.webp"]


def test_a_page_without_words_of_its_own_still_has_a_description(world: World) -> None:
    with transaction():
        db.session.execute(update(Category).values(intro=""))
        db.session.execute(update(Product).where(Product.slug == "mug").values(summary="", description=""))
    assert head(world.app, "/categories/things").said("description") == ["Things at Vitrine Test."]
    assert head(world.app, "/products/mug").said("description") == ["Mug at Vitrine Test."]


def test_a_long_description_ends_with_a_word(world: World) -> None:
    with transaction():
        db.session.execute(update(Product).where(Product.slug == "mug").values(summary="A mug to drink from. " * 50))
    (description,) = head(world.app, "/products/mug").said("description")
    assert len(description) <= 205
    assert description.endswith(("mug…", "drink…", "to…", "A…", "from.…", "from…"))


HOSTILE = "</script><script>alert(1)</script> \"<b>' & \u2028 ]]> <!--"


def test_nothing_that_is_typed_gets_out_of_the_head(world: World) -> None:
    product = db.session.scalar(db.select(Product).where(Product.slug == "print"))
    assert product is not None
    change(Product, Product.id == product.id, name=HOSTILE, summary=HOSTILE, description=HOSTILE)
    with transaction():
        db.session.execute(update(Category).values(name=HOSTILE, intro=HOSTILE))
    show("print", 5, title=HOSTILE, text=HOSTILE, author=HOSTILE)
    for url in ("/products/print", "/categories/things", "/products/print/reviews"):
        page = browser(world.app).get(url).text
        assert "<script>" not in page
        blocks = re.findall(r'<script type="application/ld\+json">(.*)</script>', page)
        assert len(blocks) == len(Head(page).tree.xpath("//script[@type='application/ld+json']")) > 0
        assert [block for block in blocks if set(block) & set("<>&'\u2028")] == []
    said = head(world.app, "/products/print").told("ProductGroup")
    assert said["name"] == said["review"][0]["reviewBody"] == said["review"][0]["author"]["name"] == HOSTILE
    assert said["category"] == HOSTILE
