"""What is in a variant, which its unit price is told of, and how it reaches whoever buys it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from shop.catalog.models import Product, Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _


@dataclass(frozen=True, slots=True)
class Measure:
    """`content` of a `unit` (units.CONTENT), told `per` (units.PER); `piece` is what one of several is called."""

    content: Decimal
    unit: str
    per: str
    piece: str = ""


class StillCounted(Conflict):
    code = "still_counted"


def measure(variant_id: int, measure: Measure | None, *, posted: bool) -> None:
    """Raises StillCounted for what is to be a download and of which there is a stock, NotFound."""
    with transaction():
        variant = db.session.scalar(select(Variant).where(Variant.id == variant_id).with_for_update())
        if variant is None:
            raise NotFound(_("This variant is not there any more."))
        if not posted and (variant.on_hand or variant.reserved or variant.back_order_limit):
            raise StillCounted(
                _("Bring its stock and what may be ordered ahead to 0 first: a download is not counted.")
            )
        variant.requires_shipping = posted
        variant.content = measure.content if measure else None
        variant.unit, variant.per = (measure.unit, measure.per) if measure else ("", "")
        variant.piece = measure.piece if measure else ""
        db.session.get_one(Product, variant.product_id).updated_at = now()
