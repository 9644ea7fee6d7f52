"""The journey a shop lives by, in a real browser, on a phone, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Windows
from tests.processes import Running, eventually

pytestmark = pytest.mark.browser


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, windows: Windows) -> Iterator[Page]:
    complaints: list[str] = []
    with windows(viewport=request.param, java_script_enabled=False) as page:
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        yield page
    assert not complaints, complaints


def go_to_payment(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Art prints").last.click()
    page.get_by_role("link", name="Seven Ridges").click()
    page.get_by_role("link", name=re.compile("^A3")).click()
    page.get_by_role("link", name=re.compile("^Oak")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Seven Ridges")
    page.get_by_role("button", name="Add to bag").click()
    expect(page.get_by_text("is in your bag.")).to_be_visible()
    page.get_by_role("link", name="Check out").click()
    page.get_by_role("textbox", name="Email").fill("maya@example.com")
    page.get_by_role("textbox", name="Full name").fill("Maya Lindqvist")
    page.get_by_role("textbox", name="Address", exact=True).fill("12 Harbour Row")
    page.get_by_role("textbox", name="Town or city").fill("Bristol")
    page.get_by_role("textbox", name="Postcode").fill("bs1 4dj")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Continue to payment").last.click()
    expect(page.get_by_text("BS1 4DJ")).to_be_visible()
    page.get_by_role("button", name="Pay £").click()


def test_from_the_home_page_to_the_mail_without_javascript(page: Page, shop: Running) -> None:
    before = len(shop.mails())
    go_to_payment(page)
    expect(page.get_by_text("no money moves")).to_be_visible()
    page.get_by_role("button", name="Pay £").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Maya")
    number = page.url.rsplit("/", 1)[1]
    assert len(number) == 32
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Maya")
    mails = eventually(lambda: shop.mails()[before:], what="the mail")
    assert len(mails) == 1
    page.goto("/dev/mail")
    page.get_by_role("link", name="Your order").first.click()
    expect(page.frame_locator("iframe").get_by_text("Seven Ridges").first).to_be_visible()


def test_a_quantity_is_changed_and_a_removal_undone(page: Page) -> None:
    page.goto("/products/lattice-mug")
    page.get_by_role("button", name="Add to bag").click()
    page.get_by_label("Quantity of Lattice mug").last.fill("3")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_text("£48.00").first).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Your bag is empty.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Quantity of Lattice mug").last).to_have_value("3")


def test_back_from_stripe_without_paying_and_paying_again(page: Page) -> None:
    go_to_payment(page)
    page.get_by_role("link", name="Go back to the shop without paying").click()
    expect(page.get_by_text("Nothing has been charged").first).to_be_visible()
    page.get_by_role("button", name="Pay £").first.click()
    page.get_by_role("button", name="Decline the card").click()
    expect(page.get_by_text("declined").first).to_be_visible()
    page.get_by_role("button", name="Pay with 3-D Secure").click()
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Maya")


def test_an_order_can_be_cancelled_before_it_is_paid(page: Page) -> None:
    go_to_payment(page)
    page.get_by_role("link", name="Go back to the shop without paying").click()
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.get_by_text("Nothing was charged").first).to_be_visible()
