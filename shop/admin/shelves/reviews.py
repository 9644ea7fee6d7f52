"""What people think of the goods: read, shown or refused, and answered."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, TextAreaField, ValidationError
from wtforms.validators import Length

from shop.admin.asked import place
from shop.admin.blueprint import bp
from shop.admin.forms import RowForm, many_lines
from shop.catalog import queries as catalog
from shop.core.i18n import _, _l, _n
from shop.core.web import not_found, positive, staff
from shop.reviews import queries, services
from shop.reviews.models import Review, Status

LONGEST_REPLY = 2_000


class ReplyForm(RowForm):
    text = TextAreaField(
        _l("Your reply"),
        [Length(max=LONGEST_REPLY, message=_l("This is too long. Keep it to %(max)d characters."))],
        filters=[many_lines],
    )

    def validate_text(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Write a reply, or leave the review without one."))


@bp.get("/reviews")
@staff("look")
def reviews() -> ResponseReturnValue:
    return _page(_status(request.args.get("status")))


@bp.post("/reviews/moderation")
@staff("catalog")
def moderate_reviews() -> ResponseReturnValue:
    to, was = _status(request.form.get("to")), _status(request.form.get("was"))
    ids = [each for text in request.form.getlist("review") if (each := positive(text))]
    if not ids:
        flash(_("Choose at least one review first."), "info")
        return redirect(url_for("staff.reviews", status=was), 303)
    changed = services.moderate(ids, to)
    said = {
        Status.SHOWN: _n("%(num)s review is published.", "%(num)s reviews are published.", len(changed)),
        Status.HIDDEN: _n("%(num)s review is refused.", "%(num)s reviews are refused.", len(changed)),
        Status.WAITING: _n("%(num)s review waits again.", "%(num)s reviews wait again.", len(changed)),
    }
    flash(said[to], "success")
    undo = ",".join(map(str, changed)) if was != to else ""
    return redirect(url_for("staff.reviews", status=was, changed=undo or None), 303)


@bp.post("/reviews/<int:review_id>/reply")
@staff("catalog")
def reply_to_review(review_id: int) -> ResponseReturnValue:
    review = _review(review_id)
    status, form = Status(review.status), ReplyForm(request.form, row_id=review_id)
    if not form.validate():
        return make_response(_page(status, {review_id: form}), 422)
    services.reply(review_id, form.text.data)
    flash(_("Your reply stands under the review."), "success")
    return redirect(url_for("staff.reviews", status=status, _anchor=f"review-{review_id}"), 303)


@bp.post("/reviews/<int:review_id>/reply/removal")
@staff("catalog")
def remove_reply(review_id: int) -> ResponseReturnValue:
    status = Status(_review(review_id).status)
    services.reply(review_id, "")
    flash(_("The reply is removed."), "success")
    return redirect(url_for("staff.reviews", status=status, _anchor=f"review-{review_id}"), 303)


def _review(review_id: int) -> Review:
    return queries.review(review_id) or not_found()


def _status(text: str | None) -> Status:
    return Status(text) if text in list(Status) else Status.WAITING


def _page(status: Status, sent: dict[int, ReplyForm] | None = None) -> ResponseReturnValue:
    """With the forms that were sent as they were, and what is wrong with them."""
    piece = queries.queue(status, **place())
    if piece.lost:
        return redirect(url_for("staff.reviews", status=status))
    rows = list(piece.rows)
    for review_id in (sent or {}).keys() - {row.id for row in rows}:
        rows.insert(0, _review(review_id))
    forms = {row.id: ReplyForm(None, row_id=row.id, text=row.reply) for row in rows} | (sent or {})
    changed = [each for text in request.args.get("changed", "").split(",") if (each := positive(text))]
    return render_template(
        "admin/shelves/reviews.html",
        reviews=rows,
        piece=piece,
        status=status,
        counts=queries.in_each_status(),
        products=catalog.names_of(row.product_id for row in rows),
        forms=forms,
        wrong=[form.text for form in (sent or {}).values() if form.text.errors],
        changed=changed[: queries.QUEUE * 4],
    )
