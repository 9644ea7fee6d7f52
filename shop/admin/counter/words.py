"""What staff read of orders in lists and on their pages, beside `shop/admin/words.py`."""

from __future__ import annotations

from shop.admin.counter import queries
from shop.admin.counter.queries import Row
from shop.admin.words import Word
from shop.aftersale.return_forms import REASONS
from shop.core.i18n import _, _l
from shop.orders.states import Fulfilment, ReturnStatus, Status

TAB: dict[str, str] = {
    queries.TO_PACK: _l("To pack"),
    queries.HELD: _l("On hold"),
    queries.UNPAID: _l("Unpaid"),
    queries.REVIEW: _l("In review"),
    queries.POSTED: _l("Posted"),
    queries.DISPUTED: _l("Disputed"),
    queries.RETURNS: _l("Returns"),
    queries.CANCELLED: _l("Cancelled"),
    queries.ALL: _l("All"),
}

FULFILMENT: dict[str, Word] = {
    Fulfilment.UNSENT: (_l("To pack"), "warn"),
    Fulfilment.PARTLY_SENT: (_l("Partly posted"), "warn"),
    Fulfilment.SENT: (_l("Posted"), "ok"),
    Fulfilment.DELIVERED: (_l("Delivered"), "ok"),
    Fulfilment.NOTHING: (_l("Nothing to send"), "plain"),
}

RETURN: dict[str, Word] = {
    ReturnStatus.REQUESTED: (_l("To decide"), "warn"),
    ReturnStatus.APPROVED: (_l("On its way"), "info"),
    ReturnStatus.RECEIVED: (_l("Received"), "ok"),
    ReturnStatus.DECLINED: (_l("Declined"), "plain"),
}

NO_RETURN: dict[str, str] = {
    "": _l("Nothing has been sent back yet."),
    ReturnStatus.REQUESTED: _l("No return waits for your decision."),
    ReturnStatus.APPROVED: _l("Nothing is on its way back."),
    ReturnStatus.RECEIVED: _l("Nothing has been received yet."),
    ReturnStatus.DECLINED: _l("No return was declined."),
}

HELD: dict[str, str] = {"yes": _l("On hold"), "no": _l("Not on hold")}

NOTHING_HERE: dict[str, str] = {
    queries.TO_PACK: _l("Nothing to pack. Paid orders show up here."),
    queries.HELD: _l("Nothing is on hold."),
    queries.UNPAID: _l("Nobody is about to pay. Unpaid orders end by themselves after 35 minutes."),
    queries.REVIEW: _l("Nothing to look into. Payments that do not fit their order show up here."),
    queries.POSTED: _l("Nothing has been posted yet."),
    queries.DISPUTED: _l("No payment is disputed."),
    queries.RETURNS: _l("Nobody is sending anything back."),
    queries.CANCELLED: _l("No order was cancelled."),
    queries.ALL: _l("No order yet. The first one shows up here."),
}


def payment(row: Row) -> Word:
    """How it stands with an order's money."""
    if row.disputed:
        return _("Disputed"), "bad"
    if row.status == Status.REVIEW:
        return _("In review"), "bad"
    if not row.paid:
        return (_("Failed"), "bad") if row.failed else (_("Unpaid"), "plain")
    if not row.total:
        return _("Nothing to pay"), "plain"
    if not row.given_back:
        return _("Paid"), "ok"
    return (_("Part refunded"), "info") if row.captured > row.given_back else (_("Refunded"), "plain")


def fulfilment(row: Row) -> Word:
    """How far its goods have come. What is not paid is not to be packed."""
    if row.status == Status.CANCELLED:
        return _("Cancelled"), "plain"
    if row.status in (Status.PENDING, Status.REVIEW):
        return _("Waiting"), "plain"
    return FULFILMENT[row.fulfilment]


def reason(code: str) -> str:
    """Why something is sent back: what the shopper chose, or what a person wrote."""
    return str(REASONS.get(code, code.replace("_", " ")))
