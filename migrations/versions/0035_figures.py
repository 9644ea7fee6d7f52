"""figures: what each hour of the shop's days came to, what each day's goods brought, and how far that is counted"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_index("ix_orders_paid_at", "orders", ["paid_at"])
    op.create_index("ix_ledger_transactions_sealed_at", "ledger_transactions", ["sealed_at"])
    op.create_table(
        "hour_figures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("sold_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_hour_figures_is_an_hour")),
        sa.PrimaryKeyConstraint("day", "currency", "hour", name=op.f("pk_hour_figures")),
    )
    op.create_table(
        "product_figures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_figures_product_id_products"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("day", "currency", "product_id", name=op.f("pk_product_figures")),
    )
    op.create_index("ix_product_figures_product_id", "product_figures", ["product_id"])
    op.create_table(
        "best_products",
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_best_products_product_id_products"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("days", "currency", "position", name=op.f("pk_best_products")),
    )
    op.create_index("ix_best_products_product_id", "best_products", ["product_id"])
    op.create_table(
        "figures_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("timezone", sa.String(255), nullable=False),
        sa.Column("counted_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("best_on", sa.Date(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_figures_state_is_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figures_state")),
    )


def downgrade() -> None:
    for table in ("figures_state", "best_products", "product_figures", "hour_figures"):
        op.drop_table(table)
    op.drop_index("ix_ledger_transactions_sealed_at", table_name="ledger_transactions")
    op.drop_index("ix_orders_paid_at", table_name="orders")
