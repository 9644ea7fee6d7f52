"""Which services answer here, and what is said where one does not."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

import psycopg

from shop.settings import ROOT

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://127.0.0.1:5432/postgres")
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
NODE_MODULES = Path(os.environ.get("TEST_TOOLS", ROOT / "var/tools")) / "node_modules"

MISSING = {
    "postgres": "Left out: the tests on PostgreSQL. None answers at TEST_POSTGRES_URL.",
    "redis": "Left out: the tests with Redis. There is no redis-server on this machine.",
    "html": "Left out: the tests by HTML checkers. Java, Node, or vnu-jar and html-validate in var/tools are missing.",
    "schemas": "Left out: the tests by published schemas. Node, or what `make tools` installs, is missing.",
    "browser": "Left out: the tests in a browser. There is no chromium on this machine.",
}


def missing() -> list[str]:
    return [sentence for name, sentence in MISSING.items() if not there(name)]


SCHEMAS = ("sitemap", "schema-dts", "typescript", "@adobe/structured-data-validator", "@marbec/web-auto-extractor")


@cache
def there(name: str) -> bool:
    if name == "redis":
        return shutil.which("redis-server") is not None
    if name == "browser":
        return bool(CHROMIUM)
    if name == "html":
        return _installed("vnu-jar", "html-validate") and bool(shutil.which("java") and shutil.which("node"))
    if name == "schemas":
        return _installed(*SCHEMAS) and bool(shutil.which("node"))
    try:
        with psycopg.connect(POSTGRES, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


def _installed(*packages: str) -> bool:
    return all((NODE_MODULES / package).exists() for package in packages)
