"""Which products a list is about, as statements whose cost does not grow with the catalogue.

Up to MOST products a list is read as a whole and counted exactly (tally.py); of a longer one see long_lists.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)

from shop.catalog.engine import CATEGORY, TERM, Atom, Groups, Where, engine
from shop.catalog.filters import Band, Facet, Source, Value
from shop.catalog.listed import ListedOffer, ListedProduct, Term
from shop.catalog.models import ProductSales, Variant
from shop.catalog.tally import Offer, Standing
from shop.core.clock import now
from shop.core.db import db
from shop.core.money import Money
from shop.reviews.models import Rating

MOST = 1000  # products that are counted exactly
UNRATED = 4000  # a rating's score before there are reviews

Chosen = Mapping[Facet, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Base:
    """Products on sale in which all is found: the words, in a name or elsewhere, the tokens, and what is asked of
    `ListedProduct`."""

    words: Groups = ()
    tokens: Groups = ()
    conditions: tuple[ColumnElement[bool], ...] = ()

    def written(self, where: Where = Where.ANYWHERE) -> str:
        return engine().written(self.words, self.tokens, where)

    def select(self, *columns: Any, where: Where = Where.ANYWHERE) -> Select[*tuple[Any, ...]]:
        asked = select(*columns).where(awake(), *self.conditions)
        if not (self.words or self.tokens):
            return asked.select_from(ListedProduct)
        here = engine()
        return (
            asked.select_from(here.table)
            .join(ListedProduct, ListedProduct.product_id == here.product_id)
            .where(here.match(self.written(where)))
        )

    def narrowed(self, chosen: Chosen) -> Base:
        """To what has one of the chosen values of each facet, for all that a variant has in the same variant."""
        tokens = [*self.tokens, *tokens_of(chosen)]
        return replace(self, tokens=tokens, conditions=(*self.conditions, *offered(chosen)))


def tokens_of(chosen: Chosen) -> Groups:
    return [
        [Atom((f"{TERM}{term}",)) for value in values for term in sorted(value.terms)]
        for values in chosen.values()
        if values[0].terms
    ]


def on_shelf(category_id: int) -> Base:
    """All in a category and below it."""
    return Base(tokens=[[Atom((f"{CATEGORY}{category_id}",))]])


def in_force() -> ColumnElement[bool]:
    moment = now()
    return and_(ListedOffer.begins_at <= moment, or_(ListedOffer.ends_at.is_(None), ListedOffer.ends_at > moment))


def awake() -> ColumnElement[bool]:
    """Published, and with a price now; what was written of it says so until a price of it begins or ends."""
    moment = now()
    priced = exists().where(ListedOffer.product_id == ListedProduct.product_id, in_force()).correlate(ListedProduct)
    return and_(
        ListedProduct.begins_at <= moment,
        or_(ListedProduct.changes_at.is_(None), ListedProduct.changes_at > moment, priced),
    )


def offered(chosen: Chosen, *, option: SQLColumnExpression[int] | None = None) -> list[ColumnElement[bool]]:
    """That one variant has all that is chosen of variants, and the option's term; nothing when nothing is.

    What has a single option is found by its token, and what is in stock is written down, unless a price begins or ends
    and the variant may not be sold now.
    """
    asked = [fits(facet, values) for facet, values in chosen.items() if facet.source is not Source.ATTRIBUTE]
    if option is not None:
        asked.append(has_term(option))
    if not asked:
        return []
    own = ListedOffer.product_id == ListedProduct.product_id
    one = exists().where(own, in_force(), *asked).correlate(ListedProduct, Term)
    if len(asked) > 1:
        return [one]
    if option is not None or any(facet.source is Source.OPTION for facet in chosen):
        return [or_(ListedProduct.changes_at.is_(None), one)]
    if any(facet.source is Source.STOCK for facet in chosen):
        still = or_(ListedProduct.changes_at.is_(None), ListedProduct.changes_at > now())
        return [case((still, ListedProduct.in_stock), else_=one)]
    return [one]


def has_term(term_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Of an offer: the term whose id is a column's."""
    return ListedOffer.terms.contains(literal(" ").concat(cast(term_id, String)).concat(" "))


