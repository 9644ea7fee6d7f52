"""Whether shoppers see products: drafts, what is for sale now or later, and what is archived."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from shop.catalog.models import Picture, Price, Product, Status, Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.i18n import _


@dataclass(frozen=True, slots=True)
class Refused:
    """A product that cannot be shown yet, and why."""

    product_id: int
    name: str
    why: str


def publish(product_ids: Collection[int]) -> list[Refused]:
    """Shoppers see these from now on, but for those that lack something, which stay as they are."""
    with transaction():
        missing = lacking(product_ids)
        refused = []
        for product in _locked(product_ids):
            if product.id in missing:
                refused.append(Refused(product.id, product.name, missing[product.id]))
            else:
                show(product, since=None)
        return refused


def unpublish(product_ids: Collection[int]) -> None:
    """These are drafts again. Orders keep what was bought."""
    _turn(product_ids, Status.DRAFT)


def archive(product_ids: Collection[int]) -> None:
    """These are not sold any more: their pages say so and name others. `unpublish` makes them drafts again."""
    _turn(product_ids, Status.DISCONTINUED)


def show(product: Product, *, since: datetime | None) -> None:
    """From `since` on, or from now on if it was not seen before. The caller has locked it."""
    moment = now()
    product.status = Status.LIVE
    if since is not None:
        product.published_at = since
    elif product.published_at is None or product.published_at > moment:
        product.published_at = moment
    product.updated_at = moment


def lacking(product_ids: Collection[int]) -> dict[int, str]:
    """What has to be done before these may be shown, for those where something is left to do."""
    priced = select(Variant.product_id).join(Price, Price.variant_id == Variant.id)
    sold = set(db.session.scalars(priced.where(Variant.product_id.in_(product_ids), Variant.withdrawn_at.is_(None))))
    silent = set(
        db.session.scalars(select(Picture.product_id).where(Picture.product_id.in_(product_ids), Picture.alt == ""))
    )
    missing = {each: _("It needs a variant with a price.") for each in product_ids if each not in sold}
    return {each: _("Say what each of its pictures shows first.") for each in silent} | missing


def _turn(product_ids: Collection[int], status: Status) -> None:
    with transaction():
        for product in _locked(product_ids):
            if product.status != status:
                product.status, product.updated_at = status, now()


def _locked(product_ids: Collection[int]) -> Sequence[Product]:
    """In the order in which everybody takes them."""
    rows = select(Product).where(Product.id.in_(product_ids)).order_by(Product.id).with_for_update()
    return db.session.scalars(rows).all()
