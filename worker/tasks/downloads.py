from __future__ import annotations

from shop.downloads import services


def give(order_id: int) -> None:
    services.give(order_id)
