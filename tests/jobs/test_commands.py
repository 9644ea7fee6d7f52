"""Jobs from a terminal, where no worker is needed."""

from __future__ import annotations

import pytest
from click.testing import Result
from sqlalchemy import delete

from shop.admin import words
from shop.catalog.listed import ListedProduct
from shop.core.db import db, transaction
from shop.core.errors import Invalid
from shop.jobs import services
from tests.jobs.kinds import begin, failing, filed, job, kinds  # noqa: F401 (a fixture)
from tests.world import World
from worker.job_commands import jobs, reindex
from worker.jobs import KINDS

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("kinds")]


def say(world: World, *words: object) -> Result:
    return world.app.test_cli_runner().invoke(jobs, [str(word) for word in words])


def test_a_job_is_done_in_the_foreground_with_a_bar(world: World) -> None:
    job_id = begin(35)
    done = say(world, "run", job_id)
    assert (done.exit_code, done.stdout) == (0, f"{job_id} file: Done, 35 of 35 rows, up to 35, by Carol\n")
    assert "file" in done.stderr
    assert filed() == list(range(35))


def test_the_list_and_one_of_it_say_how_it_went(world: World) -> None:
    job_id = begin(25, bad=20)
    assert say(world, "run", job_id).exit_code == 1
    begin(5)
    assert say(world).stdout.splitlines() == [
        f"{job_id + 1} file: Queued, 0 rows, by Carol",
        f"{job_id} file: Done with errors, 25 of 25 rows, 2 errors, up to 25, by Carol",
    ]
    shown = say(world, "show", job_id).stdout
    assert "row 20, number '20': It does not fit." in shown
    assert "ended " in shown


def test_a_job_is_cancelled_and_a_failed_one_goes_on(world: World) -> None:
    job_id = begin()
    assert "Cancelled" in say(world, "cancel", job_id).stdout
    assert job(job_id).cancelled_by == "terminal"
    assert "has ended already" in say(world, "cancel", job_id).stderr
    failed = begin(35)
    services.run(failed, {"file": failing(lambda step: step == 2, lambda: Invalid("No."))})
    assert "Queued" in say(world, "retry", failed).stdout
    assert say(world, "run", failed).exit_code == 0
    assert filed() == list(range(35))


def test_a_job_that_is_not_there_is_said_to_be_so(world: World) -> None:
    for command in ("show", "run", "cancel", "retry"):
        refused = say(world, command, 99)
        assert refused.exit_code == 1
        assert "There is no" in refused.stderr


def test_the_search_index_is_rebuilt_by_a_command_of_its_own(world: World) -> None:
    with transaction():
        db.session.execute(delete(ListedProduct))
    assert "Mug" not in world.shopper().get("/search?q=mug")
    done = world.app.test_cli_runner().invoke(reindex)
    assert done.exit_code == 0
    assert done.stdout.endswith(" Search index: Done, 3 of 3 rows, by somebody at a terminal\n")
    assert "Mug" in world.shopper().get("/search?q=mug")


def test_every_kind_of_job_has_a_name_for_staff(world: World) -> None:
    assert set(KINDS) - {"file"} == set(words.JOB_KIND)


def test_ctrl_c_says_how_it_goes_on(world: World, kinds: dict[str, services.Step]) -> None:  # noqa: F811
    def pressed(_work: services.Work) -> services.Progress:
        raise KeyboardInterrupt

    job_id = begin(35)
    kinds["file"] = pressed
    stopped = say(world, "run", job_id)
    assert stopped.exit_code == 1
    assert f"jobs run {job_id}" in stopped.stderr
    assert job(job_id).leased_until is None
