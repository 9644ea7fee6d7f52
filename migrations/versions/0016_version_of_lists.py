"""a number that is raised by whatever changes what is listed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "listed_version",
        sa.Column("id", ID, primary_key=True),
        sa.Column("number", ID, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_listed_version_is_one_row")),
    )


def downgrade() -> None:
    op.drop_table("listed_version")
