"""Who is signed in. The cookie holds a secret, the database its hash, so that a sign-in can be ended from here."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import Flask, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import select

from shop.accounts import services
from shop.accounts.models import MAY, Role, Staff, StaffSession
from shop.core.acting import acting
from shop.core.clock import now
from shop.core.db import db

LASTS = timedelta(hours=12)
RECENT = timedelta(minutes=15)  # after signing in or confirming it, nobody is asked again
SEEN_EVERY = timedelta(minutes=5)  # a session notes that it is used


class SignedIn(UserMixin):
    """A staff member as this request knows them."""

    def __init__(self, staff: Staff, session: StaffSession, secret: str) -> None:
        self.session_id = session.id
        self.seen_at = session.seen_at
        self.confirmed_at = session.confirmed_at
        self.has_second_factor = staff.totp_since is not None
        self.staff_id = staff.id
        self.name = staff.name
        self.email = staff.email
        self.role = Role(staff.role)
        self.secret = secret

    def get_id(self) -> str:
        return self.secret

    @property
    def rights(self) -> frozenset[str]:
        return MAY[self.role]

    def may(self, right: str) -> bool:
        return right in self.rights

    @property
    def is_recent(self) -> bool:
        """Whether they have shown a short while ago that it is them."""
        return now() - self.confirmed_at < RECENT

    @property
    def signature(self) -> str:
        """As histories name them."""
        return signature(self.staff_id, self.name)


def signature(staff_id: int, name: str) -> str:
    return f"staff:{staff_id} {name}"


def init(app: Flask) -> None:
    manager = LoginManager(app, add_context_processor=False)  # which reads it for pages that do not ask, too
    app.context_processor(lambda: {"current_user": current_user})
    manager.session_protection = None  # the session is a row; a changed address does not end it
    manager.user_loader(_load)


def sign_in(staff_id: int) -> None:
    secret = secrets.token_urlsafe(32)
    with acting(signature(staff_id, db.session.get_one(Staff, staff_id).name)):
        services.open_session(
            staff_id,
            secret_hash=_hash(secret),
            expires_at=now() + LASTS,
            user_agent=request.user_agent.string,
        )
    login_user(_find(secret))


def sign_out(secret: str) -> None:
    services.close_session(_hash(secret))
    logout_user()


def _load(secret: str) -> SignedIn | None:
    found = _find(secret)
    if found is not None and now() - found.seen_at > SEEN_EVERY:
        services.note_seen(found.session_id)
    return found


def _find(secret: str) -> SignedIn | None:
    row = db.session.execute(
        select(Staff, StaffSession)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(
            StaffSession.secret_hash == _hash(secret),
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > now(),
            Staff.disabled_at.is_(None),
        )
    ).one_or_none()
    return SignedIn(row[0], row[1], secret) if row else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
