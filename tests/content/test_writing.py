"""How texts are written, and what the database itself keeps."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shop.catalog.services import EditedMeanwhile
from shop.content import services
from shop.content.models import LONGEST_BODY, Entry, FormerSlug, Kind, MenuItem
from shop.content.services import AddressTaken, Manuscript
from shop.core.db import db, transaction
from shop.core.errors import Invalid, NotFound
from tests.content.writers import draft, publish, revised, the
from tests.world import World

pytestmark = pytest.mark.both


def test_two_people_at_once_do_not_lose_each_others_words(world: World) -> None:
    entry_id = draft("a-text", body="Old.")
    seen = the(entry_id).version
    services.revise(entry_id, revised(entry_id, body="Mine."), version=seen)
    with pytest.raises(EditedMeanwhile):
        services.revise(entry_id, revised(entry_id, body="Yours.", slug="elsewhere"), version=seen)
    assert the(entry_id).body == "Mine."
    assert world.count(FormerSlug) == 0


def test_what_is_published_meanwhile_counts_as_a_change(world: World) -> None:
    entry_id = draft("a-text")
    seen = the(entry_id).version
    services.publish(entry_id)
    with pytest.raises(EditedMeanwhile):
        services.revise(entry_id, revised(entry_id, body="Yours."), version=seen)


def test_revising_says_when(world: World) -> None:
    entry_id = draft("a-text")
    before = the(entry_id).updated_at
    services.revise(entry_id, revised(entry_id, title="Another"), version=the(entry_id).version)
    assert the(entry_id).title == "Another"
    assert the(entry_id).updated_at > before


@pytest.mark.parametrize("slug", ["", "A", "a b", "a/b", "-a", "a-", "a--b", "ä", "a" * 65, "a\n"])
def test_a_slug_is_what_an_address_can_bear(world: World, slug: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.write(Kind.PAGE, Manuscript(slug=slug, title="A title"))
    assert set(refused.value.fields) == {"slug"}


def test_a_text_needs_a_title_and_has_an_end(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        services.write(Kind.PAGE, Manuscript(slug="a", title=" ", body="x" * (LONGEST_BODY + 1)))
    assert set(refused.value.fields) == {"title", "body"}
    services.write(Kind.PAGE, Manuscript(slug="a", title="A", body="ä" * LONGEST_BODY))


def test_an_address_belongs_to_one_text(world: World) -> None:
    draft("terms", kind=Kind.LEGAL)
    with pytest.raises(AddressTaken):
        draft("terms", kind=Kind.PAGE)
    other = draft("other")
    with pytest.raises(AddressTaken):
        services.revise(other, revised(other, slug="terms"), version=the(other).version)
    assert (the(other).slug, world.count(FormerSlug)) == ("other", 0)
    draft("terms", kind=Kind.LOOKBOOK)


def test_what_is_not_there_cannot_be_changed(world: World) -> None:
    for act in (services.publish, services.withdraw):
        with pytest.raises(NotFound):
            act(4711)
    with pytest.raises(NotFound):
        services.revise(4711, Manuscript(slug="a", title="A"), version=1)


@pytest.mark.parametrize(
    "values",
    ["kind = 'poem'", "status = 'lost'", "status = 'published', published_at = NULL", "body = :long"],
)
def test_the_database_keeps_texts_as_they_must_be(world: World, values: str) -> None:
    publish("a-text")
    statement = text(f"UPDATE entries SET {values}")
    bound = {"long": "x" * (LONGEST_BODY + 1)} if ":long" in values else {}
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(statement, bound)


@pytest.mark.parametrize(
    "to",
    [{}, {"address": "javascript:alert(1)"}, {"address": "http://plain.example"}, {"address": "/a", "category_id": 0}],
)
def test_a_link_leads_to_one_place_that_a_browser_may_go_to(world: World, to: dict[str, object]) -> None:
    if "category_id" in to:
        to = {**to, "category_id": world.shelf_id}
    with pytest.raises(IntegrityError), transaction():
        db.session.add(MenuItem(place="help", label="There", **to))


def test_a_text_that_is_deleted_takes_its_links_and_old_addresses_along(world: World) -> None:
    entry_id = publish("a-text")
    services.revise(entry_id, revised(entry_id, slug="b-text"), version=the(entry_id).version)
    with transaction():
        db.session.add(MenuItem(place="help", label="There", entry_id=entry_id))
    with transaction():
        db.session.delete(db.session.get_one(Entry, entry_id))
    assert (world.count(MenuItem), world.count(FormerSlug)) == (0, 0)
