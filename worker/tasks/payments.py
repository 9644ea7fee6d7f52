from __future__ import annotations

from datetime import timedelta

from flask import current_app

from shop.payments import inbox, services, sweeper
from shop.settings import Settings


def handle_webhook(event_id: int) -> None:
    inbox.handle(event_id)


def send_refund(refund_id: int) -> None:
    services.send_refund(refund_id)


def sweep() -> None:
    """Leaves the youngest to the webhook and the return page, which are at work on them."""
    settings: Settings = current_app.extensions["settings"]
    sweeper.sweep(older_than=timedelta(seconds=min(settings.sweep_seconds, 60)))
