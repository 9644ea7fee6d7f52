"""The checkout with JavaScript: what follows from the country, what has the focus, and a page that waits for Stripe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Windows, meet
from tests.browser.test_accessible import AXE, OPTIONS, RUN
from tests.processes import Running, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def visitor(shop: Running) -> Visitor:
    visitor = Visitor(shop.url)
    visitor.fill_bag()
    return visitor


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, windows: Windows, visitor: Visitor) -> Iterator[Page]:
    with windows(viewport=request.param) as page:
        meet(page.context, visitor)
        yield page


def test_another_country_has_other_fields_and_other_ways_and_keeps_what_was_typed(page: Page) -> None:
    page.goto("/checkout")
    expect(page.get_by_role("button", name="Change country")).to_be_hidden()
    page.get_by_role("textbox", name="Address", exact=True).fill("1 Main Street")
    country = page.get_by_role("combobox", name="Country")
    country.focus()
    country.select_option("US")
    expect(page.get_by_role("combobox", name="State")).to_be_visible()
    expect(page.get_by_role("textbox", name="ZIP code")).to_be_visible()
    expect(page.get_by_role("textbox", name="Address", exact=True)).to_have_value("1 Main Street")
    expect(country).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("to United States")


def test_another_way_of_delivery_changes_the_total(page: Page) -> None:
    page.goto("/checkout")
    dearer = page.get_by_role("radio").nth(1)
    dearer.check()
    expect(page.get_by_role("status")).to_contain_text("Total £")
    expect(dearer).to_be_checked()


def test_what_is_wrong_has_the_focus_in_the_form_and_after_a_declined_card(page: Page, visitor: Visitor) -> None:
    page.goto("/checkout")
    page.get_by_role("button", name="Continue to payment").last.click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_title("Error: Delivery | Fathom & Fold")
    page.get_by_role("link", name="Enter the postcode.").click()
    expect(page.get_by_role("textbox", name="Postcode")).to_be_focused()

    visitor.fill_in()
    page.goto("/checkout/payment")
    page.get_by_role("button", name="Pay £").click()
    page.get_by_role("button", name="Decline the card").click()
    page.get_by_role("link", name="Go back to the shop without paying").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Your bank declined this card.")
    page.evaluate(AXE)
    assert page.evaluate(RUN, OPTIONS) == []

    page.get_by_role("button", name="Pay £").click()
    page.get_by_role("button", name="Pay £").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Alice.")
    expect(page.get_by_role("button", name="Print")).to_be_visible()


def test_a_page_that_waits_for_stripe_goes_on_by_itself(page: Page, shop: Running, visitor: Visitor) -> None:
    visitor.fill_in()
    page.goto("/checkout/payment")
    page.get_by_role("button", name="Pay £").click()
    shop.control("arm", kind="down", times=1000, path="/v1/")
    page.get_by_role("button", name="Pay £").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nearly done.", timeout=30_000)
    shop.control("clear")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Alice.", timeout=120_000)
