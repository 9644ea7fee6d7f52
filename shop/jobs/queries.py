from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from shop.core.db import db
from shop.jobs.models import Job, JobError, JobOutput

PAGE = 50


def newest() -> Sequence[Job]:
    return db.session.scalars(select(Job).order_by(Job.id.desc()).limit(PAGE)).all()


def get(job_id: int) -> Job | None:
    return db.session.get(Job, job_id, populate_existing=True)


def errors_of(job_id: int, *, page: int) -> tuple[Sequence[JobError], int]:
    """What is wrong with rows, in the order it was found, and how many of these are kept."""
    of_job = JobError.job_id == job_id
    total = db.session.scalar(select(func.count()).select_from(JobError).where(of_job)) or 0
    found = select(JobError).where(of_job).order_by(JobError.id).limit(PAGE).offset((page - 1) * PAGE)
    return db.session.scalars(found).all(), total


def output_of(job_id: int) -> Iterator[bytes]:
    """The file that a job has made, piece by piece."""
    ids = db.session.scalars(select(JobOutput.id).where(JobOutput.job_id == job_id).order_by(JobOutput.id)).all()
    for output_id in ids:
        content = db.session.scalar(select(JobOutput.content).where(JobOutput.id == output_id))
        if content is not None:
            yield content