def fits(facet: Facet, values: Iterable[Value]) -> ColumnElement[bool]:
    if facet.source is Source.STOCK:
        left = Variant.available > 0
        return exists().where(Variant.id == ListedOffer.variant_id, left).correlate(ListedOffer)
    if facet.source is Source.PRICE:
        return or_(*(_within(value.band) for value in values if value.band))
    return or_(*(ListedOffer.terms.contains(f" {term} ") for value in values for term in sorted(value.terms)))


def _within(band: Band) -> ColumnElement[bool]:
    match band.low, band.high:
        case None, Money() as high:
            return ListedOffer.amount_minor < high.minor
        case Money() as low, None:
            return ListedOffer.amount_minor > low.minor
        case Money() as low, Money() as high:
            return ListedOffer.amount_minor.between(low.minor, high.minor)
    raise ValueError("a band without bounds")


def count(base: Base) -> int:
    """Up to one more than MOST."""
    return db.session.scalar(select(capped(base.select(literal(1))))) or 0


def capped(asked: Select[*tuple[Any, ...]], most: int | None = None) -> ScalarSelect[int]:
    """How many rows it has, up to `most`, or to one more than MOST."""
    return select(func.count()).select_from(asked.limit(most or MOST + 1).subquery()).scalar_subquery()


def terms(ids: Iterable[str] | None = None) -> Sequence[Term]:
    """These, or all there are."""
    asked = select(Term)
    return db.session.scalars(asked if ids is None else asked.where(Term.id.in_(map(int, ids)))).all()


def one_of(product_ids: Sequence[int]) -> ColumnElement[bool]:
    return ListedProduct.product_id.in_(product_ids)


@dataclass(frozen=True, slots=True)
class Goods:
    """All that can be bought of a list, and what its products are sorted by."""

    offers: list[Offer]
    standing: dict[int, Standing]
    in_stock: frozenset[int]


def offers(base: Base, currency: str) -> Goods:
    """Of a list that is not longer than MOST."""
    asked = (
        base.select(*_OFFERED)
        .join(ListedOffer, ListedOffer.product_id == ListedProduct.product_id)
        .join(Variant, Variant.id == ListedOffer.variant_id)
        .outerjoin(Rating, Rating.product_id == ListedProduct.product_id)
        .outerjoin(ProductSales, ProductSales.product_id == ListedProduct.product_id)
        .where(in_force())
    )
    return _read(db.session.execute(asked), currency)


_OFFERED = (
    ListedOffer.product_id,
    ListedOffer.variant_id,
    ListedOffer.terms.concat(ListedProduct.terms).label("terms"),
    ListedOffer.amount_minor,
    Variant.available,
    func.coalesce(Rating.score, UNRATED).label("loved"),
    func.coalesce(ProductSales.pieces, 0).label("pieces"),
    ListedProduct.published_at,
    ListedProduct.position,
)


def _read(rows: Iterable[Any], currency: str) -> Goods:
    found: list[Offer] = []
    standing: dict[int, Standing] = {}
    in_stock: set[int] = set()
    terms: dict[str, frozenset[str]] = {}  # many products have the same
    for row in rows:
        if row.terms not in terms:
            terms[row.terms] = frozenset(row.terms.split())
        found.append(
            Offer(row.product_id, row.variant_id, terms[row.terms], Money(row.amount_minor, currency), row.available)
        )
        if row.product_id not in standing:
            standing[row.product_id] = Standing(row.loved, row.pieces, row.published_at, row.position)
        if row.available > 0:
            in_stock.add(row.product_id)
    return Goods(found, standing, frozenset(in_stock))
