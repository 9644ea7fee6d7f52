from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from shop.core.db import Code, Id, Line, Model


class Action(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"


class AuditEntry(Model):
    """Somebody of the staff changed a row. Triggers refuse to change or delete one, on both databases.

    `before` and `after` hold the columns that changed, as JSON has them: moments in ISO 8601, decimals as text. Of a
    created row there is only an after, of a deleted one only a before. Secrets are in neither.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("action IN ('created', 'changed', 'deleted')", name="action_is_known"),
        Index("ix_audit_entries_at", "at"),
        Index("ix_audit_entries_actor", "actor", "at"),
        Index("ix_audit_entries_what", "what", "at"),
        Index("ix_audit_entries_actor_what", "actor", "what", "at"),
        Index("ix_audit_entries_about", "about", "at"),
        Index("ix_audit_entries_ref", "ref", "at"),
        Index("ix_audit_entries_label", "label", "at"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    actor: Mapped[Code]  # staff:7, cli
    who: Mapped[Line]  # the whole signature, as they were called then: staff:7 Carol
    request_id: Mapped[Code]  # what belongs to one click; empty for commands
    what: Mapped[Code]  # the table
    row_id: Mapped[Code]  # its primary key; with several columns, joined by commas
    about: Mapped[Code]  # the thing it is a part of, as table:id; a row of an order's line is about orders:12
    ref: Mapped[Line]  # that thing as people call it: an order's number, a product's name
    label: Mapped[Line]  # the row itself as people call it: a variant's SKU; empty where nobody calls it anything
    action: Mapped[Code]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
