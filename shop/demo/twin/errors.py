"""What the twin says when it refuses, in Stripe's words."""

from typing import Any


class ApiError(Exception):
    """An answer other than 200: a sentence for the developer, a code for the program."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        type: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"type": type, "message": message}
        if code:
            self.body |= {"code": code, "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"}
        if param:
            self.body["param"] = param


def missing(kind: str, id: str, param: str = "id") -> ApiError:
    return ApiError(f"No such {kind}: '{id}'", code="resource_missing", param=param, status=404)
