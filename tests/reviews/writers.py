"""People who write reviews."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from shop.catalog.models import Product
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.reviews import services
from shop.reviews.models import Review


def product_id(slug: str) -> int:
    return db.session.execute(select(Product.id).where(Product.slug == slug)).scalar_one()


def write(slug: str, stars: int = 5, *, days_ago: float = 1, **more: object) -> int:
    """A review that waits to be read; returns its id."""
    values: dict[str, object] = {"text": "Just right.", "author": "Alice A.", "language": "en-GB"}
    written_at = now() - timedelta(days=days_ago)
    if more.get("reply"):
        values["replied_at"] = now()
    with transaction():
        review = Review(product_id=product_id(slug), stars=stars, written_at=written_at, **(values | more))
        db.session.add(review)
        db.session.flush()
        return review.id


def show(slug: str, stars: int = 5, **more: object) -> int:
    """A review that is shown; returns its id."""
    review_id = write(slug, stars, **more)  # type: ignore[arg-type]
    assert services.publish(review_id)
    return review_id
