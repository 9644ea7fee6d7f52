"""The files of pictures, where the shop hands them out itself."""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from shop.core.web import not_found, plumbing
from shop.media import storage

bp = Blueprint("media", __name__)

LONGEST_NAME = 200
_NAME = re.compile(r"[\w-]+(/[\w-]+)*\.\w+", re.ASCII)


@bp.get("/media/<path:name>")
@plumbing
def show(name: str) -> ResponseReturnValue:
    """Opened by itself, a file may do nothing: no script, no style, no frame."""
    kind = storage.type_of(name)
    if kind is None or len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        not_found()
    try:
        content = storage.get(name)
    except storage.Missing:
        not_found()
    response = send_file(BytesIO(content), kind, etag=sha256(content).hexdigest()[:32], conditional=True)
    response.headers["Cache-Control"] = storage.kept_by(name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
