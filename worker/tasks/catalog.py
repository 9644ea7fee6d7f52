from __future__ import annotations

from shop.catalog import index


def reindex() -> None:
    after: int | None = 0
    while after is not None:
        after, _done = index.rebuild_step(after)


def turn_prices() -> None:
    while index.turn() == index.AT_ONCE:
        pass
