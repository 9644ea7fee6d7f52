"""Papers of orders: invoices and packing slips, one or many."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.counter.order import order_or_404
from shop.core.web import not_found, pdf, positive, staff
from shop.documents import bulk, drawing, packing, services
from shop.orders import queries


@bp.get("/orders/<number>/invoice.pdf")
@staff("look")
def invoice(number: str) -> ResponseReturnValue:
    document = services.invoice(order_or_404(number).id)
    if document is None:
        not_found()
    return pdf(drawing.draw(document), document.name)


@bp.get("/orders/<number>/packing-slip.pdf")
@staff("look")
def packing_slip(number: str) -> ResponseReturnValue:
    """What can be sent now, or what is in the shipment that `shipment` names."""
    order = order_or_404(number)
    if "shipment" in request.args:
        shipment_id = positive(request.args["shipment"]) or not_found()
        return pdf(packing.of_shipment(order, shipment_id), f"{order.number}-{shipment_id}")
    return pdf(packing.of_order(order), order.number)


@bp.post("/documents")
@staff("pack")
def documents() -> ResponseReturnValue:
    """One file with the papers of the orders that are named, made in the background."""
    ids = queries.ids_of(request.form.getlist("order"))
    job_id = bulk.start(request.form.get("kind", ""), ids, by=current_user.signature)
    return redirect(url_for("staff.job", job_id=job_id), 303)
