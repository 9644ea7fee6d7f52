"""Which services answer here, and what is said where one does not."""

from __future__ import annotations

import os
import shutil
from functools import cache

import psycopg

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://127.0.0.1:5432/postgres")
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)

MISSING = {
    "postgres": "Left out: the tests on PostgreSQL. None answers at TEST_POSTGRES_URL.",
    "redis": "Left out: the tests with Redis. There is no redis-server on this machine.",
    "browser": "Left out: the tests in a browser. There is no chromium on this machine.",
}


def missing() -> list[str]:
    return [sentence for name, sentence in MISSING.items() if not there(name)]


@cache
def there(name: str) -> bool:
    if name == "redis":
        return shutil.which("redis-server") is not None
    if name == "browser":
        return bool(CHROMIUM)
    try:
        with psycopg.connect(POSTGRES, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False
