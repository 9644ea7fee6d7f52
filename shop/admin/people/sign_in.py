"""Signing in and out.

Who has signed in from a browser before has tries of their own there (a signed cookie names the browser), so that
strangers who guess at an address lock out only strangers:
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from __future__ import annotations

import hashlib
import math
import secrets
from datetime import datetime, timedelta

from flask import Response, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from shop.accounts import second_factor, sessions
from shop.accounts import services as accounts
from shop.admin.blueprint import bp
from shop.core import log
from shop.core.clock import now
from shop.core.i18n import _, _n
from shop.core.limits import forget_tries, limiter, seconds_to_wait
from shop.core.typed import tidy_email
from shop.core.web import is_secure, network_of, private, safe_next, staff

BY_NETWORK = "10 per minute"
TRIES = "5 per 15 minutes"  # of a known browser, and of a network for one address; right ones forget those before
BY_STRANGERS = "60 per hour"  # for one address, from wherever
HALF_WAY = timedelta(minutes=10)  # between the password and the code
DEVICE_LASTS = timedelta(days=365)


@bp.get("/sign-in")
@private
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_after_sign_in())
    return _page()


@bp.post("/sign-in", endpoint="try_to_sign_in")
@private
@limiter.limit(BY_NETWORK)
def try_to_sign_in() -> ResponseReturnValue:
    email = _hashed(tidy_email(request.form.get("email", "")))
    seconds = _count_try(email)
    if seconds:
        return _wait(seconds)
    staff_id = accounts.check_password(request.form.get("email", ""), request.form.get("password", ""))
    if staff_id is None:
        log.get().info("staff.sign_in_refused")
        return _page(_("This email address and this password do not go together. Check both.")), 422
    forget_tries(TRIES, *_whose(email))
    if current_user.is_authenticated:
        sessions.sign_out(current_user.secret)
    session.clear()  # nothing that was known before the sign-in is of use after it
    if accounts.has_second_factor(staff_id):
        session["half_way"] = [staff_id, email, now().isoformat()]
        return redirect(url_for("staff.sign_in_code", next=safe_next(request.args.get("next"))), 303)
    return _finish(staff_id, email)


@bp.get("/sign-in/code")
@private
def sign_in_code() -> ResponseReturnValue:
    if _half_way() is None:
        return redirect(url_for("staff.sign_in", next=safe_next(request.args.get("next"))))
    return _code_page()


@bp.post("/sign-in/code", endpoint="try_code")
@private
@limiter.limit(BY_NETWORK)
def try_code() -> ResponseReturnValue:
    known = _half_way()
    if known is None:
        return redirect(url_for("staff.sign_in", next=safe_next(request.args.get("next"))), 303)
    staff_id, email = known
    seconds = seconds_to_wait(TRIES, "code", str(staff_id))
    if seconds:
        return _code_page(wait_words(seconds)), 429
    if not second_factor.accept(staff_id, request.form.get("code", "")):
        log.get().info("staff.code_refused", staff_id=staff_id)
        return _code_page(_("This code is not right, or has been used. Wait for the next one.")), 422
    forget_tries(TRIES, "code", str(staff_id))
    session.clear()
    return _finish(staff_id, email)


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
    return _wait(max(1, min(left, limit.limit.get_expiry() if limit else left)))


def _finish(staff_id: int, email: str) -> Response:
    sessions.sign_in(staff_id)
    log.get().info("staff.signed_in", staff_id=staff_id)
    response = make_response(redirect(_after_sign_in(), 303))
    if _device(email) is None:
        response.set_cookie(
            _cookie(email),
            _signer().dumps([email, secrets.token_urlsafe(16)]),
            max_age=DEVICE_LASTS,
            path=url_for("staff.start"),
            secure=is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _half_way() -> tuple[int, str] | None:
    """Who has given the password a short while ago, and the code not yet."""
    kept = session.get("half_way")
    if kept is None or now() - datetime.fromisoformat(kept[2]) > HALF_WAY:
        return None
    return kept[0], kept[1]


def _count_try(email: str) -> int:
    seconds = seconds_to_wait(TRIES, *_whose(email))
    if not seconds and _device(email) is None:
        seconds = seconds_to_wait(BY_STRANGERS, "email", email)
    return seconds


def _whose(email: str) -> tuple[str, ...]:
    device = _device(email)
    return ("email", email, network_of(request.remote_addr)) if device is None else ("device", email, device)


def _device(email: str) -> str | None:
    """The name of this browser, if whoever has this address has signed in from it before."""
    try:
        whose, device = _signer().loads(request.cookies.get(_cookie(email), ""))
    except (BadSignature, TypeError, ValueError):
        return None
    return str(device) if whose == email else None


def _cookie(email: str) -> str:
    """One for each person, since a till is used by many."""
    return f"device-{email[:12]}"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="device")


def _hashed(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()


def _wait(seconds: int) -> Response:
    response = _page(wait_words(seconds))
    response.headers["Retry-After"] = str(seconds)
    response.status_code = 429
    return response


def wait_words(seconds: int) -> str:
    return _n(
        "Too many tries. Wait %(num)s minute, then try again.",
        "Too many tries. Wait %(num)s minutes, then try again.",
        math.ceil(seconds / 60),
    )


def _page(error: str = "") -> Response:
    return make_response(
        render_template(
            "admin/people/sign_in.html",
            error=error,
            email=request.form.get("email", "")[:255],
            next=safe_next(request.args.get("next")),
        )
    )


def _code_page(error: str = "") -> str:
    return render_template("admin/people/code.html", error=error, next=safe_next(request.args.get("next")))


def _after_sign_in() -> str:
    return safe_next(request.args.get("next")) or url_for("staff.start")
