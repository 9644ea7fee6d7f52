"""What is written down about an order, and what its shopper is written; mails sent again, messages of Stripe's too."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.counter import page, queries
from shop.admin.counter.forms import NoteForm
from shop.admin.counter.order import back_to, order_or_404, short_name
from shop.aftersale import services as aftersale
from shop.core import mail
from shop.core.errors import ShopError
from shop.core.i18n import _
from shop.core.web import not_found, staff
from shop.orders import services as orders
from shop.payments import inbox


@bp.post("/orders/<number>/notes")
@staff("orders")
def add_note(number: str) -> ResponseReturnValue:
    """A note for the staff, or about a dispute that `dispute` names."""
    order = order_or_404(number)
    form = NoteForm(request.form, prefix="note-")
    number = order.number
    if not form.validate():
        return page.show(number, note=form), 422
    about = request.form.get("dispute", "")[:64]
    if about and not queries.has_dispute(order.id, about):
        not_found()
    by, text = current_user.signature, form.text.data or ""
    if about:
        orders.note(order.id, "evidence", by=by, note=text, dispute=about)
    else:
        orders.note(order.id, "noted", by=by, note=text)
    flash(_("The note is kept, for the staff alone."), "success")
    return back_to(number)


@bp.post("/orders/<number>/messages")
@staff("orders")
def write_to_shopper(number: str) -> ResponseReturnValue:
    order = order_or_404(number)
    form = NoteForm(request.form, prefix="message-")
    number, who = order.number, short_name(order)
    if not form.validate():
        return page.show(number, message=form), 422
    aftersale.write_to_shopper(order.id, form.text.data or "", by=current_user.signature)
    flash(_("The message to %(who)s is on its way.", who=who), "success")
    return back_to(number)


@bp.post("/orders/<number>/mails/<int:mail_id>/again")
@staff("orders")
def send_mail_again(number: str, mail_id: int) -> ResponseReturnValue:
    order = order_or_404(number)
    number = order.number
    known = mail.get(mail_id)
    if known is None or known.order_id != order.id:
        not_found()
    try:
        mail.resend(mail_id)
    except ShopError as error:
        flash(error.message, "info")
    else:
        flash(_("The mail goes once more, to the address that the order has now."), "success")
    return back_to(number)


@bp.post("/orders/<number>/webhooks/<int:webhook_id>/replay")
@staff("engine")
def replay_webhook(number: str, webhook_id: int) -> ResponseReturnValue:
    number = order_or_404(number).number
    if queries.number_of_webhook(webhook_id) != number:
        not_found()
    try:
        inbox.replay(webhook_id, by=current_user.signature)
    except ShopError as error:
        flash(error.message, "info")
    else:
        flash(
            _("What Stripe said is dealt with once more. What came of it stands in the history in a moment."), "success"
        )
    return back_to(number)
