"""A rating is what the reviews that are shown come to, whatever happens to them and however often."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from shop.books import audit
from shop.catalog.models import Product
from shop.core.db import db, transaction
from shop.reviews import queries, services
from shop.reviews.models import Rating, Review, Status
from shop.reviews.stars import Stars
from tests.faults.test_races import at_once
from tests.reviews.writers import product_id, show, write
from tests.world import World

pytestmark = pytest.mark.both


def given(slug: str) -> tuple[int, ...]:
    db.session.rollback()
    return queries.rating(product_id(slug)).counts


def overall() -> tuple[int, ...]:
    db.session.rollback()
    return queries.overall().counts


def test_a_review_counts_once_it_is_shown(world: World) -> None:
    waiting = write("mug", 4)
    assert given("mug") == overall() == (0, 0, 0, 0, 0)
    assert services.publish(waiting)
    assert given("mug") == overall() == (0, 0, 0, 1, 0)


def test_publishing_and_hiding_twice_is_fine(world: World) -> None:
    review = show("mug", 5)
    assert not services.publish(review)
    assert given("mug") == (0, 0, 0, 0, 1)
    assert services.hide(review)
    assert not services.hide(review)
    assert given("mug") == overall() == (0, 0, 0, 0, 0)
    assert services.publish(review)
    assert given("mug") == (0, 0, 0, 0, 1)


def test_a_review_that_waits_can_be_hidden_without_having_counted(world: World) -> None:
    waiting = write("mug", 1)
    show("mug", 5)
    assert services.hide(waiting)
    assert given("mug") == (0, 0, 0, 0, 1)


def test_a_review_that_is_not_there_changes_nothing(world: World) -> None:
    assert not services.publish(4711)
    assert not services.hide(4711)


def test_products_do_not_share_their_ratings_but_the_shop_has_them_all(world: World) -> None:
    for stars in (5, 5, 3):
        show("mug", stars)
    show("cap", 1)
    assert given("mug") == (0, 0, 1, 0, 2)
    assert given("cap") == (1, 0, 0, 0, 0)
    assert given("print") == (0, 0, 0, 0, 0)
    assert overall() == (1, 0, 1, 0, 2)
    ids = [product_id(slug) for slug in ("mug", "cap", "print")]
    assert queries.ratings(ids) == {ids[0]: Stars((0, 0, 1, 0, 2)), ids[1]: Stars((1, 0, 0, 0, 0))}


def test_what_fails_leaves_the_rating_as_it_was(world: World) -> None:
    waiting = write("mug", 5)

    def publish_and_fail() -> None:
        with transaction():
            services.publish(waiting)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_and_fail()
    assert given("mug") == (0, 0, 0, 0, 0)
    assert db.session.get_one(Review, waiting).status == Status.WAITING


@pytest.mark.parametrize(
    ("counts", "average"),
    [((0, 0, 0, 0, 0), "0.0"), ((0, 0, 0, 0, 1), "5.0"), ((0, 1, 3, 22, 187), "4.9"), ((1, 0, 0, 0, 3), "4.0")],
)
def test_the_average_is_to_the_tenth(counts: tuple[int, ...], average: str) -> None:
    assert Stars(counts).average == Decimal(average)


def test_one_five_is_not_loved_more_than_many(world: World) -> None:
    show("cap", 5)
    for stars in (5, 5, 5, 5, 5, 5, 4):
        show("mug", stars)
    show("print", 1)
    loved = select(Product.slug).join(Rating, Rating.product_id == Product.id).order_by(Rating.score.desc())
    assert db.session.scalars(loved).all() == ["mug", "cap", "print"]
    assert db.session.get_one(Rating, product_id("mug")).score == (40 + 34) * 1000 // 17


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE ratings SET count = count + 1",
        "UPDATE ratings SET one = -1, two = 1",
        "UPDATE shop_rating SET five = 0",
        "UPDATE reviews SET stars = 6",
        "UPDATE reviews SET stars = 0",
        "UPDATE reviews SET status = 'lost'",
        "UPDATE reviews SET reply = 'Thank you.'",
    ],
)
def test_the_database_refuses_what_cannot_be(world: World, lie: str) -> None:
    show("mug", 5)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(lie))


@pytest.mark.parametrize(
    ("lie", "what"),
    [
        ("UPDATE reviews SET status = 'hidden'", "rating of product"),
        ("UPDATE reviews SET stars = 2", "rating of product"),
        ("UPDATE ratings SET count = 2, five = 2", "rating of product"),
        ("DELETE FROM ratings", "rating of product"),
        ("DELETE FROM reviews", "rating of product"),
        ("DELETE FROM shop_rating", "rating of the shop"),
        ("UPDATE shop_rating SET count = 1, four = 1, five = 0", "rating of the shop"),
    ],
)
def test_the_audit_names_a_rating_that_is_not_what_its_reviews_are(world: World, lie: str, what: str) -> None:
    review = show("mug", 5)
    world.prove()
    with transaction():
        db.session.execute(text(lie))
    db.session.rollback()
    said = [str(finding) for finding in audit.run(ask_stripe=False).findings]
    assert any(line.startswith(what) for line in said), said

    if db.session.get(Review, review) is not None:
        services.recount(product_id("mug"))
        world.prove()


def test_reviews_published_at_once_are_all_counted(world: World, app: Flask) -> None:
    waiting = [write("mug", 1 + n % 5) for n in range(10)] + [write("cap", 5) for _ in range(5)]
    assert at_once(app, *(lambda it=review: services.publish(it) for review in waiting)) == [True] * 15
    assert given("mug") == (2, 2, 2, 2, 2)
    assert given("cap") == (0, 0, 0, 0, 5)
    assert overall() == (2, 2, 2, 2, 7)
    world.prove()


def test_one_review_published_by_ten_is_counted_once(world: World, app: Flask) -> None:
    waiting = write("mug", 3)
    results = at_once(app, *([lambda: services.publish(waiting)] * 10))
    assert sorted(map(bool, results)) == [False] * 9 + [True]
    assert given("mug") == (0, 0, 1, 0, 0)


def test_publishing_and_hiding_at_once_end_in_one_of_both(world: World, app: Flask) -> None:
    reviews = [show("mug", 4) if n % 2 else write("mug", 4) for n in range(6)]
    at_once(app, *(lambda it=it, act=act: act(it) for it in reviews for act in (services.publish, services.hide)))
    db.session.rollback()
    shown = [review.status for review in db.session.scalars(select(Review))].count(Status.SHOWN)
    assert given("mug") == (0, 0, 0, shown, 0)
    assert Status.WAITING not in set(db.session.scalars(select(Review.status)))
    world.prove()
