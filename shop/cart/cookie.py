"""The cookie by which a visitor's cart is found again."""

from __future__ import annotations

from flask import Response, request

from shop.cart import queries, services
from shop.cart.models import Cart
from shop.core.web import is_secure

NAME = "cart"


def secret() -> str:
    return request.cookies.get(NAME, "")


def current_cart() -> Cart | None:
    """The visitor's cart, if they have one."""
    return queries.by_secret(secret()) if secret() else None


def remember(response: Response, value: str) -> Response:
    response.set_cookie(NAME, value, max_age=services.KEPT, httponly=True, samesite="Lax", secure=is_secure(), path="/")
    return response
