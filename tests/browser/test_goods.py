"""A manager at her goods: from nothing to a product that is bought, and two who edit the same one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, Clerk, Windows, meet, sign_in
from tests.media import files
from tests.processes import Running, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def mona(shop: Running) -> Visitor:
    """A manager, beside the owner."""
    who = ("--email", "mona@fathomandfold.example", "--name", "Mona Lane", "--role", "manager")
    assert shop.manage("staff", "create", *who, "--password", "printed by hand").returncode == 0
    return sign_in(shop, "mona@fathomandfold.example", "printed by hand")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).last.click()


def make_bowl(page: Page, name: str) -> None:
    """A draft with twelve variants at £20, five of each."""
    page.goto("/admin/products/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Category").select_option("Mugs")
    page.get_by_role("button", name="Make the draft").click()
    for field, typed in (("name_1", "Size"), ("values_1", "S, M, L"), ("name_2", "Glaze"), ("price", "20")):
        page.locator(f"#{field}").fill(typed)
    page.locator("#values_2").fill("Red, Blue, Green, White")
    page.get_by_role("button", name="Make variants").click()
    expect(page.get_by_text("12 variants are made.")).to_be_visible()


def add_pictures(page: Page, folder: Path) -> None:
    """Five, each with words of its own afterwards."""
    paths = []
    for seed in range(5):
        paths.append(folder / f"bowl-{seed}.jpg")
        paths[-1].write_bytes(files.saved(files.scene(200, 250, seed=seed), "JPEG"))
    page.locator("#file").set_input_files(paths)
    page.get_by_role("button", name="Add the pictures").click()
    expect(page.locator(".picture")).to_have_count(5)
    expect(page.get_by_text("Has no words yet")).to_have_count(5)


def describe_pictures(page: Page) -> None:
    for place in range(5):
        picture = page.locator(".picture").nth(place)
        picture.get_by_role("textbox").fill(f"The bowl from side {place + 1}")
        picture.get_by_role("button", name=re.compile("^Save")).click()
        expect(page.get_by_text("Has no words yet")).to_have_count(4 - place)


def test_a_manager_makes_a_product_schedules_it_puts_it_on_sale_and_a_shopper_buys_it(
    windows: Windows, mona: Visitor, tmp_path: Path
) -> None:
    with windows(viewport=DESKTOP) as page, windows() as shopper:
        meet(page.context, mona)
        make_bowl(page, "Tide bowl")
        for field in page.locator("[name$='-on_hand']").all():
            field.fill("5")
        expect(page.get_by_text("Unsaved changes")).to_be_visible()
        page.get_by_label("Why the stock has changed").fill("first delivery")
        save(page)
        expect(page.get_by_text("Saved: Tide bowl.")).to_be_visible()

        add_pictures(page, tmp_path)
        page.get_by_label("Live from a date on").check()
        page.get_by_label("From", exact=True).fill("2035-01-01T09:00")
        save(page)
        expect(page.get_by_text("Say what each of its pictures shows first.").last).to_be_visible()
        page.get_by_role("link", name="Discard").click()
        describe_pictures(page)
        page.get_by_label("Live from a date on").check()
        page.get_by_label("From", exact=True).fill("2035-01-01T09:00")
        save(page)
        expect(page.get_by_text("Scheduled")).to_be_visible()
        answer = shopper.goto("/products/tide-bowl")
        assert answer is not None
        assert answer.status == 404

        page.get_by_label("Less by").fill("25")
        page.get_by_role("button", name="Put on sale").click()
        expect(page.get_by_text("It is on sale from now on.")).to_be_visible()
        page.get_by_label("Live", exact=True).check()
        save(page)
        expect(page.get_by_role("link", name="In the shop")).to_be_visible()

        shopper.goto("/products/tide-bowl?size=m&glaze=green")
        expect(shopper.get_by_text("£15").first).to_be_visible()
        shopper.get_by_role("button", name="Add to bag").first.click()
        expect(shopper.get_by_text("in your bag").first).to_be_visible()
        shopper.goto("/checkout")
        shopper.get_by_role("textbox", name="Email").fill("maya@example.com")
        shopper.get_by_role("textbox", name="Full name").fill("Maya Lindqvist")
        shopper.get_by_role("textbox", name="Address", exact=True).fill("12 Harbour Row")
        shopper.get_by_role("textbox", name="Town or city").fill("Bristol")
        shopper.get_by_role("textbox", name="Postcode").fill("bs1 4dj")
        shopper.get_by_role("radio").first.check()
        shopper.get_by_role("button", name="Continue to payment").last.click()
        shopper.get_by_role("button", name="Pay £").click()
        expect(shopper.get_by_text("no money moves")).to_be_visible()
        shopper.get_by_role("button", name="Pay £").click()
        expect(shopper.get_by_role("heading", level=1)).to_contain_text("Thank you, Maya")


def test_two_managers_edit_one_product_and_nothing_is_lost(windows: Windows, clerk: Clerk, mona: Visitor) -> None:
    with windows(viewport=DESKTOP) as hers, windows(viewport=DESKTOP) as his:
        meet(hers.context, mona)
        meet(his.context, clerk.visitor)
        make_bowl(hers, "Ebb bowl")
        his.goto(hers.url)
        hers.get_by_label("Summary").fill("Her words.")
        save(hers)
        his.get_by_label("Summary").fill("His words.")
        his.locator("[name$='-amount']").first.fill("22")
        save(his)
        expect(his.get_by_text("Mona Lane saved this")).to_be_visible()
        expect(his.get_by_text("Her words.")).to_be_visible()
        expect(his.get_by_text("His words.")).to_be_visible()
        his.get_by_role("group", name="Summary").get_by_label("Saved by Mona Lane").check()
        his.get_by_role("button", name="Save what is chosen").click()
        expect(his.get_by_label("Summary")).to_have_value("Her words.")
        expect(his.locator("[name$='-amount']").first).to_have_value("22.00")
