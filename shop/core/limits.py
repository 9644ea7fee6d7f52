"""How often something may be tried. Counted in Redis, or in this process where there is none or it is away."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter

from shop.core.web import network_of
from shop.settings import Settings

limiter = Limiter(key_func=lambda: network_of(request.remote_addr))


def init(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_STORAGE_OPTIONS"] = (
        {"socket_connect_timeout": 1, "socket_timeout": 1} if settings.redis_url else {}
    )
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = settings.redis_url is not None
    limiter.init_app(app)
