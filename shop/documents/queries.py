from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from shop.core.db import db
from shop.documents.models import Document, DocumentSeries, Kind


def of_order(order_id: int) -> Sequence[Document]:
    """An order's invoice, credit notes and corrections that are written, in the order in which they were."""
    return db.session.scalars(select(Document).where(Document.order_id == order_id).order_by(Document.id)).all()


def of_orders(order_ids: Sequence[int]) -> dict[int, list[Document]]:
    found: dict[int, list[Document]] = defaultdict(list)
    for each in db.session.scalars(select(Document).where(Document.order_id.in_(order_ids)).order_by(Document.id)):
        found[each.order_id].append(each)
    return found


def gaps() -> Iterator[tuple[str, str]]:
    """Series in which a number is missing, as (series, what is wrong)."""
    count, highest = func.count(Document.id), func.coalesce(func.max(Document.number), 0)
    rows = db.session.execute(
        select(DocumentSeries.code, DocumentSeries.next_number, count, highest)
        .outerjoin(Document, Document.series == DocumentSeries.code)
        .group_by(DocumentSeries.code, DocumentSeries.next_number)
    )
    for code, following, written, last in rows:
        if not written == last == following - 1:
            yield code, f"{written} papers are written, the last is number {last} and the next would be {following}"


def invoice_of(order_id: int) -> Document | None:
    return db.session.scalar(select(Document).where(Document.order_id == order_id, Document.kind == Kind.INVOICE))


def of_refund(refund_id: int) -> dict[Kind, Document]:
    """Its credit note, and what takes that back."""
    found = db.session.scalars(select(Document).where(Document.refund_id == refund_id))
    return {Kind(each.kind): each for each in found}


def paper_of(order_id: int, kind: Kind, name: str) -> Document | None:
    """The order's paper of that kind that is called so."""
    return next((each for each in of_order(order_id) if each.kind == kind and each.name == name), None)
