"""What the stories of what comes after the sale have in common."""

from __future__ import annotations

from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.core.db import db
from shop.orders import fulfilment, returns
from shop.orders.models import Order, OrderLine, Return
from shop.payments.models import Refund
from tests.world import Shopper, World, hidden, new_token


def send(order: Order, pieces: dict[int, int] | None = None, *, arrived: bool = True) -> int:
    shipment_id = fulfilment.ship(order.id, pieces, by="staff:1", form_token=new_token())
    if arrived:
        fulfilment.deliver(shipment_id, by="staff:1")
    return shipment_id


def lines(order: Order) -> list[OrderLine]:
    db.session.rollback()
    return list(
        db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position))
    )


def ask(order: Order, pieces: dict[int, int], *, form_token: str | None = None) -> int:
    """A return of pieces by line."""
    return returns.request(
        order.id, pieces, reason="damaged", note="A crack.", by="shopper", form_token=form_token or new_token()
    )


def the_return(return_id: int) -> Return:
    db.session.rollback()
    return db.session.get_one(Return, return_id)


def newest() -> int:
    """The id of the return that was made last."""
    db.session.rollback()
    return db.session.scalars(select(Return.id).order_by(Return.id.desc()).limit(1)).one()


def refunds() -> list[tuple[int, str, str]]:
    """(amount, reason, status) of each."""
    db.session.rollback()
    rows = db.session.scalars(select(Refund).order_by(Refund.id))
    return [(row.amount_minor, row.reason, row.status) for row in rows]


def submit(shopper: Shopper, url: str, to: str | None = None, **typed: object) -> TestResponse:
    """A form of ours, with its hidden fields as they stand on the page."""
    page = shopper.get(url)
    tokens = {"csrf_token": hidden(page, "csrf_token")}
    if 'name="form_token"' in page:
        tokens["form_token"] = hidden(page, "form_token")
    return shopper.browser.post(to or url, data={**tokens, **typed})


def said(world: World, kind: str) -> str:
    """The only mail of a kind, as plain text."""
    (mail,) = world.mails(kind)
    return mail.text
