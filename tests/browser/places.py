"""The pages of the shop, and how to get them into each state that is not an address of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from shop.demo.styleguide import STATES


@dataclass(frozen=True)
class Place:
    path: str
    known: bool = False  # to somebody with a bag and an order
    staff: bool = False  # to the shop's owner
    act: Callable[[Page], object] = lambda _page: None


def add_to_bag(page: Page) -> None:
    page.get_by_role("button", name="Add to bag").click()
    page.locator("#drawer #bag").wait_for()


def open_menu(page: Page) -> None:
    page.get_by_role("link", name="Menu").click()
    page.locator("#menu[open]").wait_for()


def open_filters(page: Page) -> None:
    page.get_by_role("link", name="Filter").click()
    page.locator("#filter-sheet[open]").wait_for()


def enlarge(page: Page) -> None:
    page.get_by_role("link", name="Larger").click()
    page.locator("#zoom[open]").wait_for()


def ask_without_an_address(page: Page) -> None:
    page.get_by_role("textbox", name="Email").fill("maya@example")
    page.get_by_role("button", name="Email me").click()
    page.locator("[aria-invalid]").wait_for()


def show_sizes(page: Page) -> None:
    page.get_by_role("link", name="Which size fits my wall?").click()
    page.get_by_role("img", name="drawn to scale").wait_for()


def suggest(page: Page) -> None:
    page.locator("#q").press_sequentially("terr")
    page.get_by_role("option").first.wait_for()


def take_out(page: Page) -> None:
    """Of the box that mails are shown in, where no script runs, axe neither."""
    content = page.content()
    page.goto("about:blank")
    page.set_content(content)


def forget_the_email(page: Page) -> None:
    page.get_by_role("textbox", name="Email").fill("")
    page.get_by_role("textbox", name="Postcode").fill("?")
    page.get_by_role("button", name="Continue to payment").last.click()
    page.get_by_role("alert").wait_for()


def first_of(*links: str) -> Callable[[Page], object]:
    """Follows the first link of each name, one after the other; a number is that of the first row."""

    def follow(page: Page) -> None:
        for link in links:
            row = page.locator("tbody .row-link") if link == "row" else page.get_by_role("link", name=link, exact=True)
            with page.expect_navigation():
                row.first.click()

    return follow


def fulfil(page: Page) -> None:
    first_of("row")(page)
    with page.expect_navigation():
        page.locator("main a[href$='/shipment']").first.click()


REAL = {
    "home": Place("/"),
    "menu": Place("/menu"),
    "menu, opened": Place("/", act=open_menu),
    "category": Place("/categories/art-prints"),
    "category, filtered": Place("/categories/art-prints?size=a3&frame=oak"),
    "category, its filters opened": Place("/categories/art-prints", act=open_filters),
    "collection": Place("/collections/a-desk-by-the-window"),
    "product": Place("/products/seven-ridges"),
    "product, its sizes": Place("/products/seven-ridges", act=show_sizes),
    "product, another picture": Place("/products/seven-ridges?image=2"),
    "product, enlarged": Place("/products/seven-ridges", act=enlarge),
    "product, sold out and asked for wrongly": Place("/products/quiet-orbit", act=ask_without_an_address),
    "reviews": Place("/products/seven-ridges/reviews"),
    "search": Place("/search"),
    "search, suggestions": Place("/search", act=suggest),
    "search, found": Place("/search?q=terrazzo"),
    "search, nothing found": Place("/search?q=nothing+of+the+kind"),
    "page": Place("/pages/about"),
    "page, with tables": Place("/pages/delivery-and-returns"),
    "page, legal": Place("/pages/right-to-cancel"),
    "journal": Place("/journal"),
    "journal, a day": Place("/journal/four-hundred-seeds"),
    "lookbook": Place("/lookbooks/morning-light"),
    "bag, empty": Place("/cart"),
    "bag": Place("/cart", known=True),
    "bag, in the drawer": Place("/products/seven-ridges", act=add_to_bag),
    "checkout": Place("/checkout", known=True),
    "checkout, with mistakes": Place("/checkout", known=True, act=forget_the_email),
    "payment": Place("/checkout/payment", known=True),
    "order": Place("<order>"),
    "sign-in of the staff": Place("/admin/sign-in"),
    "start of the staff": Place("/admin", staff=True),
    "start of the staff, by the hour": Place("/admin?days=1", staff=True),
    "orders of the staff": Place("/admin/orders", staff=True),
    "orders, filtered": Place("/admin/orders?tab=posted&held=no&q=a&sort=oldest", staff=True),
    "orders, none": Place("/admin/orders?q=nobody+at+all", staff=True),
    "an order of the staff": Place("/admin/orders?tab=posted", staff=True, act=first_of("row")),
    "an order, disputed": Place("/admin/orders?tab=disputed", staff=True, act=first_of("row")),
    "an order, waiting": Place("/admin/orders?tab=unpaid", staff=True, act=first_of("row")),
    "a refund": Place("/admin/orders?tab=posted", staff=True, act=first_of("row", "Refund")),
    "a return that is taken": Place("/admin/orders?tab=posted", staff=True, act=first_of("row", "Take a return")),
    "an address": Place("/admin/orders?tab=to-pack", staff=True, act=first_of("row", "Edit")),
    "a cancellation": Place("/admin/orders?tab=to-pack", staff=True, act=first_of("row", "Cancel")),
    "a parcel": Place("/admin/orders?tab=to-pack", staff=True, act=fulfil),
    "a hold": Place("/admin/orders?tab=to-pack", staff=True, act=first_of("row", "Put on hold")),
    "returns": Place("/admin/returns", staff=True),
    "a return to decide": Place("/admin/returns?status=requested", staff=True, act=first_of("row")),
    "a return on its way": Place("/admin/returns?status=approved", staff=True, act=first_of("row")),
    "an order by hand": Place("/admin/orders/new?q=mug", staff=True),
    "jobs": Place("/admin/jobs", staff=True),
    "a job": Place("<job>", staff=True),
    "customers": Place("/admin/customers", staff=True),
    "a customer": Place("/admin/customers/1", staff=True),
    "found by the staff's search": Place("/admin/search?q=an", staff=True),
    "reviews, for staff": Place("/admin/reviews", staff=True),
    "back in stock": Place("/admin/waiting", staff=True),
    "told that it is back": Place("/admin/waiting/told", staff=True),
    "categories": Place("/admin/categories", staff=True),
    "a category": Place("/admin/categories/1", staff=True),
    "a category that is to go": Place("/admin/categories/1/removal", staff=True),
    "collections": Place("/admin/collections", staff=True),
    "a collection that is to go": Place("/admin/collections/1/removal", staff=True),
    "a collection and its rule": Place("/admin/collections/1?rule=1", staff=True),
    "sales": Place("/admin/sales", staff=True),
    "stock": Place("/admin/stock", staff=True),
    "a sheet to count by": Place("/admin/stock/count?category=all", staff=True),
    "movements of a variant": Place("/admin/variants/1/movements", staff=True),
    "a text": Place("/admin/texts/1", staff=True),
    "texts": Place("/admin/texts", staff=True),
    "a new text": Place("/admin/texts/new?kind=page", staff=True),
    "menus": Place("/admin/menus", staff=True),
    "words of the search": Place("/admin/words", staff=True),
    "products": Place("/admin/products", staff=True),
    "a new product": Place("/admin/products/new", staff=True),
    "a product": Place("/admin/products/1", staff=True),
    "a variant": Place("/admin/variants/1", staff=True),
    "prices of many": Place("/admin/products/prices?product=1&off=10&way=up&kind=percent&ending=90", staff=True),
    "stock of many": Place("/admin/products/stock?product=1", staff=True),
    "engine room": Place("/admin/engine", staff=True),
    "mails": Place("/admin/mails", staff=True),
    "mails, none found": Place("/admin/mails?q=nobody@example.com", staff=True),
    "a mail": Place("/admin/mails/1", staff=True),
    "webhooks": Place("/admin/webhooks", staff=True),
    "a webhook": Place("/admin/webhooks/1", staff=True),
    "deliveries": Place("/admin/deliveries", staff=True),
    "books": Place("/admin/books", staff=True),
    "a check of the books": Place("/admin/books/checks/1", staff=True),
    "people": Place("/admin/people", staff=True),
    "one of the people": Place("/admin/people/1", staff=True),
    "one's own account": Place("/admin/account", staff=True),
    "a second factor": Place("/admin/account/second-factor", staff=True),
    "who it is, asked again": Place("/admin/confirm?next=/admin/people", staff=True),
    "audit log": Place("/admin/log", staff=True),
    "nothing there": Place("/nothing/there"),
}
GUIDE = {address: Place(address, act=take_out) if "/mail-" in address else Place(address) for address in STATES}
EVERYWHERE = {**REAL, **GUIDE}
