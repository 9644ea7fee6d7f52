"""The checkout with JavaScript: what follows from the country, a page that waits, and axe on each step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_purchase import chromium, shop  # noqa: F401
from tests.processes import Running, Visitor

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NO_STRIPE = {"path": "/v1/checkout/sessions/"}


@pytest.fixture
def visitor(shop: Running) -> Visitor:  # noqa: F811
    visitor = Visitor(shop.url)
    visitor.fill_bag()
    return visitor


@pytest.fixture(params=[(390, 844), (1280, 900)], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, chromium: Browser, shop: Running, visitor: Visitor) -> Iterator[Page]:  # noqa: F811
    width, height = request.param
    context = chromium.new_context(
        base_url=shop.url, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    context.add_cookies([{"name": it.name, "value": it.value or "", "url": shop.url} for it in visitor.session.cookies])
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def clean(page: Page) -> bool:
    found = Axe().run(page, options=RULES).response["violations"]
    assert found == [], [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    return True


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
    expect(page.locator(".totals-sum dd:visible").or_(page.locator(".summary-folded summary .num"))).not_to_have_count(
        0
    )


def test_another_way_of_delivery_changes_the_total(page: Page) -> None:
    page.goto("/checkout")
    dearer = page.get_by_role("radio").nth(1)
    before = page.get_by_role("status").inner_text()
    dearer.check()
    expect(page.get_by_role("status")).to_contain_text("Total £")
    expect(dearer).to_be_checked()
    assert before == ""


def test_every_step_is_clean_for_axe_and_no_wider_than_the_screen(page: Page, visitor: Visitor) -> None:
    page.goto("/checkout")
    assert clean(page)
    page.get_by_role("button", name="Continue to payment").last.click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: Delivery | Fathom & Fold")
    assert clean(page)
    visitor.fill_in()
    page.goto("/checkout/payment")
    assert clean(page)
    page.get_by_role("button", name="Pay £").click()
    page.get_by_role("button", name="Decline the card").click()
    page.get_by_role("link", name="Go back to the shop without paying").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Your bank declined this card.")
    assert clean(page)
    page.get_by_role("button", name="Pay £").click()
    page.get_by_role("button", name="Pay £").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Alice.")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    assert clean(page)


def test_a_page_that_waits_for_stripe_goes_on_by_itself(page: Page, shop: Running, visitor: Visitor) -> None:  # noqa: F811
    visitor.fill_in()
    page.goto("/checkout/payment")
    page.get_by_role("button", name="Pay £").click()
    shop.control("arm", kind="down", times=2, **NO_STRIPE)
    shop.control("arm", kind="delay", times=1, seconds=4)
    page.get_by_role("button", name="Pay £").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nearly done.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you, Alice.", timeout=60_000)
