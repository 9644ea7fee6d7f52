"""what is endless: variants that need no parcel are not counted; what was counted of them is written out"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NAME = "ck_variants_what_is_endless_is_not_counted"
CONDITION = "requires_shipping OR (on_hand = 0 AND reserved = 0 AND back_order_limit = 0)"
ENDLESS = "SELECT id FROM variants WHERE NOT requires_shipping"


def upgrade() -> None:
    op.execute(
        sa.text(
            'INSERT INTO stock_movements (variant_id, quantity, reason, order_id, "by", note, "at") '
            "SELECT variant_id, -SUM(quantity), 'corrected', order_id, 'shop', 'not counted any more', CURRENT_TIMESTAMP "
            f"FROM stock_movements WHERE variant_id IN ({ENDLESS}) "
            "GROUP BY variant_id, order_id HAVING SUM(quantity) <> 0"
        )
    )
    op.execute(sa.text(f"DELETE FROM stock_holds WHERE variant_id IN ({ENDLESS})"))
    op.execute(sa.text("UPDATE variants SET on_hand = 0, reserved = 0, back_order_limit = 0 WHERE NOT requires_shipping"))
    op.execute(
        sa.text(
            f"UPDATE listed_products SET in_stock = true WHERE product_id IN (SELECT product_id FROM listed_offers "
            f"WHERE variant_id IN ({ENDLESS}) AND begins_at <= CURRENT_TIMESTAMP "
            "AND (ends_at IS NULL OR ends_at > CURRENT_TIMESTAMP))"
        )
    )
    with op.batch_alter_table("variants") as batch_op:
        batch_op.create_check_constraint(op.f(NAME), CONDITION)


def downgrade() -> None:
    with op.batch_alter_table("variants") as batch_op:
        batch_op.drop_constraint(op.f(NAME), type_="check")
