"""Writing invoices, credit notes and what takes those back: each once, with the next number of its series."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from shop.core import log, store
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.documents import contents, queries
from shop.documents.contents import Contents
from shop.documents.models import SERIES, Document, DocumentSeries, Kind
from shop.orders import queries as orders
from shop.orders.models import Order
from shop.orders.services import lock
from shop.payments import refunds
from shop.payments.models import COME_TO_NOTHING, Payment, Refund, RefundStatus


def invoice(order_id: int) -> Document | None:
    """An order's invoice, written now if it was not; None for an order that was never a sale. Raises NotFound."""
    known = queries.invoice_of(order_id)
    if known is not None:
        return known
    with transaction():
        lock(order_id)
        known = queries.invoice_of(order_id)
        order = _whole(order_id)
        if known is not None or order.paid_at is None:
            return known
        return _write(Kind.INVOICE, order, contents.of_sale(order, store.get()))


def credit_note(refund_id: int) -> Document | None:
    """What takes a refund that has succeeded out of its order's invoice, written now if it was not.

    None for money that was never a sale's: it came twice, or was more than the order's total.
    """
    with transaction():
        order_id = db.session.scalars(select(Payment.order_id).join(Refund).where(Refund.id == refund_id)).one()
        lock(order_id)
        known = queries.of_refund(refund_id).get(Kind.CREDIT_NOTE)
        refund = db.session.scalars(
            select(Refund).where(Refund.id == refund_id).options(joinedload(Refund.payment))
        ).one()
        if known is not None or refund.status != RefundStatus.SUCCEEDED:
            return known
        order = _whole(order_id)
        parts = refunds.parts_of(order, refund)
        credited = invoice(order_id) if parts else None
        if credited is None:
            return None
        said = contents.of_refund(order, store.get(), parts, invoice=credited.name, issued_at=credited.issued_at)
        return _write(Kind.CREDIT_NOTE, order, said, refund_id=refund_id)


def correction(refund_id: int) -> Document | None:
    """What takes the credit note of a refund back that has failed after all, written now if it was not.

    None when there is no such credit note, or when it is true.
    """
    with transaction():
        order_id = db.session.scalars(select(Payment.order_id).join(Refund).where(Refund.id == refund_id)).one()
        lock(order_id)
        papers = queries.of_refund(refund_id)
        note = papers.get(Kind.CREDIT_NOTE)
        status = db.session.scalars(select(Refund.status).where(Refund.id == refund_id)).one()
        if note is None or Kind.CORRECTION in papers or status not in COME_TO_NOTHING:
            return papers.get(Kind.CORRECTION)
        said = contents.of_correction(contents.thaw(note.data), note=note.name, issued_at=note.issued_at)
        return _write(Kind.CORRECTION, _whole(order_id), said, refund_id=refund_id)


def _write(kind: Kind, order: Order, said: Contents, *, refund_id: int | None = None) -> Document:
    document = Document(
        series=SERIES[kind],
        number=_next_number(SERIES[kind]),
        kind=kind,
        order_id=order.id,
        refund_id=refund_id,
        issued_at=now(),
        data=said.frozen(),
    )
    db.session.add(document)
    db.session.flush()
    log.get().info("document.issued", document=document.name, order=order.number)
    return document


def _next_number(series: str) -> int:
    """Nobody else gets one of this series until the open transaction ends, and what is rolled back is given again."""
    taken = (
        update(DocumentSeries)
        .where(DocumentSeries.code == series)
        .values(next_number=DocumentSeries.next_number + 1)
        .returning(DocumentSeries.next_number - 1)
        .execution_options(synchronize_session=False)
    )
    number = db.session.scalar(taken)
    if number is None:
        try:
            with db.session.begin_nested():
                db.session.add(DocumentSeries(code=series, next_number=1))
        except IntegrityError:  # somebody else has begun it
            pass
        number = db.session.scalars(taken).one()
    return number


def _whole(order_id: int) -> Order:
    order = orders.whole(order_id)
    assert order is not None
    return order
