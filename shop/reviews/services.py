from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import CursorResult, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from shop.core.clock import now
from shop.core.db import db, take_turns, transaction
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
    return _move(review_id, Status.SHOWN)


def hide(review_id: int) -> bool:
    """Takes a review, shown or waiting, out of sight and out of the rating. False when nothing changed."""
    return _move(review_id, Status.HIDDEN)


def _move(review_id: int, status: Status) -> bool:
    with transaction():
        product_id = db.session.scalar(
            update(Review)
            .where(Review.id == review_id, Review.status != status)
            .values(status=status)
            .returning(Review.product_id)
            .execution_options(synchronize_session=False)
        )
        if product_id is not None:
            recount(product_id)
    return product_id is not None


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
