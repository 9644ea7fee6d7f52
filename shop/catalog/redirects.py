"""Whatever changes its slug leaves the old one behind, and is found under it until something else takes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, delete, event, insert, or_, select
from sqlalchemy.orm import Mapped, Mapper, attributes, mapped_column

from shop.catalog.collections import Collection, shown
from shop.catalog.models import Category, Product, Status
from shop.catalog.queries import on_sale
from shop.core.db import Code, Model, db


class SlugRedirect(Model):
    """It names the thing and not its new slug, so that any number of changes is one step."""

    __tablename__ = "slug_redirects"
    __table_args__ = (
        CheckConstraint("kind IN ('product', 'category', 'collection')", name="kind_is_known"),
        CheckConstraint(
            "(kind = 'product') = (product_id IS NOT NULL) AND (kind = 'category') = (category_id IS NOT NULL) "
            "AND (kind = 'collection') = (collection_id IS NOT NULL)",
            name="names_what_it_is_of",
        ),
    )

    kind: Mapped[Code] = mapped_column(primary_key=True)
    slug: Mapped[Code] = mapped_column(primary_key=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="CASCADE"), index=True)
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), index=True)


def of_product(old: str) -> str | None:
    """The slug under which shoppers find now what was once at `old`."""
    seen = or_(on_sale(), Product.status == Status.DISCONTINUED)
    return db.session.scalar(
        select(Product.slug).join(SlugRedirect).where(SlugRedirect.kind == "product", SlugRedirect.slug == old, seen)
    )


def of_category(old: str) -> str | None:
    return db.session.scalar(
        select(Category.slug)
        .join(SlugRedirect)
        .where(SlugRedirect.kind == "category", SlugRedirect.slug == old, Category.hidden_at.is_(None))
    )


def of_collection(old: str) -> str | None:
    return db.session.scalar(
        select(Collection.slug)
        .join(SlugRedirect)
        .where(SlugRedirect.kind == "collection", SlugRedirect.slug == old, shown())
    )


def _leave_behind(_mapper: Mapper[Any], connection: Connection, changed: Product | Category | Collection) -> None:
    """In the transaction of the change. Whoever left a slug last is found under it."""
    old = attributes.get_history(changed, "slug").deleted
    if old:
        kind = type(changed).__name__.lower()
        connection.execute(delete(SlugRedirect).where(SlugRedirect.kind == kind, SlugRedirect.slug == old[0]))
        connection.execute(insert(SlugRedirect).values({"kind": kind, "slug": old[0], f"{kind}_id": changed.id}))


for _kind in (Product, Category, Collection):
    event.listen(_kind, "after_update", _leave_behind)
