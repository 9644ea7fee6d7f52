"""ordered ahead: what was promised before it was there; stock movements that nobody changes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE = (
    """
    CREATE TRIGGER stock_movements_insert BEFORE INSERT ON stock_movements
    BEGIN
        SELECT RAISE(ABORT, 'ledger: there is such a movement')
        WHERE EXISTS (SELECT 1 FROM stock_movements WHERE id = NEW.id);
    END
    """,
    """
    CREATE TRIGGER stock_movements_update BEFORE UPDATE ON stock_movements
    BEGIN
        SELECT RAISE(ABORT, 'ledger: a movement is never changed');
    END
    """,
    """
    CREATE TRIGGER stock_movements_delete BEFORE DELETE ON stock_movements
    BEGIN
        SELECT RAISE(ABORT, 'ledger: nothing is deleted');
    END
    """,
)

POSTGRESQL = (
    """
    CREATE FUNCTION stock_movements_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'ledger: a movement is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """,
    *(
        f"CREATE TRIGGER stock_movements_{operation} BEFORE {operation} ON stock_movements "
        f"FOR EACH {'STATEMENT' if operation == 'truncate' else 'ROW'} EXECUTE FUNCTION stock_movements_guard()"
        for operation in ("update", "delete", "truncate")
    ),
)


def upgrade() -> None:
    for table in ("stock_holds", "order_lines"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("ahead", sa.Integer(), nullable=False, server_default="0"))
            if table == "order_lines":
                batch_op.add_column(sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("ahead", server_default=None)
            batch_op.create_check_constraint(
                op.f(f"ck_{table}_ahead_is_a_part_of_it"), "ahead >= 0 AND ahead <= quantity"
            )
    op.create_table(
        "stock_warnings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("fk_stock_warnings_variant_id_variants"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_warnings")),
        sa.UniqueConstraint("variant_id", name=op.f("uq_stock_warnings_variant_id")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for operation in ("insert", "update", "delete") if sqlite else ("update", "delete", "truncate"):
        op.execute(f"DROP TRIGGER stock_movements_{operation}" + ("" if sqlite else " ON stock_movements"))
    if not sqlite:
        op.execute("DROP FUNCTION stock_movements_guard()")
    op.drop_table("stock_warnings")
    for table, columns in (("order_lines", ("promised_at", "ahead")), ("stock_holds", ("ahead",))):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_ahead_is_a_part_of_it"), type_="check")
            for column in columns:
                batch_op.drop_column(column)
