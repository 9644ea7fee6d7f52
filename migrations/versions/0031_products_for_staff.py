"""every product as the staff's list finds it; `manage.py migrate` fills it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "stocked_products",
        sa.Column("product_id", ID, primary_key=True),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("stock", sa.String(64), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("name_key", sa.String(255), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_stocked_products_product_id_products"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "stock IN ('none', 'out', 'low', 'enough')", name=op.f("ck_stocked_products_stock_is_known")
        ),
    )
    for key in ("updated_at", "name_key"):
        for name, columns in (
            (key, []),
            (f"status_{key}", ["status"]),
            (f"stock_{key}", ["status", "stock"]),
            (f"category_{key}", ["category_id"]),
        ):
            op.create_index(op.f(f"ix_stocked_products_{name}"), "stocked_products", [*columns, key, "product_id"])
    op.create_index(
        op.f("ix_stocked_products_published"), "stocked_products", ["status", "published_at", "product_id"]
    )
    op.create_table(
        "stocked_words",
        sa.Column("product_id", ID, nullable=False),
        sa.Column("word", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["stocked_products.product_id"],
            name=op.f("fk_stocked_words_product_id_stocked_products"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "word", name=op.f("pk_stocked_words")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_stocked_words_beginning"), "stocked_words", ["word"], postgresql_ops={"word": "text_pattern_ops"}
    )


def downgrade() -> None:
    op.drop_table("stocked_words")
    op.drop_table("stocked_products")
