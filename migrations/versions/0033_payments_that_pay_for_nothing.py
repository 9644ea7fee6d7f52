"""payments that came late or twice, and so pay for nothing"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("payments") as batch_op:
        batch_op.add_column(sa.Column("surplus", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE payments SET surplus = TRUE WHERE id IN "
        "(SELECT payment_id FROM refunds WHERE form_token LIKE 'auto-%' AND \"by\" = 'shop')"
    )
    with op.batch_alter_table("payments") as batch_op:
        batch_op.alter_column("surplus", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("payments") as batch_op:
        batch_op.drop_column("surplus")
