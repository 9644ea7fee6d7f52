"""reviews: what people think of the goods, and the ratings that follow from them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = ("count", "one", "two", "three", "four", "five")


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("place", sa.String(length=255), nullable=False),
        sa.Column("variant_name", sa.String(length=255), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_reviews_stars_are_one_to_five")),
        sa.CheckConstraint("status IN ('waiting', 'shown', 'hidden')", name=op.f("ck_reviews_status_is_known")),
        sa.CheckConstraint("(reply = '') = (replied_at IS NULL)", name=op.f("ck_reviews_reply_has_its_time")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_reviews_product_id_products"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index("ix_reviews_newest", "reviews", ["product_id", "status", "written_at", "id"])
    op.create_index("ix_reviews_by_stars", "reviews", ["product_id", "status", "stars", "written_at", "id"])
    op.create_index("ix_reviews_best", "reviews", ["status", "stars", "written_at", "id"])
    op.create_table(
        "ratings",
        sa.Column("product_id", BIG, nullable=False),
        *counts(),
        sa.Column(
            "score",
            sa.Integer(),
            sa.Computed("(40 + one + 2 * two + 3 * three + 4 * four + 5 * five) * 1000 / (10 + count)", persisted=True),
            nullable=False,
        ),
        *adds_up("ratings"),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_ratings_product_id_products"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_ratings")),
    )
    op.create_index("ix_ratings_most_loved", "ratings", ["score", "product_id"])
    op.create_table(
        "shop_rating",
        sa.Column("id", BIG, nullable=False),
        *counts(),
        *adds_up("shop_rating"),
        sa.CheckConstraint("id = 1", name=op.f("ck_shop_rating_is_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_rating")),
    )


def counts() -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS]


def adds_up(table: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint("count = one + two + three + four + five", name=op.f(f"ck_{table}_adds_up")),
        sa.CheckConstraint(
            "one >= 0 AND two >= 0 AND three >= 0 AND four >= 0 AND five >= 0",
            name=op.f(f"ck_{table}_counts_are_not_negative"),
        ),
    ]


def downgrade() -> None:
    for table in ("shop_rating", "ratings", "reviews"):
        op.drop_table(table)
