from __future__ import annotations

from shop.documents import services


def invoice(order_id: int) -> None:
    services.invoice(order_id)


def credit_note(refund_id: int) -> None:
    services.credit_note(refund_id)


def correction(refund_id: int) -> None:
    services.correction(refund_id)
