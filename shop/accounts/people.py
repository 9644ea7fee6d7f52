"""The staff: asked to join, given rights, shut out and let in again. The shop always keeps an owner."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ColumnElement, func, select, update

from shop.accounts.models import Invitation, Role, Staff, StaffSession
from shop.accounts.services import check_email, check_length, end_invitations, hashed
from shop.audit import Action, record
from shop.core import mail, store
from shop.core.clock import now
from shop.core.db import db, take_turns, transaction
from shop.core.errors import Conflict, NotFound
from shop.core.i18n import DEFAULT_LANGUAGE, _, shop_address
from shop.core.mail import Letter
from shop.core.typed import tidy_email

INVITATION_LASTS = timedelta(days=4)


class LastOwner(Conflict):
    code = "last_owner"


def invite(*, email: str, name: str, role: Role, by: str) -> int:
    """Sends somebody a link to set a password; returns the invitation's id. One that they had before ends.

    Raises as `check_email` does.
    """
    email, moment = tidy_email(email), now()
    with transaction():
        check_email(email)
        end_invitations(Invitation.email == email)
        made = Invitation(
            email=email, name=name.strip(), role=role, by=by, created_at=moment, expires_at=moment + INVITATION_LASTS
        )
        db.session.add(made)
        db.session.flush()
        mail.queue("staff_invitation", ref=f"invitation:{made.id}", invitation_id=made.id)
        return made.id


def take_back_invitation(invitation_id: int) -> None:
    """Its link ends. A second time changes nothing."""
    with transaction():
        end_invitations(Invitation.id == invitation_id)


def invited_by(token: str) -> Invitation | None:
    """The invitation that a link was made for, while it can be taken up."""
    try:
        invitation_id = _signer().loads(token)
    except BadSignature:
        return None
    found = select(Invitation).where(
        Invitation.id == invitation_id, Invitation.ended_at.is_(None), Invitation.expires_at > now()
    )
    return db.session.scalar(found)


def join(token: str, *, name: str, password: str) -> Staff:
    """Takes up an invitation, once. Raises NotFound when it cannot be any more, also because somebody has its address
    by now, and Invalid for a short password."""
    check_length(password)
    secret, ended = hashed(password), NotFound(_("This invitation has ended. Ask for another one."))
    with transaction():
        invitation = invited_by(token)
        if invitation is None:
            raise ended
        try:
            check_email(invitation.email)
        except Conflict:
            raise ended from None
        db.session.refresh(invitation, with_for_update=True)
        if invitation.ended_at is not None:
            raise ended
        staff = Staff(
            email=invitation.email,
            name=name.strip() or invitation.name,
            password_hash=secret,
            role=invitation.role,
            created_at=now(),
        )
        db.session.add(staff)
        db.session.flush()
        invitation.ended_at, invitation.staff_id = now(), staff.id
        return staff


def letter(invitation_id: int) -> Letter | None:
    """The mail with the link; None once the invitation has ended."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.ended_at is not None or invitation.expires_at <= now():
        return None
    return Letter(
        invitation.email,
        DEFAULT_LANGUAGE,
        {
            "invitation": invitation,
            "by": invitation.by.partition(" ")[2] or store.get().name,
            "join_url": f"{shop_address(DEFAULT_LANGUAGE)}/admin/join/{link_token(invitation_id)}",
        },
    )


def link_token(invitation_id: int) -> str:
    return _signer().dumps(invitation_id)


def change_role(staff_id: int, role: Role) -> None:
    """Raises LastOwner rather than leave the shop without one."""
    with transaction():
        staff = _locked(staff_id)
        if role is not Role.OWNER:
            _keep_an_owner(staff)
        staff.role = role


def rename(staff_id: int, name: str) -> None:
    with transaction():
        _locked(staff_id).name = name.strip()


def disable(staff_id: int) -> None:
    """Nobody signs in as them any more, and where they are signed in they are not. Raises LastOwner."""
    with transaction():
        staff = _locked(staff_id)
        if staff.disabled_at is None:
            _keep_an_owner(staff)
            staff.disabled_at = now()
        _end_sessions(StaffSession.staff_id == staff_id)


def enable(staff_id: int) -> None:
    with transaction():
        _locked(staff_id).disabled_at = None


def change_password(staff_id: int, password: str, *, but_session: int | None = None) -> None:
    """Everywhere else they are signed out: whoever knew the old one is out too. Raises Invalid for a short one."""
    check_length(password)
    secret = hashed(password)
    with transaction():
        _locked(staff_id).password_hash = secret
        record("staff", staff_id, Action.CHANGED, before=None, after={})  # that it was, and nothing of what it was
        _end_sessions(StaffSession.staff_id == staff_id, StaffSession.id != but_session)


def end_session(session_id: int, *, staff_id: int) -> None:
    """Signs a member of the staff out of one browser. One that is not theirs, or has ended, stays as it is."""
    with transaction():
        _end_sessions(StaffSession.id == session_id, StaffSession.staff_id == staff_id)


def end_all_sessions() -> None:
    """Everybody signs in anew."""
    with transaction():
        _end_sessions()


def _locked(staff_id: int) -> Staff:
    """One at a time, whoever it is, so that two owners who shut out each other do not both succeed."""
    take_turns("staff")
    staff = db.session.get(Staff, staff_id, with_for_update=True, populate_existing=True)
    if staff is None:
        raise NotFound(_("There is nobody like that on the staff."))
    return staff


def _keep_an_owner(staff: Staff) -> None:
    others = select(func.count()).where(Staff.role == Role.OWNER, Staff.disabled_at.is_(None), Staff.id != staff.id)
    if staff.role == Role.OWNER and staff.disabled_at is None and not db.session.scalar(others):
        raise LastOwner(_("%(name)s is the only owner. Make somebody else an owner first.", name=staff.name))


def _end_sessions(*where: ColumnElement[bool]) -> None:
    ended = update(StaffSession).where(*where, StaffSession.revoked_at.is_(None)).values(revoked_at=now())
    db.session.execute(ended)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="staff-invitation")
