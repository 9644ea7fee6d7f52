"""Work that people wait for is done once, step by step, whatever happens in between."""

from __future__ import annotations

import threading
from datetime import timedelta
from time import monotonic, sleep

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from shop.core import outbox
from shop.core.clock import now
from shop.core.db import db, end_read, transaction
from shop.core.errors import Conflict, Invalid, NotFound, Unavailable
from shop.jobs import queries, services
from shop.jobs.models import Job, JobError, JobOutput, State
from shop.jobs.services import LEASE, MOST_ERRORS, MOST_TRIES, PAUSE, Outward, Progress, RowError, Step, Work
from tests.faults.test_races import at_once
from tests.jobs.kinds import begin, failing, file_numbers, filed, job, kinds  # noqa: F401 (a fixture)
from tests.world import World
from worker.tasks import jobs as tasks

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("kinds")]


class Killed(BaseException):
    """What a step is ended by when its process is: nothing is caught, nothing tidied up."""


def later(span: timedelta) -> time_machine.travel:
    return time_machine.travel(now() + span + timedelta(seconds=1), tick=False)


def one_step(job_id: int, kinds: dict[str, Step]) -> None:  # noqa: F811
    services.run(job_id, kinds, seconds=0)


def test_a_job_is_done_by_the_worker_and_says_how_it_went(world: World) -> None:
    job_id = begin(35)
    waiting = job(job_id)
    assert (waiting.state, waiting.by, waiting.started_at, waiting.total) == ("queued", "staff:1 Carol", None, None)
    world.work()
    done = job(job_id)
    assert (done.state, done.done, done.total, done.errors) == ("done", 35, 35, 0)
    assert done.message == "up to 35"
    assert done.created_at <= done.started_at <= done.finished_at
    assert (done.lease, done.leased_until) == ("", None)
    assert filed() == list(range(35))
    assert world.waiting() == []


def test_what_it_makes_is_kept_piece_by_piece(world: World) -> None:
    job_id = begin(35)
    world.work()
    assert b"".join(queries.output_of(job_id)) == "".join(f"{n}\n" for n in range(35)).encode()
    assert world.count(JobOutput, job_id=job_id) == 4


def test_after_its_time_it_queues_again_so_that_others_get_their_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "SLICE_S", 0)
    job_id = begin(35)
    tasks.run(job_id)
    stopped = job(job_id)
    assert (stopped.state, stopped.done, stopped.leased_until) == ("running", 10, None)
    world.work()
    assert job(job_id).state == "done"
    assert filed() == list(range(35))


def test_errors_are_noted_by_row_and_counted(world: World) -> None:
    job_id = begin(25, bad=10)
    world.work()
    done = job(job_id)
    assert (done.state, done.done, done.errors) == ("done_with_errors", 25, 3)
    errors, total = queries.errors_of(job_id, page=1)
    assert total == 3
    assert [(each.row, each.column, each.value, each.message) for each in errors] == [
        (n, "number", str(n), "It does not fit.") for n in (0, 10, 20)
    ]


def test_only_the_first_errors_are_kept_and_no_value_is_longer_than_its_column(app: Flask) -> None:
    def complain(work: Work) -> Progress:
        first = work.cursor.get("next", 0)
        errors = [RowError("no", row=n, column="c" * 999, value="v" * 999) for n in range(first, first + 700)]
        return Progress(cursor={"next": first + 700} if first < 1400 else None, done=700, errors=errors)

    job_id = services.start("complain", by="shop")
    services.run(job_id, {"complain": complain})
    assert job(job_id).errors == 2100
    rows = db.session.scalars(select(JobError.row).order_by(JobError.id)).all()
    assert rows == list(range(MOST_ERRORS))


def test_two_workers_never_work_on_the_same_job(app: Flask, kinds: dict[str, Step]) -> None:  # noqa: F811
    inside, most = [], []
    guard = threading.Lock()

    def watched(work: Work) -> Progress:
        with guard:
            inside.append(1)
            most.append(len(inside))
        progress = file_numbers(work)
        with guard:
            inside.pop()
        return progress

    kinds["file"] = watched
    job_id = begin(200)
    assert at_once(app, *(lambda: services.run(job_id, kinds) for _ in range(6))) == [None] * 6
    assert filed() == list(range(200))
    assert set(most) == {1}
    assert job(job_id).state == "done"


