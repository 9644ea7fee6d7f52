"""Reading a request: bracket syntax into nested values, then each value checked against what the endpoint knows."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from shop.demo.twin.books import Where
from shop.demo.twin.errors import ApiError

Check = Callable[[Any, str], Any]  # (value, where it stands) -> the value as the till wants it

KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\]){0,8})")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`line_items[0][quantity]=2` -> {"line_items": {"0": {"quantity": "2"}}}; `expand[]` counts up."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        match = KEY.fullmatch(key)
        if not match:
            raise ApiError(f"Invalid parameter name: {key}", param=key)
        *path, last = match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])
        node = tree
        for part in path:
            node = node.setdefault(part or str(len(node)), {})
            if not isinstance(node, dict):
                raise ApiError(f"Invalid hash: {key}", param=key)
        node[last or str(len(node))] = value
    return tree


def struct(*required: str, **fields: Check) -> Check:
    def check(value: Any, at: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ApiError("Invalid object", param=at)
        inside = (lambda name: f"{at}[{name}]") if at else (lambda name: name)
        if unknown := [inside(name) for name in value if name not in fields]:
            raise ApiError(
                f"Received unknown parameter{'s' * (len(unknown) > 1)}: {', '.join(unknown)}",
                code="parameter_unknown",
                param=unknown[0],
            )
        for name in required:
            if name not in value:
                where = inside(name)
                raise ApiError(f"Missing required param: {where}.", code="parameter_missing", param=where)
        return {name: fields[name](given, inside(name)) for name, given in value.items()}

    return check


def list_of(item: Check, *, at_most: int) -> Check:
    def check(value: Any, at: str) -> list[Any]:
        if not isinstance(value, dict) or not all(re.fullmatch("[0-9]{1,6}", index) for index in value):
            raise ApiError("Invalid array", param=at)
        if len(value) > at_most:
            raise ApiError(f"Array {at} exceeded maximum {at_most} allowed elements.", param=at)
        return [item(value[index], f"{at}[{index}]") for index in sorted(value, key=int)]

    return check


def text(longest: int = 5000) -> Callable[[Any, str], str]:
    def check(value: Any, at: str) -> str:
        if not isinstance(value, str):
            raise ApiError("Invalid string", param=at)
        if not value:
            raise ApiError(
                f"You passed an empty string for '{at}'. We assume empty values are an attempt to unset a parameter; "
                f"however '{at}' cannot be unset.",
                code="parameter_invalid_empty",
                param=at,
            )
        if len(value) > longest:
            message = f"Invalid string: {value[:20]}...; must be at most {longest} characters"
            raise ApiError(message, code="parameter_invalid_string", param=at)
        return value

    return check


def integer(least: int = 0, most: int = 99_999_999) -> Callable[[Any, str], int]:
    def check(value: Any, at: str) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise ApiError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=at)
        if not least <= int(value) <= most:
            bound = f"greater than or equal to {least}" if int(value) < least else f"less than or equal to {most}"
            raise ApiError(f"This value must be {bound}.", code="parameter_invalid_integer", param=at)
        return int(value)

    return check


def one_of(*choices: str) -> Check:
    def check(value: Any, at: str) -> str:
        if value not in choices:
            raise ApiError(f"Invalid {at}: must be one of {' or '.join(choices)}", param=at)
        return str(value)

    return check


def boolean(value: Any, at: str) -> bool:
    if value not in {"true", "false"}:
        raise ApiError(f"Invalid boolean: {value}", param=at)
    return bool(value == "true")


def url(value: Any, at: str) -> str:
    address = text()(value, at)
    try:
        parts = urlsplit(address)
        absolute = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:
        absolute = None
    if not absolute:
        message = "Not a valid URL: it needs an explicit scheme (such as https) and a host."
        raise ApiError(message, code="url_invalid", param=at)
    return address


def email(value: Any, at: str) -> str:
    address = text(512)(value, at)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", address):
        raise ApiError(f"Invalid email address: {address}", code="email_invalid", param=at)
    return address


def metadata(value: Any, at: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise ApiError("Invalid metadata: metadata must be a set of key-value pairs", param=at)
    if len(value) > 50 or any(len(key) > 40 or len(one) > 500 for key, one in value.items()):
        raise ApiError("Metadata takes 50 keys of 40 characters with values of 500 characters at most.", param=at)
    return {key: one for key, one in value.items() if one}


def created(value: Any, at: str) -> list[Where]:
    """`created=1700000000`, or any of created[gt], [gte], [lt], [lte], as conditions of the books."""
    if isinstance(value, str):
        return [("created = ?", integer(most=10**12)(value, at))]
    bound = integer(most=10**12)
    bounds: Mapping[str, int] = struct(gt=bound, gte=bound, lt=bound, lte=bound)(value, at)
    signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    return [(f"created {signs[name]} ?", moment) for name, moment in bounds.items()]
