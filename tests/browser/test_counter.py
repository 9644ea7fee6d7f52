"""A day at the counter, in a browser: a clerk packs ten orders, refunds one in part, takes a return and restocks it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from shop.demo.seed import STAFF_EMAIL, STAFF_PASSWORD
from tests.browser.conftest import DESKTOP, PATIENCE_MS
from tests.processes import Running, Visitor

pytestmark = pytest.mark.browser

ORDERS = 10
IN_PARTS = 2  # of them, each of two things


def buy(shop: Running, who: str, *goods: str) -> str:
    """Somebody buys these; the order's number."""
    visitor = Visitor(shop.url, f"{who}@example.com")
    for product in goods:
        visitor.fill_bag(product)
    visitor.fill_in()
    to_stripe = visitor.press_pay(visitor.payment_form())
    page = visitor.pay_at_stripe(to_stripe.headers["Location"]).text
    found = re.search(r"\b[3-9A-Z]{4}-[3-9A-Z]{4}\b", page)
    assert found
    return found[0]


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def desk(request: pytest.FixtureRequest, chromium: Browser, shop: Running) -> Iterator[Page]:
    context = chromium.new_context(base_url=shop.url, viewport=DESKTOP, java_script_enabled=request.param)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/admin/sign-in")
    page.locator("#email").fill(STAFF_EMAIL)
    page.locator("#password").fill(STAFF_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()


def test_a_clerk_packs_ten_orders_refunds_one_in_part_and_takes_a_return(desk: Page, shop: Running) -> None:
    one = [buy(shop, f"one{n}", "ridge-mug") for n in range(ORDERS - IN_PARTS)]
    two = [buy(shop, f"two{n}", "ridge-mug", "seigaiha-mug") for n in range(IN_PARTS)]
    for number in one:
        look_up(desk, number)
        desk.get_by_role("link", name="Fulfil 1 item").click()
        desk.get_by_role("textbox", name="Tracking number").fill(f"RM-{number}")
        desk.get_by_role("button", name="Mark as posted").click()
        expect(desk.get_by_text("1 item is posted;")).to_be_visible()
    for number in two:
        look_up(desk, number)
        for left in (2, 1):
            desk.get_by_role("link", name=re.compile(f"^Fulfil {left} item")).click()
            if left == IN_PARTS:
                desk.get_by_role("textbox", name=re.compile("Pieces of Seigaiha mug")).fill("0")
            desk.get_by_role("button", name="Mark as posted").click()
        expect(desk.get_by_role("heading", name="Parcel 2")).to_be_visible()
    desk.goto("/admin/orders?tab=to-pack")
    for number in (*one, *two):
        expect(desk.get_by_role("link", name=number, exact=True)).to_have_count(0)

    look_up(desk, one[0])
    desk.get_by_role("link", name="Refund", exact=True).click()
    desk.get_by_role("textbox", name="Or an amount beside it").fill("3")
    desk.get_by_role("textbox", name="Reason").fill("came a day late")
    desk.get_by_role("button", name="See what goes back").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("gets £3.00 back")
    desk.get_by_role("button", name="Refund £3.00").click()
    expect(desk.get_by_text("Part refunded")).to_be_visible()

    look_up(desk, two[0])
    desk.get_by_role("link", name="Take a return").click()
    desk.get_by_role("textbox", name=re.compile("Pieces of Seigaiha mug")).fill("1")
    desk.get_by_label("What is wrong with it?").select_option("damaged")
    desk.get_by_role("button", name="Agree to the return").click()
    desk.get_by_role("button", name="Receive").click()
    expect(desk.get_by_text("1 piece is back on the shelf.")).to_be_visible()
    desk.get_by_role("button", name="Refund £16.00").click()
    expect(desk.get_by_role("heading", name="Refund of £16.00")).to_be_visible()


def look_up(desk: Page, number: str) -> None:
    """From the list to the order's page, as somebody does who has its number."""
    desk.goto("/admin/orders")
    desk.get_by_role("searchbox", name="Number, email or name").fill(number)
    desk.get_by_role("button", name="Show").click()
    desk.get_by_role("link", name=number, exact=True).click()
