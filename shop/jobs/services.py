"""Starting, doing and ending work that people wait for.

A job is done in steps. Each is one transaction, which also saves where the next one begins: whoever is killed between
or within steps is followed by somebody who goes on from the last one. The lease keeps two from working on the same job,
and the row is locked while a step runs, so that not even a step that outlasts its lease is done twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from time import monotonic, sleep
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update

from shop.core import log, outbox
from shop.core.acting import acting
from shop.core.clock import now
from shop.core.db import db, is_sqlite, take_turns, transaction
from shop.core.errors import Conflict, NotFound, ShopError, Unavailable
from shop.core.i18n import _
from shop.jobs.models import UNFINISHED, Job, JobError, JobOutput, State

LEASE = timedelta(seconds=30)  # far longer than a step
MOST_TRIES = 3  # at the same step
PAUSE = timedelta(seconds=5)  # after a step that failed; longer after the second
MOST_ERRORS = 1000  # are kept; the rest is only counted
LONGEST_VALUE = 255
BREATH_S = 0.12  # others that wait to write to SQLite look every 0.1 s


@dataclass(frozen=True, slots=True)
class Work:
    """Where a job stands, as its stepper sees it. `cursor` is what the step before gave, at first {}."""

    job_id: int
    params: dict[str, Any]
    cursor: dict[str, Any]
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class RowError:
    message: str
    row: int | None = None
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What came of one step. Without a cursor it was the last one."""

    cursor: dict[str, Any] | None
    done: int  # in this step
    total: int | None = None  # as far as it is known now; None leaves it
    message: str = ""
    errors: Sequence[RowError] = ()
    output: bytes = b""  # added to the file that the job makes


# Does a bounded piece of work, of a second or less, inside the transaction it is called in; no network.
Step = Callable[[Work], Progress]


@dataclass(frozen=True, slots=True)
class Outward:
    """The steps of work that asks others: `ask` waits for the network outside any transaction, for less than a lease,
    and may be called again with the same work; `note` then does what a Step does, with the answer."""

    ask: Callable[[Work], Any]
    note: Callable[[Work, Any], Progress]


Kinds = Mapping[str, Step | Outward]


def start(kind: str, params: dict[str, Any] | None = None, *, by: str, result_name: str = "") -> int:
    """Queues a job; returns its id. With `result_name` its steps make a file of that name."""
    with transaction():
        job = Job(kind=kind, params=params or {}, by=by, result_name=result_name, created_at=now())
        db.session.add(job)
        db.session.flush()
        outbox.emit("job.queued", job_id=job.id)
        return job.id


def start_one(kind: str, *, by: str) -> int:
    """For what does the whole work however often it is asked for: the job that has not begun yet, or a new one.

    One that has begun may have passed what has changed since.
    """
    with transaction():
        take_turns(f"jobs:{kind}")
        waiting = (Job.kind == kind, Job.state == State.QUEUED, Job.started_at.is_(None))
        found = db.session.scalar(select(func.min(Job.id)).where(*waiting))
        return found or start(kind, by=by)


def run(job_id: int, kinds: Kinds, *, seconds: float = inf, told: Callable[[], object] | None = None) -> None:
    """Works on a job until it is finished or `seconds` are over, when it goes back into the queue.

    Returns at once when somebody else works on it or it is finished. Calls `told` after every step.
    """
    lease = _take(job_id)
    if lease is None:
        return
    until = monotonic() + seconds
    try:
        while _advance(job_id, lease, kinds):
            if told:
                told()
            if monotonic() >= until:
                _hand_back(job_id, lease)
                return
            if is_sqlite():
                sleep(BREATH_S)
    except KeyboardInterrupt:
        _hand_back(job_id, lease)
        raise


def cancel(job_id: int, *, by: str) -> None:
    """Ends a job after the step that is running, at once when none is. What it has done stays.

    Raises NotFound, and Conflict when it has ended.
    """
    with transaction():
        job = _locked(job_id)
        if not job.unfinished:
            raise Conflict(_("This job has ended already."))
        job.cancelled_by = job.cancelled_by or by
        if job.leased_until is None or job.leased_until <= now():
            _finish(job_id, State.CANCELLED)


def retry(job_id: int) -> None:
    """Queues a failed job again, to go on from where it stopped. Raises NotFound, and Conflict for any other."""
    with transaction():
        job = _locked(job_id)
        if job.state != State.FAILED:
            raise Conflict(_("Only a job that has failed can be tried again."))
        job.state, job.message, job.finished_at, job.tries = State.QUEUED, "", None, 0
        outbox.emit("job.queued", job_id=job_id)


def resume() -> None:
    """Queues again what nobody works on any more: its worker was killed, or the pause after a failed step is over."""
    lapsed = update(Job).where(Job.state.in_(UNFINISHED), Job.leased_until <= now())
    with transaction():
        ids = db.session.scalars(lapsed.values(lease="", leased_until=None).returning(Job.id)).all()
        for job_id in ids:
            outbox.emit("job.queued", job_id=job_id)
    if ids:
        log.get().info("jobs.resumed", jobs=sorted(ids))


def forget(*, before: datetime) -> int:
    """Deletes jobs that ended before then, with their errors and files. Returns how many."""
    old = select(Job.id).where(Job.state.not_in(UNFINISHED), Job.finished_at < before).limit(100)
    with transaction():
        ids = db.session.scalars(old).all()
        db.session.execute(delete(Job).where(Job.id.in_(ids)))
    return len(ids)


