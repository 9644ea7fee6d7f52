"""The page staff start from."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.dashboard import page, queries
from shop.core.web import positive, staff
from shop.figures import queries as figures
from shop.figures.services import SPANS
from shop.orders import queries as orders

LATEST = 8
USUAL = 30  # days


@bp.get("")
@staff("look")
def start() -> ResponseReturnValue:
    days = positive(request.args.get("days"))
    days = days if days in SPANS else USUAL
    needs, books = queries.needs(), queries.books()
    may_see = current_user.may("figures")
    period = figures.period(days, g.store) if may_see else None
    return render_template(
        "admin/dashboard/start.html",
        greeting=page.greeting(g.store),
        today=page.today(g.store),
        days=days,
        spans=SPANS,
        needs=needs,
        wants=page.wants(needs, books, g.store),
        period=period,
        tiles=page.tiles(period) if period else [],
        chart=page.chart(period, g.store) if period else None,
        best=figures.best(days, g.store.currency) if may_see else [],
        latest=orders.latest(LATEST),
        misses=queries.misses() if current_user.may("catalog") else [],
    )
