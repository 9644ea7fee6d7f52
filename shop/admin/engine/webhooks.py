"""What Stripe has told the shop, what each did, and doing it again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import undefer

from shop.admin.asked import chosen, place
from shop.admin.blueprint import bp
from shop.admin.engine import queries, words
from shop.core import lists
from shop.core.db import db
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import _, _n
from shop.core.web import not_found, staff
from shop.payments import inbox
from shop.payments.models import WebhookEvent


@bp.get("/webhooks")
@staff("engine")
def webhooks() -> ResponseReturnValue:
    tab = request.args.get("tab", "")
    tab = tab if tab in words.WEBHOOK_TABS else ""
    q = request.args.get("q", "").strip()[:255]
    piece = queries.newest(queries.webhooks(tab, q), WebhookEvent, **place())
    if piece.lost:
        return redirect(url_for("staff.webhooks", tab=tab or None, q=q or None))
    return render_template(
        "admin/engine/webhooks.html",
        said=words,
        piece=piece,
        tab=tab,
        q=q,
        counts=lists.counts({name: queries.webhooks(name, q) for name in (*words.WEBHOOK_TABS, "")}),
        orders=queries.numbers_of_payments(row.payment_id for row in piece.rows),
        came=queries.what_came(piece.rows),
    )


@bp.get("/webhooks/<int:event_id>")
@staff("engine")
def webhook(event_id: int) -> ResponseReturnValue:
    found = db.session.get(WebhookEvent, event_id, options=[undefer(WebhookEvent.payload)])
    if found is None:
        not_found()
    number = queries.numbers_of_payments([found.payment_id]).get(found.payment_id or 0)
    return render_template(
        "admin/engine/webhook.html",
        said=words,
        event=found,
        number=number,
        about=found.payload.get("data", {}).get("object", {}),
        came=queries.what_came([found]),
    )


@bp.post("/webhooks/<int:event_id>/attempts")
@staff("engine")
def replay(event_id: int) -> ResponseReturnValue:
    try:
        inbox.replay(event_id, by=current_user.signature)
    except NotFound:
        not_found()
    except Conflict as error:
        flash(error.message, "info")
    else:
        flash(_("It is acted upon again within a moment; Stripe is asked how things are now."), "success")
    return redirect(url_for("staff.webhook", event_id=event_id), 303)


@bp.post("/webhooks/attempts")
@staff("engine")
def replay_many() -> ResponseReturnValue:
    done = 0
    for event_id in chosen("event"):
        try:
            inbox.replay(event_id, by=current_user.signature)
        except (NotFound, Conflict):
            continue
        done += 1
    if done:
        flash(_n("%(num)s webhook is acted upon again.", "%(num)s webhooks are acted upon again.", done), "success")
    else:
        flash(_("Choose webhooks that are done or have failed; the others are acted upon by themselves."), "info")
    tab = request.form.get("tab", "")
    return redirect(url_for("staff.webhooks", tab=tab if tab in words.WEBHOOK_TABS else None), 303)