def _locked(job_id: int) -> Job:
    job = db.session.get(Job, job_id, with_for_update=True)
    if job is None:
        raise NotFound(_("There is no such job."))
    return job


def _take(job_id: int) -> str | None:
    """The lease, or None when there is nothing to do: finished, or somebody else's.

    The try is counted before the work, since the step may be what kills its worker each time.
    """
    lease, moment = secrets.token_hex(16), now()
    free = or_(Job.leased_until.is_(None), Job.leased_until <= moment)
    taken = {
        "state": State.RUNNING,
        "lease": lease,
        "leased_until": moment + LEASE,
        "tries": Job.tries + 1,
        "started_at": func.coalesce(Job.started_at, moment),
    }
    with transaction():
        tries = db.session.scalar(
            update(Job)
            .where(Job.id == job_id, Job.state.in_(UNFINISHED), free)
            .values(taken)
            .returning(Job.tries)
            .execution_options(synchronize_session=False)
        )
        if tries is None:
            return None
        if tries > MOST_TRIES:
            _finish(job_id, State.FAILED, message=_("The shop broke down at this step each time."))
            return None
    return lease


def _advance(job_id: int, lease: str, kinds: Kinds) -> bool:
    """Does one step. Returns whether there is another for us."""
    columns = (Job.id, Job.kind, Job.params, Job.cursor, Job.done, Job.total, Job.errors, Job.cancelled_by, Job.by)
    mine = select(*columns).where(*_mine(job_id, lease))
    try:
        step = _asked(db.session.execute(mine).one_or_none(), kinds)
        with transaction():
            job = db.session.execute(mine.with_for_update()).one_or_none()
            if job is None:
                return False
            if job.cancelled_by:
                _finish(job_id, State.CANCELLED)
                return False
            with acting(job.by if job.by.startswith("staff:") else ""):
                progress = step(_work(job))
                db.session.flush()
            _save(job_id, job, progress)
            return progress.cursor is not None
    except Exception as error:
        _stumble(job_id, lease, error)
        return False


def _mine(job_id: int, lease: str) -> tuple[ColumnElement[bool], ...]:
    return Job.id == job_id, Job.lease == lease, Job.state == State.RUNNING


def _asked(job: Row[Any] | None, kinds: Kinds) -> Step:
    """What is to be done in the next step's transaction, with the answer of whoever has to be asked before."""
    if job is None or job.cancelled_by:
        return _nothing
    if job.kind not in kinds:
        raise NotFound(_("This version of the shop does not know how to do this."))
    step = kinds[job.kind]
    if not isinstance(step, Outward):
        return step
    answer = step.ask(_work(job))
    return lambda work: step.note(work, answer)


def _nothing(_work: Work) -> Progress:
    raise AssertionError("a job that is not ours, or that has been cancelled, has no step")


def _work(job: Row[Any]) -> Work:
    return Work(job.id, job.params, job.cursor, job.done, job.total)


def _save(job_id: int, job: Row[Any], progress: Progress) -> None:
    """What a step did and where the next begins. By Core statements: a step may have emptied the session."""
    kept = [
        {
            "job_id": job_id,
            "row": error.row,
            "column": error.column[:LONGEST_VALUE],
            "value": error.value[:LONGEST_VALUE],
            "message": error.message,
        }
        for error in progress.errors[: max(0, MOST_ERRORS - job.errors)]
    ]
    if kept:
        db.session.execute(insert(JobError), kept)
    if progress.output:
        db.session.execute(insert(JobOutput).values(job_id=job_id, content=progress.output))
    errors = job.errors + len(progress.errors)
    _write(
        job_id,
        cursor=progress.cursor or {},
        done=job.done + progress.done,
        total=job.total if progress.total is None else progress.total,
        errors=errors,
        message=progress.message,
        tries=1,
        leased_until=now() + LEASE,
    )
    if progress.cursor is None:
        _finish(job_id, State.DONE_WITH_ERRORS if errors else State.DONE)


def _stumble(job_id: int, lease: str, error: Exception) -> None:
    """A step failed and left nothing behind. It is tried again, unless that would change nothing."""
    log.get().warning("job.stumbled", job=job_id, error=f"{type(error).__name__}: {error}"[:500])
    said = error.message if isinstance(error, ShopError) else ""
    final = said and not isinstance(error, Unavailable)
    with transaction():
        tries = db.session.scalar(select(Job.tries).where(*_mine(job_id, lease)).with_for_update())
        if tries is None:
            return
        if tries < MOST_TRIES and not final:
            _write(job_id, lease="", leased_until=now() + PAUSE * tries**2)
            return
        why = said or _("A step failed each time. The shop’s log says why, at job.failed.")
        _finish(job_id, State.FAILED, message=why)
    log.get().error("job.failed", job=job_id, exc_info=None if said else error)


def _hand_back(job_id: int, lease: str) -> None:
    with transaction():
        given = update(Job).where(*_mine(job_id, lease)).values(lease="", leased_until=None, tries=0)
        if db.session.execute(given.returning(Job.id)).first():
            outbox.emit("job.queued", job_id=job_id)


def _finish(job_id: int, state: State, **more: str) -> None:
    _write(job_id, state=state, finished_at=now(), lease="", leased_until=None, **more)


def _write(job_id: int, **values: object) -> None:
    db.session.execute(update(Job).where(Job.id == job_id).values(values))
