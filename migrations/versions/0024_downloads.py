"""downloads: files of variants without a parcel, and who may download them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "digital_files",
        sa.Column("id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("stored", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_digital_files_is_not_empty")),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("fk_digital_files_variant_id_variants"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digital_files")),
        sa.UniqueConstraint("variant_id", name=op.f("uq_digital_files_variant_id")),
    )
    op.create_table(
        "download_grants",
        sa.Column("id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("file_id", BIG, nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("used >= 0 AND used <= most", name=op.f("ck_download_grants_is_not_used_too_often")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_lines.id"], name=op.f("fk_download_grants_line_id_order_lines"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["digital_files.id"], name=op.f("fk_download_grants_file_id_digital_files"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download_grants")),
        sa.UniqueConstraint("line_id", name=op.f("uq_download_grants_line_id")),
        sa.UniqueConstraint("token", name=op.f("uq_download_grants_token")),
    )
    op.create_index(op.f("ix_download_grants_file_id"), "download_grants", ["file_id"])


def downgrade() -> None:
    op.drop_table("download_grants")
    op.drop_table("digital_files")
