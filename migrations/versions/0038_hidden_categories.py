"""categories that are hidden, collections that end, and reduced prices found without reading all"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

REDUCED = sa.text("compare_at_minor IS NOT NULL")


def upgrade() -> None:
    op.add_column("categories", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("collections", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_prices_reduced", "prices", ["valid_to", "id"], sqlite_where=REDUCED, postgresql_where=REDUCED)


def downgrade() -> None:
    op.drop_index("ix_prices_reduced", table_name="prices")
    op.drop_column("collections", "ends_at")
    op.drop_column("categories", "hidden_at")
