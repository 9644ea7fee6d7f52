"""What the staff pages hang on; each module of this package adds its own."""

from __future__ import annotations

from flask import Blueprint

from shop.admin import navigation, words

bp = Blueprint("staff", __name__, url_prefix="/admin")


@bp.context_processor
def _words() -> dict[str, object]:
    return {"words": words, "groups": navigation.GROUPS}
