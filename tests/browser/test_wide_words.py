"""Words that are half as long again, as other languages have them, fit on every page.

Every state of the style guide is opened here once, at all widths, and asked what `test_accessible.py` asks of pages.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import flask_migrate
import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import select
from werkzeug.serving import make_server

from shop.app import create_app
from shop.catalog.models import Product, Variant
from shop.core import i18n
from shop.core.db import db
from shop.delivery.models import Method
from shop.demo import seed
from shop.demo.stripe_twin import create_twin
from shop.orders.models import Order
from shop.payments import gateway
from tests.browser.conftest import DESKTOP, PHONE, resize
from tests.browser.places import GUIDE
from tests.browser.test_accessible import AXE, NARROW, OPTIONS, RUN, TOO_WIDE, TWICE_AS_LARGE
from tests.conftest import Apart, settings_for
from tests.stripe_wire import TwinHTTPClient
from tests.words import LANGUAGE, write_wide
from tests.world import SEEN, Typed, hidden

pytestmark = pytest.mark.browser

GOODS = ("seven-ridges", "terrazzo-notebook")
SIZES = (NARROW, PHONE, TWICE_AS_LARGE, DESKTOP)
# All that is too wide: the page, a button for its words, or a link whose words are cut off.
CUT_OFF = """() => {
  const cut = (it) => ["hidden", "clip"].includes(getComputedStyle(it).overflowX);
  const page = document.scrollingElement;
  const found = page.scrollWidth > innerWidth ? [`the page: ${page.scrollWidth} px`] : [];
  for (const it of document.querySelectorAll("a, a *, button, button *, summary, summary *")) {
    const seen = it.clientWidth > 1 && it.checkVisibility();
    if (seen && it.scrollWidth > it.clientWidth + 1 && (cut(it) || it.localName === "button"))
      found.push(`${it.localName}.${it.className}: ${it.textContent.trim()}`);
  }
  return found;
}"""


@dataclass
class Wide:
    url: str
    cookies: list[dict[str, Any]]
    pages: dict[str, str]


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wide]:
    """The demo shop in wide words, with goods in Alice's bag and an order of hers."""
    folder = tmp_path_factory.mktemp("wide")
    write_wide(folder / "translations")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "TRANSLATIONS", folder / "translations")
        app = create_app(settings_for(f"sqlite:///{folder}/shop.db", folder / "media", PUBLIC_URL="http://127.0.0.1"))
    app.test_client_class = Apart
    twin = create_twin()
    with app.app_context():
        gateway.init(app, app.extensions["settings"], TwinHTTPClient(twin))
        flask_migrate.upgrade()
        seed.fill()
        server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.port}"
    alice = app.test_client()
    with app.app_context():
        variants = select(Variant.id).join(Product).where(Product.slug.in_(GOODS), Variant.on_hand > 0)
        for variant_id in db.session.scalars(variants.order_by(Variant.id).limit(3)):
            alice.post(f"/{LANGUAGE}/cart/lines", base_url=root, data={"variant_id": variant_id})
        delivery = db.session.scalars(select(Method.id).order_by(Method.id).limit(1)).one()
    token = hidden(alice.get(f"/{LANGUAGE}/checkout", base_url=root).text, "csrf_token")
    typed = {**vars(Typed()), "csrf_token": token, "delivery": str(delivery)}
    alice.post(f"/{LANGUAGE}/checkout", base_url=root, data=typed)
    page = alice.get(f"/{LANGUAGE}/checkout/payment", base_url=root).text
    sent = {name: hidden(page, name) for name in SEEN}
    alice.post(f"/{LANGUAGE}/checkout/payment", base_url=root, data=sent)
    with app.app_context():
        order = db.session.scalars(select(Order.token)).one()
    yield Wide(
        url=root,
        cookies=[
            {"name": name, "value": alice.get_cookie(name, domain="127.0.0.1").value, "url": root}
            for name in ("cart", "session")
        ],
        pages={
            "home": "/",
            "category": "/categories/art-prints",
            "product": f"/products/{GOODS[0]}",
            "search": "/search?q=terrazzo",
            "text": "/pages/delivery-and-returns",
            "journal": "/journal",
            "lookbook": "/lookbooks/morning-light",
            "bag": "/cart",
            "checkout": "/checkout",
            "payment": "/checkout/payment",
            "order": f"/orders/{order}",
            "nowhere": "/nowhere",
        },
    )
    server.shutdown()
    twin.close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def known(chromium: Browser, wide: Wide) -> Iterator[Page]:
    """A window of Alice's."""
    context = chromium.new_context(base_url=wide.url, viewport=PHONE, reduced_motion="reduce")
    context.add_cookies(wide.cookies)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    "page",
    [
        "home",
        "category",
        "product",
        "search",
        "text",
        "journal",
        "lookbook",
        "bag",
        "checkout",
        "payment",
        "order",
        "nowhere",
    ],
)
def test_wide_words_fit(known: Page, wide: Wide, page: str) -> None:
    answer = known.goto(f"/{LANGUAGE}{wide.pages[page]}")
    assert answer is not None
    assert answer.status == (404 if page == "nowhere" else 200)
    assert known.url == f"{wide.url}/{LANGUAGE}{wide.pages[page]}"
    assert "⟦" in known.inner_text("main")
    assert {size["width"]: found for size in SIZES if (found := no_room(known, size))} == {}


@pytest.fixture(scope="module")
def stranger(chromium: Browser, wide: Wide) -> Iterator[Page]:
    context = chromium.new_context(base_url=wide.url, viewport=PHONE, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", GUIDE)
def test_every_state_of_the_style_guide_has_room_and_keeps_nobody_out(stranger: Page, address: str) -> None:
    stranger.goto(f"/{LANGUAGE}{address}")
    GUIDE[address].act(stranger)
    stranger.evaluate(AXE)
    found = {}
    for size in SIZES:
        found[size["width"]] = no_room(stranger, size)
        if size in (PHONE, DESKTOP):
            found[size["width"]] += stranger.evaluate(RUN, OPTIONS)
    assert {width: faults for width, faults in found.items() if faults} == {}


def no_room(page: Page, size: ViewportSize) -> list[str]:
    resize(page, size)
    return [*page.evaluate(TOO_WIDE), *page.evaluate(CUT_OFF)]
