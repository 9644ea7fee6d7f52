"""What a request says of a list: where in it we are, and which rows were chosen."""

from __future__ import annotations

from flask import request

from shop.core import lists
from shop.core.web import positive

LARGEST = 2**62


def place() -> dict[str, int | None]:
    return {name: positive(request.args.get(name), most=LARGEST) for name in ("after", "before")}


def chosen(name: str) -> list[int]:
    """The ids, once each and in order; no more than a list shows."""
    ids = (positive(text, most=LARGEST) for text in request.form.getlist(name))
    return sorted({each for each in ids if each is not None})[: lists.SIZE]
