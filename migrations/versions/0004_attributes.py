"""attributes and colours: what lists are filtered by, and the words they are counted with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLOURS = {
    "oak": "#c9a070",
    "walnut": "#6b4630",
    "black": "#1f1f22",
    "white": "#f7f5f0",
    "none": "#ffffff",
    "pine": "#1e4d3f",
    "coral": "#ff7a5c",
    "navy": "#1d2a57",
}
WORDS = (("categories", "one", 255), ("categories", "many", 255), ("options", "many", 255), ("option_values", "colour", 7))


def upgrade() -> None:
    op.create_table(
        "attributes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('choice', 'colour')", name=op.f("ck_attributes_kind_is_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attributes")),
        sa.UniqueConstraint("slug", name=op.f("uq_attributes_slug")),
    )
    op.create_table(
        "attribute_values",
        sa.Column("id", BIG, nullable=False),
        sa.Column("attribute_id", BIG, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute_id"],
            ["attributes.id"],
            name=op.f("fk_attribute_values_attribute_id_attributes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribute_values")),
        sa.UniqueConstraint("attribute_id", "slug", name=op.f("uq_attribute_values_attribute_id_slug")),
    )
    op.create_table(
        "product_attributes",
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("value_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_attributes_product_id_products"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["value_id"],
            ["attribute_values.id"],
            name=op.f("fk_product_attributes_value_id_attribute_values"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "value_id", name=op.f("pk_product_attributes")),
    )
    op.create_index("ix_product_attributes_value_id", "product_attributes", ["value_id"])
    for table, column, length in WORDS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column(column, sa.String(length=length), nullable=False, server_default=""))
    # Until now the product page knew these colours by heart.
    for slug, colour in COLOURS.items():
        op.execute(f"UPDATE option_values SET colour = '{colour}' WHERE slug = '{slug}'")
    for table, column, length in WORDS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(column, existing_type=sa.String(length=length), server_default=None)


def downgrade() -> None:
    for table, column, _length in reversed(WORDS):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(column)
    op.drop_index("ix_product_attributes_value_id", "product_attributes")
    op.drop_table("product_attributes")
    op.drop_table("attribute_values")
    op.drop_table("attributes")
