"""What is done to many orders at once, as jobs with their progress and a way back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.aftersale import posting
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.web import staff
from shop.orders import queries as orders


@bp.post("/orders/posting/check")
@staff("pack")
def check_posting() -> ResponseReturnValue:
    """What will happen to the orders that were chosen, before it does."""
    numbers = _chosen()
    if not numbers:
        flash(_("Choose the orders that are posted."), "error")
        return redirect(url_for("staff.orders"), 303)
    return render_template("admin/counter/posting.html", numbers=numbers)


@bp.post("/orders/posting")
@staff("pack")
def post_orders() -> ResponseReturnValue:
    tell = request.form.get("tell") == "y"
    try:
        job_id = posting.start(orders.ids_of(_chosen()), by=current_user.signature, tell=tell)
    except ShopError as error:
        flash(error.message, "error")
        return redirect(url_for("staff.orders"), 303)
    return redirect(url_for("staff.job", job_id=job_id), 303)


@bp.post("/orders/posting/<int:job_id>/undoing")
@staff("pack")
def undo_posting(job_id: int) -> ResponseReturnValue:
    try:
        undo_id = posting.undo(job_id, by=current_user.signature)
    except ShopError as error:
        flash(error.message, "error")
        return redirect(url_for("staff.job", job_id=job_id), 303)
    return redirect(url_for("staff.job", job_id=undo_id), 303)


def _chosen() -> list[str]:
    return list(dict.fromkeys(request.form.getlist("order")))
