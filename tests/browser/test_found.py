"""What is in pages for machines stands in nobody's way, and a browser understands what is for it."""

from __future__ import annotations

import json

import pytest

from tests.browser.conftest import Visit
from tests.browser.places import REAL

pytestmark = pytest.mark.browser

TELL = """
    document.addEventListener("securitypolicyviolation", event => console.error("violated", event.violatedDirective));
"""


@pytest.mark.parametrize("place", ["home", "category", "product", "reviews"])
def test_data_in_a_page_breaks_no_policy(visit: Visit, place: str) -> None:
    """A script that the browser does not know as one is data to it: no policy for scripts is asked."""
    said: list[str] = []
    with visit.window(REAL[place]) as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.add_init_script(TELL)
        page.goto(visit.path(REAL[place]), wait_until="networkidle")
        blocks = page.locator("script[type='application/ld+json']").all_inner_texts()
        assert said == []
        assert [json.loads(block) for block in blocks]


def test_a_violation_would_be_noticed(visit: Visit) -> None:
    said: list[str] = []
    with visit.window(REAL["home"]) as page:
        page.on("console", lambda message: said.append(message.text))
        page.add_init_script(TELL)
        page.goto("/")
        page.evaluate("document.head.append(Object.assign(document.createElement('script'), { text: '1' }))")
        page.wait_for_timeout(100)
    assert any("violated script-src" in each for each in said)


def test_the_browser_finds_no_fault_with_the_manifest(visit: Visit) -> None:
    with visit(REAL["home"]) as page:
        told = page.context.new_cdp_session(page).send("Page.getAppManifest")
    assert told["errors"] == []
    assert json.loads(told["data"])["name"] == "Fathom & Fold"
