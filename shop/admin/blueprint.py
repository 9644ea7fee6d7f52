"""What the staff pages hang on; each module of this package adds its own."""

from __future__ import annotations

from flask import Blueprint, current_app, request

from shop.admin import navigation, words
from shop.core import log

bp = Blueprint("staff", __name__, url_prefix="/admin")


@bp.context_processor
def _words() -> dict[str, object]:
    return {"words": words, "groups": navigation.GROUPS, "behind_a_stranger": _behind_a_stranger()}


def _behind_a_stranger() -> bool:
    """Whether a proxy that the settings do not know of stands before the shop, so that all visitors look like one."""
    found = "X-Forwarded-For" in request.headers and not current_app.extensions["settings"].trusted_proxies
    if found and not current_app.extensions.setdefault("stranger_told", False):
        current_app.extensions["stranger_told"] = True
        log.get().warning("proxy.not_trusted", hint="set TRUSTED_PROXIES to the number of proxies before the shop")
    return found
