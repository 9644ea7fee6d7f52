"""The journey a shop lives by, with JavaScript: on a phone, on a desktop, and with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Windows

pytestmark = pytest.mark.browser

DETAILS = {
    "Email": "maya@example.com",
    "Full name": "Maya Lindqvist",
    "Address": "12 Harbour Row",
    "Town or city": "Bristol",
    "Postcode": "bs1 4dj",
}
MOST_TABS = 80


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, windows: Windows) -> Iterator[Page]:
    complaints: list[str] = []
    with windows(viewport=request.param) as page:
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    assert not complaints, complaints


def test_choosing_filling_the_bag_and_paying_at_the_second_try(page: Page) -> None:
    page.goto("/products/seven-ridges")
    page.get_by_role("link", name=re.compile("^A2")).click()
    expect(page).to_have_url(re.compile("size=a2"))  # the page stays, its parts are renewed
    page.get_by_role("link", name=re.compile("^Oak")).click()
    add = page.get_by_role("button", name="Add to bag £84")
    expect(add).to_be_visible()
    add.click()
    drawer = page.get_by_role("dialog", name="Your bag")
    expect(drawer.get_by_text("Seven Ridges, A2, oak is in your bag.")).to_be_visible()
    expect(page.get_by_role("status").last).to_contain_text("Bag, 1 item")

    drawer.get_by_role("button", name="One more").click()
    expect(drawer.get_by_text("£168.00").first).to_be_visible()
    expect(drawer.get_by_role("button", name="One more")).to_be_focused()
    drawer.get_by_role("button", name="Remove").click()
    expect(drawer.get_by_text("Your bag is empty.")).to_be_visible()
    drawer.get_by_role("button", name="Undo").click()
    expect(drawer.get_by_label("Quantity of Seven Ridges, A2, oak").last).to_have_value("2")

    drawer.get_by_role("link", name="Check out £168.00").click()
    fill_in(page)
    page.get_by_role("button", name="Pay £168.00").click()
    page.get_by_role("link", name="Go back to the shop without paying").click()
    expect(page.get_by_text("Nothing has been charged").first).to_be_visible()
    page.get_by_role("button", name="Pay £168.00").click()
    page.get_by_role("button", name="Pay £").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Maya")


def test_escape_closes_the_bag_and_the_focus_returns(page: Page) -> None:
    page.goto("/products/lattice-mug")
    page.get_by_role("button", name="Add to bag").click()
    expect(page.get_by_role("heading", name="Your bag")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Your bag")).to_be_hidden()
    expect(page.get_by_role("button", name="Add to bag")).to_be_focused()


def test_back_leads_to_the_choice_before(page: Page) -> None:
    page.goto("/products/seven-ridges?size=a3&frame=oak")
    page.get_by_role("link", name=re.compile("^A2")).click()
    expect(page.get_by_role("button", name="Add to bag £84")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Add to bag £62")).to_be_visible()


def test_what_was_seen_last_is_shown_under_the_next_product(page: Page) -> None:
    seen = page.get_by_role("region", name="Recently viewed")
    page.goto("/products/lattice-mug")
    expect(seen).to_be_hidden()
    page.goto("/products/seven-ridges")
    expect(seen.get_by_role("heading", level=3)).to_have_text(["Lattice mug"])
    page.goto("/products/dots-wrap")
    expect(seen.get_by_role("heading", level=3)).to_have_text(["Seven Ridges", "Lattice mug"])
    page.reload()
    expect(seen.get_by_role("heading", level=3)).to_have_text(["Seven Ridges", "Lattice mug"])


def test_a_whole_purchase_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/products/lattice-mug")
    press(page, "link", "Coral", "Enter")
    expect(page).to_have_url(re.compile("glaze=coral"))
    press(page, "button", "Add to bag", "Enter")
    expect(page.get_by_role("heading", name="Your bag")).to_be_focused()
    press(page, "button", "One more", "Enter")
    expect(page.get_by_role("link", name="Check out £35.90")).to_be_visible()
    press(page, "button", "Remove", "Enter")
    expect(page.get_by_text("Your bag is empty.")).to_be_visible()
    press(page, "button", "Undo", "Enter")
    expect(page.get_by_role("dialog").get_by_role("spinbutton")).to_have_value("2")
    press(page, "link", "Check out", "Enter")
    page.wait_for_url("**/checkout")
    for label, words in DETAILS.items():
        tab_to(page, "textbox", label)
        page.keyboard.type(words)
    press(page, "button", "Continue to payment", "Enter")
    page.wait_for_url("**/checkout/payment")
    press(page, "button", "Pay £", "Enter")
    press(page, "link", "Go back to the shop without paying", "Enter")
    expect(page.get_by_text("Nothing has been charged").first).to_be_visible()
    press(page, "button", "Pay £", "Enter")
    page.wait_for_url("**/pay/**")
    press(page, "button", "Pay £", "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Maya")


def fill_in(page: Page) -> None:
    for label, words in DETAILS.items():
        page.get_by_role("textbox", name=label, exact=label == "Address").fill(words)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Continue to payment").last.click()


def press(page: Page, role: str, name: str, key: str) -> None:
    tab_to(page, role, name)
    page.keyboard.press(key)


def tab_to(page: Page, role: str, name: str) -> None:
    """Goes on with Tab until it stands there, and fails where that is not reached, or not seen."""
    wanted = page.get_by_role(role, name=re.compile(f"^{name}"))  # type: ignore[arg-type]
    expect(wanted.first).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if any(each.evaluate("it => it === document.activeElement") for each in wanted.all()):
            seen = page.evaluate(
                "() => { const box = document.activeElement.getBoundingClientRect();"
                " return box.height > 0 && box.bottom > 0 && box.top < innerHeight }"
            )
            assert seen, f"{name} has the focus out of sight"
            return
    raise AssertionError(f"{role} {name!r} cannot be reached with Tab")
