"""Packing slips: what goes into a parcel, without prices. Drawn from the order as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.core import store
from shop.core.db import db
from shop.core.errors import NotFound
from shop.core.i18n import _, format_date, format_number, speaking
from shop.core.store import Store
from shop.documents.drawing import DOT, GAP, Column, block, facts, table
from shop.documents.paper import INK_2, LEFT, RIGHT, TITLE, TOP, Face, Paper
from shop.orders import fulfilment
from shop.orders.addresses import lines as lines_of
from shop.orders.models import Order, OrderLine, Shipment
from shop.orders.states import Status

ADDRESS = Face(11)


def of_order(order: Order) -> bytes:
    """What of a paid order can be sent now, and what follows. Raises NotFound when there is nothing to pack.

    Needs the order's lines and addresses.
    """
    pieces = fulfilment.shippable(order) if order.status == Status.PAID else {}
    if not pieces or order.paid_at is None:
        raise NotFound(_("There is nothing to pack for order %(number)s.", number=order.number))
    return _draw(order, pieces, about=[], made_at=order.paid_at)


def of_shipment(order: Order, shipment_id: int) -> bytes:
    """What is in one of the order's shipments. Raises NotFound for another order's, and for one that was undone."""
    shipment = db.session.scalar(
        select(Shipment)
        .where(Shipment.id == shipment_id, Shipment.order_id == order.id, Shipment.undone_at.is_(None))
        .options(selectinload(Shipment.lines))
    )
    if shipment is None:
        raise NotFound(_("There is no such shipment."))
    about = [shipment.carrier, shipment.tracking_number]
    pieces = {line.line_id: line.quantity for line in shipment.lines}
    return _draw(order, pieces, about=[each for each in about if each], made_at=shipment.shipped_at)


def _draw(order: Order, pieces: Mapping[int, int], *, about: Sequence[str], made_at: datetime) -> bytes:
    shop = store.get()
    with speaking(order.language):
        paper = Paper(
            _("Packing slip %(number)s", number=order.number),
            author=shop.name,
            foot=DOT.join([shop.name, shop.email]),
            made_at=made_at,
        )
        _head(paper, order, shop, about, pieces)
        columns = [Column(_("Packed"), LEFT, 18, right=False), Column(_("Pieces"), 40, 14), _goods(_("Goods"))]
        rows = [["□", format_number(pieces[line.id]), _name(line)] for line in order.lines if line.id in pieces]
        table(paper, columns, rows)
        _what_follows(paper, order, pieces)
        if shop.returns_note:
            paper.y += GAP
            if not paper.fits(GAP):
                paper.turn()
            paper.put(shop.returns_note, LEFT, paper.y, RIGHT - LEFT, Face(8.25, INK_2))
        return paper.finish()


def _head(paper: Paper, order: Order, shop: Store, about: Sequence[str], pieces: Mapping[int, int]) -> None:
    paper.letterhead()
    paper.y = TOP + 12 + 2 * GAP
    paper.y = paper.put(paper.title, LEFT, paper.y, RIGHT - LEFT, TITLE) + GAP / 2
    known = [
        (_("Order"), order.number),
        (_("Ordered on"), format_date(order.placed_at, timezone=shop.timezone)),
        (_("Delivery"), ", ".join([order.delivery_name, *about])),
        (_("Pieces"), format_number(sum(pieces.values()))),
    ]
    paper.y = facts(paper, known) + GAP
    paper.y = block(paper, _("Deliver to"), lines_of(order.delivery_address), LEFT, RIGHT - LEFT, face=ADDRESS) + GAP


def _what_follows(paper: Paper, order: Order, pieces: Mapping[int, int]) -> None:
    """What else of the order is to be sent, in another parcel."""
    left = {line.id: line.to_ship - pieces.get(line.id, 0) for line in order.lines}
    rows = [[format_number(left[line.id]), _name(line)] for line in order.lines if left[line.id] > 0]
    if order.status == Status.PAID and rows:
        paper.y += GAP
        table(paper, [Column(_("To follow"), LEFT, 18, right=False), _goods(_("Goods"))], rows)


def _goods(label: str) -> Column:
    return Column(label, 60, RIGHT - 60, right=False)


def _name(line: OrderLine) -> str:
    return f"{line.product_name}\n{', '.join(part for part in (line.variant_name, line.sku) if part)}"
