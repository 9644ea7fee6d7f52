"""what the engine room shows: what webhooks did, who is alive, mails by state and address, jobs by state"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

DEAD = sa.text("status = 'dead'")
UNHANDLED = sa.text("handled_at IS NULL")
FAILED = sa.text("handled_at IS NULL AND error <> ''")


def upgrade() -> None:
    op.create_table(
        "pulses",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("does", sa.String(length=255), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pulses")),
    )
    with op.batch_alter_table("webhook_events") as batch_op:
        batch_op.add_column(sa.Column("error", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_webhook_events_payment_id", "webhook_events")
    op.create_index("ix_webhook_events_payment_id", "webhook_events", ["payment_id", "id"])
    for name, condition in (("unhandled", UNHANDLED), ("failed", FAILED)):
        op.create_index(
            f"ix_webhook_events_{name}",
            "webhook_events",
            ["id"],
            postgresql_where=condition,
            sqlite_where=condition,
        )
    op.drop_index("ix_mails_dead", "mails")
    op.create_index("ix_mails_status_id", "mails", ["status", "id"])
    op.create_index("ix_mails_to_address", "mails", ["to_address", "id"])
    op.drop_index("ix_jobs_state", "jobs")
    op.create_index("ix_jobs_state", "jobs", ["state", "id"])


def downgrade() -> None:
    op.drop_index("ix_jobs_state", "jobs")
    op.create_index("ix_jobs_state", "jobs", ["state", "finished_at"])
    op.drop_index("ix_mails_to_address", "mails")
    op.drop_index("ix_mails_status_id", "mails")
    op.create_index("ix_mails_dead", "mails", ["id"], postgresql_where=DEAD, sqlite_where=DEAD)
    op.drop_index("ix_webhook_events_failed", "webhook_events")
    op.drop_index("ix_webhook_events_unhandled", "webhook_events")
    op.drop_index("ix_webhook_events_payment_id", "webhook_events")
    with op.batch_alter_table("webhook_events") as batch_op:
        for name in ("error", "failed_at"):
            batch_op.drop_column(name)
    op.create_index("ix_webhook_events_payment_id", "webhook_events", ["payment_id"])
    op.drop_table("pulses")
