from __future__ import annotations

from shop.discovery import indexnow


def announce(product_ids: list[int]) -> None:
    indexnow.announce(product_ids)
