"""Variants, made of the options of a product: 3 sizes and 4 colours are twelve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product as combinations

from slugify import slugify
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.catalog import services
from shop.catalog.making import slug_of
from shop.catalog.models import Option, OptionValue, Product, Variant, VariantChoice
from shop.core import log
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Invalid, NotFound
from shop.core.i18n import _, _n
from shop.core.money import Money

MOST = 100  # variants of one product
MOST_OPTIONS = 3
LONGEST_SKU = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """An option and its values, as they are called."""

    name: str
    values: tuple[str, ...]


def generate(product_id: int, asked: Sequence[Asked], *, price: Money | None, stem: str, by: str) -> int:
    """Makes every combination of the values that is not there yet; returns how many were made.

    Options and values are known by their names; new ones are added, none is taken away. Variants without a value of a
    new option get its first one. A combination that was withdrawn is sold again. Raises Invalid, NotFound.
    """
    with transaction():
        product = db.session.scalar(
            select(Product)
            .where(Product.id == product_id)
            .with_for_update()
            .options(
                selectinload(Product.options).selectinload(Option.values),
                selectinload(Product.variants).selectinload(Variant.choices),
            )
            .execution_options(populate_existing=True)
        )
        if product is None:
            raise NotFound(_("This product is not there any more."))
        options = [_option(product, each, place) for place, each in enumerate(asked)]
        if len(product.options) + sum(option not in product.options for option in options) > MOST_OPTIONS:
            raise Invalid(_n("%(num)s option is the most.", "%(num)s options are the most.", MOST_OPTIONS))
        if left := [option.name for option in product.options if option not in options]:
            raise Invalid(_("Name the values of %(option)s too.", option=left[0]))
        values = {option.id: _values(option, each) for option, each in zip(options, asked, strict=True)}
        _fill(product, values)
        made = _make(product, values, price=price, stem=stem or product.slug.upper()[: LONGEST_SKU // 2])
        product.updated_at = now()
        log.get().info("variants.made", product_id=product_id, count=made, by=by)
        return made


def _option(product: Product, asked: Asked, place: int) -> Option:
    slug = slug_of(asked.name)
    for option in product.options:
        if option.slug == slug:
            return option
    option = Option(product_id=product.id, slug=slug, name=asked.name, position=len(product.options) + place, values=[])
    db.session.add(option)
    db.session.flush()
    return option


def _values(option: Option, asked: Asked) -> list[OptionValue]:
    known = {value.slug: value for value in option.values}
    found = []
    for label in asked.values:
        slug = slug_of(label)
        if slug not in known:
            known[slug] = OptionValue(option_id=option.id, slug=slug, label=label, position=len(known))
            db.session.add(known[slug])
        found.append(known[slug])
    db.session.flush()
    return list(dict.fromkeys(found))


def _fill(product: Product, values: Mapping[int, Sequence[OptionValue]]) -> None:
    """Variants made before an option was there get its first value."""
    for variant in product.variants:
        chosen = {choice.option_id for choice in variant.choices}
        for option_id, own in values.items():
            if option_id not in chosen:
                variant.choices.append(VariantChoice(variant_id=variant.id, option_id=option_id, value_id=own[0].id))
                variant.name = ", ".join(part for part in (variant.name, own[0].label) if part)
    db.session.flush()


def _make(product: Product, values: Mapping[int, Sequence[OptionValue]], *, price: Money | None, stem: str) -> int:
    there = {frozenset(choice.value_id for choice in variant.choices): variant for variant in product.variants}
    new = []
    for combination in combinations(*values.values()):
        variant = there.get(frozenset(value.id for value in combination))
        if variant is None:
            new.append(combination)
        else:
            variant.withdrawn_at = None
    if len(product.variants) + len(new) > MOST:
        raise Invalid(_("A product has %(most)s variants at most; this would be more.", most=MOST))
    skus = _Skus(stem)
    for place, combination in enumerate(new, len(product.variants)):
        variant = Variant(
            product_id=product.id,
            sku=skus.of(combination),
            name=", ".join(value.label for value in combination),
            position=place,
        )
        db.session.add(variant)
        db.session.flush()
        db.session.add_all(
            VariantChoice(variant_id=variant.id, option_id=value.option_id, value_id=value.id) for value in combination
        )
        if price is not None:
            services.set_price(variant.id, price)
    return len(new)


class _Skus:
    """MUG-RED-S, or with a number behind it where that is taken."""

    def __init__(self, stem: str) -> None:
        self.stem = stem
        self.taken = set(db.session.scalars(select(Variant.sku).where(Variant.sku.startswith(stem, autoescape=True))))

    def of(self, combination: Sequence[OptionValue]) -> str:
        parts = [self.stem, *(slugify(value.label).upper() for value in combination)]
        sku = "-".join(parts)[:LONGEST_SKU]
        number, tried = 1, sku
        while tried in self.taken:
            number += 1
            tried = f"{sku}-{number}"
        self.taken.add(tried)
        return tried
