from __future__ import annotations

from shop.catalog import index
from shop.jobs import services as jobs


def reindex() -> None:
    jobs.start_one("reindex", by="shop")


def turn_prices() -> None:
    while index.turn() == index.AT_ONCE:
        pass
