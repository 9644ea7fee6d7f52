"""New products, as drafts."""

from __future__ import annotations

from collections.abc import Mapping

from slugify import slugify
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from shop.catalog import queries, services
from shop.catalog.models import (
    Category,
    Option,
    OptionValue,
    Picture,
    Product,
    ProductAttribute,
    Status,
    Variant,
    VariantChoice,
)
from shop.core import log, store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _

LONGEST_NAME = 255
LONGEST_SKU = 50  # of a copy's, before what tells it apart
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
    for _attempt in range(TRIES):
        product.slug = free_slug(Product.slug, slug)
        try:
            with db.session.begin_nested():
                db.session.add(product)
        except IntegrityError:
            continue
        return
    raise _too_many()


def free_slug(column: InstrumentedAttribute[str], slug: str) -> str:
    """Itself, or with a number behind it where that is taken. Raises Conflict when all of those are."""
    wanted = [slug, *(f"{slug}-{number}" for number in range(2, TRIES))]
    taken = set(db.session.scalars(select(column).where(column.in_(wanted))))
    for each in wanted:
        if each not in taken:
            return each
    raise _too_many()


def _too_many() -> Conflict:
    return Conflict(_("Many have this name already. Choose another one."))


def slug_of(text: str) -> str:
    """As it stands in addresses: “Café Set, A4” is cafe-set-a4."""
    return slugify(text, max_length=LONGEST_SLUG) or "product"


def duplicate(product_id: int, *, name: str, by: str) -> int:
    """A draft like it, with its variants, prices of now, attributes and pictures, and no stock; returns its id."""
    with transaction():
        source = db.session.scalar(
            select(Product)
            .where(Product.id == product_id)
            .options(
                selectinload(Product.options).selectinload(Option.values),
                selectinload(Product.variants.and_(Variant.withdrawn_at.is_(None))).selectinload(Variant.choices),
                selectinload(Product.pictures),
            )
        )
        if source is None:
            raise NotFound(_("This product is not there any more."))
        moment = now()
        copy = Product(
            **{column: getattr(source, column) for column in _COPIED},
            name=name[:LONGEST_NAME],
            status=Status.DRAFT,
            created_at=moment,
            updated_at=moment,
        )
        add(copy, slug_of(name))
        values = _copy_options(source, copy.id)
        _copy_variants(source, copy.id, values)
        held = select(ProductAttribute.value_id).where(ProductAttribute.product_id == product_id)
        db.session.add_all(ProductAttribute(product_id=copy.id, value_id=each) for each in db.session.scalars(held))
        for picture in source.pictures:
            db.session.add(
                Picture(product_id=copy.id, **{column: getattr(picture, column) for column in _COPIED_OF_PICTURES})
            )
        log.get().info("product.copied", product_id=copy.id, source=product_id, by=by)
        return copy.id


_COPIED = ("category_id", "summary", "description", "tax_class", "facts", "position")
_COPIED_OF_OPTIONS = ("slug", "name", "many", "position")
_COPIED_OF_VALUES = ("slug", "label", "hint", "colour", "width_mm", "height_mm", "position")
_COPIED_OF_VARIANTS = ("name", "requires_shipping", "weight_g", "content", "unit", "per", "piece", "position")
_COPIED_OF_PICTURES = ("asset_id", "place", "alt", "caption", "position")


def _copy_options(source: Product, copy_id: int) -> dict[int, OptionValue]:
    """The new values by the ids of those they are like."""
    found = {}
    for option in source.options:
        new = Option(product_id=copy_id, **{column: getattr(option, column) for column in _COPIED_OF_OPTIONS})
        db.session.add(new)
        db.session.flush()
        for value in option.values:
            like = OptionValue(option_id=new.id, **{column: getattr(value, column) for column in _COPIED_OF_VALUES})
            db.session.add(like)
            found[value.id] = like
    db.session.flush()
    return found


def _copy_variants(source: Product, copy_id: int, values: Mapping[int, OptionValue]) -> None:
    currency = store.get().currency
    tags = queries.price_tags([variant.id for variant in source.variants], currency)
    for variant in source.variants:
        new = Variant(product_id=copy_id, **{column: getattr(variant, column) for column in _COPIED_OF_VARIANTS})
        new.sku = _free_sku(f"{variant.sku[:LONGEST_SKU]}-COPY")
        db.session.add(new)
        db.session.flush()
        for choice in variant.choices:
            value = values[choice.value_id]
            db.session.add(VariantChoice(variant_id=new.id, option_id=value.option_id, value_id=value.id))
        if variant.id in tags:
            services.set_price(new.id, tags[variant.id].compare_at or tags[variant.id].amount)


def _free_sku(wanted: str) -> str:
    number, sku = 1, wanted
    while db.session.scalar(select(Variant.id).where(Variant.sku == sku)) is not None:
        number += 1
        sku = f"{wanted}-{number}"
    return sku
