from __future__ import annotations

from shop.media import services


def derive(asset_id: int) -> None:
    services.derive(asset_id)
