"""What is on sale: until when, and no longer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.catalog import reduced
from shop.catalog import sales as catalog
from shop.core.clock import now
from shop.core.i18n import _, _n
from shop.core.web import positive, staff


@bp.get("/sales")
@staff("look")
def sales() -> ResponseReturnValue:
    ending = request.args.get("ends") == "by-itself"
    piece = reduced.ending(**place()) if ending else reduced.endless(**place())
    if piece.lost:
        return redirect(url_for("staff.sales", ends=request.args.get("ends")))
    return render_template(
        "admin/shelves/sales.html",
        piece=piece,
        ending=ending,
        names=reduced.names([row.variant_id for row in piece.rows]),
        moment_now=now(),
    )


@bp.post("/sales/ending")
@staff("catalog")
def end_sales() -> ResponseReturnValue:
    """First says what will happen, and does it once that was read."""
    ids = list(dict.fromkeys(each for text in request.form.getlist("variant") if (each := positive(text))))
    ends = "by-itself" if request.form.get("ends") == "by-itself" else None
    if not ids:
        flash(_("Choose at least one first."), "info")
        return redirect(url_for("staff.sales", ends=ends), 303)
    if "sure" not in request.form:
        return render_template("admin/shelves/sales_ending.html", names=reduced.names(ids), ends=ends)
    catalog.end_sale(ids, by=current_user.signature)
    said = _n("%(num)s variant costs what it did before.", "%(num)s variants cost what they did before.", len(ids))
    flash(said, "success")
    return redirect(url_for("staff.sales", ends=ends), 303)
