from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update

from shop.catalog import queries
from shop.catalog.models import Category, Price, RelatedProduct, Variant
from shop.core.clock import now
from shop.core.db import db, take_turns, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _
from shop.core.money import Money


class EditedMeanwhile(Conflict):
    code = "edited_meanwhile"


class BelowItself(Conflict):
    code = "below_itself"


def set_price(
    variant_id: int, amount: Money, *, compare_at: Money | None = None, since: datetime | None = None
) -> None:
    """The variant costs `amount`, tax included, from now on. Open-ended prices before it end; the past is kept."""
    with transaction():
        if db.session.get(Variant, variant_id, with_for_update=True) is None:
            raise NotFound(_("This variant is not there any more."))
        moment = since or now()
        db.session.execute(
            update(Price)
            .where(
                Price.variant_id == variant_id,
                Price.currency == amount.currency,
                Price.valid_from < moment,
                Price.valid_to.is_(None),
            )
            .values(valid_to=moment)
        )
        price = Price(variant_id=variant_id, currency=amount.currency, valid_from=moment)
        price.amount = amount
        if compare_at is not None:
            price.compare_at = compare_at
        db.session.add(price)


def move_category(category_id: int, parent_id: int | None) -> None:
    """Puts a category, with all below it, under another, or at the top. Raises BelowItself."""
    with transaction():
        take_turns("categories")  # two moves at once could close a circle that neither sees
        category = db.session.get(Category, category_id, populate_existing=True)
        parent = db.session.get(Category, parent_id, populate_existing=True) if parent_id is not None else None
        if category is None or (parent_id is not None and parent is None):
            raise NotFound(_("This category is not there any more."))
        if parent and category_id in {each.id for each in queries.way_to(parent)}:
            raise BelowItself(_("%(name)s cannot be put below itself.", name=category.name))
        category.parent_id = parent_id


def relate(product_id: int, related_ids: Sequence[int]) -> None:
    """These, in this order, are shown under the product before others, and none that were before."""
    with transaction():
        db.session.execute(delete(RelatedProduct).where(RelatedProduct.product_id == product_id))
        db.session.add_all(
            RelatedProduct(product_id=product_id, related_id=related_id, position=position)
            for position, related_id in enumerate(dict.fromkeys(related_ids))
        )
