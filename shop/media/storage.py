"""Where the files of pictures are kept: a folder that the shop serves."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, current_app, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from shop.core.web import plumbing
from shop.settings import Settings

KEPT_S = 24 * 3600


def init(app: Flask, settings: Settings) -> None:
    app.config["MEDIA_FOLDER"] = settings.media_url.removeprefix("file:")

    @app.get("/media/<path:name>")
    @plumbing
    def media(name: str) -> ResponseReturnValue:
        return send_from_directory(folder(), name, max_age=KEPT_S)

    app.jinja_env.globals["media_url"] = lambda name: url_for("media", name=name)


def folder() -> Path:
    return Path(current_app.config["MEDIA_FOLDER"])


def put(name: str, content: bytes) -> None:
    """Writes a file whole or not at all."""
    target = folder() / name
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.part")
    half.write_bytes(content)
    half.replace(target)
