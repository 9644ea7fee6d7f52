"""reduced prices that hold until somebody ends them are found however many prices there are"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

ENDLESS = sa.text("compare_at_minor IS NOT NULL AND valid_to IS NULL")


def upgrade() -> None:
    op.create_index("ix_prices_endless", "prices", ["id"], postgresql_where=ENDLESS, sqlite_where=ENDLESS)


def downgrade() -> None:
    op.drop_index("ix_prices_endless", "prices")
