"""New products, as drafts."""

from __future__ import annotations

from slugify import slugify
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from shop.catalog.models import Category, Product, Status
from shop.core import log
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _

LONGEST_SLUG = 60
TRIES = 50  # numbers put behind a slug that is taken


def make(name: str, category_id: int, *, by: str) -> int:
    """A draft with nothing but its name; returns its id. Raises NotFound where there is no such category."""
    with transaction():
        if db.session.get(Category, category_id) is None:
            raise NotFound(_("This category is not there any more."))
        moment = now()
        product = Product(category_id=category_id, name=name, status=Status.DRAFT, created_at=moment, updated_at=moment)
        add(product, slug_of(name))
        log.get().info("product.made", product_id=product.id, by=by)
        return product.id


def add(product: Product, slug: str) -> None:
    """Under this slug, or with a number behind it where that is taken."""
    for number in range(1, TRIES):
        product.slug = slug if number == 1 else f"{slug}-{number}"
        if db.session.scalar(select(Product.id).where(Product.slug == product.slug)) is not None:
            continue
        try:
            with db.session.begin_nested():
                db.session.add(product)
        except IntegrityError:
            continue
        return
    raise Conflict(_("There are many products of this name already. Choose another one."))


def slug_of(text: str) -> str:
    """As it stands in addresses: “Café Set, A4” is cafe-set-a4."""
    return slugify(text, max_length=LONGEST_SLUG) or "product"
