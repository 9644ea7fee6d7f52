from __future__ import annotations

from datetime import timedelta

from shop.cart import services as carts
from shop.core import outbox
from shop.core.clock import now

KEEP_MESSAGES = timedelta(days=30)


def expire_carts() -> None:
    while carts.forget_expired():
        pass


def forget_messages() -> None:
    while outbox.forget(before=now() - KEEP_MESSAGES):
        pass
