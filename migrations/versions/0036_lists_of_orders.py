"""lists of orders: what they are sorted, filtered and searched by, views of them that are kept, and what came of webhooks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shop.orders import found

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
HELD = sa.text("held_at IS NOT NULL")
SOME = 1000  # rows written at a time
OPEN = sa.text("closed_at IS NULL")
LISTS = {
    "ix_orders_status": ["status", "placed_at", "id"],
    "ix_orders_placed_at": ["placed_at", "id"],
    "ix_orders_country": ["country", "placed_at", "id"],
    "ix_orders_delivery_method_id": ["delivery_method_id", "placed_at", "id"],
    "ix_orders_fulfilment": ["fulfilment", "placed_at", "id"],
}


def upgrade() -> None:
    op.add_column("orders", sa.Column("country", sa.String(2), nullable=False, server_default=""))
    op.add_column("orders", sa.Column("fulfilment", sa.String(64), nullable=False, server_default="unsent"))
    op.execute(
        "UPDATE orders SET country = coalesce((SELECT a.country FROM order_addresses a"
        " WHERE a.order_id = orders.id AND a.kind = 'delivery'), '')"
    )
    _say_how_far_they_are()
    op.create_table(
        "order_words",
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("word", sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_words_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "word", name=op.f("pk_order_words")),
    )
    _find_words()
    op.create_index("ix_order_words_word", "order_words", ["word", "order_id"])
    op.drop_index("ix_orders_status", table_name="orders")
    op.drop_index("ix_orders_placed_at", table_name="orders")
    for name, columns in LISTS.items():
        op.create_index(name, "orders", columns)
    op.create_index("ix_orders_held", "orders", ["placed_at", "id"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_index("ix_disputes_open", "disputes", ["payment_id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index("ix_returns_status", table_name="returns")
    op.create_index("ix_returns_status", "returns", ["status", "requested_at", "id"])
    op.create_index("ix_returns_requested_at", "returns", ["requested_at", "id"])
    op.create_table(
        "saved_views",
        sa.Column("id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("of", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_views_staff_id_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("staff_id", "of", "name", name=op.f("uq_saved_views_staff_id_of_name")),
    )
    with op.batch_alter_table("webhook_events") as batch_op:
        batch_op.add_column(sa.Column("payment_id", BIG, nullable=True))
        batch_op.add_column(sa.Column("did", sa.JSON(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_webhook_events_payment_id_payments"), "payments", ["payment_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_webhook_events_payment_id", "webhook_events", ["payment_id"])


def downgrade() -> None:
    op.drop_index("ix_webhook_events_payment_id", table_name="webhook_events")
    with op.batch_alter_table("webhook_events") as batch_op:
        batch_op.drop_constraint(op.f("fk_webhook_events_payment_id_payments"), type_="foreignkey")
        batch_op.drop_column("did")
        batch_op.drop_column("payment_id")
    op.drop_table("saved_views")
    op.drop_index("ix_returns_requested_at", table_name="returns")
    op.drop_index("ix_returns_status", table_name="returns")
    op.create_index("ix_returns_status", "returns", ["status", "requested_at"])
    op.drop_index("ix_disputes_open", table_name="disputes")
    op.drop_index("ix_orders_held", table_name="orders")
    for name in LISTS:
        op.drop_index(name, table_name="orders")
    op.create_index("ix_orders_status", "orders", ["status", "placed_at"])
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])
    op.drop_table("order_words")
    op.drop_column("orders", "fulfilment")
    op.drop_column("orders", "country")


def _say_how_far_they_are() -> None:
    left = "(SELECT coalesce(sum(l.quantity - l.shipped - l.cancelled), 0) FROM order_lines l"
    left += " WHERE l.order_id = orders.id AND l.requires_shipping)"
    sent = "(SELECT coalesce(sum(l.shipped), 0) FROM order_lines l WHERE l.order_id = orders.id)"
    on_the_way = "EXISTS (SELECT 1 FROM shipments s WHERE s.order_id = orders.id AND s.undone_at IS NULL"
    on_the_way += " AND s.delivered_at IS NULL)"
    op.execute(
        f"UPDATE orders SET fulfilment = CASE WHEN {sent} = 0 AND {left} > 0 THEN 'unsent'"
        f" WHEN {sent} = 0 THEN 'nothing' WHEN {left} > 0 THEN 'partly_sent'"
        f" WHEN {on_the_way} THEN 'sent' ELSE 'delivered' END"
    )


def _find_words() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT o.id, o.number, o.email, a.name, a.company FROM orders o"
            " JOIN order_addresses a ON a.order_id = o.id AND a.kind = 'delivery'"
        )
    ).all()
    for start in range(0, len(rows), SOME):
        connection.execute(
            sa.text("INSERT INTO order_words (order_id, word) VALUES (:order_id, :word)"),
            [
                {"order_id": row.id, "word": word}
                for row in rows[start : start + SOME]
                for word in found.kept(number=row.number, email=row.email, name=row.name, company=row.company)
            ],
        )
