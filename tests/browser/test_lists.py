"""Finding something: filters, the next page and suggestions, with JavaScript, without it, and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Windows

pytestmark = pytest.mark.browser


@pytest.fixture
def desktop(windows: Windows) -> Iterator[Page]:
    with windows(viewport=DESKTOP) as page:
        yield page


@pytest.fixture
def phone(windows: Windows) -> Iterator[Page]:
    with windows(has_touch=True) as page:
        yield page


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def plain(request: pytest.FixtureRequest, windows: Windows) -> Iterator[Page]:
    with windows(viewport=request.param, java_script_enabled=False) as page:
        yield page


def test_a_filter_renews_the_list_and_nothing_else(desktop: Page) -> None:
    desktop.goto("/categories/art-prints")
    expect(desktop.get_by_role("button", name="Apply filters")).to_be_hidden()
    heading = desktop.get_by_role("heading", level=1).element_handle()
    box = desktop.get_by_role("checkbox", name="Geometric")
    box.focus()
    desktop.keyboard.press("Space")
    expect(desktop).to_have_url(re.compile(r"\?mood=geometric$"))
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    expect(desktop.locator("#status")).to_have_text("4 prints")
    assert heading.is_visible()  # the same one

    desktop.get_by_label("Sort by").select_option("Price, high to low")
    expect(desktop).to_have_url(re.compile(r"\?mood=geometric&sort=price-down$"))
    desktop.get_by_role("link", name="Remove filter Geometric").press("Enter")
    expect(desktop).to_have_url(re.compile(r"\?sort=price-down$"))
    expect(desktop.get_by_role("heading", name="Products")).to_be_focused()
    desktop.go_back()
    expect(box).to_be_checked()


def test_filters_on_a_phone_open_in_a_dialog(phone: Page) -> None:
    phone.goto("/categories/art-prints?size=a2")
    opener = phone.locator("#open-filters")
    opener.tap()
    sheet = phone.get_by_role("dialog", name="Filter")
    sheet.get_by_text("Pattern", exact=True).tap()
    sheet.get_by_role("button", name="Show 5 prints").tap()
    expect(sheet).to_be_hidden()
    expect(opener).to_have_text("Filter (2)")
    expect(opener).to_be_focused()
    expect(phone.locator(".card")).to_have_count(5)
    opener.tap()
    phone.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(phone.locator("#filters")).to_be_hidden()


def test_the_next_page_is_added_to_this_one(desktop: Page) -> None:
    desktop.goto("/collections/blue-and-navy")
    names = desktop.locator(".card-name")
    expect(names).to_have_count(24)
    desktop.get_by_role("link", name=re.compile(r"Show \d+ more")).click()
    expect(desktop).to_have_url(re.compile(r"page=2&from=1$"))
    expect(names.nth(24).get_by_role("link")).to_be_focused()
    shown = names.count()
    assert len(set(names.all_text_contents())) == shown > 24
    expect(desktop.locator("#status")).to_have_text(f"Showing {shown} of {shown}")
    expect(desktop.get_by_role("link", name="Previous page")).to_have_count(0)


def test_a_search_is_completed_by_keyboard_alone(desktop: Page) -> None:
    desktop.goto("/")
    box = desktop.get_by_role("combobox", name="Search the shop")
    box.press_sequentially("seigaiha m")
    option = desktop.get_by_role("option", name="Seigaiha mug")
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(desktop.locator("#status")).to_have_text(re.compile(r"\d suggestions"))
    box.press("Escape")
    expect(option).to_have_count(0)
    expect(box).to_have_value("seigaiha m")
    box.press("ArrowDown")
    expect(option).to_be_visible()
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "none")
    box.press("Enter")
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Seigaiha mug")


def test_what_was_searched_for_is_offered_again_in_this_browser(phone: Page) -> None:
    phone.goto("/search")
    box = phone.get_by_role("combobox", name="Search the shop")
    box.fill("terrazzo")
    box.press("Enter")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Results for “terrazzo”")
    phone.goto("/search")
    box.tap()
    again = phone.get_by_role("option", name="terrazzo")
    expect(again).to_be_visible()
    assert phone.locator("search:visible").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    phone.get_by_role("button", name="Cancel").tap()
    expect(again).to_have_count(0)
    box.tap()
    again.tap()
    expect(phone).to_have_url(re.compile(r"/search\?q=terrazzo$"))


def test_all_of_it_works_without_javascript(plain: Page) -> None:
    plain.goto("/categories/art-prints?size=a2")
    opener = plain.locator("#open-filters")
    if opener.is_visible():
        opener.click()
    plain.get_by_role("checkbox", name="Geometric").check()
    plain.get_by_role("button", name="Apply filters").click()
    expect(plain).to_have_url(re.compile(r"\?size=a2&mood=geometric"))
    expect(plain.locator(".card")).to_have_count(4)
    plain.get_by_label("Sort by").select_option("Price, low to high")
    plain.get_by_role("button", name="Sort").click()
    expect(plain).to_have_url(re.compile(r"sort=price$"))
    plain.get_by_role("link", name="Clear all").click()
    expect(plain.locator(".card")).to_have_count(14)
    plain.goto("/collections/blue-and-navy")
    plain.get_by_role("link", name=re.compile(r"Show \d+ more")).click()
    plain.get_by_role("link", name="Previous page").click()
    expect(plain.locator(".card")).to_have_count(24)
