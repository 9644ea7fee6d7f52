"""The address decides the language, and nothing that is read escapes translation.

The shop is visited in a language made for this (tests/words.py): what stands in brackets has been through the
catalogue; what does not must be the shop's own data, or how the language writes dates and countries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from html.parser import HTMLParser
from typing import Any

import pytest
from babel import Locale
from flask import Flask, abort, url_for
from sqlalchemy import JSON, String, Text, select
from werkzeug.exceptions import default_exceptions
from werkzeug.test import TestResponse

from shop.aftersale.services import ask_for_link, write_to_shopper
from shop.app import create_app
from shop.catalog.collections import Collection
from shop.catalog.models import Category, Price, Product, Variant
from shop.checkout import addresses
from shop.checkout import services as checkout
from shop.checkout.models import CheckoutDraft
from shop.content.models import Kind, MenuItem
from shop.content.services import withdraw
from shop.core import i18n, mail
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.i18n import WITHOUT_LANGUAGE
from shop.core.limits import limiter
from shop.core.money import Money
from shop.delivery import queries as deliveries
from shop.demo import seed
from shop.demo.stripe_twin import Twin
from shop.orders import fulfilment, queries
from shop.orders import services as orders
from shop.orders.addresses import lines as lines_of
from shop.orders.models import OrderAddress
from shop.payments import gateway, refunds
from shop.payments import services as payments
from shop.payments.refunds import Asked
from tests.conftest import Apart, browser, settings_for, wipe
from tests.content.writers import draft, publish, the
from tests.core.visitors import filled, rules
from tests.stripe_wire import TwinHTTPClient
from tests.words import LANGUAGE, read_attributes, write_wide
from tests.world import Shopper, Typed, World, hidden, new_token

pytestmark = pytest.mark.both

ROOT_OF_LANGUAGE = f"/{LANGUAGE}"
WHAT_IS_ASKED = "no such thing"
# What the addresses of pages are filled with; a page that needs more fails until it is named here.
ARGUMENTS = {
    "catalog.category": {"slug": "things"},
    "catalog.collection": {"slug": "calm"},
    "catalog.product": {"slug": "print"},
    "catalog.reviews": {"slug": "print"},
    "content.entry": {"folder": "pages", "slug": "about"},
}
LATER = datetime(2100, 1, 1, 9, tzinfo=UTC)
FOR_BUILDERS = "/dev"  # no shopper sees them
NOT_SHOWN = {
    "kept_mails",
    "mails",
    "order_events",
    "outbox_deliveries",
    "outbox_messages",
    "payments",
    "webhook_events",
}
WITHIN_WORDS = {"b", "mark"}
LETTERS = re.compile(r"[^\W\d_]")
CODES_THAT_ARE_READ = {"number", "phone", "postal_code", "sku", "vat_id"}


@pytest.fixture(scope="module")
def wide_app(whole_app: Flask, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The shop, which also speaks the language of tests."""
    folder = tmp_path_factory.mktemp("translations")
    write_wide(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "TRANSLATIONS", folder)
        app = create_app(settings_for(database_url, tmp_path_factory.mktemp("media")))
    app.test_client_class = Apart
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(wide_app: Flask, twin: Twin) -> Iterator[Flask]:
    with wide_app.app_context():
        gateway.init(wide_app, wide_app.extensions["settings"], TwinHTTPClient(twin))
        limiter.reset()
        yield wide_app
        db.session.rollback()
        db.session.remove()
        wipe()


@pytest.fixture
def world(app: Flask, twin: Twin) -> World:
    world = World(app, twin)
    world.store_with(
        line="Made by hand.",
        intro="Sold by nobody else.",
        notice="Free delivery over £45. Posted on Mondays",
        notice_link="/pages/about",
        address="1 Long Lane\nBristol",
        vat_id="GB 123 4567 82",
    )
    about = publish("about", body="All about us.\n\n[Mug](/products/mug)\n\n{product: mug}")
    with transaction():
        db.session.add(MenuItem(place="help", label="About us", entry_id=about))
        db.session.add(MenuItem(place="legal", label="By hand", address="/search?q=mug"))
        db.session.add(Collection(slug="calm", name="Calm things", intro="For quiet days.", published_at=now()))
    return world


