"""A running demo and a browser, started once for every test in this folder, and a shopper who has been there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from shop.demo.seed import STAFF_EMAIL, STAFF_PASSWORD
from tests.browser.places import Place
from tests.processes import Running, Visitor, hidden, shop_in
from tests.services import CHROMIUM

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PATIENCE_MS = 15_000


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
    visitor = sign_in(shop, STAFF_EMAIL, STAFF_PASSWORD)
    return Clerk(visitor, post(visitor, "/admin/jobs").removeprefix(shop.url))


def sign_in(shop: Running, email: str, password: str) -> Visitor:
    visitor = Visitor(shop.url)
    post(visitor, "/admin/sign-in", email=email, password=password)
    return visitor


def post(visitor: Visitor, path: str, **typed: str) -> str:
    """The address that the form of a page leads to."""
    data = typed | {"csrf_token": hidden(visitor.get(path), "csrf_token")}
    answer = visitor.session.post(visitor.url + path, data=data, timeout=20)
    assert answer.ok
    return answer.url


def meet(context: BrowserContext, visitor: Visitor) -> None:
    jar = visitor.session.cookies
    context.add_cookies([{"name": c.name, "value": c.value or "", "url": visitor.url} for c in jar])


def resize(page: Page, size: ViewportSize) -> None:
    """And waits until it is drawn: before that Chromium reckons `vw` by the size it had."""
    page.set_viewport_size(size)
    page.evaluate(SETTLED)


@dataclass
class Windows:
    """Of the same shop, one at a time for the same options: a new browser context costs as much as six pages.

    Each keeps an empty page, without which Chromium would close the window behind it and draw another.
    """

    chromium: Browser
    url: str
    kept: dict[str, BrowserContext] = field(default_factory=dict)

    @contextmanager
    def __call__(self, **options: object) -> Iterator[Page]:
        """One that remembers nothing but what the browser has cached; nothing moves in it unless asked to."""
        settings = {"base_url": self.url, "viewport": PHONE, "reduced_motion": "reduce", **options}
        key = repr(sorted(settings.items()))
        context = self.kept.pop(key, None)
        if context is None:
            context = self.chromium.new_context(**settings)  # type: ignore[arg-type]
            context.set_default_timeout(PATIENCE_MS)
            context.new_page()
        yield context.new_page()
        self._forget(context)
        self.kept[key] = context

    def _forget(self, context: BrowserContext) -> None:
        empty, *opened = context.pages
        for page in opened:
            page.close()
        context.clear_cookies()
        wire = context.new_cdp_session(empty)
        wire.send("Storage.clearDataForOrigin", {"origin": self.url, "storageTypes": "local_storage"})
        wire.detach()


@dataclass(frozen=True)
class Visit:
    """Opens places of the shop in windows that know nothing of each other."""

    windows: Windows
    shop: Running
    shopper: Shopper
    clerk: Clerk

    def anew(self) -> Visit:
        """In windows that have nothing cached either."""
        return replace(self, windows=Windows(self.windows.chromium, self.windows.url))

    @contextmanager
    def window(self, place: Place, **options: object) -> Iterator[Page]:
        """An empty one, for whoever the place is for; what is seen in it is at rest."""
        with self.windows(**options) as page:
            if place.known:
                meet(page.context, self.shopper.visitor)
            if place.staff:
                meet(page.context, self.clerk.visitor)
            yield page

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
def windows(chromium: Browser, shop: Running) -> Windows:
    return Windows(chromium, shop.url)


@pytest.fixture(scope="session")
def visit(windows: Windows, shop: Running, shopper: Shopper, clerk: Clerk) -> Visit:
    return Visit(windows, shop, shopper, clerk)
