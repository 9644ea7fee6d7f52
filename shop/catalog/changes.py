"""What shoppers see of products is other than it was: said once in a transaction, of all of them together."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import update

from shop.catalog import stocked
from shop.catalog.models import Product
from shop.core import outbox
from shop.core.clock import now
from shop.core.db import before_commit, db


class _Changed:
    def __init__(self) -> None:
        self.ids: set[int] = set()

    def __call__(self) -> None:
        if ids := sorted(self.ids):
            moment = now()
            db.session.execute(update(Product).where(Product.id.in_(ids)).values(updated_at=moment))
            stocked.touch(ids, moment)
            outbox.emit("products.changed", product_ids=ids)


def tell(product_ids: Iterable[int]) -> None:
    """Of whatever a page should be read again for by those who find it. The index does it for all it watches."""
    before_commit("catalog.changes", _Changed()).ids.update(product_ids)
