"""who has bought, and queues of the staff's: reviews by what became of them, who was told that something is back"""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TOLD = sa.text("notified_at IS NOT NULL")
BUYERS = """
INSERT INTO buyers (email, name, orders, first_at, last_at)
SELECT email, coalesce((
    SELECT a.name FROM orders n JOIN order_addresses a ON a.order_id = n.id AND a.kind = 'delivery'
    WHERE n.email = orders.email AND n.paid_at IS NOT NULL ORDER BY n.placed_at DESC, n.id DESC LIMIT 1
), ''), count(*), min(placed_at), max(placed_at)
FROM orders WHERE paid_at IS NOT NULL GROUP BY email
"""
SUMS = """
INSERT INTO buyer_sums (buyer_id, currency, spent_minor)
SELECT b.id, moved.currency, sum(moved.minor) FROM (
    SELECT email, currency, 0 AS minor FROM orders WHERE paid_at IS NOT NULL
    UNION ALL
    SELECT o.email, p.currency, p.captured_minor - p.refunded_minor
    FROM payments p JOIN orders o ON o.id = p.order_id WHERE o.paid_at IS NOT NULL AND p.captured_minor > 0
) AS moved JOIN buyers b ON b.email = moved.email GROUP BY b.id, moved.currency
"""


def upgrade() -> None:
    op.create_table(
        "buyers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_buyers_email_is_lower_case")),
        sa.CheckConstraint("orders > 0", name=op.f("ck_buyers_has_bought")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyers")),
        sa.UniqueConstraint("email", name=op.f("uq_buyers_email")),
    )
    op.create_index("ix_buyers_latest", "buyers", ["last_at", "id"])
    op.create_table(
        "buyer_sums",
        sa.Column("id", BIG, nullable=False),
        sa.Column("buyer_id", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name=op.f("fk_buyer_sums_buyer_id_buyers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_sums")),
        sa.UniqueConstraint("buyer_id", "currency", name=op.f("uq_buyer_sums_buyer_id_currency")),
    )
    op.create_index("ix_buyer_sums_most", "buyer_sums", ["currency", "spent_minor", "id"])
    op.create_table(
        "buyer_words",
        sa.Column("buyer_id", BIG, nullable=False),
        sa.Column("word", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name=op.f("fk_buyer_words_buyer_id_buyers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("buyer_id", "word", name=op.f("pk_buyer_words")),
    )
    op.create_index(
        "ix_buyer_words_begin", "buyer_words", ["word", "buyer_id"], postgresql_ops={"word": "text_pattern_ops"}
    )
    op.create_table(
        "buyer_notes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_notes")),
    )
    op.create_index(op.f("ix_buyer_notes_email"), "buyer_notes", ["email"])
    op.create_index("ix_reviews_queue", "reviews", ["status", "written_at", "id"])
    op.create_index(
        "ix_restock_requests_told", "restock_requests", ["notified_at", "id"], sqlite_where=TOLD, postgresql_where=TOLD
    )
    _fill()


def _fill() -> None:
    op.execute(BUYERS)
    op.execute(SUMS)
    connection = op.get_bind()
    for buyer in connection.execute(sa.text("SELECT id, email, name FROM buyers")).all():
        rows = [{"buyer_id": buyer.id, "word": word} for word in sorted({buyer.email, *_words(buyer.name)})]
        connection.execute(sa.text("INSERT INTO buyer_words (buyer_id, word) VALUES (:buyer_id, :word)"), rows)


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.replace("’", "").replace("'", ""))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word[:40] for word in re.findall(r"[^\W_]+", letters.casefold())]


def downgrade() -> None:
    op.drop_index("ix_restock_requests_told", table_name="restock_requests")
    op.drop_index("ix_reviews_queue", table_name="reviews")
    for table in ("buyer_notes", "buyer_words", "buyer_sums", "buyers"):
        op.drop_table(table)
