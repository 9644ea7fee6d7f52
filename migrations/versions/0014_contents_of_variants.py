"""contents of variants: what is in one, and per what its price is told"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TEXTS = {"unit": 64, "per": 64, "piece": 255}
CHECKS = {
    "ck_variants_content_fits_what_it_is_told_per": "(content IS NULL AND unit = '' AND per = '') OR (content IS NOT NULL AND content > 0 AND ("
    "(unit IN ('g', 'kg') AND per IN ('100g', 'kg')) OR (unit IN ('ml', 'l') AND per IN ('100ml', 'l')) "
    "OR (unit IN ('m', 'm2', 'piece') AND per = unit)))",
    "ck_variants_pieces_have_a_name": "(unit = 'piece') = (piece <> '')",
}


def upgrade() -> None:
    with op.batch_alter_table("variants") as batch_op:
        batch_op.add_column(sa.Column("content", sa.Numeric(12, 3), nullable=True))
        for name, length in TEXTS.items():
            batch_op.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
    with op.batch_alter_table("variants") as batch_op:  # SQLite copies the rows between the two
        for name, length in TEXTS.items():
            batch_op.alter_column(name, existing_type=sa.String(length), server_default=None)
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(op.f(name), condition)


def downgrade() -> None:
    with op.batch_alter_table("variants") as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(op.f(name), type_="check")
        for name in ["content", *TEXTS]:
            batch_op.drop_column(name)
