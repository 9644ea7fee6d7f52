"""The factory. Read this first: it names every part of the shop and says how they meet."""

from __future__ import annotations

import stripe
from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import text

from shop import cli
from shop.accounts import sessions
from shop.admin import views as admin
from shop.aftersale import return_views, review_views
from shop.aftersale import views as orders
from shop.audit import recorder
from shop.cart import views as cart
from shop.catalog import views as catalog
from shop.checkout import views as checkout
from shop.content import views as content
from shop.core import db as database
from shop.core import i18n, limits, log, mail, static, web
from shop.core.db import db
from shop.demo import mailbox, styleguide
from shop.discovery import indexnow
from shop.discovery import views as discovery
from shop.documents import views as documents
from shop.downloads import views as downloads
from shop.media import storage
from shop.media import views as media
from shop.payments import gateway
from shop.payments import views as payments
from shop.restock import views as restock
from shop.settings import ROOT, Env, Settings


def create_app(settings: Settings | None = None, *, stripe_client: stripe.HTTPClient | None = None) -> Flask:
    """The shop as a WSGI application, without anything that works in the background (`worker/` adds that).

    `stripe_client` lets the tests reach Stripe's twin without a port. Raises BadSettings.
    """
    settings = settings or Settings.from_env()
    app = i18n.Shop("shop", template_folder=str(ROOT / "templates"), static_folder=None)
    app.extensions["settings"] = settings

    log.init(app, readable=settings.env in (Env.DEMO, Env.DEVELOPMENT))
    database.init(app, settings)
    recorder.init()
    Migrate(app, db, directory=str(ROOT / "migrations"))
    web.init(app, settings)
    static.init(app, settings)
    i18n.init(app)
    limits.init(app, settings)
    storage.init(app, settings)
    mail.init(app, settings, mailbox=mailbox.keep)
    gateway.init(app, settings, stripe_client)
    sessions.init(app)

    parts = (catalog, content, cart, restock, checkout, orders, return_views, review_views, documents, downloads)
    for part in (*parts, payments, admin, media):
        app.register_blueprint(part.bp)
    discovery.init(app)
    indexnow.init(app, settings)
    if settings.shows_mails:
        app.register_blueprint(mailbox.bp)
    if settings.env is not Env.PRODUCTION:
        app.register_blueprint(styleguide.bp)
    _health(app)
    cli.init(app)
    web.check_marks(app)
    return app


def _health(app: Flask) -> None:
    @app.get("/healthz")
    @web.plumbing
    def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/readyz")
    @web.plumbing
    def readyz() -> tuple[dict[str, str], int]:
        """The database answers, and there is a shop in it."""
        try:
            ready = db.session.execute(text("SELECT 1 FROM store_settings WHERE key = 'name'")).first() is not None
        except Exception as error:
            log.get().warning("not_ready", error=str(error)[:200])
            ready = False
        return ({"status": "ready"}, 200) if ready else ({"status": "not ready"}, 503)
