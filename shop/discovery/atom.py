"""New goods, for readers of feeds: RFC 4287. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from shop.discovery.xml import DECLARATION, element, empty, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    id: int
    title: str
    address: str
    summary: str
    created_at: datetime
    published_at: datetime
    updated_at: datetime


def feed(entries: Iterable[Entry], *, title: str, author: str, home: str, here: str, when: datetime) -> str:
    """`here` is the feed's own address; `when` is its time where it has no entries."""
    listed = list(entries)
    updated = max((_updated(entry) for entry in listed), default=when)
    return "".join(
        [
            DECLARATION,
            '<feed xmlns="http://www.w3.org/2005/Atom">',
            element("id", here),
            element("title", title),
            element("updated", moment(updated)),
            f"<author>{element('name', author)}{element('uri', home)}</author>",
            empty("link", rel="self", type="application/atom+xml", href=here),
            empty("link", rel="alternate", type="text/html", href=home),
            "\n",
            *(_entry(entry, urlsplit(home).hostname or "") for entry in listed),
            "</feed>\n",
        ]
    )


def _entry(entry: Entry, host: str) -> str:
    parts = [
        element("id", f"tag:{host},{entry.created_at:%Y-%m-%d}:products/{entry.id}"),  # RFC 4151: addresses change
        element("title", entry.title),
        empty("link", rel="alternate", type="text/html", href=entry.address),
        element("published", moment(entry.published_at)),
        element("updated", moment(_updated(entry))),
        element("summary", entry.summary),
    ]
    return f"<entry>{''.join(parts)}</entry>\n"


def _updated(entry: Entry) -> datetime:
    """A product that was made long before it came out is new when it comes out."""
    return max(entry.updated_at, entry.published_at)
