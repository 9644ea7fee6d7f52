"""Which products a list is about, as statements whose cost does not grow with the catalogue.

Up to MOST products a list is read as a whole and counted exactly (tally.py). Of a longer one a page is sorted by the
database, and what is counted is counted up to MOST.
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
    union_all,
)

from shop.catalog.engine import CATEGORY, TERM, Atom, Groups, Where, engine
from shop.catalog.filters import Band, Facet, Sort, Source, Value
from shop.catalog.listed import ListedOffer, ListedProduct, Term
from shop.catalog.models import Category, ProductSales, Variant
from shop.catalog.tally import Offer, Standing
from shop.core.clock import now
from shop.core.db import db
from shop.core.money import Money
from shop.reviews.models import Rating

MOST = 1000  # products that are counted exactly
SAMPLE = 1000  # products of a longer list from which its price bands are made
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
        tokens = [*self.tokens, *_tokens(chosen)]
        return replace(self, tokens=tokens, conditions=(*self.conditions, *offered(chosen)))


def _tokens(chosen: Chosen) -> Groups:
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

    What has a single option is found by its token, unless a price begins or ends and the variant may not be sold now.
    """
    asked = [_fits(facet, values) for facet, values in chosen.items() if facet.source is not Source.ATTRIBUTE]
    if option is not None:
        asked.append(ListedOffer.terms.contains(literal(" ").concat(cast(option, String)).concat(" ")))
    if not asked:
        return []
    own = ListedOffer.product_id == ListedProduct.product_id
    fits = exists().where(own, in_force(), *asked).correlate(ListedProduct, Term)
    options = sum(facet.source is Source.OPTION for facet in chosen) + (option is not None)
    return [or_(ListedProduct.changes_at.is_(None), fits) if options == len(asked) == 1 else fits]


def _fits(facet: Facet, values: Iterable[Value]) -> ColumnElement[bool]:
    if facet.source is Source.STOCK:
        left = Variant.on_hand > Variant.reserved
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
    return db.session.scalar(select(_capped(base.select(literal(1))))) or 0


def _capped(asked: Select[*tuple[Any, ...]]) -> ScalarSelect[int]:
    return select(func.count()).select_from(asked.limit(MOST + 1).subquery()).scalar_subquery()


def count_on_shelves(category_ids: Sequence[int]) -> dict[int, int]:
    """Up to one more than MOST for each, with what is below it."""
    here = engine()
    on_it = (
        select(literal(1))
        .select_from(here.table)
        .join(ListedProduct, ListedProduct.product_id == here.product_id)
        .where(here.match(here.and_token("", CATEGORY, Category.id)), awake())
        .correlate(Category)
    )
    counted = select(Category.id, _capped(on_it)).where(Category.id.in_(category_ids))
    return dict(db.session.execute(counted).all())


def terms(ids: Iterable[str] | None = None) -> Sequence[Term]:
    """These, or all there are."""
    asked = select(Term)
    return db.session.scalars(asked if ids is None else asked.where(Term.id.in_(map(int, ids)))).all()


def one_of(product_ids: Sequence[int]) -> ColumnElement[bool]:
    return ListedProduct.product_id.in_(product_ids)


def counts_of_terms(base: Base, chosen: Chosen, terms: Iterable[Term]) -> dict[str, int]:
    """How many products of a long list have each term besides what is chosen; those that none has are left out."""
    here, tokens = engine(), [*base.tokens, *_tokens(chosen)]
    written, found = here.written(base.words, tokens, Where.ANYWHERE), {}
    ids = {source: [term.id for term in terms if term.source == source] for source in (Source.OPTION, Source.ATTRIBUTE)}
    for source, of_source in ids.items():
        having = (
            select(literal(1))
            .select_from(here.table)
            .join(ListedProduct, ListedProduct.product_id == here.product_id)
            .where(here.match(here.and_token(written, TERM, Term.id)), awake(), *base.conditions)
            .where(*offered(chosen, option=Term.id if source is Source.OPTION else None))
        )
        counted = select(Term.id, _capped(having.correlate(Term))).where(Term.id.in_(of_source))
        found.update({str(term_id): number for term_id, number in db.session.execute(counted) if number})
    return found


def counts_of_values(base: Base, asked: Iterable[tuple[Facet, Value, Chosen]]) -> dict[tuple[str, str], int]:
    """How many products of a long list have each value besides what is chosen."""
    counted = [
        select(
            literal(str(facet.slug)),
            literal(value.slug),
            _capped(base.narrowed({**chosen, facet: [value]}).select(literal(1))),
        )
        for facet, value, chosen in asked
    ]
    return (
        {(facet, value): number for facet, value, number in db.session.execute(union_all(*counted))} if counted else {}
    )


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
    (Variant.on_hand - Variant.reserved).label("available"),
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


def prices_of_some(base: Base, currency: str) -> list[Money]:
    """What products of a long list cost: those that are found first stand for all."""
    some = base.select(ListedProduct.product_id).limit(SAMPLE)
    amounts = select(ListedOffer.amount_minor).where(ListedOffer.product_id.in_(some), in_force()).distinct()
    return [Money(amount, currency) for amount in db.session.scalars(amounts)]


def page(base: Base, chosen: Chosen, sort: Sort, part: slice) -> Sequence[int]:
    """The products of a part of a long list, whatever is sold out at the end."""
    narrowed = base.narrowed(chosen)
    low, high = _cheapest(chosen)
    loved = func.coalesce(Rating.score, UNRATED).desc()
    orders: dict[Sort, tuple[ColumnElement[Any], ...]] = {
        Sort.LOVED: (loved,),
        Sort.SELLING: (func.coalesce(ProductSales.pieces, 0).desc(), loved),
        Sort.NEWEST: (ListedProduct.published_at.desc(),),
        Sort.CHEAPEST: (low, high),
        Sort.DEAREST: (low.desc(), high.desc()),
    }
    return db.session.scalars(
        narrowed.select(ListedProduct.product_id)
        .outerjoin(Rating, Rating.product_id == ListedProduct.product_id)
        .outerjoin(ProductSales, ProductSales.product_id == ListedProduct.product_id)
        .order_by(ListedProduct.in_stock.desc(), *orders[sort], ListedProduct.position, ListedProduct.product_id)
        .limit(part.stop - part.start)
        .offset(part.start)
    ).all()


def _cheapest(chosen: Chosen) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The lowest and highest price of what fits; the product's own where all of it does and no price has changed."""
    asked = [_fits(facet, values) for facet, values in chosen.items() if facet.source is not Source.ATTRIBUTE]
    amount = ListedOffer.amount_minor
    fitting = (
        select(each(amount))
        .where(ListedOffer.product_id == ListedProduct.product_id, in_force(), *asked)
        .correlate(ListedProduct)
        .scalar_subquery()
        for each in (func.min, func.max)
    )
    still = or_(ListedProduct.changes_at.is_(None), ListedProduct.changes_at > now())
    low, high = (
        own if asked else case((still, told), else_=own)
        for own, told in zip(fitting, (ListedProduct.lowest, ListedProduct.highest), strict=True)
    )
    return low, high
