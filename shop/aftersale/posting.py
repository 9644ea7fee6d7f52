"""Orders marked as posted, many at once, and all of that undone: two jobs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from shop.core.db import db
from shop.core.errors import Conflict, Invalid, NotFound, ShopError
from shop.core.i18n import _
from shop.jobs import queries
from shop.jobs import services as jobs
from shop.jobs.services import Outward, Progress, RowError, Work
from shop.orders import fulfilment
from shop.orders import queries as orders
from shop.orders.models import Order
from shop.payments.queries import state_of

POST, UNDO = "post_orders", "undo_posting"
MOST = 1000  # orders at once
PER_STEP = 10


def start(order_ids: Sequence[int], *, by: str, tell: bool) -> int:
    """Queues a job that sends all that can be sent of these orders; `tell` has their shoppers hear of it by mail.

    Returns the job's id. Raises Invalid for none, or too many.
    """
    if not order_ids:
        raise Invalid(_("Choose the orders that are posted."))
    if len(order_ids) > MOST:
        raise Invalid(_("Mark %(most)s orders at most at once.", most=MOST))
    params = {"orders": list(order_ids), "token": secrets.token_hex(12), "by": by, "tell": tell}
    return jobs.start(POST, params, by=by)


def undo(job_id: int, *, by: str) -> int:
    """Queues a job that undoes the parcels of one that has ended. Returns its id. Raises NotFound, and Conflict."""
    job = queries.get(job_id)
    if job is None or job.kind != POST:
        raise NotFound(_("There is no such job."))
    if job.unfinished:
        raise Conflict(_("This job still runs. Cancel it first, then undo what it has done."))
    return jobs.start(UNDO, {**job.params, "by": by}, by=by)


def _each(act: Callable[[int, dict[str, Any]], None]) -> Outward:
    """Steps over the orders of a job, some at a time; each order in a transaction of its own, twice is once."""

    def ask(work: Work) -> list[tuple[str, str]]:
        """(number, what went wrong) of each."""
        begun = work.cursor.get("next", 0)
        some = work.params["orders"][begun : begun + PER_STEP]
        numbers = orders.numbers_of(some)
        done = []
        for order_id in some:
            try:
                act(order_id, work.params)
            except ShopError as error:
                done.append((numbers.get(order_id, ""), error.message))
            else:
                done.append((numbers.get(order_id, ""), ""))
        return done

    def note(work: Work, done: Sequence[tuple[str, str]]) -> Progress:
        begun, total = work.cursor.get("next", 0), len(work.params["orders"])
        after = begun + len(done)
        return Progress(
            cursor={"next": after} if after < total else None,
            done=len(done),
            total=total,
            errors=[
                RowError(why, row=row, column=_("Order"), value=number)
                for row, (number, why) in enumerate(done, begun + 1)
                if why
            ],
        )

    return Outward(ask=ask, note=note)


def _post(order_id: int, params: dict[str, Any]) -> None:
    order = db.session.get(Order, order_id)
    if order is not None and state_of(order).state == "refunded":
        raise Conflict(_("This order has been refunded in full, so it is not sent."))
    fulfilment.ship(order_id, by=params["by"], form_token=_token(order_id, params), tell=params["tell"])


def _undo(order_id: int, params: dict[str, Any]) -> None:
    """What the job did not send needs no undoing."""
    sent = fulfilment.of_form(_token(order_id, params))
    if sent is not None:
        fulfilment.undo(sent, by=params["by"])


def _token(order_id: int, params: dict[str, Any]) -> str:
    return f"{params['token']}-{order_id}"


POSTS, UNDOES = _each(_post), _each(_undo)
