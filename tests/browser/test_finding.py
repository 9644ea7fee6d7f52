"""The ways to something one looks for, on a phone and on a desktop, with JavaScript and without it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Windows

pytestmark = pytest.mark.browser


WAYS = {
    "phone": (PHONE, True),
    "phone without JavaScript": (PHONE, False),
    "desktop": (DESKTOP, True),
    "desktop without JavaScript": (DESKTOP, False),
}


@dataclass(frozen=True)
class Seeker:
    page: Page
    phone: bool
    scripts: bool

    def filter_by(self, label: str) -> None:
        box = self.page.get_by_role("checkbox", name=label)
        if self.phone:
            self.page.locator("#open-filters").click()
        box.check()
        if not self.scripts:
            self.page.get_by_role("button", name="Apply filters").click()
        elif self.phone:
            self.page.locator("#filter-sheet .filters-show button").click()

    def search_for(self, words: str) -> None:
        if self.phone:
            self.page.get_by_role("link", name="Search").first.click()
        box = self.page.locator("input[name=q]:visible").first
        box.fill(words)
        box.press("Enter")

    def names(self) -> list[str]:
        return self.page.locator("#results .card-name").all_inner_texts()


@pytest.fixture(params=WAYS)
def seeker(request: pytest.FixtureRequest, windows: Windows) -> Iterator[Seeker]:
    size, scripts = WAYS[request.param]
    with windows(viewport=size, java_script_enabled=scripts) as page:
        yield Seeker(page, size is PHONE, scripts)


def test_by_filters_and_back_and_forward_keep_them(seeker: Seeker) -> None:
    page = seeker.page
    page.goto("/categories/art-prints")
    everything = seeker.names()
    seeker.filter_by("Botanical")
    expect(page.locator("#results .card")).to_have_count(2)
    seeker.filter_by("Yellow")
    expect(page.locator("#results .card")).to_have_count(1)
    assert seeker.names() == ["Seedhead"]
    page.get_by_role("link", name="Seedhead").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Seedhead")
    page.go_back()
    expect(page).to_have_url(re.compile(r"mood=botanical&ink=yellow"))
    expect(page.locator("#results .card")).to_have_count(1)
    expect(page.get_by_role("link", name="Remove filter Botanical")).to_be_visible()
    page.go_back()
    expect(page.locator("#results .card")).to_have_count(2)
    page.go_forward()
    expect(page.locator("#results .card")).to_have_count(1)
    page.get_by_role("link", name="Clear all").first.click()
    expect(page.locator("#results .card")).to_have_count(len(everything))


def test_the_place_in_a_long_list_is_kept(seeker: Seeker) -> None:
    page = seeker.page
    page.goto("/search?q=paper")
    page.get_by_role("link", name=re.compile(r"^Show \d+ more$")).click()
    expect(page).to_have_url(re.compile(r"page=2"))
    last = page.locator("#results .card-name a").last
    last.scroll_into_view_if_needed()
    place, name = page.evaluate("scrollY") if seeker.scripts else None, last.inner_text()
    last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.go_back()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_in_viewport()
    if place is not None:
        assert abs(page.evaluate("scrollY") - place) < 300


def test_by_a_search_with_a_typo(seeker: Seeker) -> None:
    page = seeker.page
    page.goto("/")
    seeker.search_for("terazzo mug")
    expect(page.get_by_role("heading", level=1)).to_have_text("Showing results for “terrazzo mug”")
    expect(page.locator("input[name=q]:visible").first).to_have_value("terazzo mug")
    page.locator("#results").get_by_role("link", name="Terrazzo mug").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terrazzo mug")


def test_by_what_the_search_box_suggests_with_the_keyboard_alone(seeker: Seeker) -> None:
    """Without JavaScript there are no suggestions, and the same keys lead to the results."""
    page = seeker.page
    page.goto("/search" if seeker.phone else "/")
    box = page.locator("input[name=q]:visible").first
    box.focus()
    page.keyboard.type("quiet or", delay=10)
    if seeker.scripts:
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
    else:
        page.keyboard.press("Enter")
        page.locator("#results .card-name a").first.focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Quiet Orbit")


def test_by_a_collection(seeker: Seeker) -> None:
    page = seeker.page
    page.goto("/")
    page.get_by_role("link", name="Under £20").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Under £20")
    seeker.filter_by("Geometric")
    expect(page.get_by_role("link", name="Remove filter Geometric")).to_be_visible()
    name = seeker.names()[0]
    page.locator("#results .card-name a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_by_what_goes_with_something_else(seeker: Seeker) -> None:
    page = seeker.page
    page.goto("/products/seven-ridges")
    beside = page.locator("section[aria-labelledby=beside] .card-name a").first
    name = beside.inner_text()
    assert name != "Seven Ridges"
    beside.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Seven Ridges")
