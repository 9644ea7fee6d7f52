"""How often something may be tried. Counted in Redis, or in this process where there is none or it is away."""

from __future__ import annotations

import math

from flask import Flask, request
from flask_limiter import Limiter
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from redis import RedisError

from shop.core.clock import now
from shop.core.web import network_of
from shop.settings import Settings

limiter = Limiter(key_func=lambda: network_of(request.remote_addr))
_here = FixedWindowRateLimiter(MemoryStorage())


def init(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_STORAGE_OPTIONS"] = (
        {"socket_connect_timeout": 1, "socket_timeout": 1} if settings.redis_url else {}
    )
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = settings.redis_url is not None
    limiter.init_app(app)


def seconds_to_wait(limit: str, *whose: str) -> int:
    """Counts a try, of what `whose` names, against a limit like `5 per 15 minutes`. 0 when it may go on."""
    item = parse(limit)
    for counter in (limiter.limiter, _here):
        try:
            if counter.hit(item, *whose):
                return 0
            left = counter.get_window_stats(item, *whose).reset_time - math.ceil(now().timestamp())
        except RedisError:
            continue
        return max(1, min(math.ceil(left), item.get_expiry()))  # never beyond the window
    return 0


def forget_tries(limit: str, *whose: str) -> None:
    """Those before a try that was right do not count any more."""
    for counter in (limiter.limiter, _here):
        try:
            counter.clear(parse(limit), *whose)
        except RedisError:
            continue
