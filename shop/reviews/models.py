from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.db import Code, Id, Line, Model
from shop.reviews.stars import Stars


class Status(StrEnum):
    WAITING = "waiting"  # for somebody to read it
    SHOWN = "shown"
    HIDDEN = "hidden"


class Review(Model):
    """What somebody thinks of a product, and what the shop answered. Only those that are shown count."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars_are_one_to_five"),
        CheckConstraint("status IN ('waiting', 'shown', 'hidden')", name="status_is_known"),
        CheckConstraint("(reply = '') = (replied_at IS NULL)", name="reply_has_its_time"),
        Index("ix_reviews_newest", "product_id", "status", "written_at", "id"),
        Index("ix_reviews_by_stars", "product_id", "status", "stars", "written_at", "id"),
        Index("ix_reviews_queue", "status", "written_at", "id"),
        Index("ix_reviews_best", "status", "stars", "written_at", "id"),
    )

    id: Mapped[Id]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    order_line_id: Mapped[int | None] = mapped_column(  # what it is known by to have been bought
        ForeignKey("order_lines.id", ondelete="SET NULL"), unique=True
    )
    stars: Mapped[int]
    title: Mapped[Line] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[Line]  # as it is shown: "Maya R."
    place: Mapped[Line] = mapped_column(default="")
    variant_name: Mapped[Line] = mapped_column(default="")  # what was bought, in the words of that day
    verified: Mapped[bool] = mapped_column(default=False)  # it is known to have been bought here
    language: Mapped[Code]  # as `lang` attributes have it: en-GB
    status: Mapped[Code] = mapped_column(default=Status.WAITING)
    written_at: Mapped[datetime]
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None]


class Tally:
    """Reviews that are shown, counted when one of them changes, so that nobody counts them to show a page."""

    count: Mapped[int] = mapped_column(default=0)
    one: Mapped[int] = mapped_column(default=0)
    two: Mapped[int] = mapped_column(default=0)
    three: Mapped[int] = mapped_column(default=0)
    four: Mapped[int] = mapped_column(default=0)
    five: Mapped[int] = mapped_column(default=0)

    @property
    def stars(self) -> Stars:
        return Stars((self.one, self.two, self.three, self.four, self.five))


def _adds_up() -> tuple[CheckConstraint, CheckConstraint]:
    return (
        CheckConstraint("count = one + two + three + four + five", name="adds_up"),
        CheckConstraint(
            "one >= 0 AND two >= 0 AND three >= 0 AND four >= 0 AND five >= 0", name="counts_are_not_negative"
        ),
    )


class Rating(Tally, Model):
    """What the reviews of a product come to."""

    __tablename__ = "ratings"
    __table_args__ = (*_adds_up(), Index("ix_ratings_most_loved", "score", "product_id"))

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    # The average in thousandths, as if ten more people had given four stars: one five does not beat two hundred.
    score: Mapped[int] = mapped_column(
        Computed("(40 + one + 2 * two + 3 * three + 4 * four + 5 * five) * 1000 / (10 + count)", persisted=True)
    )


class ShopRating(Tally, Model):
    """What all ratings come to, in one row."""

    __tablename__ = "shop_rating"
    __table_args__ = (*_adds_up(), CheckConstraint("id = 1", name="is_one_row"))

    id: Mapped[Id]
