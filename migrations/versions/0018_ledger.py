"""ledger: double entry, sealed by triggers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# SQLite has no deferred triggers, so the rule over several rows is asked when the seal is set. It has no locks to
# take either: there is one writer. The checks on insert close what REPLACE would open, which deletes without asking.
SQLITE = (
    """
    CREATE TRIGGER ledger_transactions_insert BEFORE INSERT ON ledger_transactions
    BEGIN
        SELECT RAISE(ABORT, 'ledger: entries come before the seal') WHERE NEW.sealed_at IS NOT NULL;
        SELECT RAISE(ABORT, 'ledger: this is posted already')
        WHERE EXISTS (SELECT 1 FROM ledger_transactions WHERE id = NEW.id OR key = NEW.key);
    END
    """,
    """
    CREATE TRIGGER ledger_transactions_update BEFORE UPDATE ON ledger_transactions
    BEGIN
        SELECT RAISE(ABORT, 'ledger: what is sealed is never changed') WHERE OLD.sealed_at IS NOT NULL;
        SELECT RAISE(ABORT, 'ledger: the seal is all that may be set') WHERE NEW.sealed_at IS NULL
            OR NEW.id IS NOT OLD.id OR NEW.key IS NOT OLD.key OR NEW.kind IS NOT OLD.kind
            OR NEW.order_id IS NOT OLD.order_id OR NEW.at IS NOT OLD.at OR NEW.note IS NOT OLD.note;
        SELECT RAISE(ABORT, 'ledger: nothing to seal')
        WHERE NOT EXISTS (SELECT 1 FROM ledger_entries WHERE transaction_id = OLD.id);
        SELECT RAISE(ABORT, 'ledger: debit and credit differ') WHERE EXISTS (
            SELECT 1 FROM ledger_entries WHERE transaction_id = OLD.id GROUP BY currency HAVING sum(amount_minor) <> 0
        );
    END
    """,
    """
    CREATE TRIGGER ledger_transactions_delete BEFORE DELETE ON ledger_transactions
    BEGIN
        SELECT RAISE(ABORT, 'ledger: nothing is deleted');
    END
    """,
    """
    CREATE TRIGGER ledger_entries_insert BEFORE INSERT ON ledger_entries
    BEGIN
        SELECT RAISE(ABORT, 'ledger: nothing is added to what is sealed') WHERE EXISTS (
            SELECT 1 FROM ledger_transactions WHERE id = NEW.transaction_id AND sealed_at IS NOT NULL
        );
        SELECT RAISE(ABORT, 'ledger: there is such an entry')
        WHERE EXISTS (SELECT 1 FROM ledger_entries WHERE id = NEW.id);
    END
    """,
    """
    CREATE TRIGGER ledger_entries_update BEFORE UPDATE ON ledger_entries
    BEGIN
        SELECT RAISE(ABORT, 'ledger: an entry is never changed');
    END
    """,
    """
    CREATE TRIGGER ledger_entries_delete BEFORE DELETE ON ledger_entries
    BEGIN
        SELECT RAISE(ABORT, 'ledger: nothing is deleted');
    END
    """,
)

# The row of a transaction is locked by whoever adds to it, so that nobody seals what is not all there yet.
POSTGRESQL = (
    """
    CREATE FUNCTION ledger_transactions_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
            RAISE EXCEPTION 'ledger: nothing is deleted' USING ERRCODE = 'integrity_constraint_violation';
        ELSIF TG_OP = 'INSERT' THEN
            IF NEW.sealed_at IS NOT NULL THEN
                RAISE EXCEPTION 'ledger: entries come before the seal'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        ELSIF OLD.sealed_at IS NOT NULL THEN
            RAISE EXCEPTION 'ledger: what is sealed is never changed' USING ERRCODE = 'integrity_constraint_violation';
        ELSIF NEW.sealed_at IS NULL
            OR (NEW.id, NEW.key, NEW.kind, NEW.order_id, NEW.at, NEW.note)
                IS DISTINCT FROM (OLD.id, OLD.key, OLD.kind, OLD.order_id, OLD.at, OLD.note) THEN
            RAISE EXCEPTION 'ledger: the seal is all that may be set' USING ERRCODE = 'integrity_constraint_violation';
        ELSIF NOT EXISTS (SELECT 1 FROM ledger_entries WHERE transaction_id = OLD.id) THEN
            RAISE EXCEPTION 'ledger: nothing to seal' USING ERRCODE = 'integrity_constraint_violation';
        ELSIF EXISTS (
            SELECT 1 FROM ledger_entries WHERE transaction_id = OLD.id GROUP BY currency HAVING sum(amount_minor) <> 0
        ) THEN
            RAISE EXCEPTION 'ledger: debit and credit differ' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE FUNCTION ledger_entries_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
            RAISE EXCEPTION 'ledger: nothing is deleted' USING ERRCODE = 'integrity_constraint_violation';
        ELSIF TG_OP = 'UPDATE' THEN
            RAISE EXCEPTION 'ledger: an entry is never changed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        PERFORM 1 FROM ledger_transactions WHERE id = NEW.transaction_id FOR NO KEY UPDATE;
        IF EXISTS (SELECT 1 FROM ledger_transactions WHERE id = NEW.transaction_id AND sealed_at IS NOT NULL) THEN
            RAISE EXCEPTION 'ledger: nothing is added to what is sealed'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END
    $$
    """,
    *(
        f"CREATE TRIGGER ledger_{table}_{operation} BEFORE {operation} ON ledger_{table} "
        f"FOR EACH {'STATEMENT' if operation == 'truncate' else 'ROW'} EXECUTE FUNCTION ledger_{table}_guard()"
        for table in ("transactions", "entries")
        for operation in ("insert", "update", "delete", "truncate")
    ),
)


def upgrade() -> None:
    op.create_table(
        "ledger_transactions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_ledger_transactions_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transactions")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transactions_key")),
    )
    op.create_index("ix_ledger_transactions_order_id", "ledger_transactions", ["order_id"])
    op.create_index("ix_ledger_transactions_at", "ledger_transactions", ["at"])
    op.create_table(
        "ledger_entries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("transaction_id", BIG, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("tax_rate", sa.Numeric(precision=6, scale=5), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_ledger_entries_amount_is_not_zero")),
        sa.CheckConstraint(
            "account IN ('receivable', 'sales', 'delivery', 'tax', 'discounts', 'stripe', 'fees', 'refunds',"
            " 'disputes')",
            name=op.f("ck_ledger_entries_account_is_known"),
        ),
        sa.CheckConstraint(
            "(tax_rate IS NOT NULL) = (account IN ('sales', 'delivery', 'tax', 'refunds'))",
            name=op.f("ck_ledger_entries_rate_where_taxed"),
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_ledger_entries_transaction_id_ledger_transactions"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
    )
    op.create_index("ix_ledger_entries_transaction_id", "ledger_entries", ["transaction_id"])
    op.create_index("ix_ledger_entries_account", "ledger_entries", ["account", "currency"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("ledger_entries")
    op.drop_table("ledger_transactions")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_entries_guard()")
        op.execute("DROP FUNCTION ledger_transactions_guard()")
