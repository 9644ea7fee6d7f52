"""The staff: who there is, what they may, where they are signed in; inviting, shutting out, letting in again."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from shop.accounts import people, queries, second_factor
from shop.accounts.models import Role, Staff
from shop.admin.blueprint import bp
from shop.admin.people.devices import device
from shop.admin.people.forms import InvitationForm, MemberForm
from shop.core import store
from shop.core.clock import now
from shop.core.errors import Conflict
from shop.core.i18n import _
from shop.core.web import not_found, staff


@bp.get("/people", endpoint="people")
@staff("staff", recent=True)
def listed() -> ResponseReturnValue:
    return _list(InvitationForm())


@bp.post("/people/invitations", endpoint="invite")
@staff("staff", recent=True)
def invite() -> ResponseReturnValue:
    form = InvitationForm(request.form)
    if not form.validate():
        return _list(form), 422
    try:
        people.invite(email=form.email.data, name=form.name.data, role=Role(form.role.data), by=current_user.signature)
    except Conflict as error:
        form.email.errors = [error.message]
        return _list(form), 422
    flash(_("An invitation is on its way to %(email)s.", email=form.email.data), "success")
    return redirect(url_for("staff.people"), 303)


@bp.post("/people/invitations/<int:invitation_id>/removal", endpoint="take_back_invitation")
@staff("staff", recent=True)
def take_back_invitation(invitation_id: int) -> ResponseReturnValue:
    people.take_back_invitation(invitation_id)
    flash(_("The invitation is taken back; its link does nothing any more."), "success")
    return redirect(url_for("staff.people"), 303)


@bp.post("/people/second-factor", endpoint="require_second_factor")
@staff("staff", recent=True)
def require_second_factor() -> ResponseReturnValue:
    required = request.form.get("required") == "on"
    store.save(replace(g.store, second_factor_required=required))
    if required:
        flash(_("From now on everybody sets up a second factor before anything else."), "success")
    else:
        flash(_("A second factor is everybody’s own choice now. Those that are set up stay on."), "success")
    return redirect(url_for("staff.people"), 303)


@bp.get("/people/<int:staff_id>", endpoint="member")
@staff("staff", recent=True)
def member(staff_id: int) -> ResponseReturnValue:
    person = _member(staff_id)
    return _page(person, MemberForm(data={"name": person.name, "role": person.role}))


@bp.post("/people/<int:staff_id>", endpoint="edit_member")
@staff("staff", recent=True)
def edit_member(staff_id: int) -> ResponseReturnValue:
    person = _member(staff_id)
    form = MemberForm(request.form)
    if not form.validate():
        return _page(person, form), 422
    try:
        people.change_role(staff_id, Role(form.role.data))
    except people.LastOwner as error:
        form.role.errors = [error.message]
        return _page(_member(staff_id), form), 422
    people.rename(staff_id, form.name.data)
    flash(_("Saved: %(name)s.", name=form.name.data), "success")
    return redirect(url_for("staff.member", staff_id=staff_id), 303)


@bp.post("/people/<int:staff_id>/disabling", endpoint="disable_member")
@staff("staff", recent=True)
def disable(staff_id: int) -> ResponseReturnValue:
    name = _member(staff_id).name
    try:
        people.disable(staff_id)
    except people.LastOwner as error:
        flash(error.message, "error")
    else:
        flash(_("%(name)s is signed out everywhere and cannot sign in any more.", name=name), "success")
    return redirect(url_for("staff.member", staff_id=staff_id), 303)


@bp.post("/people/<int:staff_id>/enabling", endpoint="enable_member")
@staff("staff", recent=True)
def enable(staff_id: int) -> ResponseReturnValue:
    name = _member(staff_id).name
    people.enable(staff_id)
    flash(_("%(name)s can sign in again.", name=name), "success")
    return redirect(url_for("staff.member", staff_id=staff_id), 303)


@bp.post("/people/<int:staff_id>/sessions/<int:session_id>/end", endpoint="end_their_session")
@staff("staff", recent=True)
def end_session(staff_id: int, session_id: int) -> ResponseReturnValue:
    people.end_session(session_id, staff_id=staff_id)
    flash(_("%(name)s is signed out there.", name=_member(staff_id).name), "success")
    return redirect(url_for("staff.member", staff_id=staff_id), 303)


@bp.post("/people/<int:staff_id>/second-factor/removal", endpoint="reset_their_second_factor")
@staff("staff", recent=True)
def reset_second_factor(staff_id: int) -> ResponseReturnValue:
    name = _member(staff_id).name
    second_factor.turn_off(staff_id)
    flash(_("%(name)s signs in with the password alone, until they set up a new second factor.", name=name), "success")
    return redirect(url_for("staff.member", staff_id=staff_id), 303)


def _member(staff_id: int) -> Staff:
    found = queries.member(staff_id)
    if found is None:
        not_found()
    return found


def _list(form: InvitationForm) -> str:
    return render_template(
        "admin/people/staff.html",
        people=queries.staff(),
        seen=queries.last_seen(),
        invitations=queries.open_invitations(),
        form=form,
        moment_now=now(),
    )


def _page(person: Staff, form: MemberForm) -> str:
    return render_template(
        "admin/people/member.html",
        person=person,
        form=form,
        sessions=queries.sessions(person.id),
        device=device,
        end_address=lambda session_id: url_for("staff.end_their_session", staff_id=person.id, session_id=session_id),
    )
