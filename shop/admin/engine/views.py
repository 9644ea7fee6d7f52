"""What runs, what waits, what has failed and why, on one page; and a backup made now."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.admin.blueprint import bp
from shop.admin.engine import queries, words
from shop.backups import services
from shop.core.errors import Invalid
from shop.core.i18n import _
from shop.core.outbox import Queue
from shop.core.web import staff
from shop.settings import Settings


@bp.get("/engine")
@staff("engine")
def engine() -> ResponseReturnValue:
    settings: Settings = current_app.extensions["settings"]
    seen = queries.look()
    return render_template(
        "admin/engine/overview.html",
        said=words,
        seen=seen,
        complaints=words.complaints(seen, nightly=settings.backups is not None),
        queues=list(Queue),
        backups=settings.backups,
        kept=settings.backups_kept,
    )


@bp.post("/engine/backups")
@staff("engine")
def back_up() -> ResponseReturnValue:
    settings: Settings = current_app.extensions["settings"]
    if settings.backups is None:
        raise Invalid(_("Say in the settings where backups are kept: BACKUPS."))
    services.ask(current_user.staff_id)
    flash(_("A backup is being made. It shows here when it is done."), "success")
    return redirect(url_for("staff.engine", _anchor="backups"), 303)
