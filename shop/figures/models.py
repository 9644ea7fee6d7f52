from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.db import Line, Minor, Model


class HourFigures(Model):
    """What an hour of the shop's day came to. Without a row: nothing.

    `orders`, `pieces` and `sold_minor` are of orders paid then, delivery and tax included; `refunded_minor` is what
    was sent back then of any sale.
    """

    __tablename__ = "hour_figures"
    __table_args__ = (CheckConstraint("hour BETWEEN 0 AND 23", name="is_an_hour"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    orders: Mapped[int]
    pieces: Mapped[int]
    sold_minor: Mapped[Minor]
    refunded_minor: Mapped[Minor]


class ProductFigures(Model):
    """How much of a product was in the orders paid on a day, at what it was sold for."""

    __tablename__ = "product_figures"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True)
    pieces: Mapped[int]
    amount_minor: Mapped[Minor]


class BestProduct(Model):
    """One of the products that brought most in the last `days` days, added up ahead for the same reason."""

    __tablename__ = "best_products"
    __table_args__ = (Index("ix_best_products_product_id", "product_id"),)

    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    pieces: Mapped[int]
    amount_minor: Mapped[Minor]


class FiguresState(Model):
    """How far the figures are, in one row: all that was paid and posted before `counted_until` is in them."""

    __tablename__ = "figures_state"
    __table_args__ = (CheckConstraint("id = 1", name="is_one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    timezone: Mapped[Line]  # of the days
    counted_until: Mapped[datetime]
    best_on: Mapped[date] = mapped_column(Date)  # the day from which `best_products` look back
