"""the outbox's deliveries wait in queues, and are given up in the end; its indexes are partial on SQLite too"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

FRESH = sa.text("expanded_at IS NULL")
UNDONE = sa.text("done_at IS NULL")
WAITING = sa.text("done_at IS NULL AND dead_at IS NULL")
CLAIMED = sa.text("claimed_until IS NOT NULL")
DEAD = sa.text("dead_at IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_outbox_messages_waiting", "outbox_messages")
    _index("ix_outbox_messages_waiting", "outbox_messages", ["topic", "id"], FRESH)
    op.drop_index("ix_outbox_deliveries_due", "outbox_deliveries")
    with op.batch_alter_table("outbox_deliveries") as batch_op:
        batch_op.add_column(sa.Column("queue", sa.String(length=16), nullable=False, server_default="rest"))
        batch_op.add_column(sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE outbox_deliveries SET queue = 'orders' WHERE subscriber LIKE 'payments.%'")
    op.execute("UPDATE outbox_deliveries SET queue = 'mails' WHERE subscriber LIKE 'email.%'")
    with op.batch_alter_table("outbox_deliveries") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_outbox_deliveries_queue_is_known"), "queue IN ('orders', 'mails', 'rest', 'bulk')"
        )
        batch_op.create_check_constraint(
            op.f("ck_outbox_deliveries_is_done_or_dead"), "done_at IS NULL OR dead_at IS NULL"
        )
    _index("ix_outbox_deliveries_due", "outbox_deliveries", ["queue", "due_at", "id"], WAITING)
    _index("ix_outbox_deliveries_claimed", "outbox_deliveries", ["queue", "claimed_until"], CLAIMED)
    _index("ix_outbox_deliveries_dead", "outbox_deliveries", ["dead_at"], DEAD)


def downgrade() -> None:
    for name in ("due", "claimed", "dead"):
        op.drop_index(f"ix_outbox_deliveries_{name}", "outbox_deliveries")
    with op.batch_alter_table("outbox_deliveries") as batch_op:
        for name in ("queue_is_known", "is_done_or_dead"):
            batch_op.drop_constraint(op.f(f"ck_outbox_deliveries_{name}"), type_="check")
        batch_op.drop_column("queue")
        batch_op.drop_column("dead_at")
    op.create_index("ix_outbox_deliveries_due", "outbox_deliveries", ["due_at"], postgresql_where=UNDONE)
    op.drop_index("ix_outbox_messages_waiting", "outbox_messages")
    op.create_index("ix_outbox_messages_waiting", "outbox_messages", ["id"], postgresql_where=FRESH)


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)
