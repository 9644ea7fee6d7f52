"""what lists and searches read; numbers and yes or no as attributes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("attributes") as batch_op:
        batch_op.add_column(sa.Column("unit", sa.String(16), nullable=False, server_default=""))
        batch_op.drop_constraint(op.f("ck_attributes_kind_is_known"), type_="check")
        batch_op.create_check_constraint("kind_is_known", "kind IN ('choice', 'colour', 'number', 'boolean')")
    with op.batch_alter_table("attribute_values") as batch_op:
        batch_op.add_column(sa.Column("number", sa.Numeric(14, 4), nullable=True))

    op.create_table(
        "filter_terms",
        sa.Column("id", ID, primary_key=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("facet", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(16), nullable=False),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("label", sa.String(255), nullable=False),
        sa.Column("colour", sa.String(7), nullable=False),
        sa.Column("number", sa.Numeric(14, 4), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("source IN ('option', 'attribute')", name=op.f("ck_filter_terms_source_is_known")),
        sa.UniqueConstraint("source", "facet", "slug", name=op.f("uq_filter_terms_source_facet_slug")),
    )
    op.create_table(
        "listed_products",
        sa.Column(
            "product_id",
            ID,
            sa.ForeignKey("products.id", name=op.f("fk_listed_products_product_id_products"), ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("changes_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("lowest", sa.BigInteger(), nullable=False),
        sa.Column("highest", sa.BigInteger(), nullable=False),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
    )
    for column in ("begins_at", "changes_at", "published_at"):
        op.create_index(op.f(f"ix_listed_products_{column}"), "listed_products", [column])
    op.create_table(
        "listed_offers",
        sa.Column(
            "variant_id",
            ID,
            primary_key=True,
        ),
        sa.Column("begins_at", MOMENT, primary_key=True),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column(
            "product_id",
            ID,
            sa.ForeignKey(
                "listed_products.product_id",
                name=op.f("fk_listed_offers_product_id_listed_products"),
                ondelete="CASCADE",
            ),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("compare_at_minor", sa.BigInteger(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=False),
    )
    op.create_index("ix_listed_offers_product_id", "listed_offers", ["product_id", "begins_at"])
    op.create_table(
        "search_words",
        sa.Column("id", ID, primary_key=True),
        sa.Column("word", sa.String(64), nullable=False),
        sa.UniqueConstraint("word", name=op.f("uq_search_words_word")),
    )
    op.create_table(
        "search_grams",
        sa.Column("gram", sa.String(3), primary_key=True),
        sa.Column(
            "word_id",
            ID,
            sa.ForeignKey("search_words.id", name=op.f("fk_search_grams_word_id_search_words"), ondelete="CASCADE"),
            primary_key=True,
        ),
    )
    op.create_index(op.f("ix_search_grams_word_id"), "search_grams", ["word_id"])
    op.create_table(
        "search_synonyms",
        sa.Column("id", ID, primary_key=True),
        sa.Column("phrase", sa.String(255), nullable=False),
        sa.Column("means", sa.String(255), nullable=False),
        sa.UniqueConstraint("phrase", "means", name=op.f("uq_search_synonyms_phrase_means")),
    )
    op.create_table(
        "search_misses",
        sa.Column("words", sa.String(100), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
    )
    op.create_index("ix_search_misses_count", "search_misses", ["count"])
    op.create_index(op.f("ix_search_misses_last_at"), "search_misses", ["last_at"])

    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE listed_words USING fts5("
            "name, shelf, body, terms, prefix='2 3 4', tokenize=\"unicode61 remove_diacritics 0 tokenchars '#'\")"
        )
    else:
        op.execute(
            "CREATE TABLE listed_words ("
            "product_id BIGINT PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE, words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_listed_words_words ON listed_words USING gin (words)")


def downgrade() -> None:
    op.drop_table("listed_words")
    for table in ("search_misses", "search_synonyms", "search_grams", "search_words", "listed_offers"):
        op.drop_table(table)
    op.drop_table("listed_products")
    op.drop_table("filter_terms")
    op.execute("DELETE FROM attributes WHERE kind IN ('number', 'boolean')")
    with op.batch_alter_table("attribute_values") as batch_op:
        batch_op.drop_column("number")
    with op.batch_alter_table("attributes") as batch_op:
        batch_op.drop_constraint(op.f("ck_attributes_kind_is_known"), type_="check")
        batch_op.create_check_constraint("kind_is_known", "kind IN ('choice', 'colour')")
        batch_op.drop_column("unit")
