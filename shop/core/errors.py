"""What can go wrong, as sentences for the person in front of the screen.

Raised where it is known, shown in one place (`shop.core.web`) as a page or a problem document.
"""

from __future__ import annotations

from collections.abc import Mapping


class ShopError(Exception):
    """`message` says what went wrong and how to mend it; `fields` the same for single fields of a form."""

    status = 400
    code = "refused"

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})


class Invalid(ShopError):
    """What was sent makes no sense."""

    status = 422
    code = "invalid"


class NotFound(ShopError):
    """Not there, or not yours to see."""

    status = 404
    code = "not_found"


class Forbidden(ShopError):
    status = 403
    code = "forbidden"


class Conflict(ShopError):
    """Understood, but the state of things does not allow it."""

    status = 409
    code = "conflict"


class TooMany(ShopError):
    """Too many tries; wait."""

    status = 429
    code = "too_many"


class Unavailable(ShopError):
    """Something the shop depends on does not answer. Nothing was lost; trying again helps."""

    status = 503
    code = "unavailable"
