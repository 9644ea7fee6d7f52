"""What people wait for, and who was told that it is back."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.core.web import staff
from shop.restock import queries


@bp.get("/waiting")
@staff("look")
def waiting() -> ResponseReturnValue:
    piece = queries.wanted(**place())
    if piece.lost:
        return redirect(url_for("staff.waiting"))
    return render_template("admin/shelves/waiting.html", piece=piece, told=False)


@bp.get("/waiting/told")
@staff("look")
def told() -> ResponseReturnValue:
    piece = queries.told(**place())
    if piece.lost:
        return redirect(url_for("staff.told"))
    return render_template("admin/shelves/waiting.html", piece=piece, told=True)
