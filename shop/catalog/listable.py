"""Goods, read to be listed: what index.py writes of products that are or will be on sale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from shop.catalog.engine import CATEGORY, TERM, Document
from shop.catalog.filters import Source
from shop.catalog.models import (
    Attribute,
    AttributeValue,
    Category,
    Kind,
    Option,
    OptionValue,
    Price,
    Product,
    ProductAttribute,
    Status,
    Variant,
    VariantChoice,
)
from shop.catalog.periods import Period, at, periods
from shop.catalog.words import words
from shop.core.clock import now
from shop.core.db import db

Key = tuple[str, str, str]  # source, facet, slug


class Value(NamedTuple):
    """A term without its id."""

    source: str
    facet: str
    name: str
    place: int
    kind: str
    unit: str
    slug: str
    label: str
    colour: str
    number: Decimal | None
    position: int

    @property
    def key(self) -> Key:
        return self.source, self.facet, self.slug


class Read:
    """Products that are or will be on sale, with all that is listed of them: a few statements for all of them."""

    def __init__(self, ids: Sequence[int], currency: str) -> None:
        self.moment = now()
        live = Product.id.in_(ids), Product.status == Status.LIVE, Product.published_at.is_not(None)
        found = db.session.execute(
            select(
                Product.id,
                Product.name,
                Product.summary,
                Product.description,
                Product.facts,
                Product.category_id,
                Product.published_at,
                Product.position,
            ).where(*live)
        ).all()
        self._variants = _grouped(
            db.session.execute(
                select(Variant.product_id, Variant.id, Variant.sku, Variant.available)
                .where(Variant.product_id.in_([each.id for each in found]), Variant.withdrawn_at.is_(None))
                .order_by(Variant.id)
            )
        )
        variant_ids = [variant.id for own in self._variants.values() for variant in own]
        prices = _grouped(
            db.session.execute(
                select(
                    Price.variant_id,
                    Price.currency,
                    Price.amount_minor,
                    Price.compare_at_minor,
                    Price.valid_from,
                    Price.valid_to,
                ).where(
                    Price.variant_id.in_(variant_ids),
                    Price.currency == currency,
                    or_(Price.valid_to.is_(None), Price.valid_to > self.moment),
                )
            )
        )
        self._periods = {
            variant_id: [each for each in periods(own, currency) if each.ends is None or each.ends > self.moment]
            for variant_id, own in prices.items()
        }
        self.choices = _grouped(
            db.session.execute(
                select(
                    VariantChoice.variant_id,
                    Option.slug.label("facet"),
                    Option.name,
                    Option.position.label("place"),
                    OptionValue.slug,
                    OptionValue.label,
                    OptionValue.colour,
                    OptionValue.position,
                )
                .join(Option, Option.id == VariantChoice.option_id)
                .join(OptionValue, OptionValue.id == VariantChoice.value_id)
                .where(VariantChoice.variant_id.in_(variant_ids))
            ),
            _choice,
        )
        self.attributes = _grouped(
            db.session.execute(
                select(
                    ProductAttribute.product_id,
                    Attribute.slug.label("facet"),
                    Attribute.name,
                    Attribute.position.label("place"),
                    Attribute.kind,
                    Attribute.unit,
                    AttributeValue.slug,
                    AttributeValue.label,
                    AttributeValue.colour,
                    AttributeValue.number,
                    AttributeValue.position,
                )
                .join(AttributeValue, AttributeValue.id == ProductAttribute.value_id)
                .join(Attribute, Attribute.id == AttributeValue.attribute_id)
                .where(ProductAttribute.product_id.in_([each.id for each in found]))
            ),
            _attribute,
        )
        self._categories = {each.id: each for each in db.session.scalars(select(Category))}
        self.products = [each for each in found if self._told(each)]

    def _told(self, product: Any) -> list[Period]:
        return [each for variant in self._variants.get(product.id, ()) for each in self._periods.get(variant.id, ())]

    def _trail(self, product: Any) -> list[Category]:
        trail = [self._categories[product.category_id]]
        while trail[-1].parent_id is not None:
            trail.append(self._categories[trail[-1].parent_id])
        return trail

    def listed(self, product: Any, terms: Mapping[Key, int]) -> dict[str, Any]:
        told = self._told(product)
        valid = [each.amount.minor for each in told if each.begins <= self.moment] or [
            each.amount.minor for each in told
        ]
        turns = {each.begins for each in told} | {each.ends for each in told if each.ends}
        return {
            "product_id": product.id,
            "begins_at": max(product.published_at, min(each.begins for each in told)),
            "changes_at": min((each for each in turns if each > self.moment), default=None),
            "published_at": product.published_at,
            "lowest": min(valid),
            "highest": max(valid),
            "in_stock": any(
                variant.available > 0 and at(self._periods.get(variant.id, ()), self.moment)
                for variant in self._variants[product.id]
            ),
            "position": product.position,
            "terms": _written(self.attributes.get(product.id, ()), terms),
        }

    def offers(self, product: Any, terms: Mapping[Key, int]) -> list[dict[str, Any]]:
        return [
            {
                "variant_id": variant.id,
                "product_id": product.id,
                "begins_at": each.begins,
                "ends_at": each.ends,
                "amount_minor": each.amount.minor,
                "compare_at_minor": each.compare_at and each.compare_at.minor,
                "terms": _written(self.choices.get(variant.id, ()), terms),
            }
            for variant in self._variants[product.id]
            for each in self._periods.get(variant.id, ())
        ]

    def document(self, product: Any, terms: Mapping[Key, int]) -> Document:
        trail, sold = self._trail(product), [v for v in self._variants[product.id] if v.id in self._periods]
        values = [
            *self.attributes.get(product.id, ()),
            *{value.key: value for variant in sold for value in self.choices.get(variant.id, ())}.values(),
        ]
        shelf = [
            *(text for each in trail for text in (each.name, each.one, each.many)),
            *(value.name if value.kind == Kind.BOOLEAN else f"{value.label} {value.name}" for value in values),
            *(variant.sku for variant in sold),
        ]
        body = [product.summary, product.description, *(text for fact in product.facts for text in fact)]
        return Document(
            product.id,
            name=words(product.name),
            shelf=words(" ".join(shelf)),
            body=words(" ".join(body)),
            terms=[*(f"{CATEGORY}{each.id}" for each in trail), *(f"{TERM}{terms[value.key]}" for value in values)],
        )


def _choice(row: Any) -> Value:
    return Value(
        Source.OPTION,
        row.facet,
        row.name,
        row.place,
        Kind.CHOICE,
        "",
        row.slug,
        row.label,
        row.colour,
        None,
        row.position,
    )


def _attribute(row: Any) -> Value:
    return Value(Source.ATTRIBUTE, *row[1:])


def _grouped(rows: Iterable[Any], make: Any = lambda row: row) -> dict[int, list[Any]]:
    """By their first column."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(make(row))
    return dict(found)


def _written(values: Iterable[Value], terms: Mapping[Key, int]) -> str:
    """ " 3 14 ": with blanks around each, so that any can be looked for."""
    return f" {' '.join(str(terms[value.key]) for value in values)} "
