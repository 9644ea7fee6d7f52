from __future__ import annotations

from shop.together import services


def learn() -> None:
    services.count_sales()
    services.learn()
