"""The staff's list of products: found by tabs, category and words, a piece at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import aliased, contains_eager

from shop.catalog import queries as catalog
from shop.catalog.cards import first_pictures
from shop.catalog.models import Category, Picture, Price, Product, RelatedProduct, Status, StockMovement, Variant
from shop.catalog.repricing import ChangedPrice, PriceChange
from shop.catalog.stock import full_name
from shop.catalog.stocked import Stock, Stocked, StockedWord, beginning, shown
from shop.catalog.words import words
from shop.core import lists
from shop.core.clock import now
from shop.core.db import db
from shop.core.lists import Piece
from shop.core.money import Money
from shop.downloads.models import DigitalFile

LOOKED_THROUGH = 1000  # products that have the words of a search
MOST_WORDS = 6

ALL = ""
SCHEDULED = "scheduled"
TABS = (ALL, "live", "draft", SCHEDULED, "low", "out", "archived")
SORTS = ("", "name")  # changed last first, or by name


@dataclass(frozen=True, slots=True)
class Asked:
    """Which products somebody wants to see, as the address says it; anything unknown is as if it were not there."""

    tab: str = ALL
    category_id: int | None = None
    q: str = ""
    sort: str = ""

    @property
    def state(self) -> dict[str, Any]:
        """For the address of the list."""
        return {
            "tab": self.tab or None,
            "category": self.category_id,
            "q": self.q or None,
            "sort": self.sort or None,
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """A product as the list shows it. Without a price in force `lowest` and `highest` are None."""

    id: int
    name: str
    category: str
    status: str
    published_at: datetime | None
    updated_at: datetime
    stock: str
    variants: int
    out: int  # variants of which nothing is available
    on_hand: int | None  # None where none of it is counted
    lowest: Money | None
    highest: Money | None
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Found:
    piece: Piece[Listed]
    counts: Mapping[str, int]  # by tab, of what is looked for: up to one more than is counted
    cut: bool  # more have the words than were looked through


def find(asked: Asked, *, currency: str, after: int | None = None, before: int | None = None) -> Found:
    named = named_so(asked.q)
    if named is None:
        rows = lists.piece(
            _narrowed(select(Stocked.product_id.label("id"), Stocked.stock), asked),
            _key(asked),
            Stocked.product_id,
            after=after,
            before=before,
            descending=asked.tab != SCHEDULED and asked.sort != "name",
        )
        return Found(_told(rows, currency), _counts(asked), cut=False)
    ids = named[:LOOKED_THROUGH]
    found = db.session.execute(
        _narrowed(select(*_TOLD), Asked(category_id=asked.category_id)).where(Stocked.product_id.in_(ids))
    ).all()
    here = [row for row in found if asked.tab in _tabs_of(row)]
    counts = Counter(tab for row in found for tab in _tabs_of(row))
    return Found(_told(_cut(here, asked, after, before), currency), counts, cut=len(named) > LOOKED_THROUGH)


def all_ids(asked: Asked, most: int) -> Sequence[int]:
    """All that the list has, in no order, up to `most`."""
    found = _narrowed(select(Stocked.product_id), asked)
    if (named := named_so(asked.q)) is not None:
        found = found.where(Stocked.product_id.in_(named[:LOOKED_THROUGH]))
    return db.session.scalars(found.limit(most)).all()


def named_so(q: str) -> Sequence[int] | None:
    """Products that have every word of `q`, or words that begin so, in their name or a SKU: some, and one more."""
    asked = words(q)[:MOST_WORDS]
    if not asked:
        return [] if q else None
    had = lists.counts({word: select(StockedWord).where(beginning(word)) for word in asked})
    rarest, *others = sorted(had, key=lambda word: (had[word], -len(word)))
    found = select(StockedWord.product_id).where(beginning(rarest)).distinct()
    for word in others:
        also = aliased(StockedWord)
        found = found.where(exists().where(also.product_id == StockedWord.product_id, beginning(word, also)))
    return db.session.scalars(found.limit(LOOKED_THROUGH + 1)).all()


_TOLD = (
    Stocked.product_id.label("id"),
    Stocked.stock,
    Stocked.status,
    Stocked.published_at,
    Stocked.updated_at,
    Stocked.name_key,
)


def _narrowed(found: Select[*tuple[Any, ...]], asked: Asked) -> Select[*tuple[Any, ...]]:
    found = found.where(*_of_tab(asked.tab))
    if asked.category_id is not None:
        found = found.where(Stocked.category_id == asked.category_id)
    return found


def _of_tab(tab: str) -> list[ColumnElement[bool]]:
    awake = Stocked.status == Status.LIVE, shown()
    return {
        ALL: [],
        "live": [*awake],
        "draft": [Stocked.status == Status.DRAFT],
        SCHEDULED: [Stocked.status == Status.LIVE, Stocked.published_at > now()],
        "low": [*awake, Stocked.stock == Stock.LOW],
        "out": [*awake, Stocked.stock == Stock.OUT],
        "archived": [Stocked.status == Status.DISCONTINUED],
    }[tab]


def _tabs_of(row: Any) -> set[str]:
    """The same of a row that is read."""
    if row.status == Status.DRAFT:
        return {ALL, "draft"}
    if row.status == Status.DISCONTINUED:
        return {ALL, "archived"}
    if row.published_at > now():
        return {ALL, SCHEDULED}
    return {ALL, "live", *({Stock.LOW: ["low"], Stock.OUT: ["out"]}.get(row.stock, []))}


def _counts(asked: Asked) -> dict[str, int]:
    return lists.counts({tab: _narrowed(select(Stocked), Asked(tab, asked.category_id)) for tab in TABS})


def _key(asked: Asked) -> Any:
    """What begins next comes first of what is scheduled."""
    if asked.tab == SCHEDULED:
        return Stocked.published_at
    return Stocked.name_key if asked.sort == "name" else Stocked.updated_at


def _cut(rows: list[Any], asked: Asked, after: int | None, before: int | None) -> Piece[Any]:
    """The piece of all that was found, as lists.piece cuts it of what is not read."""
    key = _key(asked).key
    rows.sort(key=lambda row: (getattr(row, key), row.id), reverse=asked.tab != SCHEDULED and asked.sort != "name")
    ids = [row.id for row in rows]
    edge = after if before is None else before
    if edge is not None and edge not in ids:
        return Piece([], None, None, lost=True)
    end = ids.index(before) if before is not None else len(ids)
    begin = max(0, end - lists.SIZE) if before is not None else (ids.index(after) + 1 if after is not None else 0)
    shown = rows[begin : min(end, begin + lists.SIZE)]
    if not shown:
        return Piece([], None, None, lost=edge is not None)
    more = begin + len(shown) < len(rows)
    return Piece(shown, shown[0].id if begin else None, shown[-1].id if more else None, lost=False)


def _told(piece: Piece[Any], currency: str) -> Piece[Listed]:
    """With what the list says of each."""
    ids = [row.id for row in piece.rows]
    products = {
        row.id: row
        for row in db.session.execute(
            select(
                Product.id,
                Product.name,
                Category.name.label("category"),
                Product.status,
                Product.published_at,
                Product.updated_at,
            )
            .join(Category, Category.id == Product.category_id)
            .where(Product.id.in_(ids))
        )
    }
    variants = db.session.execute(
        select(Variant.product_id, Variant.id, Variant.on_hand, Variant.available, Variant.requires_shipping).where(
            Variant.product_id.in_(ids), Variant.withdrawn_at.is_(None)
        )
    ).all()
    tags = catalog.price_tags([row.id for row in variants], currency)
    pictures = first_pictures(ids)
    told = []
    for row in piece.rows:
        own = [variant for variant in variants if variant.product_id == row.id]
        amounts = [tags[each.id].amount for each in own if each.id in tags]
        told.append(
            Listed(
                *products[row.id],
                stock=row.stock,
                variants=len(own),
                out=sum(each.available <= 0 for each in own),
                on_hand=sum(each.on_hand for each in own) if any(each.requires_shipping for each in own) else None,
                lowest=_edge(min, amounts),
                highest=_edge(max, amounts),
                picture=pictures.get(row.id),
            )
        )
    return Piece(told, piece.before, piece.after, piece.lost)


def _edge(of: Any, amounts: Iterable[Money]) -> Money | None:
    found: Money | None = of(amounts, key=lambda amount: amount.minor, default=None)
    return found


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category as a choice, with its way: Prints › Large."""

    id: int
    name: str


