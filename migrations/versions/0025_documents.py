"""documents: invoices and credit notes, never changed by triggers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The check on insert closes what REPLACE would open, which deletes without asking.
SQLITE = (
    """
    CREATE TRIGGER documents_insert BEFORE INSERT ON documents
    BEGIN
        SELECT RAISE(ABORT, 'documents: this is issued already') WHERE EXISTS (
            SELECT 1 FROM documents WHERE id = NEW.id OR (series = NEW.series AND number = NEW.number)
                OR refund_id = NEW.refund_id OR (kind = 'invoice' AND NEW.kind = 'invoice' AND order_id = NEW.order_id)
        );
    END
    """,
    """
    CREATE TRIGGER documents_update BEFORE UPDATE ON documents
    BEGIN
        SELECT RAISE(ABORT, 'documents: what is issued is never changed');
    END
    """,
    """
    CREATE TRIGGER documents_delete BEFORE DELETE ON documents
    BEGIN
        SELECT RAISE(ABORT, 'documents: what is issued is never deleted');
    END
    """,
)

POSTGRESQL = (
    """
    CREATE FUNCTION documents_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'documents: what is issued is never changed or deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """,
    *(
        f"CREATE TRIGGER documents_{operation} BEFORE {operation} ON documents "
        f"FOR EACH {'STATEMENT' if operation == 'truncate' else 'ROW'} EXECUTE FUNCTION documents_guard()"
        for operation in ("update", "delete", "truncate")
    ),
)


def upgrade() -> None:
    op.create_table(
        "document_series",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("next_number > 0", name=op.f("ck_document_series_numbers_are_positive")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_document_series")),
    )
    op.create_table(
        "documents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("refund_id", BIG, nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('invoice', 'credit_note')", name=op.f("ck_documents_kind_is_known")),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (refund_id IS NOT NULL)", name=op.f("ck_documents_credits_a_refund")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_documents_number_is_positive")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_documents_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_documents_refund_id_refunds"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_documents_refund_id")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_documents_series_number")),
    )
    op.create_index("ix_documents_order_id", "documents", ["order_id"])
    op.create_index(
        "uq_documents_one_invoice_per_order",
        "documents",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'invoice'"),
        sqlite_where=sa.text("kind = 'invoice'"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("documents")
    op.drop_table("document_series")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION documents_guard()")
