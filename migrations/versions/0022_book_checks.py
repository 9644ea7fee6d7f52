"""what the checks of the books have found"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "book_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("mended", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('audit', 'reconcile')", name=op.f("ck_book_checks_kind_is_known")),
        sa.CheckConstraint("mended >= 0", name=op.f("ck_book_checks_mended_is_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_checks")),
    )
    op.create_index("ix_book_checks_newest", "book_checks", ["kind", "id"])


def downgrade() -> None:
    op.drop_table("book_checks")
