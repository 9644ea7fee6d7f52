from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from shop.core import lists
from shop.core.db import db
from shop.core.lists import Piece, piece
from shop.reviews.models import Rating, Review, ShopRating, Status
from shop.reviews.stars import MOST, Stars

PAGE = 20
QUEUE = 25  # on a page of the staff's
CRITICAL = 3  # stars at most
NEWEST = (Review.written_at.desc(), Review.id.desc())


@dataclass(frozen=True, slots=True)
class Page:
    """Reviews of a product, all of them or those with `stars`, from the newest on."""

    rating: Stars
    stars: int | None
    reviews: Sequence[Review]
    number: int
    total: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return min(self.number * PAGE, self.total)

    @property
    def more(self) -> bool:
        return self.last < self.total


def ratings(product_ids: Iterable[int]) -> dict[int, Stars]:
    """What the reviews of each product come to; one without reviews is left out."""
    rows = db.session.scalars(select(Rating).where(Rating.product_id.in_(list(product_ids)), Rating.count > 0))
    return {row.product_id: row.stars for row in rows}


def rating(product_id: int) -> Stars:
    return ratings([product_id]).get(product_id, Stars())


def overall() -> Stars:
    """What all reviews of the shop come to."""
    row = db.session.get(ShopRating, 1)
    return row.stars if row else Stars()


def for_product(product_id: int, *, count: int) -> list[Review]:
    """The newest reviews, the last of them giving way to a critical one with the shop's reply when there is one."""
    newest = list(db.session.scalars(_shown(product_id).order_by(*NEWEST).limit(count)))
    answered = db.session.scalar(
        _shown(product_id).where(Review.stars <= CRITICAL, Review.reply != "").order_by(*NEWEST).limit(1)
    )
    if answered is not None and answered not in newest:
        newest[count - 1 :] = [answered]
    return newest


def page(product_id: int, *, stars: int | None, number: int) -> Page:
    """`number` counts from 1; beyond the last page it is the last."""
    found = rating(product_id)
    total = found.count if stars is None else found.given(stars)
    number = min(number, max(1, -(-total // PAGE)))
    wanted = _shown(product_id).order_by(*NEWEST).limit(PAGE).offset((number - 1) * PAGE)
    if stars is not None:
        wanted = wanted.where(Review.stars == stars)
    return Page(found, stars, db.session.scalars(wanted).all(), number, total)


def queue(status: Status, *, after: int | None = None, before: int | None = None) -> Piece[Review]:
    """Those that wait from the oldest on, the others from the newest."""
    found = select(Review).where(Review.status == status)
    descending = status != Status.WAITING
    return piece(found, Review.written_at, Review.id, after=after, before=before, descending=descending, size=QUEUE)


def in_each_status() -> dict[str, int]:
    """How many, as lists.counts counts."""
    return lists.counts({each: select(Review).where(Review.status == each) for each in Status})


def review(review_id: int) -> Review | None:
    return db.session.get(Review, review_id)


def mistaken() -> Iterator[tuple[str, str]]:
    """Ratings that are not what their reviews are, and how; for the audit, which reads everything."""
    kept = {f"rating of product {row.product_id}": row.stars for row in db.session.scalars(select(Rating))}
    per_stars = (
        select(Review.product_id, Review.stars, func.count())
        .where(Review.status == Status.SHOWN)
        .group_by(Review.product_id, Review.stars)
    )
    counted: dict[str, Counter[int]] = defaultdict(Counter)
    for product_id, stars, count in db.session.execute(per_stars):
        counted[f"rating of product {product_id}"][stars] = count
        counted["rating of the shop"][stars] += count
    kept["rating of the shop"] = overall()
    for what in sorted(kept | counted):
        says = kept.get(what, Stars()).counts
        are = tuple(counted[what][stars] for stars in range(1, MOST + 1))
        if says != are:
            yield what, f"it says {says} gave one star to five, its reviews say {are}"


def _shown(product_id: int) -> Select[Review]:
    return select(Review).where(Review.product_id == product_id, Review.status == Status.SHOWN)
