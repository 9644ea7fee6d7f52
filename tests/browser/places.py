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
    act: Callable[[Page], object] = lambda _page: None


def add_to_bag(page: Page) -> None:
    page.get_by_role("button", name="Add to bag").click()
    page.locator("#drawer #bag").wait_for()


def open_menu(page: Page) -> None:
    page.get_by_role("link", name="Menu").click()
    page.locator("#menu[open]").wait_for()


def forget_the_email(page: Page) -> None:
    page.get_by_role("textbox", name="Email").fill("")
    page.get_by_role("textbox", name="Postcode").fill("?")
    page.get_by_role("button", name="Continue to payment").last.click()
    page.get_by_role("alert").wait_for()


REAL = {
    "home": Place("/"),
    "menu": Place("/menu"),
    "menu, opened": Place("/", act=open_menu),
    "category": Place("/categories/art-prints"),
    "category, filtered": Place("/categories/art-prints?size=a3&frame=oak"),
    "product": Place("/products/seven-ridges"),
    "product, another picture": Place("/products/seven-ridges?image=2"),
    "product, sold out": Place("/products/warp-and-weft"),
    "search": Place("/search"),
    "search, found": Place("/search?q=terrazzo"),
    "search, nothing found": Place("/search?q=nothing+of+the+kind"),
    "bag, empty": Place("/cart"),
    "bag": Place("/cart", known=True),
    "bag, in the drawer": Place("/products/seven-ridges", act=add_to_bag),
    "checkout": Place("/checkout", known=True),
    "checkout, with mistakes": Place("/checkout", known=True, act=forget_the_email),
    "payment": Place("/checkout/payment", known=True),
    "order": Place("<order>"),
    "sign-in of the staff": Place("/admin/sign-in"),
    "nothing there": Place("/nothing/there"),
}
GUIDE = {address: Place(address) for address in STATES}
EVERYWHERE = {**REAL, **GUIDE}
