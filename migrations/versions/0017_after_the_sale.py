"""after the sale: shipments, returns, what refunds are for, and counts of what happened to the pieces of a line"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = ("shipped", "cancelled", "refunded", "returned", "restocked")
PIECES = {
    "is_sent_once": "shipped >= 0 AND cancelled >= 0 AND shipped + cancelled <= quantity",
    "is_refunded_once": "refunded >= 0 AND refunded <= quantity",
    "only_what_was_sent_returns": "returned >= 0 AND returned <= shipped",
    "is_restocked_once": "restocked >= 0 AND restocked <= quantity",
}


def upgrade() -> None:
    with op.batch_alter_table("order_lines") as batch_op:
        for name in COUNTS:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE order_lines SET shipped = quantity WHERE order_id IN (SELECT id FROM orders WHERE status = 'shipped')"
    )
    with op.batch_alter_table("order_lines") as batch_op:
        for name, condition in PIECES.items():
            batch_op.create_check_constraint(op.f(f"ck_order_lines_{name}"), condition)
    with op.batch_alter_table("order_events") as batch_op:
        batch_op.add_column(sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("data", sa.JSON(), nullable=False, server_default="{}"))
    _shipments()
    _returns()
    _refunds()


def _shipments() -> None:
    op.create_table(
        "shipments",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("carrier", sa.String(length=255), nullable=False),
        sa.Column("tracking_number", sa.String(length=255), nullable=False),
        sa.Column("tracking_url", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_shipments_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("form_token", name=op.f("uq_shipments_form_token")),
    )
    op.create_index(op.f("ix_shipments_order_id"), "shipments", ["order_id"])
    op.create_table(
        "shipment_lines",
        sa.Column("shipment_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_lines_quantity_is_positive")),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipments.id"],
            name=op.f("fk_shipment_lines_shipment_id_shipments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_lines.id"], name=op.f("fk_shipment_lines_line_id_order_lines"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("shipment_id", "line_id", name=op.f("pk_shipment_lines")),
    )
    op.create_index(op.f("ix_shipment_lines_line_id"), "shipment_lines", ["line_id"])
    op.execute(
        'INSERT INTO shipments (order_id, form_token, carrier, tracking_number, tracking_url, "by", shipped_at) '
        "SELECT id, 'before-' || number, '', '', '', 'shop', COALESCE(shipped_at, placed_at) "
        "FROM orders WHERE status = 'shipped'"
    )
    op.execute(
        "INSERT INTO shipment_lines (shipment_id, line_id, quantity) "
        "SELECT shipments.id, order_lines.id, order_lines.quantity "
        "FROM order_lines JOIN shipments ON shipments.order_id = order_lines.order_id"
    )


def _returns() -> None:
    op.create_table(
        "returns",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('return', 'withdrawal')", name=op.f("ck_returns_kind_is_known")),
        sa.CheckConstraint(
            "status IN ('requested', 'approved', 'declined', 'received')", name=op.f("ck_returns_status_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_returns_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
        sa.UniqueConstraint("form_token", name=op.f("uq_returns_form_token")),
    )
    op.create_index(op.f("ix_returns_order_id"), "returns", ["order_id"])
    op.create_index("ix_returns_status", "returns", ["status", "requested_at"])
    op.create_table(
        "return_lines",
        sa.Column("return_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("restocked", sa.Integer(), nullable=False),
        sa.Column("written_off", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_return_lines_quantity_is_positive")),
        sa.CheckConstraint(
            "restocked >= 0 AND written_off >= 0 AND restocked + written_off <= quantity",
            name=op.f("ck_return_lines_is_received_once"),
        ),
        sa.ForeignKeyConstraint(
            ["return_id"], ["returns.id"], name=op.f("fk_return_lines_return_id_returns"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_lines.id"], name=op.f("fk_return_lines_line_id_order_lines"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("return_id", "line_id", name=op.f("pk_return_lines")),
    )
    op.create_index(op.f("ix_return_lines_line_id"), "return_lines", ["line_id"])


def _refunds() -> None:
    with op.batch_alter_table("refunds") as batch_op:
        batch_op.add_column(sa.Column("return_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_refunds_return_id_returns"), "returns", ["return_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.create_index(op.f("ix_refunds_return_id"), ["return_id"])
    op.create_table(
        "refund_parts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("refund_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("tax_rate", sa.Numeric(precision=6, scale=5), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('line', 'delivery', 'amount')", name=op.f("ck_refund_parts_kind_is_known")),
        sa.CheckConstraint(
            "(kind = 'line') = (line_id IS NOT NULL) AND (kind = 'line') = (quantity > 0)",
            name=op.f("ck_refund_parts_is_whole"),
        ),
        sa.CheckConstraint(
            "amount_minor >= 0 AND tax_minor >= 0 AND tax_minor <= amount_minor",
            name=op.f("ck_refund_parts_tax_is_contained"),
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_refund_parts_refund_id_refunds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_lines.id"], name=op.f("fk_refund_parts_line_id_order_lines"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_parts")),
    )
    op.create_index(op.f("ix_refund_parts_refund_id"), "refund_parts", ["refund_id"])
    op.create_index(op.f("ix_refund_parts_line_id"), "refund_parts", ["line_id"])


def downgrade() -> None:
    op.drop_table("refund_parts")
    with op.batch_alter_table("refunds") as batch_op:
        batch_op.drop_constraint(op.f("fk_refunds_return_id_returns"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_refunds_return_id"))
        batch_op.drop_column("return_id")
        batch_op.drop_column("settled_at")
    for table in ("return_lines", "returns", "shipment_lines", "shipments"):
        op.drop_table(table)
    with op.batch_alter_table("order_events") as batch_op:
        batch_op.drop_column("public")
        batch_op.drop_column("data")
    with op.batch_alter_table("order_lines") as batch_op:
        for name in PIECES:
            batch_op.drop_constraint(op.f(f"ck_order_lines_{name}"), type_="check")
        for name in COUNTS:
            batch_op.drop_column(name)
