"""XML written piece by piece, so that no document has to be whole in memory. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape as _escape
from xml.sax.saxutils import quoteattr
from zlib import DEFLATED, compressobj

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# One of these, typed into a text somewhere, and no reader takes the document: https://www.w3.org/TR/xml/#charsets
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GZIP = 31  # what zlib calls it


def element(name: str, text: str) -> str:
    return f"<{name}>{_escape(legal(text))}</{name}>"


def empty(name: str, **attributes: str) -> str:
    return f"<{name}{''.join(f' {key}={quoteattr(legal(value))}' for key, value in attributes.items())}/>"


def legal(text: str) -> str:
    """Without the characters that XML has no way to write."""
    return _NO_CHARACTER.sub("", text)


def moment(when: datetime) -> str:
    """2026-11-26T17:53:00+00:00."""
    return when.isoformat(timespec="seconds")


def packed(parts: Iterable[str]) -> Iterator[bytes]:
    """The same as a gzip file, handed on as it grows."""
    packer = compressobj(6, DEFLATED, _GZIP)
    for part in parts:
        yield packer.compress(part.encode())
    yield packer.flush()
