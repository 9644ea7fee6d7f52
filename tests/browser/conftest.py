"""A running demo and a browser, started once for every test in this folder, and a shopper who has been there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from shop.demo.seed import STAFF_EMAIL, STAFF_PASSWORD
from tests.browser.places import Place
from tests.processes import Running, Visitor, hidden, shop_in
from tests.services import CHROMIUM

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@dataclass(frozen=True)
class Shopper:
    """Has bought, filled the bag again and told where to send it; the cookies that know it, and the order's page."""

    visitor: Visitor
    order: str


@dataclass(frozen=True)
class Clerk:
    """Has signed in and started a job; the cookies that know it, and the job's page."""

    visitor: Visitor
    job: str


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


@pytest.fixture(scope="session")
def clerk(shop: Running) -> Clerk:
    visitor = Visitor(shop.url)
    data = {"email": STAFF_EMAIL, "password": STAFF_PASSWORD}
    for path in ("/admin/sign-in", "/admin/jobs"):
        data["csrf_token"] = hidden(visitor.get(path), "csrf_token")
        answer = visitor.session.post(shop.url + path, data=data, timeout=20)
        assert answer.ok
    return Clerk(visitor, answer.url.removeprefix(shop.url))


def meet(context: BrowserContext, visitor: Visitor) -> None:
    jar = visitor.session.cookies
    context.add_cookies([{"name": c.name, "value": c.value or "", "url": visitor.url} for c in jar])


class Visit:
    """Opens places of the shop in windows that know nothing of each other."""

    def __init__(self, chromium: Browser, shop: Running, shopper: Shopper, clerk: Clerk) -> None:
        self.chromium, self.shop, self.shopper, self.clerk = chromium, shop, shopper, clerk

    @contextmanager
    def window(self, place: Place, **options: object) -> Iterator[Page]:
        """An empty one, for whoever the place is for; nothing moves in it, so that what is seen is at rest."""
        settings = {"base_url": self.shop.url, "viewport": PHONE, "reduced_motion": "reduce", **options}
        context = self.chromium.new_context(**settings)  # type: ignore[arg-type]
        if place.known:
            meet(context, self.shopper.visitor)
        if place.staff:
            meet(context, self.clerk.visitor)
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
        return place.path.replace("<order>", self.shopper.order).replace("<job>", self.clerk.job)


@pytest.fixture(scope="session")
def visit(chromium: Browser, shop: Running, shopper: Shopper, clerk: Clerk) -> Visit:
    return Visit(chromium, shop, shopper, clerk)
