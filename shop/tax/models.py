from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.db import Code, Id, Model, TaxRateValue


class TaxRate(Model):
    """The rate contained in prices for goods of a class sent to a country, or to one region of it, from a day on."""

    __tablename__ = "tax_rates"
    __table_args__ = (
        UniqueConstraint("country", "region", "tax_class", "valid_from"),
        CheckConstraint("rate >= 0 AND rate < 1", name="rate_is_a_fraction"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_after_it_begins"),
    )

    id: Mapped[Id]
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[Code] = mapped_column(default="")
    tax_class: Mapped[Code]
    rate: Mapped[Decimal] = mapped_column(TaxRateValue)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the first day it no longer holds
