"""The shop as a server process runs it: the pages, the relay, and without Redis the worker too."""

from __future__ import annotations

from flask import Flask

from shop.app import create_app
from shop.settings import Settings
from worker.app import at_work, create_worker, start_embedded, start_relay
from worker.pulse import Heart


def create() -> Flask:
    app = create_app()
    settings: Settings = app.extensions["settings"]
    celery = create_worker(app)
    crews = start_embedded(app, celery) if settings.embedded else []
    start_relay(app, celery)
    clock = ["clock"] if settings.embedded else []
    Heart(app, lambda: ["pages", *at_work(crews), *clock]).start()
    return app
