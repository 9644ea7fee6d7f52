"""Keeps what lists and searches read (listed.py) equal to the goods, in the transaction that changes them.

Whatever is written through the session to products, their variants, prices, options and attributes marks the products,
and just before the commit the marked ones are written anew. Statements that go past the session call `changed`, and
those that move stock `stock_moved`. Each product is locked first: of two who change its variants at once, the second
sees what the first has done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from secrets import randbits
from typing import Any

from flask_sqlalchemy.session import Session
from sqlalchemy import Select, bindparam, delete, event, exists, func, insert, inspect, select, text, update

from shop.catalog import stocked
from shop.catalog.changes import tell
from shop.catalog.engine import engine, erase
from shop.catalog.found import in_force
from shop.catalog.listable import Key, Read, Value
from shop.catalog.listed import ListedOffer, ListedProduct, SearchWord, Term
from shop.catalog.models import (
    Attribute,
    AttributeValue,
    Category,
    Option,
    OptionValue,
    Price,
    Product,
    ProductAttribute,
    Variant,
    VariantChoice,
)
from shop.catalog.stocked import Stocked
from shop.catalog.words import grams
from shop.core import outbox, store
from shop.core.clock import now
from shop.core.db import before_commit, db, transaction

AT_ONCE = 500  # products written anew in one transaction; more are left to a job
WORDS_AT_ONCE = 5000  # in one statement: PostgreSQL takes 65,535 parameters

# What a change of these rows marks, and by which of their columns.
_WATCHED: dict[type[Any], tuple[str, str]] = {
    Product: ("products", "id"),
    Option: ("products", "product_id"),
    Variant: ("products", "product_id"),
    ProductAttribute: ("products", "product_id"),
    Price: ("variants", "variant_id"),
    VariantChoice: ("variants", "variant_id"),
    OptionValue: ("options", "option_id"),
    AttributeValue: ("values", "id"),
    Attribute: ("attributes", "id"),
    Category: ("categories", "id"),
}


@dataclass
class _Marks:
    """What the open transaction has changed, by the kind of thing and its id."""

    ids: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def __call__(self) -> None:
        products = self._products()
        if len(products) > AT_ONCE:
            outbox.emit("catalogue.changed")
        else:
            refresh(products)
            tell(products)
        if stock := self.ids["stock"]:
            _restock(db.session.scalars(select(Variant.product_id).where(Variant.id.in_(stock)).distinct()).all())

    def _products(self) -> set[int]:
        """No more than one too many of those that hang on something they share."""
        of_attributes = select(AttributeValue.id).where(AttributeValue.attribute_id.in_(self.ids["attributes"]))
        sharing = {
            "variants": select(Variant.product_id).where(Variant.id.in_(self.ids["variants"])),
            "options": select(Option.product_id).where(Option.id.in_(self.ids["options"])),
            "values": select(ProductAttribute.product_id).where(ProductAttribute.value_id.in_(self.ids["values"])),
            "attributes": select(ProductAttribute.product_id).where(ProductAttribute.value_id.in_(of_attributes)),
            "categories": select(Product.id).where(Product.category_id.in_(below(self.ids["categories"]))),
        }
        found = set(self.ids["products"])
        for kind, product_ids in sharing.items():
            if self.ids[kind]:
                found.update(db.session.scalars(product_ids.limit(AT_ONCE + 1)))
        return found


_mark = partial(before_commit, "catalog.index")


@event.listens_for(Session, "after_flush")
def _watch(session: Session, _context: object) -> None:
    if "transaction" not in session.info:
        return
    for row in (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))):
        if _only_counted(row):
            stock_moved(row.id)
        elif type(row) in _WATCHED:
            kind, column = _WATCHED[type(row)]
            _mark(_Marks()).ids[kind].add(getattr(row, column))


def _only_counted(row: object) -> bool:
    """A variant of which nothing but its stock has changed: products are not locked for that."""
    if not isinstance(row, Variant):
        return False
    state = inspect(row)
    return state.has_identity and {each.key for each in state.attrs if each.history.has_changes()} == {"on_hand"}


def changed(product_ids: Iterable[int]) -> None:
    """Has these products written anew at the end of the open transaction."""
    _mark(_Marks()).ids["products"].update(product_ids)


def stock_moved(variant_id: int) -> None:
    """Has its product told sold out or not at the end of the open transaction."""
    _mark(_Marks()).ids["stock"].add(variant_id)


def rebuild_total() -> int:
    return db.session.scalar(select(func.count()).select_from(Product)) or 0


def rebuild_step(after: int = 0, limit: int = AT_ONCE) -> tuple[int | None, int]:
    """Writes the products after the id `after` anew; the last id and how many there were, or None at the end."""
    with transaction():
        ids = db.session.scalars(select(Product.id).where(Product.id > after).order_by(Product.id).limit(limit)).all()
        refresh(ids)
    return (ids[-1] if len(ids) == limit else None), len(ids)


def complete() -> None:
    """Fills what lists read where there are goods and nothing is listed, as after the migration that made it."""
    filled = [db.session.scalar(select(exists().select_from(each))) for each in (Product, ListedProduct, Stocked)]
    if filled[0] and not all(filled):
        after: int | None = 0
        while after is not None:
            after, _done = rebuild_step(after)


def turn(limit: int = AT_ONCE) -> int:
    """Writes products anew of which a price has begun or ended since they were written. Returns how many."""
    due = select(ListedProduct.product_id).where(ListedProduct.changes_at <= now()).limit(limit)
    with transaction():
        ids = db.session.scalars(due).all()
        refresh(ids)
        tell(ids)
    return len(ids)


def refresh(product_ids: Iterable[int]) -> None:
    """Makes what is listed of these products what they are now."""
    ids = sorted(set(product_ids))
    shop = store.load()
    if not ids or shop is None:
        return
    with transaction():
        db.session.execute(select(Product.id).where(Product.id.in_(ids)).order_by(Product.id).with_for_update())
        db.session.execute(delete(ListedProduct).where(ListedProduct.product_id.in_(ids)))
        erase(ids)
        stocked.write(ids, shop)
        read = Read(ids, shop.currency)
        if not read.products:
            _raise_version()
            return
        terms = _known_terms(read)
        here, documents = engine(), [read.document(each, terms) for each in read.products]
        db.session.execute(insert(ListedProduct), [read.listed(each, terms) for each in read.products])
        db.session.execute(insert(ListedOffer), [row for each in read.products for row in read.offers(each, terms)])
        here.write(documents)
        _raise_version()
        _learn({word for each in documents for part in (each.name, each.shelf, each.body) for word in part})


def _restock(product_ids: Sequence[int]) -> None:
    """Locks first: who sells another variant of the same product at the same time waits, and counts afterwards."""
    locked = db.session.scalars(
        select(ListedProduct.product_id)
        .where(ListedProduct.product_id.in_(product_ids))
        .order_by(ListedProduct.product_id)
        .with_for_update()
    ).all()
    left = exists().where(
        ListedOffer.product_id == ListedProduct.product_id,
        in_force(),
        Variant.id == ListedOffer.variant_id,
        Variant.available > 0,
    )
    turned = db.session.execute(
        update(ListedProduct)
        .where(ListedProduct.product_id.in_(locked), ListedProduct.in_stock != left)
        .values(in_stock=left)
        .returning(ListedProduct.product_id)
        .execution_options(synchronize_session=False)
    ).all()
    if shop := store.load():
        stocked.count_again(product_ids, shop)
    if turned:
        _raise_version()


def _raise_version() -> None:
    """The last lock of a transaction, so that nobody who waits for it has what its holder still needs."""
    before_commit(
        "catalog.version",
        lambda: db.session.execute(
            text(
                "INSERT INTO listed_version (id, number) VALUES (1, :first) "
                "ON CONFLICT (id) DO UPDATE SET number = listed_version.number + 1"
            ),
            {"first": randbits(48)},  # another database begins with another one
        ),
    )


def below(category_ids: Iterable[int]) -> Select[int]:
    """These categories and everything under them."""
    tree = select(Category.id).where(Category.id.in_(category_ids)).cte(recursive=True)
    tree = tree.union(select(Category.id).where(Category.parent_id == tree.c.id))
    return select(tree.c.id)


def _known_terms(read: Read) -> dict[Key, int]:
    """The ids of all terms these products have; new ones are added, and those that are called otherwise changed."""
    wanted = {value.key: value for group in (read.choices, read.attributes) for own in group.values() for value in own}
    ids: dict[Key, int] = {}
    columns = [getattr(Term, name) for name in Value._fields]
    for row in db.session.execute(
        select(Term.id, *columns).where(Term.facet.in_({key[1] for key in wanted})).order_by(Term.id)
    ):
        known = Value(*row[1:])
        if known.key in wanted:
            ids[known.key] = row.id
            if known != wanted[known.key]:
                db.session.execute(update(Term).where(Term.id == row.id).values(wanted[known.key]._asdict()))
    for key in sorted(wanted.keys() - ids.keys()):
        db.session.execute(_ADD_TERM, wanted[key]._asdict())
        ids[key] = db.session.scalars(select(Term.id).filter_by(source=key[0], facet=key[1], slug=key[2])).one()
    return ids


_ADD_TERM = text(
    "INSERT INTO filter_terms (source, facet, name, place, kind, unit, slug, label, colour, number, position) VALUES "
    "(:source, :facet, :name, :place, :kind, :unit, :slug, :label, :colour, :number, :position) ON CONFLICT DO NOTHING"
).bindparams(bindparam("number", type_=Term.number.type))


def _learn(said: set[str]) -> None:
    """Words that are new to the shop, so that a misspelt one can be told. None is ever forgotten."""
    ordered = sorted(said)
    for begin in range(0, len(ordered), WORDS_AT_ONCE):
        some = ordered[begin : begin + WORDS_AT_ONCE]
        known = set(db.session.scalars(select(SearchWord.word).where(SearchWord.word.in_(some))))
        if new := [word for word in some if word not in known]:
            _add_words(new)


def _add_words(new: Sequence[str]) -> None:
    db.session.execute(
        text("INSERT INTO search_words (word) VALUES (:word) ON CONFLICT DO NOTHING"), [{"word": word} for word in new]
    )
    rows = db.session.execute(select(SearchWord.id, SearchWord.word).where(SearchWord.word.in_(new)))
    db.session.execute(
        text("INSERT INTO search_grams (gram, word_id) VALUES (:gram, :word_id) ON CONFLICT DO NOTHING"),
        [{"gram": gram, "word_id": row.id} for row in rows for gram in grams(row.word)],
    )
