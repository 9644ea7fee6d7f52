"""categories: none is its own parent"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHECK = "ck_categories_is_not_below_itself"


def upgrade() -> None:
    with op.batch_alter_table("categories") as batch_op:
        batch_op.create_check_constraint(op.f(CHECK), "parent_id <> id")


def downgrade() -> None:
    with op.batch_alter_table("categories") as batch_op:
        batch_op.drop_constraint(op.f(CHECK), type_="check")
