"""What visitors read, from when on, and where it went."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shop.catalog.models import Product, Status
from shop.content import queries, services
from shop.content.models import FOLDERS, Entry, Kind
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.demo import seed, stories
from tests.conftest import browser
from tests.content.writers import draft, publish, revised, the
from tests.world import World, make_asset, make_variant

pytestmark = pytest.mark.both

ADDRESSES = {
    Kind.PAGE: "/pages/a-text",
    Kind.LEGAL: "/pages/a-text",
    Kind.JOURNAL: "/journal/a-text",
    Kind.LOOKBOOK: "/lookbooks/a-text",
}


@pytest.fixture
def visitor(world: World) -> FlaskClient:
    return browser(world.app)


def preview_of(entry_id: int) -> str:
    return f"/preview/{the(entry_id).preview_token}"


def main(page: str) -> str:
    """Without header and footer."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


@pytest.mark.parametrize("kind", Kind)
def test_a_text_has_a_page_with_its_title_and_words(visitor: FlaskClient, kind: Kind) -> None:
    publish("a-text", kind=kind, title="A title & more", intro="In short.", body="## Part\n\nAll of **it**.")
    page = visitor.get(ADDRESSES[kind])
    assert page.status_code == 200
    assert "<title>A title &amp; more | Vitrine Test</title>" in page.text
    assert f'<link rel="canonical" href="http://localhost{ADDRESSES[kind]}">' in page.text
    assert '<meta name="description" content="In short.">' in page.text
    assert "<h1>A title &amp; more</h1>" in page.text
    assert "<h2>Part</h2>\n<p>All of <strong>it</strong>.</p>" in page.text
    assert "noindex" not in page.text


def test_search_engines_may_be_told_something_else(visitor: FlaskClient) -> None:
    publish("a-text", intro="In short.", description="What others say of it.")
    assert '<meta name="description" content="What others say of it.">' in visitor.get("/pages/a-text").text


def test_each_folder_has_slugs_of_its_own(visitor: FlaskClient) -> None:
    publish("printing", title="The page")
    publish("printing", kind=Kind.JOURNAL, title="The day")
    assert "The page" in visitor.get("/pages/printing").text
    assert "The day" in visitor.get("/journal/printing").text
    assert visitor.get("/lookbooks/printing").status_code == 404
    assert visitor.get("/elsewhere/printing").status_code == 404


def test_only_what_is_legal_says_when_it_was_changed(visitor: FlaskClient) -> None:
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        publish("terms", kind=Kind.LEGAL)
        publish("about")
        assert "Last changed on 1 Mar 2026" in visitor.get("/pages/terms").text
        assert "Last changed" not in visitor.get("/pages/about").text


@pytest.mark.parametrize("kind", Kind)
def test_a_draft_is_read_by_its_preview_alone(visitor: FlaskClient, kind: Kind) -> None:
    entry_id = draft("a-text", kind=kind, body="Not yet.")
    assert ADDRESSES[kind] == f"/{the(entry_id).folder}/a-text" == f"/{FOLDERS[kind]}/a-text"
    assert visitor.get(ADDRESSES[kind]).status_code == 404
    page = visitor.get(preview_of(entry_id))
    assert page.status_code == 200
    assert "Not yet." in page.text
    assert "Only who has this address can read it." in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert "canonical" not in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_a_preview_cannot_be_guessed(visitor: FlaskClient) -> None:
    tokens = {the(draft(f"text-{n}")).preview_token for n in range(3)}
    assert len(tokens) == 3
    assert {len(token) for token in tokens} == {32}
    assert visitor.get("/preview/").status_code == 404
    assert visitor.get("/preview/1").status_code == 404
    assert visitor.get(f"/preview/{'x' * 5000}").status_code == 404


def test_what_is_scheduled_appears_when_its_time_has_come(visitor: FlaskClient) -> None:
    moment = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        entry_id = publish("a-text", kind=Kind.JOURNAL, since=moment)
        assert visitor.get("/journal/a-text").status_code == 404
        assert "A text" not in visitor.get("/journal").text
        assert "Everybody can read this from 1 Dec 2026, 09:00 on." in visitor.get(preview_of(entry_id)).text
        assert queries.published_addresses() == []
    with time_machine.travel(moment, tick=False):
        assert visitor.get("/journal/a-text").status_code == 200
        assert "A text" in visitor.get("/journal").text
        preview = visitor.get(preview_of(entry_id)).text
        assert "Everybody can read this:" in preview
        assert 'href="/journal/a-text"' in preview


