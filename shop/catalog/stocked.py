"""Every product as the staff's list finds it, on sale or not: written by index.py beside what shoppers' lists read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, case, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop.catalog.models import Product, Variant
from shop.catalog.words import LONGEST, words
from shop.core.clock import now
from shop.core.db import Code, Line, Model, db, is_sqlite
from shop.core.store import Store

LAST = "\U0010ffff"  # no word goes on with it


class Stock(StrEnum):
    NONE = "none"  # there is no variant that could be sold
    OUT = "out"
    LOW = "low"  # of one variant at least so little is left that staff are told
    ENOUGH = "enough"


class Stocked(Model):
    __tablename__ = "stocked_products"
    __table_args__ = (
        CheckConstraint("stock IN ('none', 'out', 'low', 'enough')", name="stock_is_known"),
        *(
            Index(f"ix_stocked_products_{name}", *columns, key, "product_id")
            for key in ("updated_at", "name_key")
            for name, columns in (
                (key, ()),
                (f"status_{key}", ("status",)),
                (f"stock_{key}", ("status", "stock")),
                (f"category_{key}", ("category_id",)),
            )
        ),
        Index("ix_stocked_products_published", "status", "published_at", "product_id"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[Code]
    stock: Mapped[Code]
    category_id: Mapped[int]
    name_key: Mapped[Line]
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class StockedWord(Model):
    """A word of a product's name or of a SKU, for those who type how it begins."""

    __tablename__ = "stocked_words"
    __table_args__ = (
        Index("ix_stocked_words_beginning", "word", postgresql_ops={"word": "text_pattern_ops"}),
        {"sqlite_with_rowid": False},
    )

    product_id: Mapped[int] = mapped_column(
        ForeignKey("stocked_products.product_id", ondelete="CASCADE"), primary_key=True
    )
    word: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)


def shown() -> ColumnElement[bool]:
    """By now, of what is live. Left to itself, SQLite reads all by this column, and sorts it to give the next few."""
    begun = Stocked.published_at <= now()
    return case((begun, 1)) == 1 if is_sqlite() else begun


def beginning(word: str, of: type[StockedWord] = StockedWord) -> ColumnElement[bool]:
    """A word that begins so; `word` has letters and figures only."""
    if is_sqlite():
        return of.word.between(word, word + LAST)
    return of.word.like(f"{word}%")


def write(product_ids: Sequence[int], shop: Store) -> None:
    """Anew, for products that nobody else changes meanwhile."""
    db.session.execute(delete(Stocked).where(Stocked.product_id.in_(product_ids)))
    products = db.session.execute(
        select(
            Product.id,
            Product.name,
            Product.status,
            Product.category_id,
            Product.published_at,
            Product.updated_at,
            _stock(shop).label("stock"),
        ).where(Product.id.in_(product_ids))
    ).all()
    if not products:
        return
    said: dict[int, set[str]] = {row.id: set(words(row.name)) for row in products}
    for product_id, sku in db.session.execute(
        select(Variant.product_id, Variant.sku).where(Variant.product_id.in_(product_ids))
    ):
        said[product_id].update(words(sku))
    rows = [
        {
            "product_id": row.id,
            "status": row.status,
            "stock": row.stock,
            "category_id": row.category_id,
            "name_key": row.name.casefold()[:255],
            "published_at": row.published_at,
            "updated_at": row.updated_at,
        }
        for row in products
    ]
    db.session.execute(insert(Stocked), rows)
    spoken = [{"product_id": each, "word": word} for each, own in said.items() for word in sorted(own)]
    if spoken:
        db.session.execute(insert(StockedWord), spoken)


def count_again(product_ids: Iterable[int], shop: Store) -> None:
    """After their stock has moved. Who sells another variant of the same product waits, and counts afterwards."""
    ids = sorted(product_ids)
    db.session.execute(
        select(Stocked.product_id).where(Stocked.product_id.in_(ids)).order_by(Stocked.product_id).with_for_update()
    )
    counted = select(_stock(shop)).where(Product.id == Stocked.product_id).scalar_subquery()
    db.session.execute(
        update(Stocked)
        .where(Stocked.product_id.in_(ids), Stocked.stock != counted)
        .values(stock=counted)
        .execution_options(synchronize_session=False)
    )


def _stock(shop: Store) -> ColumnElement[str]:
    """Of a Product, by its variants."""
    sold = select(Variant.id).where(Variant.product_id == Product.id, Variant.withdrawn_at.is_(None)).correlate(Product)
    return case(
        (~sold.exists(), Stock.NONE),
        (~sold.where(Variant.available > 0).exists(), Stock.OUT),
        (sold.where(Variant.available <= shop.low_stock).exists(), Stock.LOW),
        else_=Stock.ENOUGH,
    )


def touch(product_ids: Sequence[int], moment: datetime) -> None:
    """What shoppers see of these products has changed."""
    db.session.execute(update(Stocked).where(Stocked.product_id.in_(product_ids)).values(updated_at=moment))
