from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.catalog.stock import full_name
from shop.core.db import Code, Id, Line, Model
from shop.orders.models import OrderLine


class DigitalFile(Model):
    """What is handed over when a variant without a parcel is bought. A new edition takes its place for everybody."""

    __tablename__ = "digital_files"
    __table_args__ = (CheckConstraint("size > 0", name="is_not_empty"),)

    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="RESTRICT"), unique=True)
    name: Mapped[Line]  # as the shopper keeps it
    stored: Mapped[Line]  # as the storage keeps it, under no public address
    size: Mapped[int]  # bytes
    added_at: Mapped[datetime]


class DownloadGrant(Model):
    """The right to download what an order's line has bought, so many times and until then.

    It rests while the order is held, and is over when the line is refunded or cancelled: both are read from the order.
    """

    __tablename__ = "download_grants"
    __table_args__ = (CheckConstraint("used >= 0 AND used <= most", name="is_not_used_too_often"),)

    id: Mapped[Id]
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id", ondelete="CASCADE"), unique=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("digital_files.id", ondelete="RESTRICT"), index=True)
    token: Mapped[Code] = mapped_column(unique=True)  # 192 bits: whoever knows it may download
    most: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    given_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    line: Mapped[OrderLine] = relationship(lazy="raise_on_sql")
    file: Mapped[DigitalFile] = relationship(lazy="raise_on_sql")

    @property
    def name(self) -> str:
        return full_name(self.line.product_name, self.line.variant_name)
