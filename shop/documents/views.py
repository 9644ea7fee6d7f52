"""The shopper's papers. Whoever has the order's secret address may have them."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shop.core.limits import limiter
from shop.core.web import not_found, pdf, private
from shop.documents import drawing, queries, services
from shop.documents.models import Kind
from shop.orders import queries as orders

bp = Blueprint("documents", __name__, url_prefix="/orders")

DRAWN = "30 per minute"  # each costs a fifth of a second


@bp.get("/<token>/invoice.pdf")
@private
@limiter.limit(DRAWN)
def invoice(token: str) -> ResponseReturnValue:
    document = services.invoice(_order_id(token))
    if document is None:
        not_found()
    return pdf(drawing.draw(document), document.name)


@bp.get("/<token>/credit-notes/<name>.pdf")
@private
@limiter.limit(DRAWN)
def credit_note(token: str, name: str) -> ResponseReturnValue:
    return _paper(token, Kind.CREDIT_NOTE, name)


@bp.get("/<token>/corrections/<name>.pdf")
@private
@limiter.limit(DRAWN)
def correction(token: str, name: str) -> ResponseReturnValue:
    return _paper(token, Kind.CORRECTION, name)


def _paper(token: str, kind: Kind, name: str) -> ResponseReturnValue:
    document = queries.paper_of(_order_id(token), kind, name)
    if document is None:
        not_found()
    return pdf(drawing.draw(document), document.name)


def _order_id(token: str) -> int:
    order_id = orders.id_of(token)
    if order_id is None:
        not_found()
    return order_id
