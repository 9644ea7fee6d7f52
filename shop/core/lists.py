"""Long lists, a piece at a time, each from where its neighbour ends: the last piece costs no more than the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ScalarSelect, Select, func, literal_column, select, tuple_

from shop.core.db import db

Row = TypeVar("Row")

SIZE = 50  # rows of a piece
MOST = 1000  # are counted; see `capped` in the templates


@dataclass(frozen=True, slots=True)
class Piece(Generic[Row]):
    """Some rows of a list. `before` and `after` are what leads to its neighbours: ids, None where there are none."""

    rows: Sequence[Row]
    before: int | None
    after: int | None
    lost: bool  # nothing where somebody looked on: the row they came from is gone, or all behind it are


def piece(
    found: Select[Any],
    key: Any,
    row_id: Any,
    *,
    after: int | None = None,
    before: int | None = None,
    descending: bool = True,
    size: int = SIZE,
) -> Piece[Any]:
    """Rows of `found` in the order of `key` and then `row_id`, columns of one table that an index has in this order.

    `found` selects something that has an `id`, without an order of its own.
    """
    backwards, edge = before is not None, after if before is None else before
    falling = descending != backwards
    if edge is not None:
        place, there = tuple_(key, row_id), tuple_(select(key).where(row_id == edge).scalar_subquery(), edge)
        found = found.where(place < there if falling else place > there)
    order = (key.desc(), row_id.desc()) if falling else (key, row_id)
    read = db.session.execute(found.order_by(*order).limit(size + 1)).all()
    rows: list[Any] = [row[0] if len(row) == 1 else row for row in read[:size]]
    more = len(read) > size
    if backwards:
        rows.reverse()
    if not rows:
        return Piece([], None, None, lost=edge is not None)
    return Piece(
        rows,
        before=rows[0].id if (more if backwards else edge is not None) else None,
        after=rows[-1].id if (more or backwards) else None,
        lost=False,
    )


def count(found: Select[Any]) -> int:
    """How many rows, up to one more than MOST: an exact number of a long list would cost reading it."""
    return counts({"all": found})["all"]


def counts(found: Mapping[str, Select[Any]]) -> dict[str, int]:
    """The same of several lists, by their names, in one statement."""
    read = db.session.execute(select(*map(capped, found.values()))).one()
    return dict(zip(found, read, strict=True))


def capped(found: Select[Any]) -> ScalarSelect[int]:
    """The same of one list, as a part of a statement."""
    some = (
        found.with_only_columns(literal_column("1"), maintain_column_froms=True)
        .order_by(None)
        .limit(MOST + 1)
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()
