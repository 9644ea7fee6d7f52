"""What the demo's customers wrote, without an app."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from shop.demo import said
from shop.demo.goods import GOODS, item_name, items
from shop.demo.reviews import OLDEST, Written, written
from shop.reviews.stars import Stars

FILLED = datetime(2026, 11, 26, tzinfo=UTC)
REVIEWS = written(FILLED)
EVERY_REVIEW = [review for reviews in REVIEWS.values() for review in reviews]
BY_SLUG = {good.slug: good for good in GOODS}

every_reviewed = pytest.mark.parametrize("slug", REVIEWS)


def test_one_good_has_more_than_200_and_two_on_sale_have_none():
    assert len(REVIEWS["seven-ridges"]) == 213
    assert str(Stars(said.TALLIES["seven-ridges"]).average) == "4.9"
    on_sale = {good.slug for good in GOODS if good.status == "live" and not good.opens_in_days}
    assert on_sale - set(REVIEWS) == {"desk-calendar-2027", "year-planner-2027"}
    assert set(REVIEWS) <= on_sale
    assert all(3 <= len(reviews) <= 60 for slug, reviews in REVIEWS.items() if slug != "seven-ridges")


@every_reviewed
def test_stars_are_what_the_tally_says(slug):
    given = Counter(review.stars for review in REVIEWS[slug])
    assert tuple(given[stars] for stars in range(1, 6)) == said.TALLIES[slug]


def test_nothing_is_said_twice_and_all_that_was_written_is_said():
    texts = Counter(review.text for review in EVERY_REVIEW)
    assert [text for text, count in texts.items() if count > 1] == []
    by_hand = [text for bank in (said.OWN, said.SHELF) for texts in bank.values() for text in texts]
    assert [text.text for text in by_hand if text.text not in texts] == []
    assert len(by_hand) >= 200


def test_nothing_was_written_in_the_future_or_before_the_shop_was_there():
    for review in EVERY_REVIEW:
        assert FILLED - timedelta(days=OLDEST) <= review.written_at <= FILLED - timedelta(days=1)
        assert bool(review.reply) == bool(review.replied_at)
        assert review.replied_at is None or review.written_at < review.replied_at < FILLED


@every_reviewed
def test_the_newest_come_first_and_nobody_writes_twice(slug):
    reviews = REVIEWS[slug]
    assert reviews == sorted(reviews, key=lambda review: review.written_at, reverse=True)
    assert len({review.author for review in reviews}) == len(reviews)
    assert {review.variant_name for review in reviews} <= {item_name(BY_SLUG[slug], i) for i in items(BY_SLUG[slug])}


def test_whoever_was_let_down_was_answered():
    assert all(review.reply for review in EVERY_REVIEW if review.stars <= 2)


def test_a_frame_is_praised_by_those_who_bought_one():
    prints = [r for slug, reviews in REVIEWS.items() if BY_SLUG[slug].shelf == "art-prints" for r in reviews]
    bare = [review.text for review in prints if "no frame" in review.variant_name]
    framed = [review.text for review in prints if "no frame" not in review.variant_name]
    assert [text for text in bare if "acrylic" in text or "mount is cut" in text] == []
    assert [text for text in framed if "in tissue" in text or "tube" in text] == []


def test_every_sentence_is_filled_in_and_ends():
    for review in EVERY_REVIEW:
        assert not re.search(r"[{}]|  |\bNone\b", review.text + review.title), review
        assert review.text[0].isupper(), review
        assert review.text[-1] in ".?", review


def test_the_same_day_makes_the_same_reviews_and_another_day_the_same_words():
    def words(reviews: dict[str, list[Written]]) -> list[tuple[str, str, str]]:
        return [(review.author, review.title, review.text) for each in reviews.values() for review in each]

    assert written(FILLED) == REVIEWS
    assert words(written(FILLED + timedelta(days=100))) == words(REVIEWS)


def test_a_choice_keeps_its_capitals():
    notebook = BY_SLUG["seigaiha-notebook"]
    assert item_name(notebook, items(notebook)[0]) == "Dotted, A5"
    assert item_name(BY_SLUG["seven-ridges"], items(BY_SLUG["seven-ridges"])[1]) == "A4, oak"
    assert item_name(BY_SLUG["wall-calendar-2027"], items(BY_SLUG["wall-calendar-2027"])[0]) == ""
