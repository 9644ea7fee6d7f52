"""companions: what is bought together, and how much of each"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "companion_models",
        sa.Column("version", BIG, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("products", sa.Integer(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("hit_rate", sa.Double(), nullable=False),
        sa.Column("popularity_hit_rate", sa.Double(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_companion_models")),
    )
    op.create_index(
        "uq_companion_models_one_active",
        "companion_models",
        ["active"],
        unique=True,
        postgresql_where=sa.text("active"),
        sqlite_where=sa.text("active"),
    )
    op.create_table(
        "companions",
        sa.Column("version", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("other_id", BIG, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.CheckConstraint("product_id <> other_id", name=op.f("ck_companions_is_another")),
        sa.CheckConstraint("score > 0", name=op.f("ck_companions_score_is_positive")),
        sa.ForeignKeyConstraint(
            ["version"],
            ["companion_models.version"],
            name=op.f("fk_companions_version_companion_models"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version", "product_id", "rank", name=op.f("pk_companions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product_sales",
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pieces >= orders AND orders > 0", name=op.f("ck_product_sales_something_was_sold")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_sales_product_id_products"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_sales")),
    )


def downgrade() -> None:
    for table in ("product_sales", "companions", "companion_models"):
        op.drop_table(table)
