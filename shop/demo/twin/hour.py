"""What time it is for the twin: now, unless somebody writes its past."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_set: ContextVar[float | None] = ContextVar("hour", default=None)


def now() -> float:
    """Seconds since 1970."""
    moment = _set.get()
    return time.time() if moment is None else moment


@contextmanager
def at(moment: float) -> Iterator[None]:
    """What happens inside happened then."""
    before = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(before)
