"""returns and reviews: which piece of an order a review is of, and when a shipment's shopper was asked for one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("shipments") as batch_op:
        batch_op.add_column(sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_shipments_to_invite",
        "shipments",
        ["delivered_at"],
        sqlite_where=sa.text("invited_at IS NULL"),
        postgresql_where=sa.text("invited_at IS NULL"),
    )
    with op.batch_alter_table("reviews") as batch_op:
        batch_op.add_column(sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_reviews_order_line_id_order_lines"), "order_lines", ["order_line_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_unique_constraint(op.f("uq_reviews_order_line_id"), ["order_line_id"])


def downgrade() -> None:
    with op.batch_alter_table("reviews") as batch_op:
        batch_op.drop_constraint(op.f("uq_reviews_order_line_id"), type_="unique")
        batch_op.drop_constraint(op.f("fk_reviews_order_line_id_order_lines"), type_="foreignkey")
        batch_op.drop_column("order_line_id")
    op.drop_index("ix_shipments_to_invite", table_name="shipments")
    with op.batch_alter_table("shipments") as batch_op:
        batch_op.drop_column("invited_at")
