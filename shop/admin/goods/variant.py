"""More about one variant: its unit price, its file, and every movement of its stock; and what hangs on a product."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from shop.admin.blueprint import bp
from shop.admin.goods import queries
from shop.admin.goods.editor import product_or_404
from shop.admin.goods.forms import MeasureForm
from shop.catalog import measuring, services
from shop.catalog import queries as catalog
from shop.catalog.measuring import StillCounted
from shop.catalog.models import Variant
from shop.core.errors import ShopError
from shop.core.i18n import _, format_list
from shop.core.web import not_found, positive, staff
from shop.downloads import services as downloads

LARGEST = 64 * 1024 * 1024  # bytes of a file that is sold
LONGEST_NAME = 120
MOST_RELATED = 12
NAMED = 5


@bp.get("/variants/<int:variant_id>")
@staff("look")
def variant(variant_id: int) -> ResponseReturnValue:
    return _page(_variant(variant_id))


@bp.post("/variants/<int:variant_id>")
@staff("catalog")
def measure_variant(variant_id: int) -> ResponseReturnValue:
    found = _variant(variant_id)
    form = MeasureForm(request.form)
    if not form.validate():
        return _page(found, form), 422
    try:
        measuring.measure(variant_id, form.measure, posted=form.posted.data != "file")
    except StillCounted as error:
        form.posted.errors = [error.message]
        return _page(_variant(variant_id), form), 409
    flash(_("Saved."), "success")
    return redirect(url_for("staff.variant", variant_id=variant_id), 303)


@bp.post("/variants/<int:variant_id>/file")
@staff("catalog", largest=LARGEST)
def keep_file(variant_id: int) -> ResponseReturnValue:
    """What buyers download from now on; those who bought it before too."""
    found = _variant(variant_id)
    file: FileStorage | None = request.files.get("file")
    name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1][-LONGEST_NAME:] if file else ""
    content = file.read() if file and name else b""
    if not content:
        return _page(found, file_error=_("Choose a file that is not empty.")), 422
    try:
        downloads.keep_for(found.sku, name, content)
    except ShopError as error:
        return _page(_variant(variant_id), file_error=error.message), error.status
    flash(_("%(name)s is what buyers download.", name=name), "success")
    return redirect(url_for("staff.variant", variant_id=variant_id), 303)


@bp.post("/products/<int:product_id>/related")
@staff("catalog")
def relate_product(product_id: int) -> ResponseReturnValue:
    """Adds one by words that only it has, takes one off, or moves it to the front."""
    product_or_404(product_id)
    ids = [each.id for each in queries.related(product_id)]
    if (gone := positive(request.form.get("remove"))) is not None:
        services.relate(product_id, [each for each in ids if each != gone])
    elif (first := positive(request.form.get("first"))) in ids:
        services.relate(product_id, [first or 0, *(each for each in ids if each != first)])
    else:
        _relate(product_id, ids, request.form.get("q", "").strip()[:100])
    return redirect(url_for("staff.product", product_id=product_id, _anchor="related"), 303)


def _relate(product_id: int, ids: list[int], q: str) -> None:
    found = [each for each in queries.names(queries.named_so(q) or []) if each.id != product_id]
    exact = [each for each in found if each.name.casefold() == q.casefold()] or found
    if len(ids) >= MOST_RELATED:
        flash(_("%(most)s are the most. Take one off first.", most=MOST_RELATED), "error")
    elif not exact:
        flash(_("No product matches “%(q)s” here.", q=q), "error")
    elif len(exact) > 1:
        names = format_list([each.name for each in exact[:NAMED]])
        flash(_("Several products have these words: %(names)s. Write more of the name.", names=names), "error")
    else:
        services.relate(product_id, [*ids, exact[0].id])
        flash(_("%(name)s is shown below it.", name=exact[0].name), "success")


def _variant(variant_id: int) -> Variant:
    found = catalog.variant(variant_id)
    if found is None:
        not_found()
    return found


def _page(found: Variant, form: MeasureForm | None = None, *, file_error: str = "") -> str:
    form = form or MeasureForm(data=_shown(found))
    return render_template(
        "admin/goods/variant.html",
        variant=found,
        product=product_or_404(found.product_id),
        form=form,
        file=queries.file_of(found.id),
        file_error=file_error,
        movements=queries.movements(found.id),
        wrong=[field for field in form if field.errors],
    )


def _shown(found: Variant) -> dict[str, Any]:
    return {
        "posted": "parcel" if found.requires_shipping else "file",
        "told": f"{found.unit}:{found.per}" if found.content is not None else "",
        "content": f"{found.content.normalize():f}" if found.content is not None else "",
        "piece": found.piece,
    }
