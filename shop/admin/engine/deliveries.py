"""What waits in the outbox, what was given up and why, and having it done after all."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.admin.asked import chosen, place
from shop.admin.blueprint import bp
from shop.admin.engine import queries, words
from shop.core import lists, outbox
from shop.core.i18n import _, _n
from shop.core.outbox import Queue
from shop.core.web import staff

DEAD = "dead"
TABS = (DEAD, *(queue.value for queue in Queue))


@bp.get("/deliveries")
@staff("engine")
def deliveries() -> ResponseReturnValue:
    tab = _tab(request.args.get("tab", ""))
    piece = queries.piece_of_deliveries(tab, **place())
    if piece.lost:
        return redirect(url_for("staff.deliveries", tab=tab))
    counts = lists.counts({name: queries.deliveries(name) for name in TABS})
    return render_template("admin/engine/deliveries.html", said=words, piece=piece, tab=tab, tabs=TABS, counts=counts)


@bp.post("/deliveries/attempts")
@staff("engine")
def retry_deliveries() -> ResponseReturnValue:
    """Those chosen; with `all` all that were given up."""
    done = outbox.retry_all() if request.form.get("all") else outbox.again(chosen("delivery"))
    if done:
        flash(_n("%(num)s delivery comes again.", "%(num)s deliveries come again.", done), "success")
    else:
        flash(_("Nothing of what was chosen waits for another try."), "info")
    return redirect(url_for("staff.deliveries", tab=_tab(request.form.get("tab", ""))), 303)


def _tab(name: str) -> str:
    return name if name in TABS else DEAD
