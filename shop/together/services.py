from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from sqlalchemy import delete, insert, select, update

from shop.catalog.companions import Companion, CompanionModel
from shop.catalog.models import ProductSales
from shop.core import log
from shop.core.clock import now
from shop.core.db import db, take_turns, transaction
from shop.together import counted, queries, trial
from shop.together.likeness import Companions, Way
from shop.together.purchases import collect

T = TypeVar("T")

SALES_OF = timedelta(days=90)
KEPT = 3  # versions, and the one that is read
ROWS_AT_ONCE = 2000  # in one transaction, so that shoppers do not wait


@dataclass(frozen=True, slots=True)
class Learnt:
    version: int
    method: str
    orders: int
    products: int
    pairs: int
    trial: trial.Trial


def learn() -> Learnt:
    """Finds out anew what is bought together. It is shown from then on if it foresees orders better than naming what
    is bought most would; if not, its figures are kept, and what was shown before stays."""
    way = best_way()
    purchases = collect(queries.bought())
    outcome = trial.hold(purchases, way)
    version = _begin(way.NAME, len(purchases), len(purchases.products), outcome)
    pairs = 0
    if outcome.won:
        pairs = _write(version, way.companions(purchases))
        _serve(version)
    _forget_old()
    log.get().info("companions.learnt", version=version, pairs=pairs, active=outcome.won)
    return Learnt(version, way.NAME, len(purchases), len(purchases.products), pairs, outcome)


def best_way() -> Way:
    """scipy's matrices where the extra `learn` is installed, plain counting elsewhere."""
    try:
        from shop.together import sparse  # noqa: PLC0415 (it is large, and only this needs it)
    except ImportError:
        return counted
    return sparse


def count_sales() -> int:
    """Brings the figures of the last 90 days up to date. Returns how many products have changed."""
    fresh = queries.sold(now() - SALES_OF)
    rows = db.session.execute(select(ProductSales.product_id, ProductSales.pieces, ProductSales.orders))
    known = {row.product_id: (row.pieces, row.orders) for row in rows}
    changed = sorted(each for each in known.keys() | fresh.keys() if known.get(each) != fresh.get(each))
    for some in _few_at_a_time(changed):
        with transaction():
            take_turns("sales")
            db.session.execute(delete(ProductSales).where(ProductSales.product_id.in_(some)))
            values = [
                {"product_id": each, "pieces": fresh[each][0], "orders": fresh[each][1], "counted_at": now()}
                for each in some
                if each in fresh
            ]
            if values:
                db.session.execute(insert(ProductSales), values)
    return len(changed)


def _begin(method: str, orders: int, products: int, outcome: trial.Trial) -> int:
    with transaction():
        model = CompanionModel(
            made_at=now(),
            method=method,
            orders=orders,
            products=products,
            tried=outcome.tried,
            hit_rate=outcome.hit_rate,
            popularity_hit_rate=outcome.popularity_hit_rate,
        )
        db.session.add(model)
        db.session.flush()
        return model.version


def _write(version: int, found: Iterable[Companions]) -> int:
    rows = (
        {"version": version, "product_id": product_id, "rank": rank, "other_id": other_id, "score": score}
        for product_id, best in found
        for rank, (other_id, score) in enumerate(best)
    )
    written = 0
    for some in _few_at_a_time(rows):
        with transaction():
            db.session.execute(insert(Companion), some)
        written += len(some)
    return written


def _serve(version: int) -> None:
    """Unless a newer one is served already: two may be learning at once."""
    with transaction():
        take_turns("companions")
        active = db.session.scalar(select(CompanionModel.version).where(CompanionModel.active))
        if active is None or active < version:
            db.session.execute(update(CompanionModel).where(CompanionModel.active).values(active=False))
            db.session.execute(update(CompanionModel).where(CompanionModel.version == version).values(active=True))


def _forget_old() -> None:
    newest = select(CompanionModel.version).order_by(CompanionModel.version.desc()).limit(KEPT)
    old = select(CompanionModel.version).where(
        CompanionModel.version.not_in(newest.scalar_subquery()), CompanionModel.active.is_(False)
    )
    for version in db.session.scalars(old).all():
        while _forget_some(version):
            pass
        with transaction():
            db.session.execute(delete(CompanionModel).where(CompanionModel.version == version))


def _forget_some(version: int) -> bool:
    with transaction():
        some = db.session.scalars(
            select(Companion.product_id).where(Companion.version == version).distinct().limit(ROWS_AT_ONCE // 10)
        ).all()
        db.session.execute(delete(Companion).where(Companion.version == version, Companion.product_id.in_(some)))
    return bool(some)


def _few_at_a_time(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, ROWS_AT_ONCE)):
        yield some
