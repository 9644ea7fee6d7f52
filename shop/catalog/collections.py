from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.core.db import Code, Id, Line, Model
from shop.media.models import Asset


class Collection(Model):
    """Products that go together for a time, whatever shelf they stand on: picked by hand, or found by a rule."""

    __tablename__ = "collections"

    id: Mapped[Id]
    slug: Mapped[Code] = mapped_column(unique=True, active_history=True)
    name: Mapped[Line]
    intro: Mapped[str] = mapped_column(Text, default="")
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime | None]
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # as rules.py writes it

    asset: Mapped[Asset | None] = relationship(lazy="raise_on_sql")


class CollectionProduct(Model):
    """One that was picked by hand."""

    __tablename__ = "collection_products"

    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