def test_what_was_taken_down_says_so(visitor: FlaskClient) -> None:
    entry_id = publish("a-text")
    services.withdraw(entry_id)
    services.withdraw(entry_id)
    page = visitor.get("/pages/a-text")
    assert page.status_code == 410
    assert "has been taken down" in page.text
    assert visitor.get(preview_of(entry_id)).status_code == 200
    services.publish(entry_id)
    assert visitor.get("/pages/a-text").status_code == 200


def test_what_nobody_has_seen_is_not_gone_when_it_is_withdrawn(visitor: FlaskClient) -> None:
    entry_id = publish("a-text", since=now() + timedelta(days=1))
    services.withdraw(entry_id)
    services.withdraw(draft("another"))
    assert visitor.get("/pages/a-text").status_code == 404
    assert visitor.get("/pages/another").status_code == 404


def test_a_changed_slug_leads_on_in_one_step(visitor: FlaskClient) -> None:
    entry_id = publish("first")
    for version, slug in enumerate(("second", "third"), start=the(entry_id).version):
        services.revise(entry_id, revised(entry_id, slug=slug), version=version)
    for old in ("first", "second"):
        answer = visitor.get(f"/pages/{old}")
        assert (answer.status_code, answer.location) == (301, "/pages/third")
    assert visitor.get("/journal/first").status_code == 404


def test_a_slug_that_comes_back_is_where_it_was(visitor: FlaskClient) -> None:
    entry_id = publish("first")
    for version, slug in enumerate(("second", "first"), start=the(entry_id).version):
        services.revise(entry_id, revised(entry_id, slug=slug), version=version)
    assert visitor.get("/pages/first").status_code == 200
    assert visitor.get("/pages/second").location == "/pages/first"


def test_who_moves_in_is_found_and_not_who_moved_out(visitor: FlaskClient) -> None:
    entry_id = publish("first", title="The old one")
    services.revise(entry_id, revised(entry_id, slug="second"), version=the(entry_id).version)
    newcomer = draft("first", title="The new one")
    assert visitor.get("/pages/first").location == "/pages/second"
    services.publish(newcomer)
    assert "The new one" in visitor.get("/pages/first").text
    assert "The old one" in visitor.get("/pages/second").text


def test_an_old_address_of_a_draft_leads_nowhere(visitor: FlaskClient) -> None:
    entry_id = draft("first")
    services.revise(entry_id, revised(entry_id, slug="second"), version=the(entry_id).version)
    assert visitor.get("/pages/first").status_code == 404


# Goods and pictures in it


def test_goods_and_pictures_are_set_into_the_words(world: World, visitor: FlaskClient) -> None:
    with transaction():
        db.session.add(make_asset("wall"))
    publish("a-text", body="Before.\n\n{products: mug, print}\n\nAfter.\n\n{picture: wall | A wall | Freshly painted}")
    page = main(visitor.get("/pages/a-text").text)
    names = re.findall(r'<h2 class="card-name"><a href="([^"]+)">', page)
    assert names == ["/products/mug", "/products/print"]
    assert page.index("Before.") < page.index("/products/mug") < page.index("After.") < page.index("Freshly painted")
    assert '<img src="/media/wall-800.webp" alt="A wall" width="800" height="1000"' in page


def test_what_cannot_be_bought_is_left_out_and_named_in_the_preview(world: World, visitor: FlaskClient) -> None:
    make_variant(world.shelf_id, "Secret", price=100, stock=1, status="draft")
    entry_id = publish("a-text", body="{products: secret, mug, no-such}\n\n{product: secret}\n\n{picture: nothing | X}")
    page = main(visitor.get("/pages/a-text").text)
    assert re.findall(r'card-name"><a href="([^"]+)"', page) == ["/products/mug"]
    for word in ("secret", "no-such", "nothing", "figure", "Left out"):
        assert word not in page
    preview = main(visitor.get(preview_of(entry_id)).text)
    assert "Left out, because it is not on sale or not there: secret, no-such, nothing" in preview


def test_goods_that_are_not_sold_any_more_leave_the_text(world: World, visitor: FlaskClient) -> None:
    publish("a-text", body="{product: mug}")
    assert "/products/mug" in main(visitor.get("/pages/a-text").text)
    with transaction():
        db.session.scalars(select(Product).where(Product.slug == "mug")).one().status = Status.DISCONTINUED
    assert "/products/mug" not in main(visitor.get("/pages/a-text").text)


