"""Sales: reduced prices for a time, laid over the lasting ones. What was ever charged stays in the history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from shop.catalog.models import Price, Variant
from shop.catalog.periods import at, periods
from shop.core import log
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict, Invalid, NotFound
from shop.core.i18n import _
from shop.core.money import Money


class CannotBeReduced(Conflict):
    code = "cannot_be_reduced"


def put_on_sale(
    variant_ids: Collection[int],
    off: Decimal | Money,
    *,
    begins: datetime | None = None,
    ends: datetime | None,
    by: str,
) -> None:
    """Takes a share (0.2 is 20 %) or an amount off, from `begins` (now) until `ends`, or until end_sale. All or none.

    A share goes off the price in every currency, an amount off that in its own. Raises CannotBeReduced where there is
    no price for the whole time, or more than one, or one that is reduced already; another price set meanwhile by
    `set_price` ends the sale.
    """
    with transaction():
        moment = now()
        begins = begins or moment
        if begins < moment:
            raise Invalid(_("A sale cannot begin in the past."))
        if ends is not None and ends <= begins:
            raise Invalid(_("A sale ends after it begins."))
        for variant, prices in _priced(variant_ids):
            currencies = {off.currency} if isinstance(off, Money) else {each.currency for each in prices}
            for currency in sorted(currencies):
                db.session.add(_reduced(variant, prices, currency, off, begins=begins, ends=ends))
    log.get().info("sale.planned", variants=len(variant_ids), begins=begins.isoformat(), by=by)


def end_sale(variant_ids: Collection[int], *, by: str) -> None:
    """Reductions end now, and those still to come do not come; without one nothing happens."""
    with transaction():
        moment = now()
        for variant, prices in _priced(variant_ids):
            left = [each for each in prices if each.compare_at_minor is None or each.valid_from < moment]
            for price in prices:
                if price not in left:
                    db.session.delete(price)  # never in force, so no part of the history
            for currency in sorted({each.currency for each in left}):
                _end(variant, [each for each in left if each.currency == currency], moment)
    log.get().info("sale.ended", variants=len(variant_ids), by=by)


def _priced(variant_ids: Collection[int]) -> list[tuple[Variant, list[Price]]]:
    """The variants with all their prices, which nobody else changes meanwhile."""
    variants = db.session.scalars(
        select(Variant).where(Variant.id.in_(variant_ids)).order_by(Variant.id).with_for_update()
    ).all()
    if len(variants) < len(set(variant_ids)):
        raise NotFound(_("This variant is not there any more."))
    prices: dict[int, list[Price]] = {}
    for price in db.session.scalars(select(Price).where(Price.variant_id.in_(variant_ids)).order_by(Price.id)):
        prices.setdefault(price.variant_id, []).append(price)
    return [(variant, prices.get(variant.id, [])) for variant in variants]


def _reduced(
    variant: Variant,
    prices: Sequence[Price],
    currency: str,
    off: Decimal | Money,
    *,
    begins: datetime,
    ends: datetime | None,
) -> Price:
    regular = at(periods(prices, currency), begins)
    others = [
        each
        for each in prices
        if each.currency == currency and begins <= each.valid_from and (ends is None or each.valid_from < ends)
    ]
    if regular is None or regular.compare_at or others or _too_short(regular.ends, ends):
        raise CannotBeReduced(
            _("%(sku)s has no price, or more than one, in that time, or is reduced already.", sku=variant.sku)
        )
    less = off if isinstance(off, Money) else regular.amount.portion(off)
    if not 0 < less.minor <= regular.amount.minor:
        raise Invalid(_("%(sku)s would not cost less, or less than nothing.", sku=variant.sku))
    price = Price(variant_id=variant.id, currency=currency, valid_from=begins, valid_to=ends)
    price.amount, price.compare_at = regular.amount - less, regular.amount
    return price


def _too_short(regular_ends: datetime | None, ends: datetime | None) -> bool:
    return regular_ends is not None and (ends is None or ends > regular_ends)


def _end(variant: Variant, prices: Sequence[Price], moment: datetime) -> None:
    """Ends the reductions in one currency. One that was set as the lasting price leaves what it was compared with."""
    currency = prices[0].currency
    before = at(periods(prices, currency), moment)
    for price in prices:
        if price.compare_at_minor is not None and (price.valid_to is None or price.valid_to > moment):
            price.valid_to = moment
    if before and before.compare_at and at(periods(prices, currency), moment) is None:
        lasting = Price(variant_id=variant.id, currency=currency, valid_from=moment)
        lasting.amount = before.compare_at
        db.session.add(lasting)
