from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, select, update

from shop.accounts.models import Invitation, Role, Staff, StaffSession
from shop.core.clock import now
from shop.core.db import db, take_turns, transaction
from shop.core.errors import Conflict, Invalid, NotFound
from shop.core.i18n import _
from shop.core.typed import tidy_email

SHORTEST_PASSWORD = 10

_hasher = PasswordHasher()  # Argon2id with the RFC 9106 low-memory parameters
# Verified when nobody has the email address, so that the answer takes as long as for somebody who does. All bits
# are zero, which no password is known to lead to; to hash one here would cost every command a fifth of a second.
_NOBODY = "$argon2id$v=19$m={},t={},p={}${}${}".format(
    _hasher.memory_cost, _hasher.time_cost, _hasher.parallelism, "A" * 22, "A" * 43
)


def create_staff(*, email: str, name: str, password: str, role: Role) -> Staff:
    """Ends an invitation that they have. Raises as `check_email` does, and Invalid for a short password."""
    email = tidy_email(email)
    check_length(password)
    with transaction():
        check_email(email)
        end_invitations(Invitation.email == email)
        staff = Staff(email=email, name=name.strip(), password_hash=hashed(password), role=role, created_at=now())
        db.session.add(staff)
        db.session.flush()
        return staff


def check_email(email: str) -> None:
    """Raises Invalid for what is no address, Conflict when somebody of the staff has it. Until the open transaction
    ends, nobody else is given it."""
    if "@" not in email:
        raise Invalid(_("%(email)s is not an email address.", email=email))
    take_turns(f"staff:{email}")
    if db.session.scalar(select(Staff.id).where(Staff.email == email)):
        raise Conflict(_("There is somebody with the address %(email)s already.", email=email))


def end_invitations(*where: ColumnElement[bool]) -> None:
    db.session.execute(update(Invitation).where(*where, Invitation.ended_at.is_(None)).values(ended_at=now()))


def check_length(password: str) -> None:
    """Raises Invalid for a short one."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(_("A password needs at least %(least)s characters.", least=SHORTEST_PASSWORD))


def hashed(password: str) -> str:
    return _hasher.hash(password)


def id_of(email: str) -> int:
    """Raises NotFound when nobody of the staff has this address."""
    staff_id = db.session.scalar(select(Staff.id).where(Staff.email == tidy_email(email)))
    if staff_id is None:
        raise NotFound(_("Nobody on the staff has the address %(email)s.", email=email))
    return staff_id


def check_password(email: str, password: str) -> int | None:
    """The id of the staff member with this address and password, or None."""
    staff = db.session.scalar(select(Staff).where(Staff.email == tidy_email(email), Staff.disabled_at.is_(None)))
    try:
        _hasher.verify(staff.password_hash if staff else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    if staff is None:
        return None
    if _hasher.check_needs_rehash(staff.password_hash):
        staff_id = staff.id
        with transaction():
            db.session.get_one(Staff, staff_id).password_hash = _hasher.hash(password)
        return staff_id
    return staff.id


def has_second_factor(staff_id: int) -> bool:
    return db.session.scalar(select(Staff.totp_since).where(Staff.id == staff_id)) is not None


def open_session(staff_id: int, *, secret_hash: str, expires_at: datetime, user_agent: str) -> None:
    moment = now()
    with transaction():
        db.session.add(
            StaffSession(
                staff_id=staff_id,
                secret_hash=secret_hash,
                created_at=moment,
                seen_at=moment,
                confirmed_at=moment,
                expires_at=expires_at,
                user_agent=user_agent[:255],
            )
        )


def close_session(secret_hash: str) -> None:
    with transaction():
        db.session.execute(
            update(StaffSession)
            .where(StaffSession.secret_hash == secret_hash, StaffSession.revoked_at.is_(None))
            .values(revoked_at=now())
        )


def note_seen(session_id: int) -> None:
    with transaction():
        db.session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now()))


def note_confirmed(session_id: int) -> None:
    """Whoever uses this session has shown again who they are."""
    with transaction():
        db.session.execute(update(StaffSession).where(StaffSession.id == session_id).values(confirmed_at=now()))
