"""Reviews as staff read them: published or refused, one or many, answered, and back again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.core.db import db
from shop.reviews import queries
from shop.reviews.models import Review
from tests.admin.conftest import Desk
from tests.guards.test_budgets import statements
from tests.guards.test_plans import asked, scans
from tests.reviews.writers import product_id, show, write
from tests.world import World

pytestmark = pytest.mark.both


def statuses(*ids: int) -> list[str]:
    db.session.rollback()
    return [db.session.get_one(Review, each).status for each in ids]


def test_without_reviews_each_tab_says_so(world: World, desk: Desk) -> None:
    assert "No review waits to be read." in desk.get("/admin/reviews")
    assert "No review is published." in desk.get("/admin/reviews?status=shown")
    assert "No review was refused." in desk.get("/admin/reviews?status=hidden")


def test_who_has_waited_longest_is_read_first(world: World, desk: Desk) -> None:
    late, early = write("mug", days_ago=1), write("print", days_ago=9)
    assert re.findall(r'id="review-(\d+)"', desk.get("/admin/reviews")) == [str(early), str(late)]


def test_several_reviews_are_published_at_once_and_the_product_counts_them(world: World, desk: Desk) -> None:
    one, other, left = write("mug", 5), write("mug", 1), write("mug", 3)
    sent = {"review": [one, other], "to": "shown", "was": "waiting"}
    page = desk.after(desk.post("/admin/reviews/moderation", **sent))
    assert "2 reviews are published." in page
    assert statuses(one, other, left) == ["shown", "shown", "waiting"]
    assert queries.rating(product_id("mug")).counts == (1, 0, 0, 0, 1)
    end = page.index("That was a mistake?")
    undo = dict(re.findall(r'name="(to|was)" value="(\w+)"', page[end - 400 : end]))
    back = desk.after(desk.post("/admin/reviews/moderation", review=[one, other], **undo))
    assert "2 reviews wait again." in back
    assert statuses(one, other, left) == ["waiting"] * 3
    assert queries.rating(product_id("mug")).count == 0


def test_a_review_is_refused_and_no_longer_counts(world: World, desk: Desk) -> None:
    shown = show("mug")
    page = desk.after(desk.post("/admin/reviews/moderation", review=shown, to="hidden", was="shown"))
    assert "1 review is refused." in page
    assert statuses(shown) == ["hidden"]
    assert queries.overall().count == 0


def test_without_one_chosen_nothing_happens(world: World, desk: Desk) -> None:
    review = write("mug")
    assert "Choose at least one" in desk.after(desk.post("/admin/reviews/moderation", to="shown", was="waiting"))
    assert statuses(review) == ["waiting"]


def test_a_reply_stands_under_the_review_until_it_is_removed(world: World, desk: Desk) -> None:
    review = show("mug", 2)
    desk.after(desk.post(f"/admin/reviews/{review}/reply", text="Sorry! A new one is on its way."))
    assert "A new one is on its way." in world.shopper().get("/products/mug")
    desk.after(desk.post(f"/admin/reviews/{review}/reply/removal"))
    assert "A new one is on its way." not in world.shopper().get("/products/mug")


def test_a_reply_that_says_nothing_or_too_much_is_refused_with_what_was_typed(world: World, desk: Desk) -> None:
    review = show("mug")
    empty, long = (desk.post(f"/admin/reviews/{review}/reply", text=text) for text in (" ", "x" * 2001))
    assert (empty.status_code, "Write a reply" in empty.text) == (422, True)
    assert (long.status_code, "x" * 2001 in long.text) == (422, True)
    assert db.session.scalars(select(Review.reply)).one() == ""


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PACKER, Role.SUPPORT])
def test_who_may_not_edit_goods_reads_reviews_only(world: World, desk_of: Callable[[Role], Desk], role: Role) -> None:
    review, desk = write("mug"), desk_of(role)
    assert "Just right." in (page := desk.get("/admin/reviews"))
    assert 'name="to"' not in page
    for url in ("moderation", f"{review}/reply", f"{review}/reply/removal"):
        assert desk.post(f"/admin/reviews/{url}", review=review, to="shown", text="x").status_code == 403
    assert statuses(review) == ["waiting"]


def test_the_queue_costs_the_same_with_1_and_with_60_and_reads_no_table_whole(world: World, desk: Desk) -> None:
    found = []
    for count in (1, 59):
        for n in range(count):
            write("mug", days_ago=n)
        with statements() as few:
            desk.get("/admin/reviews")
        found.append(len(few))
    assert found[0] == found[1] <= 10
    with asked() as all_asked:
        page = desk.get("/admin/reviews")
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        assert onward
        desk.get(onward[1].replace("&amp;", "&"))
    assert [read for statement, values in all_asked for read in scans(statement, values)] == []
