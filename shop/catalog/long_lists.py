"""Lists that are too long to be read as a whole: they are sorted by the database, and counts are cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, SQLColumnExpression, case, exists, func, literal, or_, select, union_all

from shop.catalog import found
from shop.catalog.engine import CATEGORY, TERM, Where, engine
from shop.catalog.filters import Facet, Sort, Source, Value
from shop.catalog.found import (
    UNRATED,
    Base,
    Chosen,
    awake,
    capped,
    fits,
    has_term,
    in_force,
    offered,
    tokens_of,
)
from shop.catalog.listed import ListedOffer, ListedProduct, ListedVersion, Term
from shop.catalog.models import Category, ProductSales
from shop.core.clock import now
from shop.core.db import db
from shop.core.money import Money
from shop.reviews.models import Rating

SAMPLE = 300  # products from which price bands are made
KEPT = 512  # counts and orders of long lists in each process

_memory: dict[tuple[object, ...], Any] = {}
T = TypeVar("T")


def counts_of_terms(base: Base, chosen: Chosen, terms: Iterable[Term], *, most: int | None = None) -> dict[str, int]:
    """How many products have each term besides what is chosen, up to `most`; those that none has are left out."""
    written = engine().written(base.words, [*base.tokens, *tokens_of(chosen)], Where.ANYWHERE)
    count = partial(_count_terms, base, chosen, written, terms, most)
    if base.conditions or any(facet.source is Source.STOCK for facet in chosen):
        return count()
    return _kept((written, _of_variants(chosen), tuple(term.id for term in terms), most), count)


def counts_of_values(base: Base, asked: Sequence[tuple[Facet, Value, Chosen]]) -> dict[tuple[str, str], int]:
    """How many products have each value besides what is chosen."""
    moving = [each for each in asked if base.conditions or _moves_with_stock(each[0], each[2])]
    still = [each for each in asked if each not in moving]
    written = engine().written(base.words, base.tokens, Where.ANYWHERE)
    key = (written, tuple((facet, value, tuple(_frozen(chosen))) for facet, value, chosen in still))
    return _count_values(base, moving) | _kept(key, partial(_count_values, base, still))


def _moves_with_stock(facet: Facet, chosen: Chosen) -> bool:
    """Of what is in stock only whole products are told when they turn."""
    if facet.source is Source.STOCK:
        return any(each.source is not Source.ATTRIBUTE for each in chosen if each != facet)
    return any(each.source is Source.STOCK for each in chosen)


def _of_variants(chosen: Chosen) -> tuple[object, ...]:
    return tuple(_frozen({facet: values for facet, values in chosen.items() if facet.source is not Source.ATTRIBUTE}))


def _frozen(chosen: Chosen) -> Iterator[object]:
    return ((facet, tuple(values)) for facet, values in chosen.items())


def _kept(key: tuple[object, ...], read: Callable[[], T]) -> T:
    """Shoppers look at the same long shelves again and again: what was read is kept for as long as it is right."""
    whole = (_stamp(), found.MOST, *key)
    kept: T | None = _memory.get(whole)  # another thread may throw it away at any moment
    if kept is None:
        kept = _memory[whole] = read()
        for oldest in list(_memory)[:-KEPT]:
            _memory.pop(oldest, None)
    return kept


def _stamp() -> tuple[object, ...]:
    """Another one whenever another product, price or stock is listed, by a change or because its time has come."""
    moment = now()
    columns = ListedProduct.begins_at, ListedProduct.changes_at
    number = select(ListedVersion.number).scalar_subquery()
    next_ones = (select(func.min(column)).where(column > moment).scalar_subquery() for column in columns)
    return tuple(db.session.execute(select(number, *next_ones)).one())


def _count_terms(base: Base, chosen: Chosen, written: str, terms: Iterable[Term], most: int | None) -> dict[str, int]:
    here, counts = engine(), {}
    ids = {source: [term.id for term in terms if term.source == source] for source in (Source.OPTION, Source.ATTRIBUTE)}
    simple = not base.conditions and all(facet.source is Source.ATTRIBUTE for facet in chosen)
    for source, of_source in ids.items():
        if not of_source:
            continue
        option = Term.id if source is Source.OPTION else None
        asked = select(literal(1)).select_from(here.table).where(here.match(here.and_token(written, TERM, Term.id)))
        if simple:
            asked = asked.where(*_told_by_tokens(here.product_id, option))
        else:
            asked = asked.join(ListedProduct, ListedProduct.product_id == here.product_id).where(
                awake(), *base.conditions, *offered(chosen, option=option)
            )
        counted = select(Term.id, capped(asked.correlate(Term), most)).where(Term.id.in_(of_source))
        counts.update({str(term_id): number for term_id, number in db.session.execute(counted) if number})
    return counts


def _told_by_tokens(
    product_id: ColumnElement[int], option: SQLColumnExpression[int] | None
) -> list[ColumnElement[bool]]:
    """What `awake` and `offered` ask, without a look at every product: only the few that change are told apart."""
    moment = now()
    priced = exists().where(ListedOffer.product_id == ListedProduct.product_id, in_force()).correlate(ListedProduct)
    to_come = select(ListedProduct.product_id).where(ListedProduct.begins_at > moment)
    gone = select(ListedProduct.product_id).where(ListedProduct.changes_at <= moment, ~priced)
    told: list[ColumnElement[bool]] = [product_id.not_in(to_come), product_id.not_in(gone)]
    if option is not None:
        here = engine().table
        changing = exists().where(ListedProduct.product_id == product_id, ListedProduct.changes_at.is_not(None))
        own = exists().where(ListedOffer.product_id == product_id, in_force(), has_term(option))
        told.append(or_(~changing.correlate(here), own.correlate(here, Term)))
    return told


def _count_values(base: Base, asked: Iterable[tuple[Facet, Value, Chosen]]) -> dict[tuple[str, str], int]:
    counted = [
        select(
            literal(str(facet.slug)),
            literal(value.slug),
            capped(base.narrowed({**chosen, facet: [value]}).select(literal(1))),
        )
        for facet, value, chosen in asked
    ]
    rows = db.session.execute(union_all(*counted)) if counted else ()
    return {(facet, value): number for facet, value, number in rows}


def count_on_shelves(category_ids: Sequence[int]) -> dict[int, int]:
    """Up to one more than MOST for each, with what is below it."""
    return _kept(("shelves", *category_ids), partial(_count_on_shelves, category_ids))


def _count_on_shelves(category_ids: Sequence[int]) -> dict[int, int]:
    here = engine()
    on_it = (
        select(literal(1))
        .select_from(here.table)
        .join(ListedProduct, ListedProduct.product_id == here.product_id)
        .where(here.match(here.and_token("", CATEGORY, Category.id)), awake())
        .correlate(Category)
    )
    counted = select(Category.id, capped(on_it)).where(Category.id.in_(category_ids))
    return dict(db.session.execute(counted).all())


def prices_of_some(base: Base, currency: str) -> list[Money]:
    """What products of a long list cost. The oldest ones stand for all: always the same, as are the bands they give."""
    if base.conditions:
        return _prices_of_some(base, currency)
    return _kept((base.written(), "prices", currency), partial(_prices_of_some, base, currency))


def _prices_of_some(base: Base, currency: str) -> list[Money]:
    by_age = engine().product_id if base.words or base.tokens else ListedProduct.product_id
    some = base.select(ListedProduct.product_id).order_by(by_age).limit(SAMPLE)
    amounts = select(ListedOffer.amount_minor).where(ListedOffer.product_id.in_(some), in_force()).distinct()
    return [Money(amount, currency) for amount in db.session.scalars(amounts)]


def page(base: Base, chosen: Chosen, sort: Sort, part: slice, *, deepest: int) -> Sequence[int]:
    """The products of a part of a long list, which is shown up to its `deepest`; whatever is sold out at the end.

    Sorting all of it costs most, so the order is kept as counts are. Ratings and sales, which the version does not
    tell of, move it within a minute.
    """
    if base.conditions or any(facet.source is Source.STOCK for facet in chosen):
        return _sorted(base, chosen, sort, part)
    written = engine().written(base.words, [*base.tokens, *tokens_of(chosen)], Where.ANYWHERE)
    whole = slice(0, deepest)
    minute = now().replace(second=0, microsecond=0)
    return _kept((written, _of_variants(chosen), sort, minute), partial(_sorted, base, chosen, sort, whole))[part]


def _sorted(base: Base, chosen: Chosen, sort: Sort, part: slice) -> Sequence[int]:
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
        base.narrowed(chosen)
        .select(ListedProduct.product_id)
        .outerjoin(Rating, Rating.product_id == ListedProduct.product_id)
        .outerjoin(ProductSales, ProductSales.product_id == ListedProduct.product_id)
        .order_by(ListedProduct.in_stock.desc(), *orders[sort], ListedProduct.position, ListedProduct.product_id)
        .limit(part.stop - part.start)
        .offset(part.start)
    ).all()


def _cheapest(chosen: Chosen) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The lowest and highest price of what fits; the product's own where all of it does and no price has changed."""
    asked = [fits(facet, values) for facet, values in chosen.items() if facet.source is not Source.ATTRIBUTE]
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
