from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import CursorResult, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from shop.core.clock import now
from shop.core.db import db, take_turns, transaction
from shop.core.errors import NotFound
from shop.core.i18n import _
from shop.reviews.models import Rating, Review, ShopRating, Status
from shop.reviews.stars import MOST

COUNTS = ("count", "one", "two", "three", "four", "five")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    stars: int
    title: str
    text: str
    author: str  # as it is shown


def write(product_id: int, opinion: Opinion, *, order_line_id: int, variant_name: str, language: str) -> bool:
    """What a buyer thinks of what they bought, waiting for somebody to read it. False when they have said it before."""
    review = Review(
        product_id=product_id,
        order_line_id=order_line_id,
        variant_name=variant_name,
        language=language,
        verified=True,
        written_at=now(),
        **asdict(opinion),
    )
    with transaction():
        try:
            with db.session.begin_nested():
                db.session.add(review)
        except IntegrityError:
            return False
    return True


def publish(review_id: int) -> bool:
    """Shows a review and counts it. False when nothing changed, as the second time."""
    return bool(moderate([review_id], Status.SHOWN))


def hide(review_id: int) -> bool:
    """Takes a review, shown or waiting, out of sight and out of the rating. False when nothing changed."""
    return bool(moderate([review_id], Status.HIDDEN))


def moderate(review_ids: Sequence[int], status: Status) -> list[int]:
    """Shows reviews, hides them, or has them wait again. Returns those that were not so before."""
    with transaction():
        reviews = db.session.scalars(
            select(Review)
            .where(Review.id.in_(review_ids), Review.status != status)
            .order_by(Review.id)
            .with_for_update()
        ).all()
        for review in reviews:
            review.status = status
        db.session.flush()
        for product_id in sorted({review.product_id for review in reviews}):
            recount(product_id)
        return [review.id for review in reviews]


def reply(review_id: int, text: str) -> None:
    """What the shop says to it, in place of what it said before; nothing takes that back."""
    with transaction():
        review = db.session.get(Review, review_id, with_for_update=True)
        if review is None:
            raise NotFound(_("This review is not there any more."))
        review.reply, review.replied_at = text, now() if text else None


def recount(product_id: int) -> None:
    """Makes a product's rating, and the shop's, what its reviews are. Whoever changes which are shown calls it."""
    with transaction():
        take_turns("ratings")  # or two reviews shown at once would each be counted without the other
        given = (func.count().filter(Review.stars == stars) for stars in range(1, MOST + 1))
        shown = select(func.count(), *given).where(Review.product_id == product_id, Review.status == Status.SHOWN)
        _keep(Rating, "product_id", product_id, shown)
        sums = (func.coalesce(func.sum(getattr(Rating, name)), 0) for name in COUNTS)
        _keep(ShopRating, "id", 1, select(*sums))


def _keep(tally: type[Rating | ShopRating], key: str, value: int, counted: Select[*tuple[Any, ...]]) -> None:
    counts = dict(zip(COUNTS, map(int, db.session.execute(counted).one()), strict=True))
    changed = db.session.execute(update(tally).where(getattr(tally, key) == value).values(counts))
    assert isinstance(changed, CursorResult)
    if not changed.rowcount:
        db.session.execute(insert(tally).values({key: value} | counts))
