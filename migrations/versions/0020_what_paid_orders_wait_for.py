"""what paid orders wait for: since when a hold is owed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("stock_holds") as batch_op:
        batch_op.add_column(sa.Column("owed_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("stock_holds") as batch_op:
        batch_op.drop_column("owed_since")
