"""One's own account: password, second factor, and where one is signed in."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.accounts import people, queries, second_factor, totp
from shop.accounts import services as accounts
from shop.admin.blueprint import bp
from shop.admin.people.devices import device
from shop.admin.people.forms import NewPasswordForm
from shop.core import qr
from shop.core.errors import Forbidden
from shop.core.forgery import SAFE_METHODS
from shop.core.i18n import _
from shop.core.limits import seconds_to_wait
from shop.core.web import Access, staff

FIRST_CODES = "10 per 15 minutes"
# What somebody may do who has to set up a second factor first.
BEFORE = {
    f"staff.{name}"
    for name in (
        *("second_factor", "prepare_second_factor", "turn_on_second_factor"),
        *("sign_out", "confirm", "try_to_confirm"),
    )
}


@bp.before_request
def _second_factor_first() -> ResponseReturnValue | None:
    """Where the owner wants one of everybody, whoever has none sets it up before anything else."""
    access: Access = g.access
    if access.kind != "staff" or not g.store.second_factor_required:
        return None
    if current_user.has_second_factor or request.endpoint in BEFORE:
        return None
    if request.method not in SAFE_METHODS:
        raise Forbidden(_("Set up your second factor first; it is on your account’s page."))
    return redirect(url_for("staff.second_factor"))


@bp.get("/account", endpoint="account")
@staff("look")
def account() -> ResponseReturnValue:
    return _page(NewPasswordForm())


@bp.post("/account/password", endpoint="change_password")
@staff("look", recent=True)
def change_password() -> ResponseReturnValue:
    form = NewPasswordForm(request.form)
    if not form.validate():
        return _page(form), 422
    people.change_password(current_user.staff_id, form.password.data, but_session=current_user.session_id)
    flash(_("Your password is changed. Everywhere else you are signed out."), "success")
    return redirect(url_for("staff.account"), 303)


@bp.post("/account/sessions/<int:session_id>/end", endpoint="end_my_session")
@staff("look")
def end_session(session_id: int) -> ResponseReturnValue:
    people.end_session(session_id, staff_id=current_user.staff_id)
    flash(_("You are signed out there."), "success")
    return redirect(url_for("staff.account"), 303)


@bp.get("/account/second-factor", endpoint="second_factor")
@staff("look")
def second_factor_page() -> ResponseReturnValue:
    return redirect(url_for("staff.account")) if current_user.has_second_factor else _second_factor()


@bp.post("/account/second-factor", endpoint="prepare_second_factor")
@staff("look", recent=True)
def prepare() -> ResponseReturnValue:
    if not current_user.has_second_factor:
        second_factor.prepare(current_user.staff_id)
    return redirect(url_for("staff.second_factor"), 303)


@bp.post("/account/second-factor/first-code", endpoint="turn_on_second_factor")
@staff("look", recent=True)
def turn_on() -> ResponseReturnValue:
    if current_user.has_second_factor:  # the form was sent twice
        return redirect(url_for("staff.account"), 303)
    if seconds_to_wait(FIRST_CODES, "first-code", str(current_user.staff_id)):
        return _second_factor(_("Too many tries. Wait a quarter of an hour.")), 429
    codes = second_factor.turn_on(current_user.staff_id, request.form.get("code", ""))
    if codes is None:
        return _second_factor(_("This code is not right. Wait for the next one, and check the phone’s clock.")), 422
    return _codes(codes)


@bp.post("/account/second-factor/removal", endpoint="turn_off_second_factor")
@staff("look", recent=True)
def turn_off() -> ResponseReturnValue:
    second_factor.turn_off(current_user.staff_id)
    flash(_("The second factor is off. You sign in with your password alone."), "success")
    return redirect(url_for("staff.account"), 303)


@bp.post("/account/recovery-codes", endpoint="renew_recovery_codes")
@staff("look", recent=True)
def renew_codes() -> ResponseReturnValue:
    return _codes(second_factor.renew_codes(current_user.staff_id))


def _codes(codes: list[str]) -> str:
    """Once, on this page: the shop keeps only their hashes."""
    return render_template("admin/people/recovery_codes.html", codes=codes)


def _page(form: NewPasswordForm) -> str:
    return render_template(
        "admin/people/account.html",
        form=form,
        least=accounts.SHORTEST_PASSWORD,
        codes_left=second_factor.codes_left(current_user.staff_id),
        sessions=queries.sessions(current_user.staff_id),
        device=device,
        end_address=lambda session_id: url_for("staff.end_my_session", session_id=session_id),
    )


def _second_factor(error: str = "") -> str:
    person = queries.member(current_user.staff_id)
    assert person is not None
    side, path, secret = 0, "", person.totp_secret or ""
    if secret:
        side, path = qr.path(totp.address(secret, account=person.email[:60], issuer=g.store.name[:40]))
    return render_template("admin/people/second_factor.html", error=error, secret=secret, side=side, path=path)
