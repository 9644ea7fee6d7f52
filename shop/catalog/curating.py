"""Collections as staff make them: named, dated, picked by hand or given a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from shop.catalog import collections
from shop.catalog.collections import Collection, CollectionProduct
from shop.catalog.making import free_slug, slug_of
from shop.catalog.models import Attribute, Product, Variant
from shop.catalog.rules import Rule
from shop.catalog.services import EditedMeanwhile
from shop.core.db import db, take_turns, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _

MOST_PICKED = 500


class CollectionAddressTaken(Conflict):
    code = "collection_address_taken"


class TooManyPicked(Conflict):
    code = "too_many_picked"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionText:
    name: str
    slug: str
    intro: str = ""
    published_at: datetime | None = None
    ends_at: datetime | None = None

    @classmethod
    def of(cls, row: Collection) -> CollectionText:
        return cls(**{name: getattr(row, name) for name in cls.__dataclass_fields__})


def everything() -> Sequence[Collection]:
    """Shown or not, the newest first."""
    return db.session.scalars(select(Collection).order_by(Collection.id.desc())).all()


def one(collection_id: int) -> Collection | None:
    return db.session.get(Collection, collection_id)


def picked(collection_id: int) -> Sequence[Product]:
    """What was picked by hand, in its order, on sale or not."""
    return db.session.scalars(
        select(Product)
        .join(CollectionProduct, CollectionProduct.product_id == Product.id)
        .where(CollectionProduct.collection_id == collection_id)
        .order_by(CollectionProduct.position, CollectionProduct.product_id)
    ).all()


def attributes() -> Sequence[Attribute]:
    """With their values, for rules."""
    return db.session.scalars(
        select(Attribute).order_by(Attribute.position, Attribute.id).options(selectinload(Attribute.values))
    ).all()


def named(typed: str) -> int | None:
    """The product of this SKU, address or whole name."""
    text = typed.strip()
    by_sku = select(Variant.product_id).where(Variant.sku == text.upper())
    by_slug = select(Product.id).where(Product.slug == slug_of(text))
    return db.session.scalar(by_sku) or db.session.scalar(by_slug)


def begin(name: str) -> int:
    """A collection that nobody sees yet. Returns its id. Raises Conflict."""
    with transaction():
        take_turns("collections")
        row = Collection(name=name, slug=free_slug(Collection.slug, slug_of(name)))
        db.session.add(row)
        db.session.flush()
        return row.id


def describe(collection_id: int, text: CollectionText, *, seen: CollectionText) -> None:
    """Another address leads on from the old one. Raises EditedMeanwhile when it is not as it was `seen`."""
    with transaction():
        row = _locked(collection_id)
        if CollectionText.of(row) != seen:
            raise EditedMeanwhile(
                _("Somebody else has saved this collection meanwhile. Yours is still here; compare it and save again.")
            )
        try:
            with db.session.begin_nested():
                for name in CollectionText.__dataclass_fields__:
                    setattr(row, name, getattr(text, name))
        except IntegrityError:
            raise CollectionAddressTaken(_("Another collection has this address. Choose another one.")) from None


def hang(collection_id: int, asset_id: int) -> None:
    """The picture it is shown with."""
    with transaction():
        _locked(collection_id).asset_id = asset_id


def rule_by(collection_id: int, rule: Rule | None) -> None:
    """All that the rule says; without one, what was picked by hand, which is kept meanwhile."""
    with transaction():
        _locked(collection_id).rule = rule.kept() if rule else None


def add(collection_id: int, product_id: int) -> None:
    """The last of those picked. Nothing happens the second time."""

    def added(ids: list[int]) -> list[int]:
        if len(ids) >= MOST_PICKED:
            raise TooManyPicked(_("These are as many as can be picked by hand. Make a rule instead."))
        return [*ids, product_id]

    _pick(collection_id, added)


def take_out(collection_id: int, product_id: int) -> int:
    """Returns where it stood, so that it can be put back there."""
    places: list[int] = []

    def left(ids: list[int]) -> list[int]:
        places.extend(ids[:].index(each) for each in ids if each == product_id)
        return [each for each in ids if each != product_id]

    _pick(collection_id, left)
    return places[0] if places else 0


def place(collection_id: int, product_id: int, *, before: int | None = None, at: int | None = None) -> None:
    """Puts one before another, or at a place counted from 0, or last. One that was taken out is back then."""

    def placed(ids: list[int]) -> list[int]:
        others = [each for each in ids if each != product_id]
        where = at if at is not None else others.index(before) if before in others else len(others)
        return [*others[:where], product_id, *others[where:]]

    _pick(collection_id, placed)


def shift(collection_id: int, product_id: int, *, steps: int) -> None:
    """Up when negative."""

    def shifted(ids: list[int]) -> list[int]:
        if product_id not in ids:
            return ids
        at = ids.index(product_id)
        ids.insert(max(0, min(len(ids) - 1, at + steps)), ids.pop(at))
        return ids

    _pick(collection_id, shifted)


def end(collection_id: int) -> None:
    """Deletes it; its goods stay."""
    with transaction():
        _locked(collection_id)
        db.session.execute(delete(CollectionProduct).where(CollectionProduct.collection_id == collection_id))
        db.session.delete(_locked(collection_id))


def _pick(collection_id: int, change: Callable[[list[int]], list[int]]) -> None:
    with transaction():
        _locked(collection_id)
        ids = select(CollectionProduct.product_id).where(CollectionProduct.collection_id == collection_id)
        now = db.session.scalars(ids.order_by(CollectionProduct.position, CollectionProduct.product_id)).all()
        wanted = change(list(now))
        known = set(db.session.scalars(select(Product.id).where(Product.id.in_(wanted))))
        collections.pick(collection_id, [each for each in wanted if each in known])


def _locked(collection_id: int) -> Collection:
    row = db.session.get(Collection, collection_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise NotFound(_("This collection is not there any more."))
    return row
