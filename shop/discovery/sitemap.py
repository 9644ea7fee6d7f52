"""Sitemaps as sitemaps.org has them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shop.discovery.xml import DECLARATION, element, moment

_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
BEGIN = f"{DECLARATION}<urlset {_NAMESPACE}>\n"
END = "</urlset>\n"


def index(files: Iterable[str]) -> str:
    listed = "".join(f"<sitemap>{element('loc', address)}</sitemap>\n" for address in files)
    return f"{DECLARATION}<sitemapindex {_NAMESPACE}>\n{listed}</sitemapindex>\n"


def page(address: str, changed_at: datetime | None) -> str:
    changed = element("lastmod", moment(changed_at)) if changed_at else ""
    return f"<url>{element('loc', address)}{changed}</url>\n"
