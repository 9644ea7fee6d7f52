"""assets: pictures in several sizes, used by products and categories"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "assets",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("original", sa.String(length=255), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("widths", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'failed')", name=op.f("ck_assets_state_is_known")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_assets_has_a_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("name", name=op.f("uq_assets_name")),
    )
    # The file a picture named becomes an asset that waits for its smaller ones.
    op.execute(
        "INSERT INTO assets (name, original, width, height, widths, state, error, created_at)"
        " SELECT 'kept-' || MIN(id), name, MAX(width), MAX(height), '[]', 'waiting', '', CURRENT_TIMESTAMP"
        " FROM pictures GROUP BY name"
    )
    op.execute(
        "INSERT INTO assets (name, original, width, height, widths, state, error, created_at)"
        " SELECT 'shelf-' || MIN(id), picture, 800, 1000, '[]', 'waiting', '', CURRENT_TIMESTAMP"
        " FROM categories WHERE picture <> '' AND picture NOT IN (SELECT original FROM assets) GROUP BY picture"
    )
    with op.batch_alter_table("pictures") as batch_op:
        batch_op.add_column(sa.Column("asset_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("place", sa.String(length=64), nullable=False, server_default="gallery"))
        batch_op.add_column(sa.Column("caption", sa.String(length=255), nullable=False, server_default=""))
    op.execute("UPDATE pictures SET asset_id = (SELECT id FROM assets WHERE assets.original = pictures.name)")
    with op.batch_alter_table("pictures") as batch_op:
        batch_op.alter_column("asset_id", existing_type=BIG, nullable=False)
        batch_op.alter_column("place", existing_type=sa.String(length=64), server_default=None)
        batch_op.alter_column("caption", existing_type=sa.String(length=255), server_default=None)
        batch_op.create_check_constraint(op.f("ck_pictures_place_is_known"), "place IN ('gallery', 'making')")
        batch_op.create_foreign_key(
            op.f("fk_pictures_asset_id_assets"), "assets", ["asset_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.drop_index(op.f("ix_pictures_product_id"))
        batch_op.create_index("ix_pictures_shown", ["product_id", "place", "position", "id"])
        batch_op.create_index(op.f("ix_pictures_asset_id"), ["asset_id"])
        batch_op.drop_column("name")
        batch_op.drop_column("width")
        batch_op.drop_column("height")
    with op.batch_alter_table("categories") as batch_op:
        batch_op.add_column(sa.Column("asset_id", BIG, nullable=True))
    op.execute("UPDATE categories SET asset_id = (SELECT id FROM assets WHERE assets.original = categories.picture)")
    with op.batch_alter_table("categories") as batch_op:
        batch_op.create_foreign_key(
            op.f("fk_categories_asset_id_assets"), "assets", ["asset_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.drop_column("picture")


def downgrade() -> None:
    with op.batch_alter_table("categories") as batch_op:
        batch_op.add_column(sa.Column("picture", sa.String(length=255), nullable=False, server_default=""))
    op.execute(
        "UPDATE categories SET picture = COALESCE((SELECT original FROM assets WHERE id = categories.asset_id), '')"
    )
    with op.batch_alter_table("categories") as batch_op:
        batch_op.alter_column("picture", existing_type=sa.String(length=255), server_default=None)
        batch_op.drop_constraint(op.f("fk_categories_asset_id_assets"), type_="foreignkey")
        batch_op.drop_column("asset_id")
    with op.batch_alter_table("pictures") as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=255), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("width", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("height", sa.Integer(), nullable=False, server_default="1"))
    for column, source in (("name", "original"), ("width", "width"), ("height", "height")):
        op.execute(f"UPDATE pictures SET {column} = (SELECT {source} FROM assets WHERE assets.id = pictures.asset_id)")
    op.execute("DELETE FROM pictures WHERE place <> 'gallery'")
    with op.batch_alter_table("pictures") as batch_op:
        for column, kind in (("name", sa.String(length=255)), ("width", sa.Integer()), ("height", sa.Integer())):
            batch_op.alter_column(column, existing_type=kind, server_default=None)
        batch_op.drop_index("ix_pictures_shown")
        batch_op.drop_index(op.f("ix_pictures_asset_id"))
        batch_op.create_index(op.f("ix_pictures_product_id"), ["product_id"])
        batch_op.drop_constraint(op.f("ck_pictures_place_is_known"), type_="check")
        batch_op.drop_constraint(op.f("fk_pictures_asset_id_assets"), type_="foreignkey")
        batch_op.drop_column("asset_id")
        batch_op.drop_column("place")
        batch_op.drop_column("caption")
    op.drop_table("assets")
