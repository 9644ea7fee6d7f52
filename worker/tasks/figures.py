from __future__ import annotations

from shop.figures import services


def catch_up() -> None:
    services.catch_up()


def hear(**_what: object) -> None:
    services.hear()
