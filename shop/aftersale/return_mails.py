"""The mails about goods that come back, withdrawals, and what shoppers think of what they kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.aftersale import invitations, timeline, withdrawal
from shop.aftersale.return_forms import REASONS
from shop.core.db import db
from shop.core.i18n import shop_address
from shop.core.mail import Letter
from shop.orders import queries
from shop.orders.models import Order, Return
from shop.orders.states import ReturnStatus
from shop.payments.models import Refund


def return_requested(order_id: int, return_id: int) -> Letter:
    return _about_return(order_id, return_id)


def return_approved(order_id: int, return_id: int) -> Letter | None:
    """None when the decision has been taken back."""
    letter = _about_return(order_id, return_id)
    return letter if letter.words["its"].status in (ReturnStatus.APPROVED, ReturnStatus.RECEIVED) else None


def return_declined(order_id: int, return_id: int) -> Letter | None:
    """None when the decision has been taken back."""
    letter = _about_return(order_id, return_id)
    return letter if letter.words["its"].status == ReturnStatus.DECLINED else None


def return_received(order_id: int, return_id: int) -> Letter:
    """With the refund that was asked for at the same time, if one was."""
    refund = db.session.scalars(select(Refund).where(Refund.return_id == return_id).order_by(Refund.id)).first()
    return _about_return(order_id, return_id, amount=refund and refund.amount)


def withdrawal_confirmed(order_id: int, event_id: int) -> Letter:
    """To the address that the statement gives: what was stated, and when it was received."""
    order, made = _order(order_id), withdrawal.made(event_id)
    return Letter(made.email, order.language, {"order": order, "order_url": _address(order), "made": made})


def review_invitation(order_id: int, shipment_id: int) -> Letter | None:
    """None when all of the parcel has gone back or been reviewed meanwhile."""
    order, lines = _order(order_id), invitations.to_review(shipment_id)
    if not lines:
        return None
    review_url = f"{shop_address(order.language)}/reviews/{invitations.link_token(shipment_id)}"
    return Letter(order.email, order.language, {"order": order, "lines": lines, "review_url": review_url})


def _about_return(order_id: int, return_id: int, **more: Any) -> Letter:
    order = _order(order_id)
    row = db.session.scalars(
        select(Return)
        .where(Return.id == return_id)
        .options(selectinload(Return.lines))
        .execution_options(populate_existing=True)
    ).one()
    words = {
        "order": order,
        "order_url": _address(order),
        "its": row,
        "pieces": timeline.pieces(
            order, {line.line_id: line.received if row.received_at else line.quantity for line in row.lines}
        ),
        "reason": REASONS.get(row.reason, ""),
        **more,
    }
    return Letter(order.email, order.language, words)


def _order(order_id: int) -> Order:
    order = queries.whole(order_id)
    assert order is not None
    return order


def _address(order: Order) -> str:
    return f"{shop_address(order.language)}/orders/{order.token}"
