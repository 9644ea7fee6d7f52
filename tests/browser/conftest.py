"""A running demo and a browser, started once for every test in this folder, and a shopper who has been there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.browser.places import Place
from tests.processes import Running, Visitor, shop_in
from tests.services import CHROMIUM

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@dataclass(frozen=True)
class Shopper:
    """Has bought, filled the bag again and told where to send it; the cookies that know it, and the order's page."""

    visitor: Visitor
    order: str

    def meet(self, context: BrowserContext) -> None:
        jar = self.visitor.session.cookies
        context.add_cookies([{"name": c.name, "value": c.value or "", "url": self.visitor.url} for c in jar])


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with shop_in(tmp_path_factory.mktemp("shop")) as running:
        running.start("manage.py", "run")
        running.wait_until_ready()
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shopper(shop: Running) -> Shopper:
    visitor = Visitor(shop.url, "maya@example.com")
    visitor.fill_bag()
    visitor.fill_in()
    to_stripe = visitor.press_pay(visitor.payment_form())
    order = visitor.pay_at_stripe(to_stripe.headers["Location"])
    for product in ("seven-ridges", "lattice-mug"):
        visitor.fill_bag(product)
    visitor.fill_in()
    return Shopper(visitor, order.url.removeprefix(shop.url))


class Visit:
    """Opens places of the shop in windows that know nothing of each other."""

    def __init__(self, chromium: Browser, shop: Running, shopper: Shopper) -> None:
        self.chromium, self.shop, self.shopper = chromium, shop, shopper

    @contextmanager
    def window(self, place: Place, **options: object) -> Iterator[Page]:
        """An empty one, for whoever the place is for; nothing moves in it, so that what is seen is at rest."""
        settings = {"base_url": self.shop.url, "viewport": PHONE, "reduced_motion": "reduce", **options}
        context = self.chromium.new_context(**settings)  # type: ignore[arg-type]
        if place.known:
            self.shopper.meet(context)
        yield context.new_page()
        context.close()

    @contextmanager
    def __call__(self, place: Place, **options: object) -> Iterator[Page]:
        with self.window(place, **options) as page:
            self.go(page, place)
            yield page

    def go(self, page: Page, place: Place) -> None:
        page.goto(self.path(place))
        place.act(page)

    def path(self, place: Place) -> str:
        return place.path.replace("<order>", self.shopper.order)


@pytest.fixture(scope="session")
def visit(chromium: Browser, shop: Running, shopper: Shopper) -> Visit:
    return Visit(chromium, shop, shopper)
