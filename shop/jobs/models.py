from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.db import Code, Id, Line, Model


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DONE_WITH_ERRORS = "done_with_errors"
    FAILED = "failed"  # `message` says why; it can be tried again, from where it stopped
    CANCELLED = "cancelled"


UNFINISHED = (State.QUEUED, State.RUNNING)


class Job(Model):
    """A piece of work that takes longer than a page, done in steps.

    Who works on it has its `lease`, which ends with `leased_until` unless the next step renews it. Without a lease a
    job that is not finished has a message in the outbox that leads to it.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'running', 'done', 'done_with_errors', 'failed', 'cancelled')", name="state_is_known"
        ),
        CheckConstraint("(finished_at IS NULL) = (state IN ('queued', 'running'))", name="finished_has_its_time"),
        CheckConstraint("done >= 0 AND errors >= 0", name="counts_are_not_negative"),
        Index("ix_jobs_state", "state", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[Code]
    params: Mapped[dict[str, Any]]
    state: Mapped[Code] = mapped_column(default=State.QUEUED)
    cursor: Mapped[dict[str, Any]] = mapped_column(default=dict)  # where the next step begins, in the kind's own words
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]  # None while nobody knows
    errors: Mapped[int] = mapped_column(default=0)  # all of them; the first are kept as JobError
    message: Mapped[str] = mapped_column(Text, default="")
    result_name: Mapped[Line] = mapped_column(default="")  # of the file that it makes, if it makes one
    by: Mapped[Line]
    cancelled_by: Mapped[Line] = mapped_column(default="")  # whoever asked for its end, which comes after a step
    lease: Mapped[Code] = mapped_column(default="")
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)  # how often the next step was begun
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED


class JobError(Model):
    """What is wrong with one row of what a job works on."""

    __tablename__ = "job_errors"

    id: Mapped[Id]
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    row: Mapped[int | None]
    column: Mapped[Line]
    value: Mapped[Line]
    message: Mapped[str] = mapped_column(Text)


class JobOutput(Model):
    """What one step has added to the file that its job makes."""

    __tablename__ = "job_outputs"

    id: Mapped[Id]
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
