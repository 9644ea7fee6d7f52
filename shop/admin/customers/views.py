"""Who buys here: a list, a page for each, and what the staff note about them."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import Form, TextAreaField
from wtforms.validators import DataRequired, Length

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.forms import many_lines
from shop.core.i18n import _, _l
from shop.core.lists import Piece
from shop.core.web import not_found, positive, staff
from shop.customers import queries, services
from shop.customers.models import Buyer, BuyerNote, BuyerSum
from shop.orders import queries as orders
from shop.orders.addresses import lines
from shop.restock import queries as restock


class NoteForm(Form):
    text = TextAreaField(
        _l("Note"),
        [
            DataRequired(_l("Write what the others should know.")),
            Length(max=services.LONGEST_NOTE, message=_l("This is too long. Keep it to %(max)d characters.")),
        ],
        filters=[many_lines],
    )


@bp.get("/customers")
@staff("customers")
def customers() -> ResponseReturnValue:
    q = request.args.get("q", "").strip()[:100]
    sort = "spent" if request.args.get("sort") == "spent" else ""
    if q:
        found = queries.find(q)
        more = len(found) > queries.FOUND
        return render_template(
            "admin/customers/list.html", buyers=found[: queries.FOUND], piece=None, q=q, sort="", more=more
        )
    piece: Piece[Buyer] | Piece[BuyerSum]
    if sort:
        piece = queries.best(g.store.currency, **place())
        buyers = [row.buyer for row in piece.rows]
    else:
        piece = queries.latest(**place())
        buyers = list(piece.rows)
    if piece.lost:
        return redirect(url_for("staff.customers", sort=sort or None))
    return render_template("admin/customers/list.html", buyers=buyers, piece=piece, q="", sort=sort, more=False)


@bp.get("/orders/<number>/customer")
@staff("customers")
def customer_of(number: str) -> ResponseReturnValue:
    """Whose order it is; who has not paid for one yet is looked for by their address, and not found."""
    order = orders.by_number_alone(number) or not_found()
    buyer_id = queries.id_of(order.email)
    if buyer_id is None:
        return redirect(url_for("staff.customers", q=order.email))
    return redirect(url_for("staff.customer", buyer_id=buyer_id))


@bp.get("/customers/<int:buyer_id>")
@staff("customers")
def customer(buyer_id: int) -> ResponseReturnValue:
    return _page(_buyer(buyer_id), NoteForm())


@bp.post("/customers/<int:buyer_id>/notes")
@staff("customers")
def add_customer_note(buyer_id: int) -> ResponseReturnValue:
    buyer = _buyer(buyer_id)
    form = NoteForm(request.form)
    if not form.validate():
        return make_response(_page(buyer, form), 422)
    services.write_note(buyer.email, form.text.data, by=current_user.signature)
    flash(_("The note is kept. Only the staff read it."), "success")
    return redirect(url_for("staff.customer", buyer_id=buyer_id, _anchor="notes"), 303)


@bp.post("/customers/<int:buyer_id>/notes/<int:note_id>/removal")
@staff("customers")
def remove_customer_note(buyer_id: int, note_id: int) -> ResponseReturnValue:
    _note(buyer_id, note_id)
    services.remove_note(note_id)
    return redirect(url_for("staff.customer", buyer_id=buyer_id, removed=note_id, _anchor="notes"), 303)


@bp.post("/customers/<int:buyer_id>/notes/<int:note_id>/restoration")
@staff("customers")
def restore_customer_note(buyer_id: int, note_id: int) -> ResponseReturnValue:
    _note(buyer_id, note_id)
    services.restore_note(note_id)
    return redirect(url_for("staff.customer", buyer_id=buyer_id, _anchor="notes"), 303)


def _buyer(buyer_id: int) -> Buyer:
    return queries.buyer(buyer_id) or not_found()


def _note(buyer_id: int, note_id: int) -> BuyerNote:
    note = queries.note(note_id)
    if note is None or note.email != _buyer(buyer_id).email:
        not_found()
    return note


def _page(buyer: Buyer, form: NoteForm) -> ResponseReturnValue:
    bought = queries.orders(buyer.email, **place())
    if bought.lost:
        return redirect(url_for("staff.customer", buyer_id=buyer.id))
    removed = positive(request.args.get("removed"))
    gone = queries.note(removed) if removed else None
    return render_template(
        "admin/customers/show.html",
        buyer=buyer,
        orders=bought,
        addresses=[(place, lines(place.address)) for place in queries.addresses(buyer.email)],
        notes=queries.notes(buyer.email),
        form=form,
        removed=gone if gone and gone.email == buyer.email and gone.removed_at else None,
        consents=queries.consents(buyer.email),
        reviews=queries.reviews(buyer.email),
        requests=restock.of(buyer.email),
    )
