"""A kind of work that only the tests have: it files numbers, in steps."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy import select

from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db
from shop.jobs import services
from shop.jobs.models import Job
from shop.jobs.services import Progress, RowError, Work
from worker.jobs import KINDS

STEP = 10


def file_numbers(work: Work) -> Progress:
    """Leaves a mark in the database for each number below `upto`; those that `bad` divides are wrong."""
    first, upto, bad = work.cursor.get("next", 0), work.params["upto"], work.params.get("bad")
    numbers = range(first, min(first + STEP, upto))
    wrong = [n for n in numbers if bad and n % bad == 0]
    db.session.add_all(
        outbox.OutboxMessage(topic="filed", payload={"number": n}, created_at=now(), expanded_at=now()) for n in numbers
    )
    return Progress(
        cursor={"next": numbers.stop} if numbers.stop < upto else None,
        done=len(numbers),
        total=upto,
        message=f"up to {numbers.stop}",
        errors=[RowError("It does not fit.", row=n, column="number", value=str(n)) for n in wrong],
        output="".join(f"{n}\n" for n in numbers).encode(),
    )


def filed() -> list[int]:
    """The numbers that were filed, in order of filing."""
    db.session.rollback()
    marks = select(outbox.OutboxMessage.payload).where(outbox.OutboxMessage.topic == "filed")
    return [payload["number"] for payload in db.session.scalars(marks.order_by(outbox.OutboxMessage.id))]


def job(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def begin(upto: int = 35, **more: object) -> int:
    return services.start("file", {"upto": upto, **more}, by="staff:1 Carol", result_name="numbers.txt")


def failing(at: Callable[[int], bool], error: Callable[[], BaseException]) -> services.Step:
    """Like `file_numbers`, but the steps that `at` says of, by their number, fail after their work."""
    steps = count(1)

    def step(work: Work) -> Progress:
        progress = file_numbers(work)
        if at(next(steps)):
            db.session.flush()
            raise error()
        return progress

    return step


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, services.Step]:
    monkeypatch.setitem(KINDS, "file", file_numbers)
    return KINDS
