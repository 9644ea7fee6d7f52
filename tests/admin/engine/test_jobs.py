"""What staff see of work in the background, and what they may do with it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from shop.accounts.models import Role
from shop.admin import words
from shop.core.errors import Invalid
from shop.jobs import services
from shop.jobs.models import State
from tests.admin.conftest import Desk
from tests.conftest import browser
from tests.jobs.kinds import begin, failing, job, kinds  # noqa: F401 (a fixture)
from tests.world import World, hidden
from worker.jobs import KINDS

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("kinds")]

REFRESH = '<noscript><meta http-equiv="refresh" content="5"></noscript>'


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_without_a_job_the_list_says_so(desk: Desk) -> None:
    assert "There is no job." in desk.get("/admin/jobs")


def test_the_list_shows_the_newest_first_and_how_far_they_are(world: World, desk: Desk) -> None:
    first = begin(25, bad=20)
    world.work()
    second = begin(35)
    page = desk.get("/admin/jobs")
    assert re.findall(r'href="/admin/jobs/(\d+)"', page) == [str(second), str(first)]
    assert "25 of 25 rows, 2 errors" in page
    assert page.count("Carol") == 2


def test_jobs_stand_under_tabs_by_what_became_of_them(world: World, desk: Desk) -> None:
    done, failed, cancelled = begin(5), begin(35), begin(5)
    services.run(done, KINDS)
    services.run(failed, {"file": failing(lambda step: step == 1, lambda: Invalid("No."))})
    services.cancel(cancelled, by="shop")
    waits = begin(5)
    for tab, wanted in {"under-way": waits, "failed": failed, "done": done, "cancelled": cancelled}.items():
        page = desk.get(f"/admin/jobs?tab={tab}")
        assert re.findall(r'href="/admin/jobs/(\d+)"', page) == [str(wanted)], tab
    assert "No job is in this state." in desk.get("/admin/jobs?tab=errors")


def test_a_job_that_runs_refreshes_itself_until_it_is_over(world: World, desk: Desk) -> None:
    job_id = begin(1250)
    waiting = desk.get(f"/admin/jobs/{job_id}")
    assert "Waits for its turn." in waiting
    services.run(job_id, KINDS, seconds=0)
    running = desk.get(f"/admin/jobs/{job_id}")
    assert "10 of 1,250 rows" in running
    assert '<progress aria-labelledby="how-far" max="1250" value="10">' in running
    for page in (waiting, running):
        assert REFRESH in page
        assert 'id="progress" data-behaviour="every" data-every="2"' in page
        assert "/js/staff." in page
    services.run(job_id, KINDS)
    over = desk.get(f"/admin/jobs/{job_id}")
    assert "<title>Done: " in over
    assert not any(sign in over for sign in ("http-equiv", "data-every"))


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_words(world: World, desk: Desk, state: State) -> None:
    job_id = begin(25, bad=7 if state is State.DONE_WITH_ERRORS else None)
    if state is State.FAILED:
        services.run(job_id, {"file": failing(lambda step: step == 2, lambda: Invalid("Line 14 has no name."))})
    elif state is State.CANCELLED:
        services.cancel(job_id, by="staff:2 Sam")
    elif state is not State.QUEUED:
        services.run(job_id, KINDS, seconds=0 if state is State.RUNNING else 60)
    assert job(job_id).state == state
    page = text_of(desk.get(f"/admin/jobs/{job_id}"))
    said = {
        State.QUEUED: ("Queued", "Cancel the job"),
        State.RUNNING: ("10 of 25 rows", "up to 10", "Cancel the job", "You can leave this page"),
        State.DONE: ("25 of 25 rows", "Download numbers.txt"),
        State.DONE_WITH_ERRORS: ("25 of 25 rows, 4 errors", "It does not fit.", "Download numbers.txt"),
        State.FAILED: ("10 of 25 rows", "Line 14 has no name.", "Go on from where it stopped"),
        State.CANCELLED: ("Cancelled by Sam",),
    }[state]
    assert [words for words in (str(words.JOB[state][0]), *said) if words not in page] == []
    offers = ("Cancel the job", "Download", "Go on from")
    assert [offer for offer in offers if offer in page] == [offer for offer in offers if offer in " ".join(said)]


def test_a_job_is_cancelled_and_tried_again_by_buttons(world: World, desk: Desk) -> None:
    job_id = begin()
    page = desk.after(desk.post(f"/admin/jobs/{job_id}/cancellation"))
    assert "Cancelled by" in page
    assert job(job_id).cancelled_by.endswith("Sam the owner")
    assert "This job has ended already." in desk.after(desk.post(f"/admin/jobs/{job_id}/cancellation"))
    assert "Only a job that has failed" in desk.after(desk.post(f"/admin/jobs/{job_id}/attempts"))
    failed = begin()
    services.run(failed, {"file": failing(lambda step: step == 2, lambda: Invalid("No."))})
    assert "Waits" not in desk.after(desk.post(f"/admin/jobs/{failed}/attempts"))
    world.work()
    assert job(failed).state == "done"


def test_a_job_that_runs_says_that_its_end_was_asked_for(desk: Desk) -> None:
    job_id = begin()
    services.run(job_id, KINDS, seconds=0)
    asked: list[str] = []

    def told() -> None:
        desk.post(f"/admin/jobs/{job_id}/cancellation")
        asked.append(desk.get(f"/admin/jobs/{job_id}"))

    services.run(job_id, KINDS, told=told)
    assert "It will end after the step that is running." in asked[0]
    assert job(job_id).state == "cancelled"


def test_many_errors_come_in_pages_and_the_page_says_how_many_are_left_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_ERRORS", 60)
    job_id = begin(100, bad=1)
    services.run(job_id, KINDS)
    first = desk.get(f"/admin/jobs/{job_id}")
    assert "The first 60 of 100" in first
    assert "1 to 50 of 60" in first
    assert "51 to 60 of 60" in desk.get(f"/admin/jobs/{job_id}?page=2")
    assert desk.browser.get(f"/admin/jobs/{job_id}?page=9").location == f"/admin/jobs/{job_id}?page=2"


def test_what_a_job_has_made_is_downloaded_by_staff_alone(world: World, desk: Desk) -> None:
    job_id = begin(25)
    address = f"/admin/jobs/{job_id}/result"
    services.run(job_id, KINDS, seconds=0)
    assert desk.browser.get(address).status_code == 404
    services.run(job_id, KINDS)
    file = desk.browser.get(address, buffered=True)
    assert file.data == "".join(f"{n}\n" for n in range(25)).encode()
    assert file.headers["Content-Disposition"] == "attachment; filename=numbers.txt"
    assert file.headers["Cache-Control"] == "private, no-store"
    assert file.mimetype == "text/plain"
    assert "/admin/sign-in" in browser(world.app).get(address).location


def test_a_job_without_a_file_has_nothing_to_download(desk: Desk) -> None:
    job_id = services.start("file", {"upto": 5}, by="shop")
    services.run(job_id, KINDS)
    assert "Download" not in desk.get(f"/admin/jobs/{job_id}")
    assert desk.browser.get(f"/admin/jobs/{job_id}/result").status_code == 404


def test_who_may_not_change_the_catalogue_may_look_only(desk_of: Callable[[Role], Desk]) -> None:
    job_id = begin()
    packer = desk_of(Role.PACKER)
    page = packer.get(f"/admin/jobs/{job_id}")
    assert "Cancel the job" not in page
    assert packer.post(f"/admin/jobs/{job_id}/cancellation").status_code == 403
    assert packer.post(f"/admin/jobs/{job_id}/attempts").status_code == 403
    assert packer.browser.get(f"/admin/jobs/{job_id}/result").status_code == 403
    assert job(job_id).state == "queued"


def test_of_a_job_that_is_not_there_nothing_is_shown_or_done(desk: Desk) -> None:
    assert desk.browser.get("/admin/jobs/99").status_code == 404
    assert desk.post("/admin/jobs/99/cancellation").status_code == 404
    assert desk.post("/admin/jobs/99/attempts").status_code == 404
    assert desk.browser.get("/admin/jobs/99/result").status_code == 404
    assert desk.browser.get("/admin/jobs?after=99").location == "/admin/jobs"


def test_without_a_token_nothing_is_cancelled(desk: Desk) -> None:
    job_id = begin()
    assert desk.browser.post(f"/admin/jobs/{job_id}/cancellation").status_code == 400
    assert hidden(desk.get(f"/admin/jobs/{job_id}"), "csrf_token")
    assert job(job_id).state == "queued"


def test_the_search_index_is_rebuilt_by_a_button(world: World, desk: Desk, desk_of: Callable[[Role], Desk]) -> None:
    assert "Rebuild the search index" in desk.get("/admin/jobs")
    page = desk.after(desk.post("/admin/jobs"))
    assert "Search index" in page
    again = desk.post("/admin/jobs")
    assert again.location in page
    world.work()
    over = text_of(desk.get(again.location))
    assert "3 of 3 rows" in over
    packer = desk_of(Role.PACKER)
    assert "Rebuild the search index" not in packer.get("/admin/jobs")
    assert packer.post("/admin/jobs").status_code == 403
