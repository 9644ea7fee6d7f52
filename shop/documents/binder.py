"""Many PDFs bound into one, a few at a time: each is written as soon as it comes, the directory at the end.

For what `paper` makes: PDF 1.3 with a table of its objects and whole `obj … endobj` between them. Nothing is kept of
what was bound but where its objects stand, so that any number of sheets can be bound step by step.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
CATALOGUE, SHEETS = 1, 2  # the numbers of its own two objects
_REFERENCE = re.compile(rb"(?<![\w.])(\d+) 0 R\b")
_STREAM = re.compile(rb"\bstream\r?\n")


class Binder:
    """`state` is what an earlier one `kept`, or {}; `written` is what has to follow its bytes."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._at: int = state.get("at", 0)  # bytes so far
        self._places: list[int] = list(state.get("places", [0, 0]))  # of each object from number 1 on; 0 is none yet
        self._parts: list[tuple[int, int]] = [tuple(part) for part in state.get("parts", [])]  # object, sheets
        self.written = b""
        if not self._at:
            self._write(HEADER)

    def kept(self) -> dict[str, Any]:
        return {"at": self._at, "places": self._places, "parts": self._parts}

    def add(self, pdf: bytes) -> None:
        objects, catalogue = _objects_of(pdf)
        base = len(self._places)
        root = int(_entry(objects[catalogue], rb"/Pages (\d+) 0 R"))
        self._places += [0] * max(objects)
        for number, body in sorted(objects.items()):
            if number == catalogue:
                continue
            head, stream = _parted(body)
            head = _REFERENCE.sub(lambda found: b"%d 0 R" % (int(found[1]) + base), head)
            if number == root:
                self._parts.append((base + number, int(_entry(body, rb"/Count (\d+)"))))
                head = head.replace(b"<<", b"<< /Parent %d 0 R" % SHEETS, 1)
            self._put(base + number, head + stream)

    def finish(self) -> None:
        kids = b" ".join(b"%d 0 R" % number for number, _count in self._parts)
        count = sum(count for _number, count in self._parts)
        self._put(CATALOGUE, b"<< /Type /Catalog /Pages %d 0 R >>" % SHEETS)
        self._put(SHEETS, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids))
        table_at, size = self._at, len(self._places) + 1
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for place in self._places:
            self._write(b"%010d 00000 n \n" % place if place else b"0000000000 00001 f \n")
        self._write(b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, CATALOGUE, table_at))

    def _put(self, number: int, body: bytes) -> None:
        self._places[number - 1] = self._at
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def _write(self, content: bytes) -> None:
        self.written += content
        self._at += len(content)


def _objects_of(pdf: bytes) -> tuple[dict[int, bytes], int]:
    """What stands in each object, by its number, and the number of the catalogue."""
    table_at = int(_entry(pdf[-64:], rb"startxref\s+(\d+)"))
    table = pdf[table_at:]
    places = [int(place) for place in re.findall(rb"(\d{10}) \d{5} n", table)]
    ends = dict(zip(sorted(places), [*sorted(places)[1:], table_at], strict=True))
    objects = {}
    for place in places:
        whole = pdf[place : ends[place]]
        number = int(_entry(whole, rb"\A(\d+) 0 obj"))
        objects[number] = whole[whole.index(b"obj") + 3 : whole.rindex(b"endobj")].strip()
    return objects, int(_entry(table, rb"/Root (\d+) 0 R"))


def _parted(body: bytes) -> tuple[bytes, bytes]:
    """What may refer to other objects, and the bytes that may not."""
    found = _STREAM.search(body)
    return (body[: found.start()], body[found.start() :]) if found else (body, b"")


def _entry(text: bytes, pattern: bytes) -> bytes:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"no {pattern!r} in the PDF")
    return found[1]
