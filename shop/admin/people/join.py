"""Where an invitation's link leads: a name, a password, and in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from shop.accounts import people, sessions
from shop.accounts.models import Invitation
from shop.accounts.services import SHORTEST_PASSWORD
from shop.admin.blueprint import bp
from shop.admin.people.forms import JoinForm
from shop.core.i18n import _
from shop.core.limits import limiter
from shop.core.web import private

BY_NETWORK = "20 per minute"


@bp.get("/join/<token>", endpoint="join")
@private
@limiter.limit(BY_NETWORK)
def join(token: str) -> ResponseReturnValue:
    invitation = people.invited_by(token)
    if invitation is None:
        return render_template("admin/people/invitation_ended.html"), 410
    return _page(invitation, token, JoinForm(data={"name": invitation.name}))


@bp.post("/join/<token>", endpoint="take_up_invitation")
@private
@limiter.limit(BY_NETWORK)
def take_up(token: str) -> ResponseReturnValue:
    invitation = people.invited_by(token)
    if invitation is None:
        return render_template("admin/people/invitation_ended.html"), 410
    form = JoinForm(request.form)
    if not form.validate():
        return _page(invitation, token, form), 422
    person = people.join(token, name=form.name.data, password=form.password.data)
    session.clear()
    sessions.sign_in(person.id)
    flash(_("Welcome, %(name)s. You are signed in.", name=form.name.data), "success")
    return redirect(url_for("staff.start"), 303)


def _page(invitation: Invitation, token: str, form: JoinForm) -> str:
    return render_template(
        "admin/people/join.html", invitation=invitation, token=token, form=form, least=SHORTEST_PASSWORD
    )
