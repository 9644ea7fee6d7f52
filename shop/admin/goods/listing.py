"""The list of products, and what is done to many of them at once."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.goods import queries
from shop.admin.goods.queries import Asked
from shop.catalog import publishing
from shop.core import lists
from shop.core.i18n import _, _n, format_list
from shop.core.web import positive, staff

LONGEST_SEARCH = 100
NAMED = 3  # products that could not be published are named, not more


def asked_for(given: Any) -> Asked:
    """Which products the list in the address, or in a form, is about."""
    tab, sort = given.get("tab", ""), given.get("sort", "")
    return Asked(
        tab=tab if tab in queries.TABS else queries.ALL,
        category_id=positive(given.get("category")),
        q=given.get("q", "").strip()[:LONGEST_SEARCH],
        sort=sort if sort in queries.SORTS else "",
    )


@bp.get("/products")
@staff("look")
def products() -> ResponseReturnValue:
    asked = asked_for(request.args)
    found = queries.find(
        asked,
        currency=g.store.currency,
        **place(),
    )
    if found.piece.lost:
        return redirect(url_for("staff.products", **asked.state))
    return render_template(
        "admin/goods/products.html",
        found=found,
        piece=found.piece,
        asked=asked,
        shelves=queries.shelves(),
        tabs=queries.TABS,
        looked_through=queries.LOOKED_THROUGH,
    )


@bp.post("/products/states")
@staff("catalog")
def turn_products() -> ResponseReturnValue:
    """Many at once: seen by shoppers, or not any more."""
    back = redirect(url_for("staff.products", **asked_for(request.form).state), 303)
    ids = chosen()
    if not ids:
        flash(_("Choose the products first."), "error")
        return back
    match request.form.get("to"):
        case "live":
            _publish(ids)
        case "draft":
            publishing.unpublish(ids)
            flash(_n("%(num)s product is a draft now.", "%(num)s products are drafts now.", len(ids)), "success")
        case "archived":
            publishing.archive(ids)
            flash(
                _n(
                    "%(num)s product is archived. It is kept under Archived.",
                    "%(num)s products are archived. They are kept under Archived.",
                    len(ids),
                ),
                "success",
            )
        case "prices":
            return redirect(url_for("staff.reprice", product=sorted(ids)), 303)
        case "stock":
            return redirect(url_for("staff.stock_of_many", product=sorted(ids)), 303)
        case _:
            flash(_("Choose what to do with them."), "error")
    return back


def chosen() -> set[int]:
    """Products whose boxes are ticked: a page of the list at most."""
    return {found for each in request.form.getlist("product")[: lists.SIZE] if (found := positive(each))}


def _publish(ids: set[int]) -> None:
    refused = publishing.publish(ids)
    done = len(ids) - len(refused)
    if done:
        flash(_n("%(num)s product is live.", "%(num)s products are live.", done), "success")
    if refused:
        names = format_list([f"{each.name} ({each.why})" for each in refused[:NAMED]])
        flash(
            _n(
                "%(num)s product could not be published: %(names)s",
                "%(num)s products could not be published, among them %(names)s",
                len(refused),
                names=names,
            ),
            "error",
        )
