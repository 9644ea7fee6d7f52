"""Rows are dragged to their place, and a rule says what it finds while it is put together."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.places import Place

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 900}


def rows(page: Page) -> Locator:
    return page.locator(".tree-row .row-link")


def test_a_category_is_dragged_between_others_and_into_one(visit: Visit) -> None:
    with visit(Place("/admin/categories", staff=True), viewport=DESK) as page:
        expect(rows(page).last).to_have_text("Gift wrap")
        moved = page.locator(".tree-row", has_text="Gift wrap")
        moved.drag_to(page.locator(".tree-row", has_text="Notebooks"), target_position={"x": 60, "y": 2})
        expect(rows(page).last).to_have_text("Calendars")
        moved.drag_to(page.locator(".tree-row", has_text="Cards"))
        expect(page.locator(".depth-1", has_text="Gift wrap")).to_be_visible()
        page.get_by_role("link", name="Gift wrap").click()
        page.get_by_label("Stands in").select_option("")
        page.get_by_role("button", name="Move it there").click()
        expect(rows(page).last).to_have_text("Gift wrap")


def test_a_category_dropped_where_it_stands_stays_there(visit: Visit) -> None:
    with visit(Place("/admin/categories", staff=True), viewport=DESK) as page:
        names = rows(page).all_text_contents()
        above = page.locator(".tree-row", has_text="Mugs")
        box = above.bounding_box()
        assert box
        with page.expect_event("load"):
            page.locator(".tree-row", has_text="Calendars").drag_to(
                above, target_position={"x": 60, "y": box["height"] - 2}
            )
        expect(rows(page)).to_have_text(names)


def test_a_rule_counts_while_it_is_put_together(visit: Visit) -> None:
    with visit(Place("/admin/collections/1?rule=1", staff=True), viewport=DESK) as page:
        page.get_by_label("Mugs").check()
        expect(page.locator("#matches")).to_have_text(re.compile(r"^\d+ products match now\.$"))
        page.get_by_label("Price to").fill("cheap")
        expect(page.locator("#matches")).to_have_text("“cheap” is not a price. Write it like 24 or 24.50.")
