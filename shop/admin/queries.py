from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shop.core.db import db
from shop.payments.models import Dispute


def disputes_of(payment_ids: Sequence[int]) -> Sequence[Dispute]:
    if not payment_ids:
        return []
    return db.session.scalars(select(Dispute).where(Dispute.payment_id.in_(payment_ids)).order_by(Dispute.id)).all()
