"""A second factor for staff: codes of an authenticator app, and ten recovery codes for who has lost it."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import delete, func, select, update

from shop.accounts import totp
from shop.accounts.models import RecoveryCode, Staff
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict
from shop.core.i18n import _

RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without those that look alike
CODE_LENGTH = 10  # 49 bits each


def prepare(staff_id: int) -> str:
    """The secret to give to an app; the same until it is on. Raises Conflict when it is."""
    with transaction():
        staff = _locked(staff_id)
        if staff.totp_since is not None:
            raise Conflict(_("Your second factor is on already."))
        staff.totp_secret = staff.totp_secret or totp.new_secret()
        return staff.totp_secret


def turn_on(staff_id: int, code: str) -> list[str] | None:
    """Turns it on with a first code from the app. Returns the recovery codes, which are never shown again, or None
    when the code is wrong."""
    with transaction():
        staff = _locked(staff_id)
        step = _step(staff, code)
        if step is None:
            return None
        staff.totp_since, staff.totp_step = now(), step
        return _new_codes(staff_id)


def turn_off(staff_id: int) -> None:
    """Off, with its secret and codes forgotten."""
    with transaction():
        staff = _locked(staff_id)
        staff.totp_secret = staff.totp_since = None
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))


def renew_codes(staff_id: int) -> list[str]:
    """Ten new recovery codes; those before are worth nothing any more."""
    with transaction():
        _locked(staff_id)
        return _new_codes(staff_id)


def codes_left(staff_id: int) -> int:
    unused = select(func.count()).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def accept(staff_id: int, typed: str) -> bool:
    """Whether `typed` is a code of the app or a recovery code that nobody has used before. It is used now.

    No code is right of who has been shut out, or has none.
    """
    typed = "".join(typed.split()).replace("-", "").lower()
    with transaction():
        staff = _locked(staff_id)
        if staff.totp_since is None or staff.disabled_at is not None:
            return False
        step = _step(staff, typed)
        if step is not None:
            staff.totp_step = step
            return True
        used = (
            update(RecoveryCode)
            .where(
                RecoveryCode.staff_id == staff_id,
                RecoveryCode.code_hash == _hash(typed),
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=now())
            .returning(RecoveryCode.id)
        )
        return db.session.execute(used).first() is not None


def _locked(staff_id: int) -> Staff:
    return db.session.get_one(Staff, staff_id, with_for_update=True, populate_existing=True)


def _step(staff: Staff, code: str) -> int | None:
    """Of a code that is right and newer than the last one taken: whoever looks over a shoulder comes too late."""
    if staff.totp_secret is None:
        return None
    step = totp.step_of(staff.totp_secret, "".join(code.split()), moment=now())
    return step if step is not None and step > staff.totp_step else None


def _new_codes(staff_id: int) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(staff_id=staff_id, code_hash=_hash(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _hash(code: str) -> str:
    """Without salt or delay: a random code of 49 bits, tried five times in a quarter of an hour, is not found."""
    return hashlib.sha256(code.encode()).hexdigest()
