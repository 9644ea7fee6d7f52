"""mails are a log for each order: who they went to, how often they were tried, and what became of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHECKS = {
    "status_is_known": "status IN ('queued', 'sent', 'failed', 'dead')",
    "sent_has_a_time": "(status = 'sent') = (sent_at IS NOT NULL)",
    "failed_is_tried_again": "(status = 'failed') = (next_try_at IS NOT NULL)",
    "queue_is_known": "queue IN ('mails', 'bulk')",
}
DEAD = sa.text("status = 'dead'")


def upgrade() -> None:
    op.execute("DELETE FROM mails WHERE sent_at IS NULL")  # what asked for them still waits in the outbox
    with op.batch_alter_table("mails") as batch_op:
        batch_op.alter_column("ref", existing_type=sa.String(length=64), type_=sa.String(length=255))
        batch_op.add_column(sa.Column("order_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("about", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("queue", sa.String(length=16), nullable=False, server_default="mails"))
        batch_op.add_column(sa.Column("to_address", sa.String(length=255), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("language", sa.String(length=16), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("status", sa.String(length=16), nullable=False, server_default="sent"))
        batch_op.add_column(sa.Column("noted", sa.String(length=16), nullable=False, server_default="sent"))
        batch_op.add_column(sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_mails_order_id_orders"), "orders", ["order_id"], ["id"], ondelete="CASCADE"
        )
    op.execute(
        "UPDATE mails SET order_id = (SELECT id FROM orders WHERE id = CAST(SUBSTR(mails.ref, 7) AS BIGINT)) "
        "WHERE kind = 'order_confirmation'"
    )
    op.execute(
        "UPDATE mails SET order_id = (SELECT payments.order_id FROM refunds JOIN payments "
        "ON payments.id = refunds.payment_id WHERE refunds.id = CAST(SUBSTR(mails.ref, 8) AS BIGINT)) "
        "WHERE kind = 'late_payment_refunded'"
    )
    _say_what_about("order_confirmation", """'{"order_id": ' || order_id || '}'""")
    _say_what_about(
        "late_payment_refunded", """'{"order_id": ' || order_id || ', "refund_id": ' || SUBSTR(ref, 8) || '}'"""
    )
    with op.batch_alter_table("mails") as batch_op:
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(op.f(f"ck_mails_{name}"), condition)
        batch_op.create_index(op.f("ix_mails_order_id"), ["order_id"])
    op.create_index("ix_mails_dead", "mails", ["id"], postgresql_where=DEAD, sqlite_where=DEAD)


def _say_what_about(kind: str, ids: str) -> None:
    """So that it can be sent again."""
    connection = op.get_bind()
    about = ids if connection.dialect.name == "sqlite" else f"CAST({ids} AS JSON)"
    connection.exec_driver_sql(f"UPDATE mails SET about = {about} WHERE kind = '{kind}' AND order_id IS NOT NULL")


def downgrade() -> None:
    op.execute("DELETE FROM mails WHERE sent_at IS NULL OR LENGTH(ref) > 64")
    op.drop_index("ix_mails_dead", "mails")
    with op.batch_alter_table("mails") as batch_op:
        batch_op.drop_index(op.f("ix_mails_order_id"))
        for name in CHECKS:
            batch_op.drop_constraint(op.f(f"ck_mails_{name}"), type_="check")
        batch_op.drop_constraint(op.f("fk_mails_order_id_orders"), type_="foreignkey")
        for name in ("order_id", "about", "queue", "to_address", "language", "status", "noted", "next_try_at"):
            batch_op.drop_column(name)
        batch_op.alter_column("ref", existing_type=sa.String(length=255), type_=sa.String(length=64))
