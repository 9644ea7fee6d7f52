"""Texts, menus and the search's words, as staff write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.catalog import search
from shop.catalog.listed import SearchMiss, Synonym
from shop.content import menus
from shop.content.models import Entry, Kind, MenuItem, Place
from shop.core.clock import now
from shop.core.db import db
from tests.admin.conftest import Desk
from tests.content.writers import draft, publish, the
from tests.guards.test_plans import asked, scans
from tests.media import files
from tests.stores import Store
from tests.world import World, hidden

pytestmark = pytest.mark.both

WRITTEN = {"title": "About us", "slug": "about-us", "intro": "", "body": "We **print**.", "description": "", "alt": ""}


def only() -> Entry:
    db.session.rollback()
    return db.session.scalars(select(Entry)).one()


# Texts


def test_a_text_is_a_draft_until_it_is_published_and_gone_when_it_is_withdrawn(world: World, desk: Desk) -> None:
    assert "There is no text of this kind yet." in desk.get("/admin/texts?kind=journal")
    page = desk.after(desk.post("/admin/texts", kind="page", **WRITTEN))
    entry = only()
    url, alice = f"/admin/texts/{entry.id}", world.shopper().browser
    assert alice.get("/pages/about-us").status_code == 404
    preview = re.search(r'href="(/preview/[^"]+)"', page)
    assert preview
    assert "<strong>print</strong>" in alice.get(preview[1]).text
    desk.after(desk.post(f"{url}/publication", at=""))
    assert alice.get("/pages/about-us").status_code == 200
    desk.after(desk.post(f"{url}/withdrawal"))
    assert alice.get("/pages/about-us").status_code == 410


def test_a_text_appears_at_its_time(world: World, desk: Desk) -> None:
    entry_id = draft("news", kind=Kind.JOURNAL)
    at = (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    page = desk.after(desk.post(f"/admin/texts/{entry_id}/publication", at=at))
    assert "is published by itself at that time" in page
    assert "Scheduled" in desk.get("/admin/texts?kind=journal")
    wrong = desk.post(f"/admin/texts/{entry_id}/publication", at="soon")
    assert (wrong.status_code, "Write a day and a time" in wrong.text) == (422, True)


def test_a_picture_is_hung_beside_a_text_and_taken_off_again(store: Store, world: World, desk: Desk) -> None:
    entry_id = draft("news", alt="A shop")
    desk.after(desk.post(f"/admin/texts/{entry_id}/picture", file=(BytesIO(files.jpeg()), "a.jpg")))
    assert (the(entry_id).asset_id is not None, the(entry_id).alt) == (True, "A shop")
    desk.after(desk.post(f"/admin/texts/{entry_id}/picture", to="off"))
    assert (the(entry_id).asset_id, the(entry_id).title) == (None, "News")


def test_who_saves_a_text_second_sees_both_and_may_save_again(world: World, desk: Desk) -> None:
    entry_id = publish("about-us")
    url = f"/admin/texts/{entry_id}"
    version = hidden(desk.get(url), "version")
    desk.after(desk.post(url, **WRITTEN | {"body": "Theirs.", "version": version}))
    second = desk.post(url, **WRITTEN | {"body": "Mine.", "version": version})
    assert (second.status_code, "Mine." in second.text, "Theirs." in second.text) == (409, True, True)
    desk.after(desk.post(url, **WRITTEN | {"body": "Mine.", "version": hidden(second.text, "version")}))
    assert the(entry_id).body == "Mine."


@pytest.mark.parametrize(("slug", "status"), [("Not So", 422), ("taken", 409)])
def test_an_address_of_a_text_that_cannot_be_is_refused(world: World, desk: Desk, slug: str, status: int) -> None:
    publish("taken")
    refused = desk.post("/admin/texts", kind="page", **WRITTEN | {"slug": slug})
    assert (refused.status_code, 'id="slug-error"' in refused.text, "We **print**." in refused.text) == (
        status,
        True,
        True,
    )


# Menus


def test_links_are_added_put_in_order_and_removed_with_a_way_back(world: World, desk: Desk) -> None:
    entry_id = publish("about-us")
    desk.after(desk.post("/admin/menus", place="help", label="About", target=f"entry:{entry_id}", address=""))
    desk.after(desk.post("/admin/menus", place="help", label="Goods", target=f"category:{world.shelf_id}"))
    desk.after(desk.post("/admin/menus", place="help", label="Journal", target="", address="/journal"))
    assert labels() == ["About", "Goods", "Journal"]
    first, _second, third = rows()
    desk.after(desk.post(f"/admin/menus/{third.id}", to="up"))
    assert labels() == ["About", "Journal", "Goods"]
    gone = desk.after(desk.post(f"/admin/menus/{first.id}", to="out"))
    assert labels() == ["Journal", "Goods"]
    undo = {name: hidden(gone, name) for name in ("label", "place", "target", "at")}
    desk.after(desk.post("/admin/menus", **undo))
    assert labels() == ["About", "Journal", "Goods"]
    assert ">Journal<" in world.shopper().get("/")


@pytest.mark.parametrize(
    "typed",
    [
        {"target": "", "address": ""},
        {"target": "", "address": "javascript:alert(1)"},
        {"target": "", "address": "//evil.example"},
        {"target": "entry:99", "address": ""},
        {"target": "category:1", "address": "/journal"},
    ],
)
def test_a_link_leads_to_one_thing_that_is_there(world: World, desk: Desk, typed: dict[str, str]) -> None:
    refused = desk.post("/admin/menus", place="help", label="Kept", **typed)
    assert (refused.status_code, 'value="Kept"' in refused.text) == (422, True)
    assert rows() == []


def rows() -> list[MenuItem]:
    db.session.rollback()
    return [item.row for item in menus.items()[Place.HELP]]


def labels() -> list[str]:
    return [row.label for row in rows()]


# Search


def test_a_search_that_missed_becomes_a_synonym_and_misses_no_more(world: World, desk: Desk) -> None:
    assert "Every search of the last 90 days found something." in desk.get("/admin/words")
    search.note_miss("Tankard")
    assert "tankard" in desk.get("/admin/words")
    assert 'value="tankard"' in desk.get("/admin/words?phrase=tankard")
    page = desk.after(desk.post("/admin/words/synonyms", phrase="tankard", means="mug"))
    assert "now also finds" in page
    assert "Mug" in world.shopper().get("/search?q=tankard")
    assert world.count(SearchMiss) == 0
    synonym = db.session.scalars(select(Synonym)).one()
    gone = desk.after(desk.post(f"/admin/words/synonyms/{synonym.id}/removal"))
    assert world.count(Synonym) == 0
    undo = {name: hidden(gone[gone.index("Removed") - 400 :], name) for name in ("phrase", "means")}
    desk.after(desk.post("/admin/words/synonyms/restoration", **undo))
    assert world.count(Synonym, phrase="tankard", means="mug") == 1


@pytest.mark.parametrize(
    ("phrase", "means", "field"),
    [
        ("", "mug", "phrase"),
        ("a b c d", "mug", "phrase"),
        ("tankard", "unheard", "means"),
        ("tankard", "", "means"),
    ],
)
def test_a_synonym_that_would_find_nothing_is_refused(
    world: World, desk: Desk, phrase: str, means: str, field: str
) -> None:
    refused = desk.post("/admin/words/synonyms", phrase=phrase, means=means)
    assert (refused.status_code, f'id="{field}-error"' in refused.text) == (422, True)
    assert world.count(Synonym) == 0


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PACKER, Role.SUPPORT])
def test_who_may_not_edit_goods_reads_only(world: World, desk_of: Callable[[Role], Desk], role: Role) -> None:
    entry_id, desk = publish("about-us"), desk_of(role)
    menus.add(Place.HELP, "About", entry_id=entry_id)
    (link,) = rows()
    for page in ("/admin/texts", f"/admin/texts/{entry_id}", "/admin/menus", "/admin/words"):
        assert 'class="button"' not in desk.get(page)
    assert desk.browser.get("/admin/texts/new").status_code == 403
    changes = [f"texts/{entry_id}{path}" for path in ("", "/publication", "/withdrawal", "/picture")]
    changes += ["texts", "menus", f"menus/{link.id}", "words/synonyms", "words/synonyms/1/removal"]
    for path in [*changes, "words/synonyms/restoration"]:
        assert desk.post(f"/admin/{path}", to="out").status_code == 403, path
    assert labels() == ["About"]


def test_no_page_about_words_reads_a_growing_table_whole(world: World, desk: Desk) -> None:
    entry_id = publish("about-us")
    search.note_miss("tankard")
    for page in ("/admin/texts", f"/admin/texts/{entry_id}", "/admin/menus", "/admin/words"):
        with asked() as statements:
            desk.get(page)
        assert len(statements) <= 10, page
        assert [read for statement, values in statements for read in scans(statement, values)] == [], page
