"""Which products are bought together: written every night by `shop.together`, read by pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, ScalarSelect, Select, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.catalog.found import awake
from shop.catalog.listed import ListedProduct
from shop.core.db import BigId, Code, Id, Model, db


class CompanionModel(Model):
    """One night's learning: from how much, and how well it foresaw orders it had not seen."""

    __tablename__ = "companion_models"
    __table_args__ = (
        Index(
            "uq_companion_models_one_active",
            "active",
            unique=True,
            postgresql_where=text("active"),
            sqlite_where=text("active"),
        ),
    )

    version: Mapped[Id]
    made_at: Mapped[datetime]
    method: Mapped[Code]
    orders: Mapped[int]
    products: Mapped[int]  # that have been bought
    tried: Mapped[int]  # orders it had not seen, each with one product hidden
    hit_rate: Mapped[float]  # how often the hidden one was among the ten it named
    popularity_hit_rate: Mapped[float]  # and among the ten that are bought most
    active: Mapped[bool] = mapped_column(default=False)  # what pages read; one at most


class Companion(Model):
    """No foreign keys to products: they would want two more indexes, for rows that are written anew every night and
    read together with what is on sale."""

    __tablename__ = "companions"
    __table_args__ = (
        CheckConstraint("product_id <> other_id", name="is_another"),
        CheckConstraint("score > 0", name="score_is_positive"),
        {"sqlite_with_rowid": False},
    )

    version: Mapped[int] = mapped_column(
        BigId, ForeignKey("companion_models.version", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    other_id: Mapped[int] = mapped_column(BigId)
    score: Mapped[int]  # millionths


def of(product_id: int, count: int) -> Sequence[int]:
    """What is bought together with a product most of all: ids of products on sale, best first; none is usual."""
    return db.session.scalars(
        select(Companion.other_id)
        .join(ListedProduct, ListedProduct.product_id == Companion.other_id)
        .where(Companion.version == _served(), Companion.product_id == product_id, awake())
        .order_by(Companion.rank)
        .limit(count)
    ).all()


def of_all(product_ids: Select[int], count: int) -> Sequence[int]:
    """What is bought together with these products, and is none of them: on sale and in stock."""
    return db.session.scalars(
        select(Companion.other_id)
        .join(ListedProduct, ListedProduct.product_id == Companion.other_id)
        .where(
            Companion.version == _served(),
            Companion.product_id.in_(product_ids),
            Companion.other_id.not_in(product_ids),
            awake(),
            ListedProduct.in_stock,
        )
        .group_by(Companion.other_id)
        .order_by(func.sum(Companion.score).desc(), Companion.other_id)
        .limit(count)
    ).all()


def _served() -> ScalarSelect[int]:
    return select(CompanionModel.version).where(CompanionModel.active).scalar_subquery()
