"""The page of a job follows the work by itself, with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from shop.demo.seed import STAFF_EMAIL, STAFF_PASSWORD
from tests.faults.test_jobs_killed import SHOP, begin
from tests.processes import Running, shop_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def slow_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One that takes some seconds over a job."""
    with shop_in(tmp_path_factory.mktemp("slow")) as running:
        running.start(*SHOP, "run")
        running.wait_until_ready()
        yield running


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_job_is_seen_to_go_on_until_it_is_done(chromium: Browser, slow_shop: Running, script: bool) -> None:
    context = chromium.new_context(base_url=slow_shop.url, java_script_enabled=script)
    page = context.new_page()
    page.goto("/admin/sign-in")
    page.locator("#email").fill(STAFF_EMAIL)
    page.locator("#password").fill(STAFF_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    loads: list[str] = []
    job_id = begin(slow_shop, 320)
    page.goto(f"/admin/jobs/{job_id}")
    page.on("load", lambda _page: loads.append(page.title()))
    expect(page).to_have_title(re.compile("^(Queued|Running): "))
    seen = set()
    for _look in range(200):
        seen.add(page.locator("#progress").inner_text().splitlines()[0])
        if page.title().startswith("Done: "):
            break
        page.wait_for_timeout(200)
    expect(page.locator("#progress")).to_contain_text("Done 320 of 320 rows")
    assert len(seen) >= 3  # without a script the page is loaded every 5 seconds
    assert (len(loads) == 1) == script  # with a script the rest of the page stays as it is until the end
    context.close()
