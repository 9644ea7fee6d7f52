"""Style sheets, scripts, fonts and drawings, kept by browsers for a year: WhiteNoise answers before Flask is asked.

`url_for("static", filename="css/shop.css")` gives an address named after the content (`bundle.py` says how).
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from flask import Flask, send_from_directory
from flask.typing import ResponseReturnValue
from whitenoise import WhiteNoise  # type: ignore[import-untyped]
from whitenoise.compress import Compressor  # type: ignore[import-untyped]

from shop.core import bundle, web
from shop.settings import ROOT, Env, Settings

SOURCE = ROOT / "static"
BUILT = ROOT / "var" / "static"
WORTH_PACKING = 0.95  # of its size


def init(app: Flask, settings: Settings) -> None:
    always = {
        **web.security_headers(settings),
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",  # a drawing runs no scripts
        "Cache-Control": "public, max-age=31536000, immutable",
    }

    def add_headers(headers: Headers, _path: str, _url: str) -> None:
        for name, value in always.items():
            headers[name] = value

    front = WhiteNoise(app.wsgi_app, allow_all_origins=False, add_headers_function=add_headers)
    files = StaticFiles(SOURCE, BUILT, front)
    files.refresh()
    if settings.env in (Env.DEMO, Env.DEVELOPMENT):
        app.before_request(files.refresh)
    app.wsgi_app = front  # type: ignore[method-assign]

    @app.get("/static/<path:filename>")
    @app.get("/favicon.ico", defaults={"filename": "img/favicon.ico"})
    @app.get("/apple-touch-icon.png", defaults={"filename": "img/apple-touch-icon.png"})
    @web.plumbing
    def static(filename: str) -> ResponseReturnValue:
        """A file under another name than today's, as a page made by another version asks for it: not to be kept."""
        name = bundle.plain(filename)
        if name not in files.now.names:
            web.not_found()
        return send_from_directory(files.folder, files.now.names[name])

    @app.url_defaults
    def by_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["filename"] = files.name_of(values["filename"])

    app.jinja_env.globals["modules_below"] = lambda name: files.now.modules[name]


class StaticFiles:
    """The files as they are now, written out for `front` to send."""

    def __init__(self, source: Path, folder: Path, front: Any) -> None:
        self.source, self.front = source, front
        self.folder = _writable(folder)
        self.stamps: dict[str, int] = {}
        self.now = bundle.Bundle({}, {}, {})

    def refresh(self) -> None:
        """Builds again if a source has changed. What is written already is left, so this costs little."""
        stamps = {str(path): path.stat().st_mtime_ns for path in self.source.rglob("*")}
        if stamps == self.stamps:
            return
        new = bundle.read(self.source)
        for name, content in new.contents.items():
            self._write_out(name, content)
            self.front.add_file_to_dictionary(bundle.PREFIX + name, str(self.folder / name))
        self.now, self.stamps = new, stamps  # last: no page names a file that is not there yet

    def name_of(self, name: str) -> str:
        """Raises LookupError: a broken link is a mistake of ours, and is found when the page is made."""
        try:
            return self.now.names[name]
        except KeyError:
            raise LookupError(f"There is no static/{name}, or it is part of another file.") from None

    def _write_out(self, name: str, content: bytes) -> None:
        """With what it is packed to beside it. The plain file comes last, and says that all are there."""
        path = self.folder / name
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        for suffix, pack in ((".br", Compressor.compress_brotli), (".gz", Compressor.compress_gzip)):
            packed = pack(content)
            if len(packed) < WORTH_PACKING * len(content):
                _write_whole(path.with_name(path.name + suffix), packed)
        _write_whole(path, content)


def _write_whole(path: Path, content: bytes) -> None:
    """Whole or not at all. Of processes that start at once each writes the same bytes, and the last one's stay."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with half.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # or a cut of power could leave an empty file under a name that is never written again
    half.replace(path)


def _writable(folder: Path) -> Path:
    """`folder`; where the shop may only read, one of this process's own."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return Path(tempfile.mkdtemp(prefix="vitrine-static-"))
    return folder
