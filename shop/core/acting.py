"""Who of the staff acts just now: whatever is changed meanwhile is theirs in the audit log (shop/audit)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_who: ContextVar[str] = ContextVar("acting", default="")


def who() -> str:
    """The signature of whoever acts, like `staff:7 Carol`; empty for shoppers and the shop itself."""
    return _who.get()


def begin(signature: str) -> None:
    """From here to `end` somebody acts: for the length of a request."""
    _who.set(signature)


def end() -> None:
    _who.set("")


@contextmanager
def acting(signature: str) -> Iterator[None]:
    """For the length of a `with` somebody acts. Changes must be flushed before its end."""
    before = _who.set(signature)
    try:
        yield
    finally:
        _who.reset(before)
