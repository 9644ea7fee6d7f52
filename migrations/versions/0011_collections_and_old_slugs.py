"""collections, and the slugs that things have left behind"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = {"product": "products", "category": "categories", "collection": "collections"}


def upgrade() -> None:
    op.create_table(
        "collections",
        sa.Column("id", BIG, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("asset_id", BIG, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_collections_asset_id_assets"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("slug", name=op.f("uq_collections_slug")),
    )
    op.create_table(
        "collection_products",
        sa.Column("collection_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name=op.f("fk_collection_products_collection_id_collections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_collection_products_product_id_products"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", "product_id", name=op.f("pk_collection_products")),
    )
    op.create_index(op.f("ix_collection_products_product_id"), "collection_products", ["product_id"])
    op.create_table(
        "slug_redirects",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        *(sa.Column(f"{kind}_id", BIG, nullable=True) for kind in KINDS),
        sa.CheckConstraint(
            "kind IN ('product', 'category', 'collection')", name=op.f("ck_slug_redirects_kind_is_known")
        ),
        sa.CheckConstraint(
            "(kind = 'product') = (product_id IS NOT NULL) AND (kind = 'category') = (category_id IS NOT NULL) "
            "AND (kind = 'collection') = (collection_id IS NOT NULL)",
            name=op.f("ck_slug_redirects_names_what_it_is_of"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{kind}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_slug_redirects_{kind}_id_{table}"),
                ondelete="CASCADE",
            )
            for kind, table in KINDS.items()
        ),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_slug_redirects")),
    )
    for kind in KINDS:
        op.create_index(op.f(f"ix_slug_redirects_{kind}_id"), "slug_redirects", [f"{kind}_id"])


def downgrade() -> None:
    for table in ("slug_redirects", "collection_products", "collections"):
        op.drop_table(table)
