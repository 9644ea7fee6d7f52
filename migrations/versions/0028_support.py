"""support: who answers shoppers"""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BEFORE = "role IN ('owner', 'manager', 'packer', 'viewer')"
NOW = "role IN ('owner', 'manager', 'support', 'packer', 'viewer')"


def upgrade() -> None:
    _roles(NOW)


def downgrade() -> None:
    op.execute("UPDATE staff SET role = 'viewer' WHERE role = 'support'")
    _roles(BEFORE)


def _roles(known: str) -> None:
    with op.batch_alter_table("staff") as batch_op:
        batch_op.drop_constraint(op.f("ck_staff_role_is_known"), type_="check")
        batch_op.create_check_constraint("role_is_known", known)
