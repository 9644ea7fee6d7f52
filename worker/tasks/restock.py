from __future__ import annotations

from shop.restock import services


def call(variant_id: int) -> None:
    services.call(variant_id)
