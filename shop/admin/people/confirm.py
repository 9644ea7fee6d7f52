"""Asking again who somebody is, before money goes back and before rights change. What was typed goes along."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.accounts import second_factor
from shop.accounts import services as accounts
from shop.admin.blueprint import bp
from shop.admin.people.sign_in import wait_words
from shop.core import log
from shop.core.forgery import SAFE_METHODS
from shop.core.i18n import _
from shop.core.limits import forget_tries, seconds_to_wait
from shop.core.web import safe_next, staff

TRIES = "5 per 15 minutes"
ANSWER = "confirm_password"  # nobody's own field has this name


@bp.record
def _init(state: BlueprintSetupState) -> None:
    state.app.extensions["ask_again"] = ask_again


@bp.get("/confirm")
@staff("look")
def confirm() -> ResponseReturnValue:
    if current_user.is_recent:
        return redirect(_next())
    return _page()


@bp.post("/confirm", endpoint="try_to_confirm")
@staff("look")
def try_to_confirm() -> ResponseReturnValue:
    return _refused() or redirect(_next(), 303)


def ask_again() -> ResponseReturnValue | None:
    """What stands before a page that asks for it; None when the answer is right, and the page goes on."""
    if request.method in SAFE_METHODS:
        return redirect(url_for("staff.confirm", next=request.full_path.rstrip("?")))
    if ANSWER not in request.form:
        return _page(), 403
    return _refused()


def _refused() -> tuple[Response, int] | None:
    """The page that asks once more; None when the answer was right, which is noted."""
    typed, whose = request.form.get(ANSWER, ""), ("confirm", str(current_user.staff_id))
    seconds = seconds_to_wait(TRIES, *whose)
    if seconds:
        return _page(wait_words(seconds)), 429
    if current_user.has_second_factor:
        right = second_factor.accept(current_user.staff_id, typed)
    else:
        right = accounts.check_password(current_user.email, typed) == current_user.staff_id
    if not right:
        log.get().info("staff.confirmation_refused", staff_id=current_user.staff_id)
        return _page(_("That was not right. Try again.")), 422
    forget_tries(TRIES, *whose)
    accounts.note_confirmed(current_user.session_id)
    return None


def _page(error: str = "") -> Response:
    """Asks. A page that was about to do something comes along with all that was typed there."""
    asked_for_itself = request.endpoint in ("staff.confirm", "staff.try_to_confirm")
    typed = [] if asked_for_itself else request.form.items(multi=True)
    return make_response(
        render_template(
            "admin/people/confirm.html",
            error=error,
            answer=ANSWER,
            typed=[(name, value) for name, value in typed if name not in (ANSWER, "csrf_token")],
            action=request.full_path.rstrip("?"),
        )
    )


def _next() -> str:
    return safe_next(request.args.get("next")) or url_for("staff.start")
