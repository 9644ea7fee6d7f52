from __future__ import annotations

from shop.payments import services


def handle_webhook(event_id: int) -> None:
    services.handle(event_id)


def send_refund(refund_id: int) -> None:
    services.send_refund(refund_id)


def sweep() -> None:
    services.sweep()
