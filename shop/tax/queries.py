from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select

from shop.core.db import db
from shop.tax.models import TaxRate


def rates(country: str, region: str, *, on: date) -> dict[str, Decimal]:
    """Tax class to rate for goods sent there on that day; a region's own rate goes before its country's.

    A class that is not in it bears no tax there.
    """
    rows = db.session.execute(
        select(TaxRate.tax_class, TaxRate.rate)
        .where(
            TaxRate.country == country,
            TaxRate.region.in_(("", region)),
            TaxRate.valid_from <= on,
            or_(TaxRate.valid_to.is_(None), TaxRate.valid_to > on),
        )
        .order_by(TaxRate.region, TaxRate.valid_from)  # the most particular and latest comes last and wins
    )
    return {row.tax_class: row.rate for row in rows}
