"""Whether an unsafe request comes from our own pages.

Pages that every visitor sees alike carry no token, so their forms are guarded by what the browser itself says: Fetch
Metadata, or Origin, or Referer in browsers older than these (the order that Go's net/http CrossOriginProtection
follows too). A caller that sends none of the three is no browser and carries nobody's cookies.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def from_our_own_pages(headers: Headers, *, origins: Collection[str]) -> bool:
    """`origins` are ours, like https://shop.example."""
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    said = headers.get("Origin")
    if said is not None:
        return said in origins
    referer = headers.get("Referer")
    if referer is not None:
        try:
            parts = urlsplit(referer)
        except ValueError:  # brackets that do not close
            return False
        return f"{parts.scheme}://{parts.netloc}" in origins
    return True
