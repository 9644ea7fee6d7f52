"""Money back: chosen by lines and delivery or as an amount, read once more, then sent."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.counter.forms import RefundForm, new_token, token_sent, with_pieces
from shop.admin.counter.order import back_to, order_or_404, short_name
from shop.core.errors import ShopError
from shop.core.i18n import _, format_money
from shop.core.money import Money
from shop.core.web import staff
from shop.orders.models import Order
from shop.payments import queries as payment_queries
from shop.payments import refund_parts, refunds
from shop.payments.refunds import Asked


@bp.get("/orders/<number>/refund")
@staff("refund")
def refund(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    return _page(order, _form(order, sent=False), new_token())


@bp.post("/orders/<number>/refund")
@staff("refund", recent=True)
def refund_order(number: str) -> ResponseReturnValue:
    """What was chosen is shown with what it comes to; only that, sent again, moves money."""
    order, token = order_or_404(number), token_sent()
    order_id, number = order.id, order.number
    if refunds.of_form(token) is not None:
        return _on_its_way(number)
    form = _form(order, sent=True)
    if request.form.get("go") == "change":
        return _page(order, form, token)
    if not form.validate():
        return _page(order, form, token), 422
    asked = Asked(lines=form.chosen(), delivery=form.delivery_back, amount=form.amount_back)
    try:
        amount = refunds.quote(order, asked)
        if request.form.get("sure") != str(amount.minor):
            return _check_page(order, form, token, amount)
        refunds.refund(
            order_id,
            asked,
            reason=form.reason.data or "",
            by=current_user.signature,
            form_token=token,
            restock=form.restock.data,
        )
    except ShopError as error:
        return _page(order_or_404(number), form, token, problem=error.message), error.status
    return _on_its_way(number)


def _on_its_way(number: str) -> ResponseReturnValue:
    flash(_("The refund is on its way to Stripe. The history says when it is there."), "success")
    return back_to(number)


def _form(order: Order, *, sent: bool) -> RefundForm:
    left = {line.id: line.quantity - line.refunded for line in order.lines} if order.paid_at else {}
    form = with_pieces(RefundForm, order.lines, left, shown={})
    return form(request.form if sent else None, currency=order.currency)


def _page(order: Order, form: RefundForm, token: str, *, problem: str = "") -> str:
    given = refunds.given_back(order.id)
    delivery = sum(part.amount_minor for part in given if part.kind == refund_parts.DELIVERY)
    left = refunds.left_of(order) or Money(0, order.currency)
    return render_template(
        "admin/counter/refund.html",
        order=order,
        who=short_name(order),
        form=form,
        form_token=token,
        problem=problem,
        left=left,
        delivery_left=Money(order.delivery_minor - delivery, order.currency),
        disputed=payment_queries.disputed(order.id),
    )


def _check_page(order: Order, form: RefundForm, token: str, amount: Money) -> str:
    chosen = form.chosen()
    lines = [(line, chosen[line.id]) for line in order.lines if line.id in chosen]
    return render_template(
        "admin/counter/refund_check.html",
        order=order,
        who=short_name(order),
        form=form,
        form_token=token,
        amount=amount,
        said=format_money(amount),
        lines=lines,
        unsent=sum(min(count, line.to_ship) for line, count in lines),
    )
