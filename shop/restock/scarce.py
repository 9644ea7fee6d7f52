"""One mail a day to the staff with all that has become scarce or has sold out, as long as it still is so."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from shop.catalog.models import Variant
from shop.core import mail, store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.i18n import DEFAULT_LANGUAGE, shop_address
from shop.core.mail import Letter
from shop.restock.models import StockWarning

MOST_NAMED = 200  # in one mail; the rest stands in the next


def remember(variant_id: int) -> None:
    """It will stand in the next mail."""
    with transaction():
        try:
            with db.session.begin_nested():
                db.session.add(StockWarning(variant_id=variant_id, at=now()))
        except IntegrityError:
            pass  # it does already


def tell() -> None:
    """Has a mail sent of what has gathered, and forgets it."""
    with transaction():
        oldest = select(StockWarning).order_by(StockWarning.at, StockWarning.id).limit(MOST_NAMED).with_for_update()
        warnings = db.session.scalars(oldest).all()
        if not warnings:
            return
        named = ",".join(str(warning.variant_id) for warning in warnings)
        mail.queue("low_stock", ref=f"stock:{warnings[-1].at.isoformat()}", variants=named)
        db.session.execute(delete(StockWarning).where(StockWarning.id.in_([warning.id for warning in warnings])))


def low_stock(variants: str) -> Letter | None:
    """What is there again, or is not sold any more, is left out. `variants` are ids: "3,14"."""
    shop = store.get()
    still = (
        select(Variant)
        .where(Variant.id.in_([int(each) for each in variants.split(",")]))
        .where(Variant.available <= shop.low_stock, Variant.withdrawn_at.is_(None))
        .order_by(Variant.available, Variant.sku)
        .options(joinedload(Variant.product))
    )
    found = db.session.scalars(still).all()
    if not found:
        return None
    admin_url = f"{shop_address(DEFAULT_LANGUAGE)}/admin/products"
    return Letter(shop.email, DEFAULT_LANGUAGE, {"variants": found, "admin_url": admin_url})