def shelves() -> list[Shelf]:
    """All categories in the order of the tree."""
    rows = db.session.execute(
        select(Category.id, Category.parent_id, Category.name).order_by(Category.position, Category.id)
    ).all()
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[Shelf] = []

    def walk(parent_id: int | None, way: str) -> None:
        for row in below.get(parent_id, ()):
            name = f"{way} › {row.name}" if way else row.name
            found.append(Shelf(row.id, name))
            walk(row.id, name)

    walk(None, "")
    return found


@dataclass(frozen=True, slots=True)
class Reduction:
    """What is reduced together."""

    begins: datetime
    ends: datetime | None
    begun: bool
    names: list[str]
    lowest: Money
    was: Money


def reductions(variants: Sequence[Variant], currency: str) -> list[Reduction]:
    """In force now, and still to come."""
    names = {variant.id: variant.name or variant.sku for variant in variants}
    moment = now()
    rows = db.session.scalars(
        select(Price)
        .where(
            Price.variant_id.in_(list(names)),
            Price.currency == currency,
            Price.compare_at_minor.is_not(None),
            or_(Price.valid_to.is_(None), Price.valid_to > moment),
        )
        .order_by(Price.valid_from, Price.variant_id)
    )
    together: dict[Any, list[Price]] = {}
    for row in rows:
        together.setdefault((row.valid_from, row.valid_to), []).append(row)
    found = []
    for (begins, ends), own in together.items():
        cheapest = min(own, key=lambda price: price.amount_minor)
        was = cheapest.compare_at or cheapest.amount
        found.append(
            Reduction(begins, ends, begins <= moment, [names[each.variant_id] for each in own], cheapest.amount, was)
        )
    return found


