"""The one address of a page, under the name the shop is known by: whoever asks, by whatever name, and by no request."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from shop.media import storage
from shop.media.models import Asset, State

MOST_WIDELY_READ = ("jpg", "png", "webp")


def address_of(endpoint: str, **values: Any) -> str:
    return _whole(url_for(endpoint, **values))


def picture_address(asset: Asset) -> str:
    """A file that those can read who know no AVIF; empty where there is none."""
    if asset.state == State.READY:
        return _whole(storage.address(f"{asset.name}-{asset.fallback}.webp"))
    readable = asset.original.rpartition(".")[2] in MOST_WIDELY_READ
    return _whole(storage.address(asset.original)) if readable else ""


def _whole(address: str) -> str:
    root: str = current_app.config["PUBLIC_URL"]
    return f"{root}{address}" if address.startswith("/") else address
