"""What was bought as a file. The address is a secret that came with the order; looking at it counts nothing, since
mail programs look at links before people do."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from shop.core.errors import ShopError
from shop.core.limits import limiter
from shop.core.web import not_found, private
from shop.downloads import queries, services
from shop.downloads.models import DownloadGrant
from shop.orders.models import Order

bp = Blueprint("downloads", __name__, url_prefix="/downloads")


@bp.app_context_processor
def downloads_of() -> dict[str, object]:
    """For the order's page."""

    def of(order: Order) -> Sequence[DownloadGrant]:
        return [] if all(line.requires_shipping for line in order.lines) else queries.of_order(order.id)

    return {"downloads_of": of}


@bp.get("/<token>")
@private
def show(token: str) -> ResponseReturnValue:
    grant = queries.by_token(token)
    if grant is None:
        not_found()
    return render_template("downloads/show.html", grant=grant, refusal=services.refusal(grant))


@bp.post("/<token>")
@private
@limiter.limit("30 per minute")
def fetch(token: str) -> ResponseReturnValue:
    try:
        file = services.fetch(token)
    except ShopError as error:
        flash(error.message, "error")
        return redirect(url_for("downloads.show", token=token), 303)
    return send_file(BytesIO(file.content), "application/octet-stream", as_attachment=True, download_name=file.name)
