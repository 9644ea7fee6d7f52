from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shop.audit.models import AuditEntry
from shop.core.db import db

NEWEST = 50


def history(table: str, row_id: int | str, *, most: int = NEWEST) -> Sequence[AuditEntry]:
    """What staff did to one thing and all its parts, newest first: `history("products", 5)`.

    The parts of a product (variants, prices, pictures, choices, stock movements …) count as the product, those of an
    order (lines, addresses, refunds, events …) as the order. Each entry says `at`, `who`, `what` (the table),
    `row_id`, `action`, and `before` and `after` as dicts of the columns that changed: to revert one, give the values
    of its `before` to the service that edits such a row, which makes an entry of its own. `request_id` is the same for
    all that one click did. One statement, by an index.
    """
    mine = select(AuditEntry).where(AuditEntry.about == f"{table}:{row_id}")
    return db.session.scalars(mine.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(most)).all()
