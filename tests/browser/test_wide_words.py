"""Words that are half as long again, as other languages have them, fit on every page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import flask_migrate
import pytest
from playwright.sync_api import Browser
from sqlalchemy import select
from werkzeug.serving import make_server

from shop.app import create_app
from shop.catalog.models import Product, Variant
from shop.core import i18n
from shop.core.db import db
from shop.delivery.models import Method
from shop.demo import seed
from shop.demo.stripe_twin import create_twin
from shop.demo.styleguide import STATES
from shop.orders.models import Order
from shop.payments import gateway
from tests.conftest import Apart, settings_for
from tests.stripe_wire import TwinHTTPClient
from tests.words import LANGUAGE, write_wide
from tests.world import Typed, hidden

pytestmark = pytest.mark.browser

GOODS = ("seven-ridges", "terrazzo-notebook")
# All that is too wide: the page, a button for its words, or a link whose words are cut off.
TOO_WIDE = """() => {
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
    sent = {name: hidden(page, name) for name in ("csrf_token", "form_token", "seen_total", "seen_delivery")}
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


@pytest.mark.parametrize("width", [320, 390, 1280])
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
def test_wide_words_fit(
    chromium: Browser,
    wide: Wide,
    page: str,
    width: int,
) -> None:
    context = chromium.new_context(base_url=wide.url, viewport={"width": width, "height": 800})
    context.add_cookies(wide.cookies)
    tab = context.new_page()
    answer = tab.goto(f"/{LANGUAGE}{wide.pages[page]}")
    assert answer is not None
    assert answer.status == (404 if page == "nowhere" else 200)
    assert tab.url == f"{wide.url}/{LANGUAGE}{wide.pages[page]}"
    assert "⟦" in tab.inner_text("main")
    assert tab.evaluate(TOO_WIDE) == []
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_wide_words_fit_in_every_state_of_the_style_guide(chromium: Browser, wide: Wide, width: int) -> None:
    context = chromium.new_context(base_url=wide.url, viewport={"width": width, "height": 800})
    tab = context.new_page()
    found = {}
    for address in STATES:
        tab.goto(f"/{LANGUAGE}{address}")
        found[address] = tab.evaluate(TOO_WIDE)
    context.close()
    assert {address: words for address, words in found.items() if words} == {}
