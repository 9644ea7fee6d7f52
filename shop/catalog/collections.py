"""Products that go together for a time, whatever shelf they stand on: picked by hand, or found by a rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Text, and_, delete, exists, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.catalog import found, listing
from shop.catalog.engine import CATEGORY, Atom
from shop.catalog.filters import Band, Facet, Sort, Source, Value
from shop.catalog.found import Base
from shop.catalog.listed import ListedOffer, ListedProduct, Term
from shop.catalog.models import Category
from shop.catalog.rules import Rule, Values
from shop.core.clock import now
from shop.core.db import Code, Id, Line, Model, db, transaction
from shop.media.models import Asset

LINKED = 6  # of those that are shown, the newest


class Collection(Model):
    __tablename__ = "collections"

    id: Mapped[Id]
    slug: Mapped[Code] = mapped_column(unique=True, active_history=True)
    name: Mapped[Line]
    intro: Mapped[str] = mapped_column(Text, default="")
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]  # from when on it is not shown any more
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # as rules.py keeps it

    asset: Mapped[Asset | None] = relationship(lazy="raise_on_sql")


class CollectionProduct(Model):
    """One that was picked by hand."""

    __tablename__ = "collection_products"

    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)


def pick(collection_id: int, product_ids: Sequence[int]) -> None:
    """These, in this order, make up the collection, and none that did before."""
    with transaction():
        db.session.execute(delete(CollectionProduct).where(CollectionProduct.collection_id == collection_id))
        db.session.add_all(
            CollectionProduct(collection_id=collection_id, product_id=product_id, position=position)
            for position, product_id in enumerate(dict.fromkeys(product_ids))
        )


def shown() -> ColumnElement[bool]:
    """Collections that shoppers may see."""
    return and_(Collection.published_at <= now(), or_(Collection.ends_at.is_(None), Collection.ends_at > now()))


def links() -> list[tuple[str, str]]:
    """(slug, name) of the newest ones."""
    rows = db.session.execute(
        select(Collection.slug, Collection.name)
        .where(shown())
        .order_by(Collection.published_at.desc(), Collection.id)
        .limit(LINKED)
    )
    return [(row.slug, row.name) for row in rows]


def collection(slug: str) -> Collection | None:
    return db.session.scalar(select(Collection).where(Collection.slug == slug, shown()))


def products(collection: Collection, asked: listing.Asked, *, page: int, currency: str) -> listing.Listing:
    """What is on sale of it, as filtered; what was picked by hand comes in that order first."""
    if collection.rule is not None:
        base = _found_by(Rule.read(collection.rule))
        return listing.of(base, asked, listing.SORTS, page=page, currency=currency)
    picked = select(CollectionProduct.product_id).where(CollectionProduct.collection_id == collection.id)

    def in_order(base: Base) -> Sequence[int]:
        return db.session.scalars(
            base.select(ListedProduct.product_id)
            .join(CollectionProduct, CollectionProduct.product_id == ListedProduct.product_id)
            .where(CollectionProduct.collection_id == collection.id)
            .order_by(CollectionProduct.position, CollectionProduct.product_id)
            .limit(found.MOST)
        ).all()

    return listing.of(
        Base(conditions=(ListedProduct.product_id.in_(picked),)),
        asked,
        (Sort.CHOSEN, *listing.SORTS),
        page=page,
        currency=currency,
        order=in_order,
    )


def matching(rule: Rule) -> int:
    """How many products on sale a rule finds now: up to one more than lists count."""
    return found.count(_found_by(rule))


def _found_by(rule: Rule) -> Base:
    shelves = db.session.scalars(select(Category.id).where(Category.slug.in_(rule.categories))).all()
    chosen = {**_named(Source.ATTRIBUTE, rule.attributes), **_named(Source.OPTION, rule.options)}
    if bool(rule.categories) > bool(shelves) or not all(value.terms for values in chosen.values() for value in values):
        return Base(conditions=(false(),))
    if rule.low or rule.high:
        chosen[Facet("", "", Source.PRICE, ())] = [Value("", "", band=Band("", rule.low, rule.high))]
    conditions: list[ColumnElement[bool]] = []
    if rule.on_sale:
        reduced = ListedOffer.compare_at_minor > ListedOffer.amount_minor
        own = ListedOffer.product_id == ListedProduct.product_id
        conditions.append(exists().where(own, found.in_force(), reduced).correlate(ListedProduct))
    if rule.days is not None:
        conditions.append(ListedProduct.published_at > now() - timedelta(days=rule.days))
    tokens = [[Atom((f"{CATEGORY}{each}",)) for each in shelves]] if shelves else []
    return Base(tokens=tokens, conditions=tuple(conditions)).narrowed(chosen)


def _named(source: Source, values: Values) -> dict[Facet, list[Value]]:
    """As facets, with the terms that lists know of them."""
    terms = db.session.scalars(
        select(Term).where(
            Term.source == source,
            or_(false(), *((Term.facet == facet) & Term.slug.in_(slugs) for facet, slugs in values.items())),
        )
    ).all()
    return {
        Facet(facet, "", source, ()): [
            Value(facet, "", terms=frozenset(str(term.id) for term in terms if term.facet == facet))
        ]
        for facet in values
    }
