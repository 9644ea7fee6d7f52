"""The back office with keys alone: whatever is reached can be seen, has a ring, and lies beneath nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from shop.demo.seed import STAFF_EMAIL, STAFF_PASSWORD
from tests.browser.conftest import DESKTOP, Windows
from tests.browser.test_accessible import NARROW, TWICE_AS_LARGE
from tests.browser.test_counter import buy
from tests.processes import Running

pytestmark = pytest.mark.browser

MOST_STOPS = 250

# What is wrong with where the keys have led, in words; null when they have left the page.
LOOK = """() => {
    const it = document.activeElement;
    if (!it || it === document.body) return null;
    const name = it.outerHTML.slice(0, 160), wrong = [];
    const style = getComputedStyle(it);
    const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (!ringed && style.boxShadow === "none") wrong.push(`no ring: ${name}`);
    const box = it.getClientRects()[0];
    if (!box || !box.width || !box.height) return [...wrong, `nothing to see: ${name}`];
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    if (left >= right || top >= bottom) return [...wrong, `out of sight: ${name}`];
    const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (!it.contains(there)) wrong.push(`beneath ${there?.outerHTML.slice(0, 100)}: ${name}`);
    return wrong;
}"""


@dataclass(frozen=True)
class Keys:
    """Somebody without a mouse, who looks at each stop."""

    page: Page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def to(self, target: Locator, key: str = "Tab") -> None:
        """From stop to stop until it is `target`."""
        for _stop in range(MOST_STOPS):
            self.press(key)
            wrong: list[str] | None = self.page.evaluate(LOOK)
            assert not wrong, f"{self.page.url}: {wrong}"
            if target.evaluate("each => each === document.activeElement"):
                return
        raise AssertionError(f"{self.page.url}: no way to {target}")

    def leave(self, key: str = "Enter") -> None:
        """On to the page that this leads to."""
        with self.page.expect_navigation():
            self.press(key)

    def go(self, target: Locator, key: str = "Tab") -> None:
        """There, and through."""
        self.to(target, key)
        self.leave()

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name)

    def link(self, name: str | re.Pattern[str], **more: Any) -> Locator:
        return self.page.get_by_role("link", name=name, **more)

    def field(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("textbox", name=name)

    def menu(self, name: str) -> None:
        """Back to the menu, which is shut where there is little room, and on to a page of it."""
        entry = self.page.locator("header nav:visible a", has_text=re.compile(f"^\\s*{name}\\s*$"))
        if entry.count() == 0:
            self.to(self.page.locator("header summary"), "Shift+Tab")
            self.press("Enter")
            self.go(entry)
        else:
            self.go(entry, "Shift+Tab")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)

    def find(self, number: str) -> None:
        """From anywhere, to an order that one has the number of."""
        self.press("/")
        self.type(number)
        self.leave()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(number)


@pytest.fixture(params=[DESKTOP, TWICE_AS_LARGE, NARROW], ids=["desktop", "200 percent", "320 pixels"])
def keys(request: pytest.FixtureRequest, windows: Windows) -> Iterator[Keys]:
    """Signed in, and past the menu on the first page."""
    size: ViewportSize = request.param
    with windows(viewport=size) as page:
        keys = Keys(page)
        page.goto("/admin/sign-in")
        keys.to(page.get_by_label("Email"))
        keys.type(STAFF_EMAIL)
        keys.to(page.get_by_label("Password"))
        keys.type(STAFF_PASSWORD)
        keys.leave()
        keys.go(keys.link("Skip to content"))
        expect(page.locator("main")).to_be_focused()
        yield keys


def test_an_order_is_packed_and_one_piece_of_another_refunded(keys: Keys, shop: Running) -> None:
    page = keys.page
    packed, refunded = buy(shop, "kay", "ridge-mug"), buy(shop, "kay", "ridge-mug", "seigaiha-mug")

    keys.menu("Orders")
    keys.to(page.get_by_role("searchbox", name="Number, email or name"))
    keys.type(packed)
    keys.leave()
    keys.go(keys.link(packed, exact=True))
    keys.go(keys.link("Fulfil 1 item"))
    keys.to(keys.button("Mark as posted"))
    keys.leave("Space")
    expect(page.get_by_text("1 item is posted;")).to_be_visible()

    keys.find(refunded)
    keys.go(keys.link("Refund", exact=True))
    keys.to(keys.field(re.compile("Pieces of Seigaiha mug")))
    keys.type("1")
    keys.to(keys.field("Reason"))
    keys.type("chipped")
    keys.go(keys.button("See what goes back"))
    keys.go(keys.button("Refund £16.00"))
    expect(page.get_by_text("Part refunded")).to_be_visible()


def test_a_product_is_published_and_a_category_moved(keys: Keys) -> None:
    page = keys.page
    keys.menu("Products")
    keys.to(page.get_by_role("searchbox", name="Name or SKU"))
    keys.type("notebook")
    keys.leave()
    for button, told in (("Publish", "1 product is live."), ("Make a draft", "1 product is a draft now.")):
        keys.to(page.get_by_role("checkbox", name="Choose Contour notebook"))
        keys.press("Space")
        keys.go(keys.button(button))
        expect(page.get_by_text(told)).to_be_visible()

    keys.menu("Categories")
    names = page.locator(".depth-0 .tree-name a")
    before = names.all_inner_texts()
    for move, first in (("Down", before[1]), ("Up", before[0])):
        keys.to(keys.button(re.compile(rf"^{move}\s*: {before[0]}$")))
        keys.leave("Space")
        expect(names.first).to_have_text(first)
    assert names.all_inner_texts() == before


def test_what_is_edited_is_never_beneath_the_bar_that_says_so(keys: Keys) -> None:
    page = keys.page
    keys.menu("Products")
    keys.to(page.get_by_role("searchbox", name="Name or SKU"))
    keys.type("contour notebook")
    keys.leave()
    keys.go(keys.link("Contour notebook", exact=True))
    keys.to(keys.field("Summary"))
    keys.type("Hills. ")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    keys.go(keys.link("Discard"))
    expect(page.get_by_text("Unsaved changes")).to_be_hidden()
