"""content: pages, journal and lookbooks, where they stood before, and the menu at the foot of every page"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column(
            "folder",
            sa.String(length=64),
            sa.Computed(
                "CASE kind WHEN 'journal' THEN 'journal' WHEN 'lookbook' THEN 'lookbooks' ELSE 'pages' END",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("asset_id", BIG, nullable=True),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("preview_token", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('page', 'legal', 'journal', 'lookbook')", name=op.f("ck_entries_kind_is_known")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'published', 'withdrawn')", name=op.f("ck_entries_status_is_known")
        ),
        sa.CheckConstraint(
            "status = 'draft' OR published_at IS NOT NULL", name=op.f("ck_entries_what_was_shown_has_its_time")
        ),
        sa.CheckConstraint("length(body) <= 50000", name=op.f("ck_entries_body_is_bounded")),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_entries_asset_id_assets"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("folder", "slug", name=op.f("uq_entries_folder_slug")),
        sa.UniqueConstraint("preview_token", name=op.f("uq_entries_preview_token")),
    )
    op.create_index(op.f("ix_entries_asset_id"), "entries", ["asset_id"])
    op.create_index("ix_entries_newest", "entries", ["kind", "status", "published_at", "id"])
    op.create_table(
        "former_slugs",
        sa.Column("folder", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_former_slugs_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("folder", "slug", name=op.f("pk_former_slugs")),
    )
    op.create_index(op.f("ix_former_slugs_entry_id"), "former_slugs", ["entry_id"])
    op.create_table(
        "menu_items",
        sa.Column("id", BIG, nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("entry_id", BIG, nullable=True),
        sa.Column("category_id", BIG, nullable=True),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.CheckConstraint(
            "place IN ('shop', 'help', 'studio', 'legal')", name=op.f("ck_menu_items_place_is_known")
        ),
        sa.CheckConstraint(
            "(entry_id IS NOT NULL AND category_id IS NULL AND address = '')"
            " OR (entry_id IS NULL AND category_id IS NOT NULL AND address = '')"
            " OR (entry_id IS NULL AND category_id IS NULL AND (address LIKE '/%' OR address LIKE 'https://%'))",
            name=op.f("ck_menu_items_leads_somewhere"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_menu_items_category_id_categories"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_menu_items_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_items")),
    )
    op.create_index(op.f("ix_menu_items_category_id"), "menu_items", ["category_id"])
    op.create_index(op.f("ix_menu_items_entry_id"), "menu_items", ["entry_id"])
    op.create_index("ix_menu_items_shown", "menu_items", ["place", "position", "id"])


def downgrade() -> None:
    for table in ("menu_items", "former_slugs", "entries"):
        op.drop_table(table)
