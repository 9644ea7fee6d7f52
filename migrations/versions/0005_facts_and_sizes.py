"""facts and sizes: what a product's page lists, and the measures its sizes are drawn from"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("products") as batch_op:
        batch_op.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("products") as batch_op:  # SQLite copies the rows between the two
        batch_op.alter_column("facts", existing_type=sa.JSON(), server_default=None)
    with op.batch_alter_table("option_values") as batch_op:
        batch_op.add_column(sa.Column("width_mm", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("height_mm", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_option_values_has_both_measures_or_none"), MEASURES)


def downgrade() -> None:
    with op.batch_alter_table("option_values") as batch_op:
        batch_op.drop_constraint(op.f("ck_option_values_has_both_measures_or_none"), type_="check")
        batch_op.drop_column("width_mm")
        batch_op.drop_column("height_mm")
    with op.batch_alter_table("products") as batch_op:
        batch_op.drop_column("facts")


MEASURES = "(width_mm IS NULL AND height_mm IS NULL) OR (width_mm > 0 AND height_mm > 0)"
