"""people: invitations, second factors, and sessions that say when they were seen and confirmed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("staff") as batch_op:
        batch_op.add_column(sa.Column("totp_secret", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("totp_since", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("staff_sessions") as batch_op:
        batch_op.add_column(sa.Column("seen_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", MOMENT, nullable=True))
    op.execute("UPDATE staff_sessions SET seen_at = created_at, confirmed_at = created_at")
    with op.batch_alter_table("staff_sessions") as batch_op:
        for name in ("seen_at", "confirmed_at"):
            batch_op.alter_column(name, existing_type=MOMENT, nullable=False)
    with op.batch_alter_table("staff") as batch_op:
        batch_op.alter_column("totp_step", existing_type=sa.BigInteger(), server_default=None)
    op.create_table(
        "staff_recovery_codes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_recovery_codes_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_recovery_codes")),
        sa.UniqueConstraint("staff_id", "code_hash", name=op.f("uq_staff_recovery_codes_staff_id_code_hash")),
    )
    op.create_table(
        "staff_invitations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_staff_invitations_email_is_lower_case")),
        sa.CheckConstraint(
            "role IN ('owner', 'manager', 'support', 'packer', 'viewer')",
            name=op.f("ck_staff_invitations_role_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_invitations_staff_id_staff"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitations")),
    )
    op.create_index(
        "uq_staff_invitations_open", "staff_invitations", ["email"], unique=True, postgresql_where=OPEN, sqlite_where=OPEN
    )


def downgrade() -> None:
    op.drop_table("staff_invitations")
    op.drop_table("staff_recovery_codes")
    with op.batch_alter_table("staff_sessions") as batch_op:
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("seen_at")
    with op.batch_alter_table("staff") as batch_op:
        for name in ("totp_step", "totp_since", "totp_secret"):
            batch_op.drop_column(name)