CHANGED_SHOWN = 100  # prices of one change


def price_change(change_id: int) -> PriceChange | None:
    return db.session.get(PriceChange, change_id)


def changed_prices(change_id: int) -> tuple[list[tuple[str, Money, Money]], int]:
    """Some of them, by the variant's name, before and after; and how many in all, counted as lists are."""
    found = select(ChangedPrice).where(ChangedPrice.change_id == change_id)
    rows = db.session.execute(
        select(Product.name, Variant.name, ChangedPrice.currency, ChangedPrice.before_minor, ChangedPrice.after_minor)
        .join(Variant, Variant.id == ChangedPrice.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(ChangedPrice.change_id == change_id)
        .order_by(ChangedPrice.variant_id)
        .limit(CHANGED_SHOWN)
    )
    told = [
        (full_name(product, variant), Money(before, currency), Money(after, currency))
        for product, variant, currency, before, after in rows
    ]
    return told, lists.count(found)


def counted(product_ids: Sequence[int]) -> Sequence[Variant]:
    """Variants that are sold and counted, with their products, by name."""
    return db.session.scalars(
        select(Variant)
        .join(Variant.product)
        .where(Variant.product_id.in_(product_ids), Variant.withdrawn_at.is_(None), Variant.requires_shipping)
        .order_by(Product.name, Product.id, Variant.position, Variant.id)
        .options(contains_eager(Variant.product))
    ).all()


MOVEMENTS_SHOWN = 50


def movements(variant_id: int) -> Sequence[StockMovement]:
    """The newest of a variant's stock."""
    mine = select(StockMovement).where(StockMovement.variant_id == variant_id)
    return db.session.scalars(mine.order_by(StockMovement.id.desc()).limit(MOVEMENTS_SHOWN)).all()


def file_of(variant_id: int) -> DigitalFile | None:
    return db.session.scalar(select(DigitalFile).where(DigitalFile.variant_id == variant_id))


def related(product_id: int) -> Sequence[Any]:
    """Ids and names of what is shown below a product, picked by hand, in order."""
    return db.session.execute(
        select(Product.id, Product.name)
        .join(RelatedProduct, RelatedProduct.related_id == Product.id)
        .where(RelatedProduct.product_id == product_id)
        .order_by(RelatedProduct.position, RelatedProduct.related_id)
    ).all()


def names(product_ids: Sequence[int]) -> Sequence[Any]:
    """Ids and names."""
    return db.session.execute(
        select(Product.id, Product.name).where(Product.id.in_(product_ids)).order_by(Product.name, Product.id)
    ).all()
