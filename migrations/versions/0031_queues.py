"""queues of the staff's: reviews by what became of them, and who was told that something is back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TOLD = sa.text("notified_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_reviews_queue", "reviews", ["status", "written_at", "id"])
    op.create_index(
        "ix_restock_requests_told",
        "restock_requests",
        ["notified_at", "id"],
        sqlite_where=TOLD,
        postgresql_where=TOLD,
    )


def downgrade() -> None:
    op.drop_index("ix_restock_requests_told", table_name="restock_requests")
    op.drop_index("ix_reviews_queue", table_name="reviews")
