"""The page that an invitation leads to: what a buyer thinks of what they kept."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from shop.aftersale import invitations
from shop.aftersale.return_forms import Asked, AuthorForm, OpinionForm
from shop.catalog import queries as catalog
from shop.core import i18n
from shop.core.db import db
from shop.core.i18n import _
from shop.core.limits import limiter
from shop.core.web import not_found, private
from shop.orders import queries
from shop.orders.models import Order, Shipment
from shop.reviews.services import Opinion

bp = Blueprint("invitations", __name__, url_prefix="/reviews")


@bp.get("/<token>")
@private
def show(token: str) -> ResponseReturnValue:
    order, asked = _asked(token)
    return _page(token, order, asked, AuthorForm(data={"author": _shown_name(order)}))


@bp.post("/<token>")
@private
@limiter.limit("10 per minute; 60 per hour")
def say(token: str) -> ResponseReturnValue:
    order, asked = _asked(token)
    author = AuthorForm(request.form)
    valid = [author.validate(), *(each.form.validate() for each in asked)]
    given = [each for each in asked if each.form.given]
    if asked and not given:
        asked[0].form.stars.errors = [_("Give stars to at least one of them.")]
    if asked and not (all(valid) and given):
        return _page(token, order, asked, author), 422
    for each in given:
        opinion = Opinion(
            stars=int(each.form.stars.data),
            title=each.form.title.data,
            text=each.form.text.data,
            author=author.author.data,
        )
        invitations.say(order, each.line, opinion, language=i18n.language_code())
    flash(_("Thank you. Somebody reads it first, then it stands with the goods."), "success")
    return redirect(url_for("invitations.show", token=token), 303)


def _asked(token: str) -> tuple[Order, list[Asked]]:
    shipment_id = invitations.shipment_of(token)
    order_id = db.session.scalar(select(Shipment.order_id).where(Shipment.id == shipment_id))
    order = queries.whole(order_id) if order_id is not None else None
    if shipment_id is None or order is None:
        not_found()
    lines = invitations.to_review(shipment_id)
    return order, [Asked(line, OpinionForm(request.form, prefix=f"line-{line.id}-")) for line in lines]


def _page(token: str, order: Order, asked: list[Asked], author: AuthorForm) -> str:
    return render_template(
        "orders/review.html",
        token=token,
        order=order,
        asked=asked,
        author=author,
        fields=[*(field for each in asked for field in each.form), *author],
        pictures=catalog.pictures_of([each.line.variant_id for each in asked]),
    )


def _shown_name(order: Order) -> str:
    """Maya Lindqvist is Maya L."""
    first, *rest = order.delivery_address.name.split() or [""]
    return f"{first} {rest[-1][0]}." if rest else first
