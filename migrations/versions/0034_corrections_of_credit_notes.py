"""documents: corrections, which take a credit note back whose refund has failed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# SQLite makes the table anew, and its triggers with it. The check on insert closes what REPLACE would open.
SQLITE = (
    """
    CREATE TRIGGER documents_insert BEFORE INSERT ON documents
    BEGIN
        SELECT RAISE(ABORT, 'documents: this is issued already') WHERE EXISTS (
            SELECT 1 FROM documents WHERE id = NEW.id OR (series = NEW.series AND number = NEW.number)
                OR (refund_id = NEW.refund_id{same_kind})
                OR (kind = 'invoice' AND NEW.kind = 'invoice' AND order_id = NEW.order_id)
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
KNOWN, CREDITS = "ck_documents_kind_is_known", "ck_documents_credits_a_refund"


def upgrade() -> None:
    with op.batch_alter_table("documents") as batch_op:
        batch_op.drop_constraint(op.f(KNOWN), type_="check")
        batch_op.drop_constraint(op.f(CREDITS), type_="check")
        batch_op.drop_constraint(op.f("uq_documents_refund_id"), type_="unique")
        batch_op.create_check_constraint(op.f(KNOWN), "kind IN ('invoice', 'credit_note', 'correction')")
        batch_op.create_check_constraint(op.f(CREDITS), "(kind = 'invoice') = (refund_id IS NULL)")
        batch_op.create_unique_constraint(op.f("uq_documents_refund_id_kind"), ["refund_id", "kind"])
    _guard_again(" AND kind = NEW.kind")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER documents_delete")
        op.execute("DELETE FROM documents WHERE kind = 'correction'")
    else:
        op.execute("ALTER TABLE documents DISABLE TRIGGER documents_delete")
        op.execute("DELETE FROM documents WHERE kind = 'correction'")
        op.execute("ALTER TABLE documents ENABLE TRIGGER documents_delete")
    op.execute("DELETE FROM document_series WHERE code = 'CC'")
    with op.batch_alter_table("documents") as batch_op:
        batch_op.drop_constraint(op.f(KNOWN), type_="check")
        batch_op.drop_constraint(op.f(CREDITS), type_="check")
        batch_op.drop_constraint(op.f("uq_documents_refund_id_kind"), type_="unique")
        batch_op.create_check_constraint(op.f(KNOWN), "kind IN ('invoice', 'credit_note')")
        batch_op.create_check_constraint(op.f(CREDITS), "(kind = 'credit_note') = (refund_id IS NOT NULL)")
        batch_op.create_unique_constraint(op.f("uq_documents_refund_id"), ["refund_id"])
    _guard_again("")


def _guard_again(same_kind: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(statement.replace("{same_kind}", same_kind))
