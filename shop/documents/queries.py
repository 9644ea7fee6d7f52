from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shop.core.db import db
from shop.documents.models import Document, Kind


def of_order(order_id: int) -> Sequence[Document]:
    """An order's invoice and credit notes that are written, in the order in which they were."""
    return db.session.scalars(select(Document).where(Document.order_id == order_id).order_by(Document.id)).all()


def invoice_of(order_id: int) -> Document | None:
    return db.session.scalar(select(Document).where(Document.order_id == order_id, Document.kind == Kind.INVOICE))


def credit_note_of(order_id: int, name: str) -> Document | None:
    """The order's credit note that is called so."""
    return next((each for each in of_order(order_id) if each.kind == Kind.CREDIT_NOTE and each.name == name), None)
