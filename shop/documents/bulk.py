"""Invoices or packing slips of many orders in one file, as a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shop.core.errors import Invalid, NotFound
from shop.core.i18n import _
from shop.documents import drawing, packing, services
from shop.documents.binder import Binder
from shop.jobs import services as jobs
from shop.jobs.services import Outward, Progress, RowError, Work
from shop.orders import queries
from shop.orders.models import Order

JOB = "documents"
MOST = 1000  # orders in a file
PER_STEP = 5


def _invoice(order: Order) -> bytes:
    document = services.invoice(order.id)
    if document is None:
        raise NotFound(_("Order %(number)s was never paid, so it has no invoice.", number=order.number))
    return drawing.draw(document)


# By what is asked for: the file's name, and how one is drawn.
KINDS: dict[str, tuple[str, Callable[[Order], bytes]]] = {
    "invoices": ("invoices.pdf", _invoice),
    "packing-slips": ("packing-slips.pdf", packing.of_order),
}


def start(kind: str, order_ids: Sequence[int], *, by: str) -> int:
    """Queues a job that makes one file of `kind`, one of KINDS; returns its id. Raises Invalid."""
    if kind not in KINDS:
        raise Invalid(_("Choose what to print."))
    if not order_ids:
        raise Invalid(_("Choose the orders to print."))
    if len(order_ids) > MOST:
        raise Invalid(_("Print %(most)s orders at most in one file.", most=MOST))
    return jobs.start(JOB, {"kind": kind, "orders": list(order_ids)}, by=by, result_name=KINDS[kind][0])


def _draw_next(work: Work) -> list[bytes | str]:
    """The next few papers; in the place of one that there is not, why."""
    drawn: list[bytes | str] = []
    begun = work.cursor.get("next", 0)
    for order_id in work.params["orders"][begun : begun + PER_STEP]:
        order = queries.whole(order_id)
        try:
            drawn.append(KINDS[work.params["kind"]][1](order) if order else _("There is no such order."))
        except NotFound as error:
            drawn.append(error.message)
    return drawn


def _bind(work: Work, drawn: Sequence[bytes | str]) -> Progress:
    begun = work.cursor.get("next", 0)
    binder = Binder(work.cursor.get("binder", {}))
    for paper in drawn:
        if isinstance(paper, bytes):
            binder.add(paper)
    after, total = begun + len(drawn), len(work.params["orders"])
    if after == total:
        binder.finish()
    return Progress(
        cursor={"next": after, "binder": binder.kept()} if after < total else None,
        done=len(drawn),
        total=total,
        errors=[RowError(why, row=row) for row, why in enumerate(drawn, begun + 1) if isinstance(why, str)],
        output=binder.written,
    )


STEPS = Outward(ask=_draw_next, note=_bind)  # drawing takes its time, which nobody should wait for with a lock
