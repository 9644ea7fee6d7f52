from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.core.db import Code, Id, Line, Model


class Role(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"
    SUPPORT = "support"
    PACKER = "packer"
    VIEWER = "viewer"


# Rights. A page asks for one of them; a field that not all may see asks for one too.
RIGHTS = (
    "look",  # orders and goods, to read; everyone on the staff may
    "pack",  # shipments, packing slips, goods that come back, stock counts
    "orders",  # everything else about orders but their money: notes, addresses, holds, returns, drafts, mails
    "refund",  # money that goes back, by refund or by cancelling what is paid
    "customers",  # who they are and how to reach them
    "catalog",  # goods, prices, pictures, collections, reviews, texts
    "figures",  # what the shop takes
    "engine",  # jobs, mails, webhooks, backups: what runs behind the counter
    "staff",  # people, their rights, and who changed what
)
MAY: dict[Role, frozenset[str]] = {
    Role.OWNER: frozenset(RIGHTS),
    Role.MANAGER: frozenset(RIGHTS) - {"staff"},
    Role.SUPPORT: frozenset({"look", "orders", "refund", "customers"}),
    Role.PACKER: frozenset({"look", "pack"}),
    Role.VIEWER: frozenset({"look", "figures"}),
}


class Staff(Model):
    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("role IN ('owner', 'manager', 'support', 'packer', 'viewer')", name="role_is_known"),
    )

    id: Mapped[Id]
    email: Mapped[Line] = mapped_column(unique=True)
    name: Mapped[Line]
    password_hash: Mapped[Line]
    role: Mapped[Code]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    # The second factor (RFC 6238): it is on once a code of the secret's has been typed.
    totp_secret: Mapped[Code | None]  # base32
    totp_since: Mapped[datetime | None]
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)  # of the newest code taken: none is taken twice


class RecoveryCode(Model):
    """Signs in once in place of a code, for who has lost the phone."""

    __tablename__ = "staff_recovery_codes"
    __table_args__ = (UniqueConstraint("staff_id", "code_hash"),)

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    code_hash: Mapped[Code]
    used_at: Mapped[datetime | None]


class Invitation(Model):
    """Somebody is asked to join the staff. The link in the mail is signed, and made from this row when it is sent."""

    __tablename__ = "staff_invitations"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("role IN ('owner', 'manager', 'support', 'packer', 'viewer')", name="role_is_known"),
        Index(
            "uq_staff_invitations_open",
            "email",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    email: Mapped[Line]
    name: Mapped[Line]
    role: Mapped[Code]
    by: Mapped[Line]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # taken up, taken back, or followed by another
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))  # who came of it


class StaffSession(Model):
    """One sign-in. Only a hash of the cookie's secret is kept."""

    __tablename__ = "staff_sessions"

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[Code] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[Line] = mapped_column(default="")
    seen_at: Mapped[datetime]  # within some minutes
    confirmed_at: Mapped[datetime]  # when they last showed that it is them

    staff: Mapped[Staff] = relationship(lazy="raise_on_sql")


class Customer(Model):
    __tablename__ = "customers"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower_case"),)

    id: Mapped[Id]
    email: Mapped[Line] = mapped_column(unique=True)
    name: Mapped[Line] = mapped_column(default="")
    password_hash: Mapped[Line | None]
    language: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]


class Consent(Model):
    """Somebody agreed to something: which text, when, and when they took it back."""

    __tablename__ = "consents"

    id: Mapped[Id]
    email: Mapped[Line] = mapped_column(index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"), index=True)
    purpose: Mapped[Code]
    text_version: Mapped[Code]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
