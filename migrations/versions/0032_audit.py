"""audit: what staff changed, for good"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {
    "at": ["at"],
    "actor": ["actor", "at"],
    "what": ["what", "at"],
    "actor_what": ["actor", "what", "at"],
    "about": ["about", "at"],
    "ref": ["ref", "at"],
    "label": ["label", "at"],
}

# The one on insert closes what REPLACE would open, which deletes without asking.
SQLITE = (
    """
    CREATE TRIGGER audit_entries_insert BEFORE INSERT ON audit_entries
    BEGIN
        SELECT RAISE(ABORT, 'audit: there is such an entry')
        WHERE EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id);
    END
    """,
    """
    CREATE TRIGGER audit_entries_update BEFORE UPDATE ON audit_entries
    BEGIN
        SELECT RAISE(ABORT, 'audit: an entry is never changed');
    END
    """,
    """
    CREATE TRIGGER audit_entries_delete BEFORE DELETE ON audit_entries
    BEGIN
        SELECT RAISE(ABORT, 'audit: nothing is deleted');
    END
    """,
)

POSTGRESQL = (
    """
    CREATE FUNCTION audit_entries_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit: an entry is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """,
    *(
        f"CREATE TRIGGER audit_entries_{operation} BEFORE {operation} ON audit_entries "
        f"FOR EACH {'STATEMENT' if operation == 'truncate' else 'ROW'} EXECUTE FUNCTION audit_entries_guard()"
        for operation in ("update", "delete", "truncate")
    ),
)


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("row_id", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "action IN ('created', 'changed', 'deleted')", name=op.f("ck_audit_entries_action_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    for name, columns in INDEXES.items():
        op.create_index(f"ix_audit_entries_{name}", "audit_entries", columns)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entries_guard()")
