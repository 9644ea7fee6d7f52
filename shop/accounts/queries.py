from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from shop.accounts.models import Invitation, Staff, StaffSession
from shop.core.clock import now
from shop.core.db import db


def staff() -> Sequence[Staff]:
    """Everybody, those who may sign in first, by name."""
    return db.session.scalars(select(Staff).order_by(Staff.disabled_at.is_not(None), func.lower(Staff.name))).all()


def member(staff_id: int) -> Staff | None:
    return db.session.get(Staff, staff_id)


def last_seen() -> dict[int, object]:
    """By staff member, of those sessions that have not ended."""
    rows = db.session.execute(
        select(StaffSession.staff_id, func.max(StaffSession.seen_at))
        .where(StaffSession.expires_at > now(), StaffSession.revoked_at.is_(None))
        .group_by(StaffSession.staff_id)
    )
    return {staff_id: seen for staff_id, seen in rows}


def sessions(staff_id: int) -> Sequence[StaffSession]:
    """Where somebody is signed in now, the newest first."""
    open_ones = (StaffSession.staff_id == staff_id, StaffSession.revoked_at.is_(None), StaffSession.expires_at > now())
    return db.session.scalars(select(StaffSession).where(*open_ones).order_by(StaffSession.seen_at.desc())).all()


def open_invitations() -> Sequence[Invitation]:
    """Those that can be taken up, and those that ran out unanswered, the newest first."""
    found = select(Invitation).where(Invitation.ended_at.is_(None)).order_by(Invitation.id.desc())
    return db.session.scalars(found).all()