def test_a_lookbook_has_each_picture_beside_what_follows_it(world: World, visitor: FlaskClient) -> None:
    with transaction():
        db.session.add_all([make_asset("hall"), make_asset("desk")])
    body = "Welcome.\n\n{picture: hall | A hall | One}\n\nIn the hall.\n\n{product: mug}\n\n{picture: desk | A desk}"
    publish("a-text", kind=Kind.LOOKBOOK, body=body)
    page = main(visitor.get("/lookbooks/a-text").text)
    welcome, hall, desk = page.split('class="product spread')[1:]
    assert "Welcome." in welcome
    for part in ("hall-800.webp", "One", "In the hall.", "/products/mug"):
        assert part in hall
    assert "desk-800.webp" in desk


def test_goods_may_be_named_as_they_were_called_before(world: World, visitor: FlaskClient) -> None:
    publish("a-text", body="{products: mug, print}\n\n{product: cup}")
    for slug, renamed in (("mug", "cup"), ("cap", "mug")):
        with transaction():
            db.session.scalars(select(Product).where(Product.slug == slug)).one().slug = renamed
    page = main(visitor.get("/pages/a-text").text)
    found = re.findall(r'card-name"><a href="([^"]+)">([^<]+)', page)
    assert found == [("/products/mug", "Cap"), ("/products/print", "Print"), ("/products/cup", "Mug")]


# The journal


def test_the_journal_has_the_newest_first_on_pages(visitor: FlaskClient) -> None:
    for n in range(queries.PAGE + 1):
        publish(f"day-{n}", kind=Kind.JOURNAL, since=now() - timedelta(days=50 - n), intro=f"It was day {n}.")
    draft("day-99", kind=Kind.JOURNAL)
    first, second = visitor.get("/journal").text, visitor.get("/journal?page=2").text
    assert re.findall(r'href="/journal/(day-\d+)"', first) == [f"day-{n}" for n in range(queries.PAGE, 0, -1)]
    assert re.findall(r'href="/journal/(day-\d+)"', second) == ["day-0"]
    assert 'href="/journal?page=2"' in first
    assert "Newer entries" not in first
    assert "<title>Journal, page 2 | Vitrine Test</title>" in second
    assert '<link rel="canonical" href="http://localhost/journal?page=2">' in second
    assert 'rel="prev" href="/journal"' in second
    assert "Older entries" not in second
    assert visitor.get("/journal?page=3").status_code == 404
    assert visitor.get("/journal?page=nonsense").text == first


def test_a_journal_in_which_nothing_stands_says_so(visitor: FlaskClient) -> None:
    publish("a-page")
    page = visitor.get("/journal")
    assert page.status_code == 200
    assert "Nothing has been written yet." in page.text


def test_a_day_leads_on_to_others(visitor: FlaskClient) -> None:
    for n in range(5):
        publish(f"day-{n}", kind=Kind.JOURNAL, since=now() - timedelta(days=9 - n))
    page = visitor.get("/journal/day-3").text
    assert re.findall(r'href="/journal/(day-\d+)"', page) == ["day-4", "day-2", "day-1"]
    assert "More from the journal" not in visitor.get("/pages/day-3").text


def test_a_search_engine_is_told_what_is_shown(world: World) -> None:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        publish("terms", kind=Kind.LEGAL)
        publish("a-day", kind=Kind.JOURNAL, since=moment + timedelta(days=2))
        draft("a-draft")
        services.withdraw(publish("gone"))
    with time_machine.travel(moment + timedelta(days=9), tick=False):
        assert queries.published_addresses() == [
            ("legal", "terms", moment),
            ("journal", "a-day", moment + timedelta(days=2)),
        ]
        assert [address.folder for address in queries.published_addresses()] == ["pages", "journal"]


def test_all_that_the_demo_tells_is_there_and_leads_to_what_is_there(app: Flask) -> None:
    seed.fill()
    visitor = browser(app)
    shown = [entry for entry in stories.STORIES if entry.days_ago is not None and entry.days_ago >= 0]
    assert len(queries.published_addresses()) == len(shown) == len(stories.STORIES) - 2
    links: set[str] = set()
    addresses = [ADDRESSES[story.kind].replace("a-text", story.slug) for story in shown]
    for address in ["/journal", *addresses]:
        page = visitor.get(address)
        assert page.status_code == 200, address
        assert "{" not in re.sub(r"<[^>]*>", "", main(page.text)), address
        links |= set(re.findall(r'href="(/[^"#]*)', page.text))
    links = {link for link in links if not link.startswith(("/static", "/media"))}
    assert [link for link in links if visitor.get(link).status_code != 200] == []
    for entry in db.session.scalars(select(Entry)).all():
        named = re.search(r"Left out[^<]*", visitor.get(f"/preview/{entry.preview_token}").text)
        assert (named is None) is (entry.slug != "what-comes-in-spring"), named
