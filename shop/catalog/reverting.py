"""Changes of a product's or a variant's own columns, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from shop.catalog.models import Category, Product, Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _

# What may be put back as it was, because nothing else hangs on it.
COLUMNS: dict[str, tuple[type[Any], frozenset[str]]] = {
    "products": (Product, frozenset({"name", "slug", "summary", "description", "facts", "category_id"})),
    "variants": (Variant, frozenset({"sku", "weight_g"})),
}


class ChangedSince(Conflict):
    code = "changed_since"


def can_be(table: str, before: Mapping[str, Any]) -> bool:
    return table in COLUMNS and not COLUMNS[table][1].isdisjoint(before)


def revert(table: str, row_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Gives a row the values it had before, as the audit log keeps them.

    Raises ChangedSince where one of them is not any more what the change had made of it, NotFound.
    """
    model, columns = COLUMNS[table]
    names = sorted(columns & before.keys())
    with transaction():
        row = db.session.scalar(select(model).where(model.id == row_id).with_for_update())
        if row is None:
            raise NotFound(_("This is not there any more."))
        if any(getattr(row, name) != after.get(name) for name in names):
            raise ChangedSince(_("It has been changed again since. Take back the newer change first."))
        for unique in ("slug", "sku"):
            if unique in names and db.session.scalar(select(model.id).where(getattr(model, unique) == before[unique])):
                raise Conflict(_("Something else is called %(name)s by now.", name=before[unique]))
        if "category_id" in names and db.session.get(Category, before["category_id"]) is None:
            raise Conflict(_("This category is not there any more."))
        for name in names:
            setattr(row, name, before[name])
        product = row if isinstance(row, Product) else db.session.get_one(Product, row.product_id)
        product.updated_at = now()
