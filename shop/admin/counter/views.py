"""The counter's pages, and the words they have in common."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from shop.admin.blueprint import bp
from shop.admin.counter import (
    contact,  # noqa: F401 (adds its pages)
    drafts,  # noqa: F401 (adds its pages)
    listing,  # noqa: F401 (adds its pages)
    many,  # noqa: F401 (adds its pages)
    money,  # noqa: F401 (adds its pages)
    notes,  # noqa: F401 (adds its pages)
    page,
    papers,  # noqa: F401 (adds its pages)
    parcels,  # noqa: F401 (adds its pages)
    returning,  # noqa: F401 (adds its pages)
    stops,  # noqa: F401 (adds its pages)
    words,
)
from shop.core.web import staff


@bp.context_processor
def _words() -> dict[str, object]:
    return {"counter": words}


@bp.get("/orders/<number>")
@staff("look")
def order(number: str) -> ResponseReturnValue:
    return page.show(number)
