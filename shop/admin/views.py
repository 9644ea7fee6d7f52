"""Signing in and out. The other modules add theirs to the same blueprint."""

from __future__ import annotations

import hashlib
import math

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_login import current_user

from shop.accounts import services as accounts
from shop.accounts import sessions
from shop.admin import jobs  # noqa: F401 (adds its pages)
from shop.admin.blueprint import bp
from shop.admin.counter import views as counter  # noqa: F401 (adds its pages)
from shop.admin.customers import views as _customers  # noqa: F401 (adds its pages)
from shop.admin.dashboard import search, start  # noqa: F401 (add their pages)
from shop.admin.goods import editor, listing, pictures  # noqa: F401 (add their pages)
from shop.admin.shelves import views as _shelves  # noqa: F401 (adds its pages)
from shop.core import log
from shop.core.clock import now
from shop.core.i18n import _, _n
from shop.core.limits import limiter
from shop.core.web import private, safe_next, staff

BY_NETWORK = "10 per minute"
BY_EMAIL = "5 per 15 minutes"  # a sign-in that works forgets those before it


@bp.get("/sign-in")
@private
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_after_sign_in())
    return _sign_in_page()


def _email_tried() -> str:
    tried = request.form.get("email", "").strip().lower()
    return "email:" + hashlib.sha256(tried.encode()).hexdigest()


@bp.post("/sign-in", endpoint="try_to_sign_in")
@private
@limiter.limit(BY_NETWORK)
@limiter.limit(BY_EMAIL, key_func=_email_tried)
def try_to_sign_in() -> ResponseReturnValue:
    staff_id = accounts.check_password(request.form.get("email", ""), request.form.get("password", ""))
    if staff_id is None:
        log.get().info("staff.sign_in_refused")
        return _sign_in_page(_("This e-mail address and this password do not go together. Check both.")), 422
    _forget_tries()
    if current_user.is_authenticated:
        sessions.sign_out(current_user.secret)
    session.clear()  # nothing that was known before the sign-in is of use after it
    sessions.sign_in(staff_id)
    log.get().info("staff.signed_in", staff_id=staff_id)
    return redirect(_after_sign_in(), 303)


@bp.post("/sign-out")
@staff("look")
def sign_out() -> ResponseReturnValue:
    log.get().info("staff.signed_out", staff_id=current_user.staff_id)
    sessions.sign_out(current_user.secret)
    session.clear()
    return redirect(url_for("staff.sign_in"), 303)


@bp.errorhandler(RateLimitExceeded)
def _too_many_tries(_error: RateLimitExceeded) -> ResponseReturnValue:
    limit = limiter.current_limit
    left = limit.reset_at - math.ceil(now().timestamp()) if limit else 60  # rounded up, so never beyond the window
    seconds = max(1, min(left, limit.limit.get_expiry() if limit else left))
    minutes = math.ceil(seconds / 60)
    response = _sign_in_page(
        _n(
            "Too many tries. Wait %(num)s minute, then try again.",
            "Too many tries. Wait %(num)s minutes, then try again.",
            minutes,
        )
    )
    response.headers["Retry-After"] = str(seconds)
    response.status_code = 429
    return response


def _sign_in_page(error: str = "") -> Response:
    return make_response(
        render_template(
            "admin/sign_in.html",
            error=error,
            email=request.form.get("email", "")[:255],
            next=safe_next(request.args.get("next")),
        )
    )


def _after_sign_in() -> str:
    return safe_next(request.args.get("next")) or url_for("staff.start")


def _forget_tries() -> None:
    for each in limiter.current_limits:
        if any(part.startswith("email:") for part in each.request_args):
            limiter.limiter.clear(each.limit, *each.request_args)
