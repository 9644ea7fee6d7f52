"""However the page is shown and used: in the reader's own colours, at rest, on paper, with a key switched off."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import DESKTOP, Visit
from tests.browser.places import EVERYWHERE, REAL, Place

pytestmark = pytest.mark.browser

# Of everything that can be pressed or filled in: whether a line around it tells where it is.
EDGES = """([selector]) => [...document.querySelectorAll(selector)]
    .filter(each => each.checkVisibility() && !each.closest(".vh"))
    .filter(each => {
        const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(each);
        return borderTopStyle === "none" || parseFloat(borderTopWidth) < 1 || borderTopColor === "rgba(0, 0, 0, 0)";
    })
    .map(each => each.outerHTML.slice(0, 120))"""

FOCUS = """() => {
    const ring = each => {
        const { outlineStyle, outlineWidth } = getComputedStyle(each);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    };
    for (let each = document.activeElement; each && each !== document.body; each = each.parentElement)
        if (ring(each)) return true;
    return document.activeElement.outerHTML.slice(0, 160);
}"""


@pytest.mark.parametrize("name", ["product", "category", "bag", "checkout"])
def test_borders_and_the_focus_are_seen_in_the_readers_own_colours(visit: Visit, name: str) -> None:
    with visit(REAL[name], viewport=DESKTOP, forced_colors="active") as page:
        assert page.evaluate(EDGES, [".button, .option, .input, .quantity, .search-input, .choices"]) == []
        seen = set()
        for _press in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            seen.add(page.evaluate("document.activeElement.outerHTML"))
            assert page.evaluate(FOCUS) is True
        assert len(seen) >= 15


@pytest.mark.parametrize("links", [".options a", ".thumbs a", ".nav a"])
def test_what_is_chosen_is_seen_in_the_readers_own_colours(visit: Visit, links: str) -> None:
    line = "each => getComputedStyle(each).outlineStyle"
    with visit(REAL["product"], viewport=DESKTOP, forced_colors="active") as page:
        every = page.locator(links).all()
        assert {each.evaluate(line) for each in every if each.get_attribute("aria-current")} == {"solid"}
        assert {each.evaluate(line) for each in every if not each.get_attribute("aria-current")} == {"none"}


MOVES = """() => [...document.querySelectorAll("*")].flatMap(each => [null, "::before", "::after"].flatMap(part => {
    const style = getComputedStyle(each, part);
    const seconds = `${style.transitionDuration},${style.animationDuration}`.split(",").map(parseFloat);
    return Math.max(...seconds) > 0.01 ? [each.outerHTML.slice(0, 80)] : [];
}))"""


@pytest.mark.parametrize("name", ["home", "product", "bag", "/dev/styleguide"])
def test_nothing_moves_for_who_wants_it_still(visit: Visit, name: str) -> None:
    with visit(EVERYWHERE[name], reduced_motion="reduce") as page:
        assert page.evaluate(MOVES) == []


def test_something_moves_for_everybody_else(visit: Visit) -> None:
    """Else the test before this one would see nothing either."""
    with visit(REAL["product"], reduced_motion="no-preference") as page:
        assert page.evaluate(MOVES) != []


def test_an_order_on_paper_is_all_of_the_order_and_no_more(visit: Visit) -> None:
    a4: ViewportSize = {"width": 794, "height": 1123}
    with visit(REAL["order"], viewport=a4) as page:
        page.emulate_media(media="print")
        for hidden in ("body > header", "body > footer", "form", "dialog", "button", ".skip"):
            assert [each for each in page.locator(hidden).all() if each.is_visible()] == [], hidden
        words = page.locator("main").inner_text()
        for shown in ("Order ", "Seven Ridges", "1 High Street", "Delivery", "Total", "VAT included"):
            assert shown in words
        assert page.evaluate("document.documentElement.scrollWidth") <= a4["width"]


def test_who_switches_the_slash_off_is_not_led_to_the_search_by_it(visit: Visit) -> None:
    with visit(Place("/admin/search", staff=True), viewport=DESKTOP) as page:
        field, hint = page.locator("#find"), page.locator(".find kbd")
        expect(hint).to_be_visible()
        page.keyboard.press("/")
        expect(field).to_be_focused()
        page.get_by_label("/ leads to the search from every page").uncheck()
        page.goto("/admin/orders")
        expect(page.locator("[data-behaviour=slash]:not([aria-keyshortcuts])")).to_be_visible()
        page.keyboard.press("/")
        expect(field).not_to_be_focused()
        expect(hint).to_be_hidden()
        page.goto("/admin/search")
        page.get_by_label("/ leads to the search from every page").check()
        page.goto("/admin/orders")
        expect(hint).to_be_visible()
        page.keyboard.press("/")
        expect(field).to_be_focused()