class Abroad(Apart):
    """A browser whose every address has the language in front."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if isinstance(args[0], str) and not args[0].startswith(f"{ROOT_OF_LANGUAGE}/"):
            args = (ROOT_OF_LANGUAGE + args[0], *args[1:])
        return super().open(*args, **kwargs)


@pytest.fixture
def alice(world: World, monkeypatch: pytest.MonkeyPatch) -> Shopper:
    monkeypatch.setattr(world.app, "test_client_class", Abroad)
    shopper = world.shopper()
    monkeypatch.undo()
    return shopper


# What escapes


class Page(HTMLParser):
    """All that is read on a page, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.read = ""
        self.links: set[str] = set()
        self.feed(text)
        self.close()

    def handle_data(self, data: str) -> None:
        if self.cdata_elem != "script":
            self.read += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in WITHIN_WORDS:
            self.read += "\n".join(["", *read_attributes(tag, attrs), ""])
        self.links |= {value for name, value in attrs if name in ("href", "action", "src", "formaction") and value}

    def handle_endtag(self, tag: str) -> None:
        if tag not in WITHIN_WORDS:
            self.read += "\n"


def escaped(read: str, data: re.Pattern[str] | None = None) -> list[str]:
    """What of it has neither been translated nor is data."""
    rest = ""
    while rest != read:
        rest, read = read, re.sub(r"⟦[^⟦⟧]*⟧", " ", read)
    left = [line for line in rest.split("\n") if LETTERS.search(line)]
    known = data or data_of_the_shop() if left else re.compile("")
    return [" ".join(words.split()) for words in (known.sub(" ", line) for line in left) if LETTERS.search(words)]


