"""Returns: asked for, decided, received onto the shelf or written off, and paid for."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.counter import queries
from shop.admin.counter.forms import AnswerForm, PiecesForm, TakeForm, new_token, token_sent, with_pieces
from shop.admin.counter.order import order_or_404, short_name
from shop.aftersale import money_back
from shop.core.errors import ShopError
from shop.core.i18n import _, _n, format_money
from shop.core.web import not_found, staff
from shop.orders import returns as services
from shop.orders.models import Order, Return
from shop.orders.states import ReturnStatus
from shop.payments import refunds

SHELF, OFF = "shelf", "off"  # what each counts: pieces for the shelf, and pieces that are not fit for it
STATES = {"requested", "approved", "received", "declined"}


@bp.get("/returns")
@staff("look")
def returns() -> ResponseReturnValue:
    status = request.args.get("status", "")
    status = status if status in STATES else ""
    found = queries.returns(
        status,
        **place(),
    )
    if found.lost:
        return redirect(url_for("staff.returns", status=status or None))
    return render_template(
        "admin/counter/returns.html", found=found, status=status, counts=queries.return_counts(), states=ReturnStatus
    )


@bp.get("/returns/<int:return_id>")
@staff("look")
def return_(return_id: int) -> ResponseReturnValue:
    return _page(return_id)


@bp.post("/returns/<int:return_id>/decision")
@staff("orders")
def decide_return(return_id: int) -> ResponseReturnValue:
    """Approved, declined, or to be decided anew."""
    form = AnswerForm(request.form)
    if not form.validate():
        return _page(return_id, answer=form), 422
    by, answer, go = current_user.signature, form.answer.data or "", request.form.get("go", "")
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "approve": (
            lambda: services.approve(return_id, by=by, answer=answer),
            _("Approved. The shopper is told how to send the goods back."),
        ),
        "decline": (
            lambda: services.decline(return_id, by=by, answer=answer),
            _("Declined. The shopper is told why."),
        ),
        "reopen": (lambda: services.reopen(return_id, by=by), _("The return is to be decided again.")),
    }
    if go not in acts:
        not_found()
    act, sentence = acts[go]
    try:
        act()
    except ShopError as error:
        form.answer.errors = [error.message]
        return _page(return_id, answer=form), error.status
    flash(sentence, "success")
    return redirect(url_for("staff.return_", return_id=return_id), 303)


@bp.post("/returns/<int:return_id>/receipt")
@staff("pack")
def receive_return(return_id: int) -> ResponseReturnValue:
    row, order = _found(return_id)
    form = _coming(row, order, sent=True)
    if not form.validate():
        return _page(return_id, coming=form), 422
    shelf, off = form.chosen(SHELF), form.chosen(OFF)
    come = {line_id: (shelf.get(line_id, 0), off.get(line_id, 0)) for line_id in {*shelf, *off}}
    try:
        services.receive(return_id, come, by=current_user.signature)
    except ShopError as error:
        return _page(return_id, coming=form, problem=error.message), error.status
    back = sum(shelf.values())
    flash(_n("%(num)s piece is back on the shelf.", "%(num)s pieces are back on the shelf.", back), "success")
    return redirect(url_for("staff.return_", return_id=return_id), 303)


@bp.post("/returns/<int:return_id>/refund")
@staff("refund", recent=True)
def refund_return(return_id: int) -> ResponseReturnValue:
    row, order = _found(return_id)
    try:
        amount = money_back.quote_return(order, row)
        if amount is not None and request.form.get("sure") != str(amount.minor):
            said = _("What is due has changed meanwhile. Look at it once more.")
            return _page(return_id, problem=said), 409
        refund_id = money_back.refund_return(return_id, by=current_user.signature)
    except ShopError as error:
        return _page(return_id, problem=error.message), error.status
    if refund_id is None:
        return _page(return_id, problem=_("Nothing is left to refund for these pieces.")), 409
    flash(_("The refund is on its way to Stripe. The history says when it is there."), "success")
    return redirect(url_for("staff.return_", return_id=return_id), 303)


@bp.get("/orders/<number>/return")
@staff("orders")
def take_return(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    return _take_page(order, _taking(order, sent=False), new_token())


@bp.post("/orders/<number>/return")
@staff("orders")
def agree_to_return(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    form, token = _taking(order, sent=True), token_sent()
    known = services.of_form(token)
    if known is not None:
        return _agreed(known)
    if not form.validate():
        return _take_page(order, form, token), 422
    order_id, number = order.id, order.number
    try:
        return_id = services.take(
            order_id,
            form.chosen(),
            reason=form.reason.data or "",
            note=form.note.data or "",
            by=current_user.signature,
            form_token=token,
        )
    except ShopError as error:
        return _take_page(order_or_404(number), form, token, problem=error.message), error.status
    return _agreed(return_id)


def _agreed(return_id: int) -> ResponseReturnValue:
    flash(_("The return is agreed. Receive it here once the goods have come."), "success")
    return redirect(url_for("staff.return_", return_id=return_id), 303)


def _found(return_id: int) -> tuple[Return, Order]:
    return queries.a_return(return_id) or not_found()


def _coming(row: Return, order: Order, *, sent: bool) -> PiecesForm:
    """All for the shelf, to begin with."""
    most = {line.line_id: line.quantity for line in row.lines}
    form = with_pieces(PiecesForm, order.lines, most, prefix=SHELF)
    form = with_pieces(form, order.lines, most, shown={}, prefix=OFF)
    return form(request.form if sent else None)


def _taking(order: Order, *, sent: bool) -> TakeForm:
    most = {line.id: line.returnable for line in order.lines}
    form = with_pieces(TakeForm, order.lines, most, shown={})
    return form(request.form if sent else None)


def _page(
    return_id: int, *, answer: AnswerForm | None = None, coming: PiecesForm | None = None, problem: str = ""
) -> str:
    row, order = _found(return_id)
    due, why_not = None, ""
    if row.status == ReturnStatus.RECEIVED:
        try:
            due = money_back.quote_return(order, row)
        except refunds.NotRefundable as error:
            why_not = error.message
    return render_template(
        "admin/counter/return.html",
        row=row,
        order=order,
        who=short_name(order),
        counts={line.line_id: line for line in row.lines},
        answer=answer or AnswerForm(),
        coming=coming or _coming(row, order, sent=False),
        due=due,
        said=format_money(due) if due else "",
        why_not=why_not,
        refunds=queries.refunds_of_return(return_id),
        problem=problem,
        shelf=SHELF,
        off=OFF,
    )


def _take_page(order: Order, form: TakeForm, token: str, *, problem: str = "") -> str:
    return render_template(
        "admin/counter/take_return.html",
        order=order,
        who=short_name(order),
        form=form,
        form_token=token,
        problem=problem,
    )
