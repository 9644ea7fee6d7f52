"""who was away when a delivery was last tried, so that it is woken when they answer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WAITS = sa.text("waits_for IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("outbox_deliveries") as batch_op:
        batch_op.add_column(sa.Column("waits_for", sa.String(length=16), nullable=True))
        batch_op.create_index(
            "ix_outbox_deliveries_waits_for", ["waits_for", "due_at"], postgresql_where=WAITS, sqlite_where=WAITS
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox_deliveries") as batch_op:
        batch_op.drop_index("ix_outbox_deliveries_waits_for")
        batch_op.drop_column("waits_for")
