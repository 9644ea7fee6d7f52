"""Prices of many products, changed together: looked at before, and taken back afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop.catalog import queries, services, stock
from shop.catalog.models import Product, Variant
from shop.catalog.stock import full_name
from shop.core.clock import now
from shop.core.db import Id, Line, Minor, Model, db, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _
from shop.core.money import Money, exponent
from shop.jobs.services import Progress, Work

JOB = "reprice"
MOST = 5000  # products at once
AT_ONCE = 50  # products that are done while somebody waits, and in a step of a job
ENDINGS = {"": None, "00": 0, "50": 50, "90": 90}
DEAREST = 1_000_000_000  # in minor units, as the editor has it


class PriceChange(Model):
    """Prices that were changed together."""

    __tablename__ = "price_changes"

    id: Mapped[Id]
    by: Mapped[Line]
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    job_id: Mapped[int | None]  # what does it, where it takes long


class ChangedPrice(Model):
    __tablename__ = "changed_prices"

    change_id: Mapped[int] = mapped_column(ForeignKey("price_changes.id", ondelete="CASCADE"), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), primary_key=True, index=True)
    currency: Mapped[str] = mapped_column(String(3))
    before_minor: Mapped[Minor]
    after_minor: Mapped[Minor]


@dataclass(frozen=True, slots=True)
class Rule:
    """`percent` or `minor` more, or less where it is negative; then to the nearest price that ends so."""

    percent: Decimal | None = None
    minor: int = 0
    ending: str = ""

    def of(self, price: Money) -> Money:
        """What a price becomes; never less than nothing."""
        minor = price.minor + self.minor if self.percent is None else price.portion(1 + self.percent / 100).minor
        return Money(max(0, self._rounded(minor, price.currency)), price.currency)

    def _rounded(self, minor: int, currency: str) -> int:
        ending = ENDINGS[self.ending]
        if ending is None or exponent(currency) != 2:  # noqa: PLR2004
            return minor
        below = (minor - ending) // 100 * 100 + ending
        near = below if minor - below <= below + 100 - minor else below + 100
        return near if near > 0 else below + 100

    def kept(self) -> dict[str, Any]:
        percent = None if self.percent is None else str(self.percent)
        return {"percent": percent, "minor": self.minor, "ending": self.ending}


def rule_from(kept: Mapping[str, Any]) -> Rule:
    percent = kept["percent"]
    return Rule(None if percent is None else Decimal(percent), kept["minor"], kept["ending"])


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one variant's price. Without an `after` it is on sale, and stays as it is."""

    variant_id: int
    name: str
    before: Money
    after: Money | None


def preview(product_ids: Sequence[int], rule: Rule, currency: str) -> list[Step]:
    """For every variant that is sold and has a price, by name."""
    rows = db.session.execute(
        select(Variant.id, Product.name, Variant.name)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.product_id.in_(product_ids), Variant.withdrawn_at.is_(None))
        .order_by(Product.name, Product.id, Variant.position, Variant.id)
    ).all()
    tags = queries.price_tags([row.id for row in rows], currency)
    return [
        Step(
            row.id,
            full_name(row[1], row[2]),
            tags[row.id].amount,
            None if tags[row.id].compare_at else rule.of(tags[row.id].amount),
        )
        for row in rows
        if row.id in tags
    ]


def begin(*, by: str) -> int:
    """Returns the id under which what is changed can be taken back."""
    with transaction():
        change = PriceChange(by=by, made_at=now())
        db.session.add(change)
        db.session.flush()
        return change.id


def apply(change_id: int, product_ids: Sequence[int], rule: Rule, currency: str) -> int:
    """Returns how many prices are other now. Whoever does it again changes none of them twice, and none at all once the
    change is being undone.
    """
    with transaction():
        if _is_undone(change_id):
            return 0
        stock.lock(db.session.scalars(select(Variant.id).where(Variant.product_id.in_(product_ids))))
        done = set(db.session.scalars(select(ChangedPrice.variant_id).where(ChangedPrice.change_id == change_id)))
        steps = [each for each in preview(product_ids, rule, currency) if each.after is not None]
        count = 0
        for each in sorted(steps, key=lambda step: step.variant_id):
            if each.after is None or each.after == each.before or each.variant_id in done:
                continue
            if each.after.minor > DEAREST:
                continue
            services.set_price(each.variant_id, each.after)
            db.session.add(
                ChangedPrice(
                    change_id=change_id,
                    variant_id=each.variant_id,
                    currency=currency,
                    before_minor=each.before.minor,
                    after_minor=each.after.minor,
                )
            )
            count += 1
        return count


def _is_undone(change_id: int) -> bool:
    """Or is not, and will not be before the open transaction ends."""
    change = db.session.get_one(PriceChange, change_id, with_for_update=True, populate_existing=True)
    return change.undone_at is not None


def undo(change_id: int, *, after: int = 0, most: int = AT_ONCE) -> tuple[int | None, int]:
    """Gives variants behind the id `after` their price from before, but for those that cost something else by now.

    Returns the last id, or None at the end, and how many were looked at.
    """
    with transaction():
        rows = db.session.scalars(
            select(ChangedPrice)
            .where(ChangedPrice.change_id == change_id, ChangedPrice.variant_id > after)
            .order_by(ChangedPrice.variant_id)
            .limit(most)
        ).all()
        stock.lock(row.variant_id for row in rows)
        for row in rows:
            tag = queries.price_tags([row.variant_id], row.currency).get(row.variant_id)
            if tag is not None and tag.compare_at is None and tag.amount.minor == row.after_minor:
                services.set_price(row.variant_id, Money(row.before_minor, row.currency))
        return (rows[-1].variant_id if len(rows) == most else None), len(rows)


def take_back(change_id: int) -> None:
    """From now on it is being undone. Raises NotFound, and Conflict when it was before."""
    with transaction():
        begun = update(PriceChange).where(PriceChange.id == change_id, PriceChange.undone_at.is_(None))
        if db.session.execute(begun.values(undone_at=now()).returning(PriceChange.id)).first() is None:
            if db.session.get(PriceChange, change_id) is None:
                raise NotFound(_("This change of prices is not there any more."))
            raise Conflict(_("These prices were taken back already."))


def leave_to(job_id: int, change_id: int) -> None:
    with transaction():
        db.session.get_one(PriceChange, change_id).job_id = job_id


def step(work: Work) -> Progress:
    """Of a job: applies to the next few products, or takes back the next few prices."""
    change_id = work.params["change"]
    if work.params.get("undo"):
        last, done = undo(change_id, after=work.cursor.get("after", 0))
        return Progress(cursor=None if last is None else {"after": last}, done=done)
    if _is_undone(change_id):
        return Progress(cursor=None, done=0)
    ids, begun = work.params["products"], work.cursor.get("next", 0)
    some = ids[begun : begun + AT_ONCE]
    apply(change_id, some, rule_from(work.params["rule"]), work.params["currency"])
    after = begun + len(some)
    return Progress(cursor={"next": after} if after < len(ids) else None, done=len(some), total=len(ids))
