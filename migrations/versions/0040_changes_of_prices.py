"""prices of many products changed together, and what they were before"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "price_changes",
        sa.Column("id", ID, primary_key=True),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.Column("job_id", sa.Integer()),
    )
    op.create_table(
        "changed_prices",
        sa.Column("change_id", ID, nullable=False),
        sa.Column("variant_id", ID, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("before_minor", sa.BigInteger(), nullable=False),
        sa.Column("after_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["price_changes.id"],
            name=op.f("fk_changed_prices_change_id_price_changes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("fk_changed_prices_variant_id_variants"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_id", "variant_id", name=op.f("pk_changed_prices")),
    )
    op.create_index(op.f("ix_changed_prices_variant_id"), "changed_prices", ["variant_id"])


def downgrade() -> None:
    op.drop_table("changed_prices")
    op.drop_table("price_changes")
