from __future__ import annotations

from shop.core import mail
from shop.restock import scarce, services


def call(variant_id: int) -> None:
    services.call(variant_id)


def told(mail_id: int) -> None:
    sent = mail.get(mail_id)
    if sent is not None and sent.kind == "back_in_stock":
        services.told(sent.about["request_id"])


def scarce_since(variant_id: int) -> None:
    scarce.remember(variant_id)


def tell_staff() -> None:
    scarce.tell()