def data_of_the_shop() -> re.Pattern[str]:
    known = sorted({*_kept(), *_written_by_babel(), *_parts_of_addresses(), WHAT_IS_ASKED}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", re.IGNORECASE)


def _kept() -> Iterator[str]:
    """What the shop's rows say to people, and pieces of it."""
    db.session.rollback()
    for table in db.metadata.sorted_tables:
        for column in table.columns if table.name not in NOT_SHOWN else []:
            line = isinstance(column.type, String) and (column.type.length or 0) > 100
            if line or isinstance(column.type, JSON | Text) or column.name in CODES_THAT_ARE_READ:
                for value in db.session.scalars(select(column).where(column.is_not(None))):
                    for text in _texts(value):
                        yield from filter(str.strip, [text, *re.split(r"\n+|\.\s|\.$", text)])


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list() | dict():
            for each in value.values() if isinstance(value, dict) else value:
                yield from _texts(each)


def _written_by_babel() -> Iterator[str]:
    locale = Locale.parse(LANGUAGE)
    yield from locale.territories.values()
    for kind in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            yield from locale.days[kind][width].values()
            yield from locale.months[kind][width].values()


def _parts_of_addresses() -> Iterator[str]:
    """As they stand on parcels, some in capitals; and the regions that can be chosen."""
    typed = [checkout.address_of(draft) for draft in db.session.scalars(select(CheckoutDraft))]
    for address in [*typed, *db.session.scalars(select(OrderAddress))]:
        yield from lines_of(address)
    for country in deliveries.countries():
        yield from (name for _code, name in addresses.shape(country).regions)


def check(answer: TestResponse, *, status: int = 200, data: re.Pattern[str] | None = None) -> Page:
    """The page has nothing on it that escaped, and leads nowhere out of its language."""
    assert answer.status_code == status, answer.text
    page = Page(answer.text)
    assert sorted(set(escaped(page.read, data))) == []
    ours = {link for link in page.links if link.startswith("/") and link.split("/")[1] not in WITHOUT_LANGUAGE}
    assert {link for link in ours if not link.startswith(f"{ROOT_OF_LANGUAGE}/")} == set()
    assert 'lang="de"' in answer.text or "<html" not in answer.text
    return page


def test_what_is_not_translated_is_found(world: World) -> None:
    assert escaped("⟦Ñöw~~⟧ ⟦Frömm~~ ⟦Mö~~⟧ ön~⟧ 16,00 £, Print, Do., 26. Nov.\nDeutschland") == []
    assert escaped("⟦Ñöw~~⟧ in Print\nSold out") == ["in", "Sold out"]


# Every page


def test_every_page_without_anything_of_ones_own(world: World) -> None:
    stranger = browser(world.app)
    seen = set()
    for rule in rules(world.app, kinds=("public", "private"), method="GET"):
        if rule.rule.split("/")[1] not in WITHOUT_LANGUAGE and not rule.rule.startswith(FOR_BUILDERS):
            answer = stranger.get(ROOT_OF_LANGUAGE + filled(rule, ARGUMENTS.get(rule.endpoint, {})))
            seen.add(rule.endpoint)
            if answer.status_code in (302, 303):
                assert answer.location.startswith(f"{ROOT_OF_LANGUAGE}/"), rule
            elif answer.status_code != 204:
                secret = "token" in rule.arguments
                check(answer, status=404 if secret else 200)
    assert {"catalog.home", "catalog.category", "catalog.product", "catalog.search", "cart.show"} <= seen


@pytest.mark.parametrize(
    "address",
    [
        *(
            "/search?q=mug",
            f"/search?q={WHAT_IS_ASKED}",
            "/search/suggestions?q=mu",
            "/categories/things?size=a3&stock=in",
        ),
        *("/categories/things?size=a3&size=a4&sort=price", "/products/mug", "/products/cap", "/products/print?size=a3"),
    ],
)
def test_what_is_for_sale(world: World, address: str) -> None:
    with transaction():
        for price in db.session.scalars(select(Price)):
            price.compare_at_minor = price.amount_minor * 2
    check(browser(world.app).get(ROOT_OF_LANGUAGE + address))


@pytest.mark.parametrize("kind", Kind)
def test_a_text_of_the_shops_own(world: World, kind: Kind) -> None:
    said = {"title": "A day", "intro": "It rained.", "body": "Then it stopped.\n\n{product: gone}\n\n{product: mug}"}
    published, scheduled = publish("a-day", kind=kind, **said), publish("b-day", kind=kind, since=LATER, **said)
    folder = the(published).folder
    check(browser(world.app).get(f"/de/{folder}/a-day"))
    for entry_id in (published, scheduled, draft("c-day", kind=kind, **said)):
        check(browser(world.app).get(f"/de/preview/{the(entry_id).preview_token}"))
    withdraw(published)
    check(browser(world.app).get(f"/de/{folder}/a-day"), status=410)


def test_the_pages_of_the_journal(world: World) -> None:
    for n in range(30):
        publish(f"day-{n}", kind=Kind.JOURNAL, title=f"Day {n}", body="")
    for page in (1, 2, 3):
        check(browser(world.app).get(f"/de/journal?page={page}"))


def test_the_demo(app: Flask) -> None:
    """Its goods are in every state there is."""
    seed.fill()
    data, visitor = data_of_the_shop(), browser(app)
    check(visitor.get("/de/"), data=data)
    for slug in db.session.scalars(select(Category.slug)).all():
        check(visitor.get(f"/de/categories/{slug}"), data=data)
    for slug in db.session.scalars(select(Product.slug)).all():
        for address in (f"/de/products/{slug}", f"/de/products/{slug}/reviews"):
            answer = visitor.get(address)
            check(answer, status=answer.status_code, data=data)


def test_the_bag(world: World, alice: Shopper) -> None:
    alice.add(world.cap)
    check(alice.browser.get("/cart"))
    alice.add(world.mug, 2)
    alice.add(world.mug, 9)
    alice.add(world.mug, 1000)
    alice.add(world.mug, "many")
    check(alice.browser.get("/cart"))
    with transaction():
        db.session.get_one(Variant, world.mug).on_hand = 1
    page = check(alice.browser.get("/cart"))
    removal = next(link for link in page.links if link.endswith("/removal"))
    removed = alice.browser.post(removal)
    assert removed.location.startswith("/de/cart?removed=")
    check(alice.browser.get(removed.location))


@pytest.mark.parametrize("country", ["GB", "DE", "US"])
def test_the_checkout(world: World, alice: Shopper, country: str) -> None:
    alice.add(world.mug)
    page = alice.get("/checkout")
    sent = {"csrf_token": hidden(page, "csrf_token"), "country": country}
    check(alice.browser.post("/checkout", data={**sent, "go": "country"}))
    check(alice.browser.post("/checkout", data=sent), status=422)
    wrong = {**sent, **vars(Typed(email="alice", postal_code="?", region="?", phone="?", country=country))}
    check(alice.browser.post("/checkout", data=wrong), status=422)
    assert alice.fill_in().location == "/de/checkout/payment"
    check(alice.browser.get("/checkout/payment"))
    check(alice.press_pay({**alice.last_step(), "seen_total": "1"}), status=409)
    check(alice.press_pay({**alice.last_step(), "form_token": ""}), status=422)


def buy(world: World, alice: Shopper, outcome: str = "", *, delivery: int | None = None) -> str:
    """Alice orders a mug and pays with `outcome`; returns the order's address."""
    alice.add(world.mug)
    alice.fill_in(delivery=delivery)
    assert alice.press_pay().status_code == 303
    if outcome:
        alice.pay_at_stripe(outcome)
        world.settle()
    return f"/orders/{world.order().token}"


def ship(world: World) -> None:
    fulfilment.ship(world.order().id, by="staff:1", form_token="one", tracking_number="AB 123 GB")


def refund(world: World, amount: Money | None = None) -> None:
    refunds.refund(
        world.order().id,
        Asked(amount=amount, everything=amount is None),
        reason="broken",
        by="staff:1",
        form_token=new_token(),
    )
    world.settle()


def refund_some(world: World) -> None:
    refund(world, Money(100, "GBP"))


def review(world: World) -> None:
    orders.send_to_review(world.order().id, by="shop", reason="")


def cancel(world: World) -> None:
    payments.cancel_unpaid(world.order().id, by="shopper")


def nothing(_world: World) -> None:
    """It stays as it is."""


@pytest.mark.parametrize(
    ("outcome", "then"),
    [
        ("", nothing),
        ("", cancel),
        ("decline", nothing),
        ("later", nothing),
        ("success", nothing),
        ("success", ship),
        ("success", refund),
        ("success", refund_some),
        ("success", review),
    ],
)
@pytest.mark.parametrize("kind", ["parcel", "pick_up"])
def test_the_order(world: World, alice: Shopper, outcome: str, then: Callable[[World], None], kind: str) -> None:
    address = buy(world, alice, outcome, delivery=world.parcel_id if kind == "parcel" else world.pick_up_id)
    then(world)
    check(alice.browser.get(address))
    check(alice.browser.get(f"{address}?returned=1"))
    check(alice.browser.get(f"{address}/again"))
    check(alice.browser.get("/cart"))


def test_a_form_that_was_open_too_long(world: World, alice: Shopper) -> None:
    alice.add(world.mug)
    check(alice.browser.post("/checkout", data={"csrf_token": "old", "name": "Alice Archer"}), status=400)
    check(alice.browser.post("/checkout", data={"csrf_token": "old", "password": "x"}), status=400)


@pytest.mark.parametrize("status", [status for status in sorted(default_exceptions) if status >= 400])
def test_what_went_wrong(world: World, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    @wraps(world.app.view_functions["catalog.home"])
    def home() -> None:
        abort(status)

    monkeypatch.setitem(world.app.view_functions, "catalog.home", home)
    check(browser(world.app).get("/de/"), status=status)


def test_an_address_that_is_not_there(world: World) -> None:
    check(browser(world.app).get("/de/nowhere"), status=404)
    check(browser(world.app).get("/de/products/nothing"), status=404)
    check(browser(world.app).get("/de/cart/lines"), status=405)
    check(browser(world.app).post("/de/cart/lines", headers={"Sec-Fetch-Site": "cross-site"}), status=403)


def test_a_shop_that_is_not_set_up_yet(world: World) -> None:
    wipe()
    check(browser(world.app).get("/de/"), status=503)


def test_mails(world: World, alice: Shopper) -> None:
    address = buy(world, alice, "success")
    (confirmation,) = world.mails("order-confirmation")
    order = queries.whole(world.order().id)
    assert order is not None
    words = {"order": order, "amount": order.total, "order_url": f"http://localhost/de{address}"}
    late = [
        mail.compose("late_payment_refunded", ref="1", to=order.email, language=order.language, reason=reason, **words)
        for reason in ("late", "twice")
    ]
    for subject, text, html in [
        (confirmation.subject, confirmation.text, confirmation.html),
        *((str(message.subject), str(message.body), str(message.html)) for message in late),
    ]:
        assert escaped(subject) == []
        assert f"http://localhost/de{address}" in text
        ours = f"http://localhost/de{address}"
        assert escaped(text.replace(f"{ours}/invoice.pdf", "").replace(ours, "")) == []
        page = Page(html)
        assert escaped(page.read) == []
        assert f"http://localhost/de{address}" in page.links


def test_mails_about_what_comes_after(world: World, alice: Shopper) -> None:
    buy(world, alice, "success")
    order_id = world.order().id
    write_to_shopper(order_id, "Alice Archer", by="staff:1")
    shipment_id = fulfilment.ship(order_id, by="staff:1", form_token="one", tracking_number="AB 123 GB")
    fulfilment.deliver(shipment_id, by="staff:1")
    refund_some(world)
    ask_for_link(world.order().number, "alice@example.com")
    alice.add(world.mug)
    alice.fill_in()
    alice.press_pay()
    payments.cancel_unpaid(world.orders()[-1].id, by="shopper")
    world.settle()
    mails = world.mails()
    assert len(mails) == 7
    for each in mails:
        page = Page(each.html)
        assert escaped("\n".join([each.subject, re.sub(r"http://\S+", "", each.text), page.read])) == []
        assert all(link.startswith("http://localhost/de/orders/") for link in page.links)


def test_finding_an_order(world: World, alice: Shopper) -> None:
    check(alice.browser.get("/orders/find"))
    check(alice.browser.get("/orders/find/sent"))
    token = hidden(alice.get("/orders/find"), "csrf_token")
    check(alice.browser.post("/orders/find", data={"csrf_token": token, "number": "", "email": "a@"}), status=422)


def test_cancelling_a_paid_order(world: World, alice: Shopper) -> None:
    address = buy(world, alice, "success")
    check(alice.browser.get(f"{address}/cancellation"))
    token = hidden(alice.get(f"{address}/cancellation"), "csrf_token")
    alice.browser.post(f"{address}/cancellation", data={"csrf_token": token})
    check(alice.browser.get(address))


# The address alone


def test_english_has_no_prefix_and_stays_without(world: World) -> None:
    answer = browser(world.app).get("/")
    assert 'lang="en-GB"' in answer.text
    assert "⟦" not in answer.text
    assert "/de/" not in answer.text
    for address in ("/en/", "/en/products/mug", "/en-gb/", "/fr/", "/fr/products/mug", "/DE/", "/d/", "/de-at/"):
        assert browser(world.app).get(address).status_code == 404, address


def test_neither_the_browsers_wish_nor_a_cookie_changes_the_language(world: World) -> None:
    visitor = browser(world.app)
    visitor.set_cookie("language", "de")
    assert "⟦" in visitor.get("/de/").text
    answer = visitor.get("/", headers={"Accept-Language": "de"})
    assert "⟦" not in answer.text
    assert "Accept-Language" not in answer.headers["Vary"]
    assert 'lang="de"' in visitor.get("/de/", headers={"Accept-Language": "en"}).text


def test_a_language_has_no_cookie_and_the_bag_is_the_same_in_all(world: World) -> None:
    visitor = browser(world.app)
    answer = visitor.post("/de/cart/lines", data={"variant_id": world.mug, "quantity": 1})
    assert answer.location == "/de/cart"
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(cookie.split("=")[0] for cookie in cookies) == ["cart", "session"]
    assert all("Path=/;" in f"{cookie};" for cookie in cookies)
    assert "Mug" in visitor.get("/cart").text
    assert visitor.post("/cart/lines", data={"variant_id": world.a4, "quantity": 1}).location == "/cart"
    page = visitor.get("/de/cart").text
    assert "Mug" in page
    assert "Print" in page


@pytest.mark.parametrize(
    "address", ["/de/healthz", "/de/admin", "/de/admin/sign-in", "/de/static/css/shop.css", "/de/webhooks/stripe"]
)
def test_staff_and_machines_have_no_language(world: World, address: str) -> None:
    assert browser(world.app).get(address).status_code == 404
    assert browser(world.app).get(address.removeprefix("/de")).status_code in (200, 302, 405)


def test_links_to_what_has_no_language_leave_it(world: World) -> None:
    with world.app.test_request_context("/products/mug", base_url="http://localhost/de"):
        assert url_for("catalog.home") == "/de/"
        assert url_for("catalog.home", _external=True) == "http://localhost/de/"
        assert url_for("media.show", name="de/a.svg") == "/media/de/a.svg"
        assert url_for("staff.orders", q="de", _external=True) == "http://localhost/admin/orders?q=de"
    with world.app.test_request_context("/admin"):
        assert url_for("catalog.home") == "/"


def test_slashes_too_many_or_too_few_lead_nowhere_else(world: World) -> None:
    visitor = browser(world.app)
    assert 'lang="de"' in visitor.get("/de").text
    assert 'lang="de"' in visitor.get("/de//products/mug").text
    assert visitor.get("/de//elsewhere.example").status_code == 404


def test_an_order_keeps_its_language_wherever_it_is_spoken_of(world: World, alice: Shopper) -> None:
    address = buy(world, alice)
    asked = world.payment().params
    assert asked["success_url"].startswith("http://localhost/de/checkout/return?session_id={")
    assert asked["cancel_url"].startswith("http://localhost/de/checkout/return?order=")
    assert world.order().language == "de"
    back = alice.come_back(alice.pay_at_stripe())
    assert back.location == f"/de{address}"


def test_an_order_in_a_language_that_is_spoken_no_more_is_still_found(world: World) -> None:
    assert i18n.shop_address("de") == "http://localhost/de"
    assert i18n.shop_address("fr") == i18n.shop_address("en_GB") == "http://localhost"


def test_counts_are_written_as_the_language_does(world: World) -> None:
    line = world.app.jinja_env.from_string(
        '{{ ngettext("%(num)s design", "%(num)s designs", many) }} {{ many|number }}'
    )
    one, more = "%(num)s of %(name)s is left.", "%(num)s of %(name)s are left."
    with i18n.speaking("en_GB"):
        assert line.render(many=1234) == "1,234 designs 1,234"
        assert i18n._n(f"Only {one}", f"Only {more}", 1234, name="Mug") == "Only 1,234 of Mug are left."
    with i18n.speaking("de"):
        assert line.render(many=1234) == "⟦1.234 désîgñs~~~~⟧ 1.234"
        assert "1.234" in i18n._n(f"Only {one}", f"Only {more}", 1234, name="Mug")