def test_a_step_that_outlasts_its_lease_is_not_done_twice(app: Flask, kinds: dict[str, Step]) -> None:  # noqa: F811
    """Somebody else takes the job as soon as they can; either of them goes on, and only one."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(work: Work) -> Progress:
        begun.set()
        go_on.wait(5)
        return file_numbers(work)

    job_id = begin(10)

    def take_over() -> None:
        begun.wait(5)
        threading.Timer(0.5, go_on.set).start()
        services.run(job_id, {"file": lambda _work: pytest.fail("done twice")})

    with later(timedelta()) as clock:

        def outlast() -> None:
            threading.Timer(0.2, lambda: clock.shift(LEASE * 2)).start()
            services.run(job_id, {"file": slow})

        assert at_once(app, outlast, take_over) == [None, None]
    assert filed() == list(range(10))
    assert job(job_id).state == "done"


def test_others_who_write_meanwhile_wait_for_a_step_or_two_and_no_longer(world: World) -> None:
    """SQLite has one writer at a time, and whoever waits for it only looks now and then."""

    def thorough(work: Work) -> Progress:
        sleep(0.15)
        return file_numbers(work)

    waited = []

    def write() -> None:
        for _time in range(5):
            sleep(0.05)
            asked = monotonic()
            with transaction():
                outbox.emit("order.paid", order_id=1)
            waited.append(monotonic() - asked)

    job_id = begin(150)
    assert at_once(world.app, lambda: services.run(job_id, {"file": thorough}), write, write) == [None] * 3
    assert max(waited) < 1.5
    assert job(job_id).state == "done"


def test_killed_between_steps_it_goes_on_from_the_last(world: World, kinds: dict[str, Step]) -> None:  # noqa: F811
    job_id = begin(35)

    def die() -> None:
        raise Killed

    with pytest.raises(Killed):
        services.run(job_id, kinds, told=die)
    assert (job(job_id).state, job(job_id).done) == ("running", 10)
    world.work()  # its delivery comes, and finds somebody at work
    assert filed() == list(range(10))
    tasks.resume()
    assert job(job_id).leased_until is not None
    with later(LEASE):
        tasks.resume()
        tasks.resume()
        world.work()
    assert job(job_id).state == "done"
    assert filed() == list(range(35))


def test_killed_within_a_step_that_step_is_done_anew(world: World) -> None:
    job_id = begin(35)
    with pytest.raises(Killed):
        services.run(job_id, {"file": failing(lambda step: step == 3, Killed)})
    assert (job(job_id).done, filed()) == (20, list(range(20)))
    with later(LEASE):
        tasks.resume()
        world.work()
    assert filed() == list(range(35))
    assert b"".join(queries.output_of(job_id)).count(b"\n") == 35


def test_a_step_that_kills_its_worker_each_time_ends_the_job(world: World) -> None:
    job_id = begin(35)
    moment = timedelta()
    for _try in range(MOST_TRIES):
        with later(moment), pytest.raises(Killed):
            services.run(job_id, {"file": failing(lambda _step: True, Killed)})
        moment += LEASE * 2
    with later(moment):
        tasks.resume()
        world.work()
    failed = job(job_id)
    assert (failed.state, failed.message) == ("failed", "The shop broke down at this step each time.")
    assert filed() == []


def test_a_step_that_fails_is_tried_again_after_a_pause(world: World) -> None:
    job_id = begin(35)
    once = failing(lambda step: step == 2, lambda: OSError("the disk hiccups"))
    services.run(job_id, {"file": once})
    assert (job(job_id).state, job(job_id).done, filed()) == ("running", 10, list(range(10)))
    services.run(job_id, {"file": lambda _work: pytest.fail("too early")})
    with later(services.PAUSE):
        services.run(job_id, {"file": once})
    assert job(job_id).state == "done"
    assert filed() == list(range(35))


def test_a_step_that_fails_each_time_ends_the_job_and_it_can_be_tried_again(world: World) -> None:
    job_id = begin(35)
    broken = failing(lambda step: step >= 2, lambda: OSError("the disk is gone"))
    moment = timedelta()
    for _try in range(MOST_TRIES):
        assert job(job_id).state in ("queued", "running")
        with later(moment):
            services.run(job_id, {"file": broken})
        moment += timedelta(minutes=5)
    failed = job(job_id)
    assert (failed.state, failed.done, failed.finished_at is not None) == ("failed", 10, True)
    assert "The shop’s log says why" in failed.message
    services.retry(job_id)
    again = job(job_id)
    assert (again.state, again.message, again.finished_at) == ("queued", "", None)
    world.work()
    assert job(job_id).state == "done"
    assert filed() == list(range(35))


def test_what_trying_again_cannot_mend_ends_the_job_at_once(app: Flask) -> None:
    job_id = begin()
    services.run(job_id, {"file": failing(lambda step: step == 2, lambda: Invalid("Line 14 has no name."))})
    assert (job(job_id).state, job(job_id).message) == ("failed", "Line 14 has no name.")
    away = begin()
    services.run(away, {"file": failing(lambda step: step == 1, lambda: Unavailable("Not now."))})
    assert job(away).state == "running"


def test_a_kind_that_nobody_knows_ends_the_job(world: World) -> None:
    job_id = services.start("of-another-version", by="shop")
    world.work()
    assert (job(job_id).state, job(job_id).message) == (
        "failed",
        "This version of the shop does not know how to do this.",
    )


def test_work_that_asks_others_does_so_before_its_transaction_and_notes_the_answer_in_it(
    world: World,
    kinds: dict[str, Step],  # noqa: F811
) -> None:
    asked: list[int] = []

    def ask(work: Work) -> int:
        end_read()  # which raises inside a transaction
        asked.append(work.cursor.get("next", 0))
        if len(asked) == 2:
            raise Unavailable("Nobody answers.")
        return 10 * asked[-1]

    def note(work: Work, answer: int) -> Progress:
        assert "transaction" in db.session().info
        following = work.cursor.get("next", 0) + 1
        return Progress(cursor={"next": following} if following < 3 else None, done=answer)

    kinds["file"] = Outward(ask, note)  # type: ignore[assignment]
    job_id = begin()
    services.run(job_id, kinds)
    assert (job(job_id).state, asked) == ("running", [0, 1])
    with later(PAUSE):
        services.run(job_id, kinds)
    assert (job(job_id).state, job(job_id).done, asked) == ("done", 30, [0, 1, 1, 2])


def test_a_job_that_waits_is_cancelled_at_once(world: World) -> None:
    job_id = begin()
    services.cancel(job_id, by="staff:2 Sam")
    ended = job(job_id)
    assert (ended.state, ended.cancelled_by, ended.finished_at is not None) == ("cancelled", "staff:2 Sam", True)
    world.work()
    assert filed() == []
    assert world.waiting() == []


def test_a_job_that_runs_is_cancelled_after_its_step(app: Flask, kinds: dict[str, Step]) -> None:  # noqa: F811
    job_id = begin()

    def stop() -> None:
        services.cancel(job_id, by="staff:2 Sam")
        services.cancel(job_id, by="staff:3 Kim")
        assert job(job_id).state == "running"

    services.run(job_id, kinds, told=stop)
    ended = job(job_id)
    assert (ended.state, ended.cancelled_by, ended.done, ended.message) == ("cancelled", "staff:2 Sam", 10, "up to 10")
    assert filed() == list(range(10))


def test_a_job_whose_worker_was_killed_is_cancelled_at_once(app: Flask, kinds: dict[str, Step]) -> None:  # noqa: F811
    job_id = begin()
    with pytest.raises(Killed):
        services.run(job_id, {"file": failing(lambda step: step == 2, Killed)})
    services.cancel(job_id, by="shop")
    assert job(job_id).state == "running"
    with later(LEASE):
        services.cancel(job_id, by="shop")
    assert job(job_id).state == "cancelled"


def test_what_has_ended_is_not_cancelled_and_only_what_failed_is_tried_again(world: World) -> None:
    job_id = begin()
    with pytest.raises(Conflict, match="Only a job that has failed"):
        services.retry(job_id)
    world.work()
    with pytest.raises(Conflict, match="has ended already"):
        services.cancel(job_id, by="shop")
    with pytest.raises(Conflict):
        services.retry(job_id)
    with pytest.raises(NotFound):
        services.cancel(job_id + 1, by="shop")
    with pytest.raises(NotFound):
        services.retry(job_id + 1)
    assert job(job_id).state == "done"


def test_ctrl_c_in_a_terminal_leaves_the_rest_to_a_worker(world: World, kinds: dict[str, Step]) -> None:  # noqa: F811
    job_id = begin()

    def press() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.run(job_id, kinds, told=press)
    assert (job(job_id).state, job(job_id).leased_until) == ("running", None)
    world.work()
    assert filed() == list(range(35))


def test_a_redelivery_of_a_job_that_runs_changes_nothing(app: Flask, kinds: dict[str, Step]) -> None:  # noqa: F811
    job_id = begin()

    def again() -> None:
        before = job(job_id).lease
        tasks.run(job_id)
        assert job(job_id).lease == before

    services.run(job_id, kinds, told=again)
    tasks.run(job_id)
    assert filed() == list(range(35))


def test_what_is_asked_for_again_before_it_began_is_done_once(app: Flask) -> None:
    """One that has begun may have passed what has changed since, so then it is done again."""
    found = at_once(app, *(lambda: services.start_one("again", by="shop") for _ in range(5)))
    assert len(set(found)) == 1
    one_step(found[0], {"again": lambda _work: Progress(cursor={"next": 1}, done=1)})
    assert services.start_one("again", by="shop") != found[0]


def test_old_jobs_are_forgotten_with_all_they_left(world: World) -> None:
    old = begin(25, bad=5)
    world.work()
    waiting = begin()
    with later(timedelta(days=40)):
        recent = begin(15, bad=5)
        services.cancel(recent, by="shop")
        assert services.forget(before=now() - timedelta(days=30)) == 1
        assert services.forget(before=now() - timedelta(days=30)) == 0
    db.session.rollback()
    assert set(db.session.scalars(select(Job.id))) == {waiting, recent}
    assert db.session.scalar(select(func.count()).select_from(JobError).where(JobError.job_id == old)) == 0
    assert world.count(JobOutput) == 0


def test_a_job_begins_with_what_started_it_or_not_at_all(world: World) -> None:
    def begin_in_vain() -> None:
        with transaction():
            begin()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        begin_in_vain()
    assert world.count(Job) == 0
    world.work()
    assert filed() == []


def test_every_state_is_either_over_or_not(app: Flask) -> None:
    assert {state for state in State if not Job(state=state).unfinished} == {
        State.DONE,
        State.DONE_WITH_ERRORS,
        State.FAILED,
        State.CANCELLED,
    }
