"""The stockroom: counting what is there, what runs out, and why there is what there is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.forms import LONGEST_NOTE, MOST_PIECES, one_line
from shop.catalog import stock as counting
from shop.catalog import stockroom, tree
from shop.catalog.models import Variant
from shop.catalog.stock import Counted
from shop.catalog.stocked import Stock
from shop.core.errors import Conflict
from shop.core.i18n import _, _n, format_number
from shop.core.web import not_found, positive, staff
from shop.orders import queries as orders


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a sheet: what it said when it was opened, and what was typed."""

    variant: Variant
    expected: int
    typed: str = ""
    error: str = ""

    @property
    def counted(self) -> int | None:
        return int(self.typed) if self.typed and not self.error else None

    @property
    def difference(self) -> int:
        return 0 if self.counted is None else self.counted - self.expected


@bp.get("/stock")
@staff("look")
def low_stock() -> ResponseReturnValue:
    """What runs out, and what has."""
    out = request.args.get("show") == "out"
    piece = stockroom.running_out(Stock.OUT if out else Stock.LOW, g.store.low_stock, **place())
    if piece.lost:
        return redirect(url_for("staff.low_stock", show="out" if out else None))
    return render_template("admin/shelves/stock.html", piece=piece, out=out, low=g.store.low_stock)


@bp.get("/variants/<int:variant_id>/movements")
@staff("look")
def movements(variant_id: int) -> ResponseReturnValue:
    variant = stockroom.variant(variant_id) or not_found()
    piece, moved = stockroom.movements(variant, **place())
    if piece.lost:
        return redirect(url_for("staff.movements", variant_id=variant_id))
    numbers = orders.numbers_of({each.movement.order_id for each in moved if each.movement.order_id})
    return render_template("admin/shelves/movements.html", variant=variant, piece=piece, moved=moved, numbers=numbers)


@bp.get("/stock/movements")
@staff("look")
def find_movements() -> ResponseReturnValue:
    """Of the variant with this SKU."""
    sku = request.args.get("sku", "").strip()[:64]
    variant_id = stockroom.named(sku)
    if variant_id is None:
        flash(_("No variant has the SKU “%(sku)s”.", sku=sku), "error")
        return redirect(url_for("staff.low_stock"))
    return redirect(url_for("staff.movements", variant_id=variant_id))


@bp.get("/stock/count")
@staff("pack")
def count_stock() -> ResponseReturnValue:
    if "category" not in request.args:
        return render_template("admin/shelves/count_begin.html", branches=tree.branches())
    category_id, since = positive(request.args.get("category")), stockroom.last_movement()
    piece = stockroom.sheet(category_id, **place())
    if piece.lost:
        return redirect(url_for("staff.count_stock", category=category_id or "all"))
    rows = [Row(variant, variant.on_hand) for variant in piece.rows]
    return _sheet(rows, since, piece_after=piece.after, piece_before=piece.before)


@bp.post("/stock/count")
@staff("pack")
def check_count() -> ResponseReturnValue:
    """What was counted: first shown beside what should be there, then corrected."""
    rows, note = _read(), one_line(request.form.get("note"))[:LONGEST_NOTE]
    step = request.form.get("step", "")
    if step == "again" or any(row.error for row in rows):
        return _sheet(rows, _since(), note=note), 200 if step == "again" else 422
    counted = {row.variant.id: Counted(row.expected, row.counted) for row in rows if row.counted is not None}
    if not counted:
        flash(_("Nothing was counted: type how many pieces there are of at least one."), "info")
        return redirect(
            url_for("staff.count_stock", category=_category(), after=positive(request.form.get("after"))), 303
        )
    if step != "apply":
        return _differences(rows, note)
    try:
        wrong = counting.count(counted, since=_since(), by=current_user.signature, note=note)
    except Conflict as error:
        return _differences(_read(), note, error.message), 409
    flash(_n("%(num)s was counted.", "%(num)s were counted.", len(counted)), "success")
    if wrong:
        flash(_n("%(num)s was corrected.", "%(num)s were corrected.", len(wrong)), "info")
    else:
        flash(_("All were right."), "info")
    onward = positive(request.form.get("onward"))
    if onward is None:
        return redirect(url_for("staff.low_stock"), 303)
    return redirect(url_for("staff.count_stock", category=_category(), after=onward), 303)


def _category() -> str:
    return str(positive(request.values.get("category")) or "all")


def _since() -> int:
    """The last movement that the sheet knew of."""
    return positive(request.form.get("since"), most=2**63 - 1) or 0


def _read() -> list[Row]:
    """As they were sent: the sheet says what it expected."""
    try:
        expected = {int(key): int(value) for key, value in json.loads(request.form.get("sheet", "{}")).items()}
    except (ValueError, AttributeError, TypeError):
        not_found()
    rows = []
    for variant in stockroom.variants(list(expected)):
        typed = one_line(request.form.get(f"counted-{variant.id}"))
        error = ""
        if typed and not re.fullmatch(r"[0-9]{1,9}", typed):
            error = _("“%(typed)s” is not a number of pieces. Write a whole number, 0 or more.", typed=typed[:40])
        elif typed and int(typed) > MOST_PIECES:
            error = _("This is too much. The most is %(most)s.", most=format_number(MOST_PIECES))
        rows.append(Row(variant, expected[variant.id], typed, error))
    return rows


def _sheet(
    rows: list[Row],
    since: int,
    *,
    note: str = "",
    piece_after: int | None = None,
    piece_before: int | None = None,
) -> str:
    sent = request.method == "POST"
    return render_template(
        "admin/shelves/count.html",
        rows=rows,
        note=note,
        sheet=json.dumps({str(row.variant.id): row.expected for row in rows}),
        since=since,
        category=_category(),
        name=_name_of_category(),
        after=positive(request.values.get("after")),
        onward=positive(request.form.get("onward")) if sent else piece_after,
        back=None if sent else piece_before,
        wrong=[row for row in rows if row.error],
    )


def _differences(rows: list[Row], note: str, error: str = "") -> str:
    return render_template(
        "admin/shelves/count_check.html",
        rows=[row for row in rows if row.counted is not None],
        left=sum(row.counted is None for row in rows),
        note=note,
        sheet=request.form.get("sheet", "{}"),
        since=_since(),
        category=_category(),
        after=positive(request.form.get("after")),
        onward=positive(request.form.get("onward")),
        error=error,
    )


def _name_of_category() -> str:
    category_id = positive(request.values.get("category"))
    found = tree.category(category_id) if category_id else None
    return found.name if found else _("All goods")
