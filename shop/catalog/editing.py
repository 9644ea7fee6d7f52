"""A product saved as a whole, as the editor has it: texts, place, state, attributes and every variant, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from shop.catalog import publishing, queries, services, stock
from shop.catalog.models import Category, Product, ProductAttribute, Status, Variant
from shop.catalog.queries import PriceTag
from shop.catalog.services import EditedMeanwhile
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, Invalid, NotFound
from shop.core.i18n import _
from shop.core.money import Money


class Showing(StrEnum):
    """What the editor offers as a product's state."""

    DRAFT = "draft"
    LIVE = "live"
    SCHEDULED = "scheduled"
    ARCHIVED = "archived"


class Unfit(Invalid):
    """Something that was typed cannot be saved: `field` says where, as the editor names its fields.

    Where the stock has changed meanwhile, `on_hand` is what it is now.
    """

    code = "unfit"

    def __init__(self, sentence: str, field: str, *, on_hand: int | None = None) -> None:
        super().__init__(sentence)
        self.field, self.on_hand = field, on_hand


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedVariant:
    sku: str
    price: Money | None  # None leaves it without one
    was: Money | None
    on_hand: int | None  # None where it is not counted, or was not touched
    seen: int | None  # what was on hand when somebody looked
    weight_g: int
    ahead: int  # pieces that may be sold before they are there
    sold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    name: str
    slug: str
    summary: str
    description: str
    facts: list[list[str]]
    category_id: int
    showing: Showing
    since: datetime | None = None  # of what is scheduled
    restock_at: datetime | None
    values: frozenset[int]  # of attributes, by id
    variants: Mapping[int, EditedVariant] = field(default_factory=dict)
    reason: str = ""  # why the stock has changed


def save(product_id: int, edited: Edited, *, version: int, by: str) -> None:
    """All or nothing. Raises EditedMeanwhile when somebody saved since `version` was shown, Unfit, NotFound."""
    taken = EditedMeanwhile(_("Somebody else has saved this product meanwhile."))
    try:
        with transaction():
            product = db.session.scalar(select(Product).where(Product.id == product_id).with_for_update())
            if product is None:
                raise NotFound(_("This product is not there any more."))
            if product.version != version:
                raise taken
            _place(product, edited)
            _characterise(product_id, edited.values)
            _save_variants(product_id, edited, by=by)
            db.session.flush()
            _show(product, edited)
    except StaleDataError:
        raise taken from None


def _place(product: Product, edited: Edited) -> None:
    if edited.slug != product.slug:
        other = select(Product.id).where(Product.slug == edited.slug, Product.id != product.id)
        if db.session.scalar(other) is not None:
            raise Unfit(_("Another product has this address. Choose another one."), "slug")
    if db.session.get(Category, edited.category_id) is None:
        raise Unfit(_("This category is not there any more."), "category")
    product.name, product.slug, product.category_id = edited.name, edited.slug, edited.category_id
    product.summary, product.description, product.facts = edited.summary, edited.description, edited.facts
    product.restock_at = edited.restock_at
    product.updated_at = now()


def _characterise(product_id: int, values: frozenset[int]) -> None:
    rows = db.session.scalars(select(ProductAttribute).where(ProductAttribute.product_id == product_id)).all()
    kept = {row.value_id for row in rows}
    for row in rows:
        if row.value_id not in values:
            db.session.delete(row)
    db.session.add_all(ProductAttribute(product_id=product_id, value_id=each) for each in sorted(values - kept))


def _save_variants(product_id: int, edited: Edited, *, by: str) -> None:
    rows = db.session.scalars(
        select(Variant).where(Variant.product_id == product_id).order_by(Variant.id).with_for_update()
    ).all()
    wanted = {row.id: edited.variants[row.id] for row in rows if row.id in edited.variants}
    _check_skus(wanted, {row.sku: row.id for row in rows})
    for row in rows:
        if row.id in wanted:
            _save_variant(row, wanted[row.id], edited.reason, by=by)


def _check_skus(wanted: Mapping[int, EditedVariant], owners: Mapping[str, int]) -> None:
    had: dict[str, int] = {}
    for variant_id, each in wanted.items():
        if had.setdefault(each.sku, variant_id) != variant_id:
            raise Unfit(_("Two variants cannot have the same SKU, %(sku)s.", sku=each.sku), f"v{variant_id}-sku")
    for sku, variant_id in had.items():
        if owners.get(sku, variant_id) != variant_id:
            sentence = _(
                "%(sku)s still belongs to another variant. Give that one a new SKU and save first; then it is free.",
                sku=sku,
            )
            raise Unfit(sentence, f"v{variant_id}-sku")
    others = select(Variant.sku).where(Variant.sku.in_(list(had)), Variant.id.not_in(list(wanted)))
    for sku in db.session.scalars(others):
        raise Unfit(_("Another variant has the SKU %(sku)s already.", sku=sku), f"v{had[sku]}-sku")


def _save_variant(row: Variant, wanted: EditedVariant, reason: str, *, by: str) -> None:
    if row.sku != wanted.sku:
        row.sku = wanted.sku
    row.weight_g = wanted.weight_g
    if row.requires_shipping and row.back_order_limit != wanted.ahead:
        if row.on_hand + wanted.ahead < row.reserved:
            raise Unfit(_("More than that is promised to orders already."), f"v{row.id}-ahead")
        row.back_order_limit = wanted.ahead
    if wanted.sold and row.withdrawn_at is not None:
        row.withdrawn_at = None
    elif not wanted.sold and row.withdrawn_at is None:
        row.withdrawn_at = now()
    db.session.flush()
    _set_price(row.id, wanted)
    if row.requires_shipping and wanted.on_hand is not None and wanted.on_hand != wanted.seen:
        try:
            stock.correct(row.id, wanted.on_hand, seen=wanted.seen, by=by, note=reason)
        except stock.ChangedMeanwhile as error:
            sentence = _(
                "The stock has changed from %(seen)s to %(now)s since you opened this page. Check, and save again.",
                seen=wanted.seen,
                now=error.on_hand,
            )
            raise Unfit(sentence, f"v{row.id}-on_hand", on_hand=error.on_hand) from error
        except Conflict as error:
            raise Unfit(error.message, f"v{row.id}-on_hand") from error


def _set_price(variant_id: int, wanted: EditedVariant) -> None:
    if wanted.price is None:
        return
    old = queries.price_tags([variant_id], wanted.price.currency).get(variant_id)
    if old != PriceTag(wanted.price, wanted.was):
        services.set_price(variant_id, wanted.price, compare_at=wanted.was)


def _show(product: Product, edited: Edited) -> None:
    match edited.showing:
        case Showing.DRAFT:
            product.status = Status.DRAFT
        case Showing.ARCHIVED:
            product.status = Status.DISCONTINUED
        case Showing.LIVE | Showing.SCHEDULED:
            if why := publishing.lacking([product.id]).get(product.id):
                raise Unfit(why, "showing")
            publishing.show(product, since=edited.since if edited.showing is Showing.SCHEDULED else None)
