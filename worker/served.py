"""The shop as a server process runs it: the pages, the relay, and without Redis the worker too."""

from __future__ import annotations

from flask import Flask

from shop.app import create_app
from shop.settings import Settings
from worker.app import create_worker, start_embedded, start_relay


def create() -> Flask:
    app = create_app()
    settings: Settings = app.extensions["settings"]
    celery = create_worker(app)
    if settings.embedded:
        start_embedded(app, celery)
    start_relay(app, celery)
    return app
