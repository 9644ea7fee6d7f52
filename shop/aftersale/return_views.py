"""Sending goods back, and withdrawing. Whoever has the order's secret address may."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.aftersale import withdrawal
from shop.aftersale.return_forms import ReturnForm, WithdrawalForm, with_lines
from shop.aftersale.returning import returning
from shop.aftersale.withdrawal import Statement
from shop.catalog import queries as catalog
from shop.core.clock import now
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.limits import limiter
from shop.core.web import not_found, private
from shop.orders import queries, returns
from shop.orders.models import Order

bp = Blueprint("returns", __name__, url_prefix="/orders")

LONGEST_TOKEN = 64


@bp.app_context_processor
def for_the_order_page() -> dict[str, object]:
    return {"going_back": lambda order: returning(order, g.store)}


@bp.get("/<token>/return")
@private
def ask(token: str) -> ResponseReturnValue:
    order = _order(token)
    return _return_page(order, _return_form(order), _new_token())


@bp.post("/<token>/return")
@private
@limiter.limit("10 per minute; 60 per hour")
def request_return(token: str) -> ResponseReturnValue:
    order = _order(token)
    form, form_token = _return_form(order), _sent_token()
    if returns.of_form(form_token) is not None:
        return _requested(token)
    if not form.lines():  # all of it was asked for meanwhile
        return redirect(url_for("orders.show", token=token), 303)
    if not form.validate():
        return _return_page(order, form, form_token), 422
    try:
        returns.request(
            order.id, form.chosen(), reason=form.reason.data, note=form.note.data, by="shopper", form_token=form_token
        )
    except ShopError as error:
        return _return_page(order, form, form_token, problem=error.message), error.status
    return _requested(token)


def _requested(token: str) -> ResponseReturnValue:
    flash(_("We have your request. We will write to you with what to do next."), "success")
    return redirect(url_for("orders.show", token=token), 303)


@bp.get("/<token>/withdrawal")
@private
def state(token: str) -> ResponseReturnValue:
    order = _order(token)
    return _withdrawal_page(order, _withdrawal_form(order), _new_token())


@bp.post("/<token>/withdrawal")
@private
@limiter.limit("30 per minute")
def check(token: str) -> ResponseReturnValue:
    """The statement: read once more before it is confirmed, or changed."""
    order = _order(token)
    form, form_token = _withdrawal_form(order), _sent_token()
    if request.form.get("go") == "change" or not form.lines():
        return _withdrawal_page(order, form, form_token)
    if not form.validate():
        return _withdrawal_page(order, form, form_token), 422
    chosen = form.chosen()
    return render_template(
        "orders/withdrawal_check.html",
        order=order,
        form=form,
        form_token=form_token,
        chosen=[(line, chosen[line.id]) for line in order.lines if line.id in chosen],
        pictures=_pictures(order),
    )


@bp.post("/<token>/withdrawal/confirmation")
@private
@limiter.limit("10 per minute; 60 per hour")
def confirm(token: str) -> ResponseReturnValue:
    order = _order(token)
    form, form_token = _withdrawal_form(order), _sent_token()
    if withdrawal.is_made(order, form_token):
        return _withdrawn(token, form.email.data)
    if not form.lines():
        return redirect(url_for("orders.show", token=token), 303)
    if not form.validate():
        return _withdrawal_page(order, form, form_token), 422
    said = Statement(pieces=form.chosen(), name=form.name.data, email=form.email.data)
    try:
        withdrawal.withdraw(order.id, said, by="shopper", form_token=form_token)
    except ShopError as error:
        return _withdrawal_page(order, form, form_token, problem=error.message), error.status
    return _withdrawn(token, said.email)


def _withdrawn(token: str, email: str) -> ResponseReturnValue:
    flash(_("You have withdrawn. The confirmation is on its way to %(email)s.", email=email), "success")
    return redirect(url_for("orders.show", token=token), 303)


def _return_form(order: Order) -> ReturnForm:
    most = {line.id: line.returnable for line in order.lines} if returning(order, g.store).can_return else {}
    form = with_lines(ReturnForm, order.lines, most)(request.form)
    if not request.form and len(form.lines()) == 1:
        form.lines()[0].data = max(most.values())  # it is the only one that has any
    return form


def _withdrawal_form(order: Order) -> WithdrawalForm:
    """All of the order to begin with, as most who withdraw want."""
    right = returning(order, g.store).right
    most = right.pieces if right else {}
    data: dict[str, object] = {"name": order.delivery_address.name, "email": order.email}
    if not request.form:
        data |= {f"line_{line_id}": count for line_id, count in most.items()}
    return with_lines(WithdrawalForm, order.lines, most)(request.form, data=data)


def _return_page(order: Order, form: ReturnForm, form_token: str, *, problem: str = "") -> str:
    going = returning(order, g.store)
    return render_template(
        "orders/return.html",
        order=order,
        form=form,
        form_token=form_token,
        problems=[problem] if problem else [],
        returning=going,
        sent=any(line.shipped for line in order.lines),
        too_late=going.last_day is not None and going.last_day < g.store.day_of(now()),
        pictures=_pictures(order),
    )


def _withdrawal_page(order: Order, form: WithdrawalForm, form_token: str, *, problem: str = "") -> str:
    return render_template(
        "orders/withdrawal.html",
        order=order,
        form=form,
        form_token=form_token,
        problems=[problem] if problem else [],
        right=returning(order, g.store).right,
        pictures=_pictures(order),
    )


def _pictures(order: Order) -> object:
    return catalog.pictures_of([line.variant_id for line in order.lines])


def _new_token() -> str:
    return secrets.token_urlsafe(24)


def _sent_token() -> str:
    """The form's own; one that was tampered with is a form of its own."""
    sent = request.form.get("form_token", "")
    return sent if 0 < len(sent) <= LONGEST_TOKEN and sent.isascii() else _new_token()


def _order(token: str) -> Order:
    order = queries.by_token(token)
    if order is None:
        not_found()
    return order
