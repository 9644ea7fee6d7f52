"""What keeps an order from going on: a hold, a payment that does not fit, and its end."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.counter.forms import ReasonForm, new_token, token_sent
from shop.admin.counter.order import back_to, order_or_404, short_name
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.web import staff
from shop.orders import services as orders
from shop.orders.models import Order
from shop.orders.states import Status
from shop.payments import queries as payment_queries
from shop.payments import refunds
from shop.payments import services as payments


@bp.get("/orders/<number>/hold")
@staff("orders")
def hold(number: str) -> ResponseReturnValue:
    return _reason_page("hold", order_or_404(number), ReasonForm())


@bp.post("/orders/<number>/hold")
@staff("orders")
def hold_order(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    form = ReasonForm(request.form)
    if not form.validate():
        return _reason_page("hold", order, form), 422
    number = order.number
    orders.hold_back(order.id, by=current_user.signature, reason=form.reason.data or "")
    flash(_("The order is on hold. Nothing of it can be sent until it is released."), "success")
    return back_to(number)


@bp.get("/orders/<number>/release")
@staff("orders")
def release(number: str) -> ResponseReturnValue:
    return _reason_page("release", order_or_404(number), ReasonForm())


@bp.post("/orders/<number>/release")
@staff("orders")
def release_order(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    form = ReasonForm(request.form)
    if not form.validate():
        return _reason_page("release", order, form), 422
    order_id, number = order.id, order.number
    try:
        payments.release(order_id, by=current_user.signature, reason=form.reason.data or "")
    except ShopError as error:
        return _reason_page("release", order_or_404(number), form, problem=error.message), error.status
    flash(_("The order is released and can be sent."), "success")
    return back_to(number)


@bp.get("/orders/<number>/review")
@staff("refund")
def review(number: str) -> ResponseReturnValue:
    return _reason_page("review", order_or_404(number), ReasonForm())


@bp.post("/orders/<number>/review")
@staff("refund", recent=True)
def decide_review(number: str) -> ResponseReturnValue:
    """Accepts the money that came, or sends it back and ends the order."""
    order = order_or_404(number)
    form = ReasonForm(request.form)
    accept = request.form.get("go") == "accept"
    if not form.validate():
        return _reason_page("review", order, form), 422
    order_id, number, reason = order.id, order.number, form.reason.data or ""
    try:
        if accept:
            orders.accept_review(order_id, by=current_user.signature, note=reason)
        else:
            payments.refuse_review(order_id, by=current_user.signature, reason=reason)
    except ShopError as error:
        return _reason_page("review", order_or_404(number), form, problem=error.message), error.status
    if accept:
        flash(_("The payment is accepted, and the order goes on."), "success")
    else:
        flash(_("The money goes back, and the order is cancelled."), "success")
    return back_to(number)


@bp.get("/orders/<number>/cancellation")
@staff("refund")
def cancellation(number: str) -> ResponseReturnValue:
    return _reason_page("cancellation", order_or_404(number), ReasonForm())


@bp.post("/orders/<number>/cancellation")
@staff("refund", recent=True)
def cancel_order(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    form, token = ReasonForm(request.form), token_sent()
    if not form.validate():
        return _reason_page("cancellation", order, form, form_token=token), 422
    order_id, number, paid, reason = order.id, order.number, order.paid_at is not None, form.reason.data or ""
    try:
        if paid:
            payments.cancel_paid(order_id, by=current_user.signature, reason=reason, form_token=token)
        else:
            payments.cancel_unpaid(order_id, by=current_user.signature, reason=reason)
    except ShopError as error:
        page = _reason_page("cancellation", order_or_404(number), form, form_token=token, problem=error.message)
        return page, error.status
    if paid:
        flash(_("The order is cancelled, its money goes back, and its goods are on the shelf again."), "success")
    else:
        flash(_("The order is cancelled. Nothing was charged, and its goods are free again."), "success")
    return back_to(number)


def _reason_page(act: str, order: Order, form: ReasonForm, *, form_token: str = "", problem: str = "") -> str:
    return render_template(
        f"admin/counter/{act}.html",
        order=order,
        who=short_name(order),
        form=form,
        form_token=form_token or new_token(),
        problem=problem,
        captured=payment_queries.captured(order.id),
        back=refunds.left_of(order),
        disputed=payment_queries.disputed(order.id),
        may_end=order.status in (Status.PENDING, Status.PAID) and not any(line.shipped for line in order.lines),
    )
