"""Asking for a review: some days after the parcel came, once, and only about what was kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from shop.aftersale import invitations, money_back
from shop.core.db import db
from shop.orders import returns
from shop.orders.models import Order
from shop.payments import refunds as money
from shop.payments.refunds import Asked
from shop.reviews import services as reviewing
from shop.reviews.models import Review
from tests.aftersale.steps import ask, lines, said, send, submit
from tests.payments.steps import later
from tests.world import World, new_token
from worker.tasks import upkeep

pytestmark = pytest.mark.both


@pytest.fixture
def order(world: World) -> Order:
    world.store_with(returns_days=30)
    order = world.shopper().buy(world.mug, world.a4)
    send(order)
    return order


def invite(world: World, *, days: float = 8) -> list[str]:
    """The subjects of the invitations that have gone `days` after."""
    with later(days=days):
        upkeep.invite_to_review()
        world.work()
    return [mail.subject for mail in world.mails("review-invitation")]


@pytest.fixture
def invited(world: World, order: Order) -> Iterator[str]:
    """The address in the mail, nine days after the parcel came."""
    with later(days=9):
        upkeep.invite_to_review()
        world.work()
        yield link(world)


def link(world: World) -> str:
    found = re.search(r"http://localhost(/reviews/\S+)", said(world, "review-invitation"))
    assert found
    return found[1]


def written() -> list[Review]:
    db.session.rollback()
    return list(db.session.scalars(select(Review).order_by(Review.id)))


def test_a_week_after_the_parcel_came_one_mail_goes(world: World, order: Order) -> None:
    assert invite(world, days=6) == []
    assert invite(world) == ["How do you like it?"]
    assert invite(world, days=9) == ["How do you like it?"]
    text = said(world, "review-invitation")
    assert "Mug" in text
    assert "Print, A4" in text
    assert world.waiting() == []


def test_a_parcel_that_nobody_saw_arrive_is_not_asked_about(world: World) -> None:
    send(world.shopper().buy(world.mug), arrived=False)
    assert invite(world, days=30) == []


def test_a_shop_that_begins_to_ask_leaves_the_past_alone(world: World, order: Order) -> None:
    assert invite(world, days=61) == []


def test_a_shop_may_ask_nobody(world: World, order: Order) -> None:
    world.store_with(invite_after_days=0)
    assert invite(world, days=20) == []


def test_what_went_back_or_was_refunded_is_not_asked_about(world: World, order: Order) -> None:
    mug, a4 = lines(order)
    ask(order, {mug.id: 1})
    money.refund(order.id, Asked(lines={a4.id: 1}), reason="scratched", by="staff:1", form_token=new_token())
    assert invite(world) == []


def test_what_goes_back_before_the_mail_is_written_stops_it(world: World, order: Order) -> None:
    with later(days=8):
        upkeep.invite_to_review()
        mug, a4 = lines(order)
        ask(order, {mug.id: 1, a4.id: 1})
        world.work()
    assert world.mails("review-invitation") == []
    assert world.waiting() == []


def test_each_parcel_asks_once_about_what_was_in_it(world: World) -> None:
    order = world.shopper().buy(world.mug, world.a4)
    mug, a4 = lines(order)
    send(order, {mug.id: 1})
    send(order, {a4.id: 1})
    assert len(invite(world)) == 2
    texts = [mail.text for mail in world.mails("review-invitation")]
    assert sorted(("Mug" in text, "Print" in text) for text in texts) == [(False, True), (True, False)]


def test_a_verified_review_waits_to_be_read_and_then_stands_with_the_goods(
    world: World, order: Order, invited: str
) -> None:
    alice, url = world.shopper(), invited
    mug, _print = lines(order)
    page = alice.get(url)
    assert 'value="Alice A."' in page
    typed = {f"line-{mug.id}-stars": 5, f"line-{mug.id}-title": "A fine mug", f"line-{mug.id}-text": "It holds tea."}
    answer = submit(alice, url, author="Alice", **typed)
    assert answer.location == url
    left = alice.get(url)
    assert "Somebody reads it first" in left
    (review,) = written()
    assert (review.stars, review.title, review.text, review.author) == (5, "A fine mug", "It holds tea.", "Alice")
    assert (review.verified, review.status, review.order_line_id) == (True, "waiting", mug.id)
    assert "A fine mug" not in alice.get("/products/mug/reviews")
    reviewing.publish(review.id)
    assert "A fine mug" in alice.get("/products/mug/reviews")
    assert ">Mug<" not in left
    assert ">Print<" in left


def test_a_piece_is_reviewed_once(world: World, order: Order, invited: str) -> None:
    alice, url = world.shopper(), invited
    for each in lines(order):
        submit(alice, url, author="Alice", **{f"line-{each.id}-stars": 4, f"line-{each.id}-text": "Good."})
    assert "There is nothing more to say about this parcel" in alice.get(url)
    mug, _print = lines(order)
    opinion = reviewing.Opinion(stars=1, title="", text="Again.", author="Alice")
    assert not invitations.say(order, mug, opinion, language="en-GB")
    assert [review.stars for review in written()] == [4, 4]


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(world: World, order: Order, invited: str) -> None:
    alice, url = world.shopper(), invited
    mug, a4 = lines(order)
    nothing = submit(alice, url, author="")
    assert nothing.status_code == 422
    assert "Give stars to at least one of them." in nothing.text
    assert "Enter a name to show with your review." in nothing.text
    half = submit(alice, url, author="Alice", **{f"line-{mug.id}-title": "A fine mug", f"line-{a4.id}-stars": 5})
    assert half.status_code == 422
    for words in ("Give it one to five stars.", "Say in a few words what you think of it.", "A fine mug"):
        assert words in half.text
    odd = submit(alice, url, author="Alice", **{f"line-{mug.id}-stars": 6, f"line-{mug.id}-text": "Much."})
    assert odd.status_code == 422
    assert written() == []


def test_a_link_that_was_made_up_or_is_old_leads_nowhere(world: World, order: Order, invited: str) -> None:
    bob, url = world.shopper("203.0.113.9"), invited
    assert bob.browser.get(url.replace(".", ".x", 1)).status_code == 404
    assert bob.browser.get("/reviews/1").status_code == 404
    assert bob.browser.post(url, data={"author": "Bob"}).status_code == 400
    with later(days=120):
        assert bob.browser.get(url).status_code == 404
    assert written() == []


def test_what_came_back_is_not_reviewed_by_an_old_link(world: World, order: Order, invited: str) -> None:
    mug, _print = lines(order)
    return_id = ask(order, {mug.id: 1})
    returns.approve(return_id, by="staff:1")
    money_back.receive_and_refund(return_id, {mug.id: (1, 0)}, by="staff:1")
    page = world.shopper().get(invited)
    assert ">Mug<" not in page
    assert ">Print<" in page
