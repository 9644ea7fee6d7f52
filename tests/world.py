"""The cast of the tests, known to everybody.

The shop is "Vitrine Test" in GB, in pounds. Mug (£16, 10 in stock) and Print (A4 £24, A3 £34) are for sale, Cap has
sold out. Alice shops; Bob may not see what is hers; Carol is on the staff.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape

from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_mail import Message
from sqlalchemy import ColumnElement, func, select
from werkzeug.test import TestResponse

from shop.accounts import services as accounts
from shop.accounts.models import Role
from shop.books import audit
from shop.catalog.models import (
    Category,
    Option,
    OptionValue,
    Picture,
    Price,
    Product,
    StockMovement,
    Variant,
    VariantChoice,
)
from shop.core import outbox, store
from shop.core.clock import now
from shop.core.db import Model, db, transaction
from shop.core.store import Store
from shop.delivery.models import Method, Rate, Zone, ZoneCountry
from shop.demo.mailbox import KeptMail
from shop.demo.stripe_twin import Twin
from shop.media.models import Asset
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.tax.models import TaxRate
from worker.relay import deliver, relay

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SEEN = ("csrf_token", "form_token", "seen_total", "seen_delivery", "seen_waits")  # hidden on the payment page
CAROLS_PASSWORD = "carols password"


@dataclass
class Typed:
    """What Alice types at the checkout."""

    email: str = "alice@example.com"
    name: str = "Alice Archer"
    country: str = "GB"
    street: str = "1 High Street"
    city: str = "Bristol"
    postal_code: str = "BS1 4DJ"
    region: str = ""
    extra: str = ""
    phone: str = ""


class World:
    def __init__(self, app: Flask, twin: Twin) -> None:
        self.app, self.twin = app, twin
        self.store = Store(
            name="Vitrine Test",
            country="GB",
            currency="GBP",
            timezone="Europe/London",
            email="shop@example.com",
            unpaid_by_email=3,
            unpaid_by_network=50,
            unpaid_pieces=1000,
        )
        with transaction():
            store.save(self.store)
            db.session.add(
                TaxRate(country="GB", region="", tax_class="standard", rate=Decimal("0.20"), valid_from=LONG_AGO.date())
            )
            db.session.add(
                TaxRate(country="DE", region="", tax_class="standard", rate=Decimal("0.19"), valid_from=LONG_AGO.date())
            )
            shelf = Category(slug="things", name="Things", intro="All there is.", position=0)
            db.session.add(shelf)
            db.session.flush()
            self.shelf_id = shelf.id
            self.parcel_id = self._method("UK", ["GB", "JE"], "Parcel", 390, free_from=4500)
            self.parcel_abroad_id = self._method("Abroad", ["DE", "US"], "Parcel abroad", 950)
            self.pick_up_id = self._method("UK", [], "Collect", 0, kind="pick_up")
            self.mug = make_variant(self.shelf_id, "Mug", price=1600, stock=10)
            self.cap = make_variant(self.shelf_id, "Cap", price=1200, stock=0)
            self.a4, self.a3 = make_print(self.shelf_id)
            accounts.create_staff(email="carol@example.com", name="Carol", password=CAROLS_PASSWORD, role=Role.OWNER)

    def store_with(self, **changes: object) -> Store:
        """The shop with other settings."""
        changed = replace(self.store, **changes)  # type: ignore[arg-type]
        store.save(changed)
        return changed

    def shopper(self, network: str = "198.51.100.7") -> Shopper:
        return Shopper(self, network)

    def stock(self, variant_id: int) -> tuple[int, int]:
        """(on hand, reserved)."""
        db.session.rollback()
        row = db.session.execute(select(Variant.on_hand, Variant.reserved).where(Variant.id == variant_id)).one()
        return row[0], row[1]

    def orders(self) -> list[Order]:
        db.session.rollback()
        return list(db.session.scalars(select(Order).order_by(Order.id)))

    def order(self) -> Order:
        """The only one there is."""
        (order,) = self.orders()
        return order

    def payments(self) -> list[Payment]:
        db.session.rollback()
        return list(db.session.scalars(select(Payment).order_by(Payment.id)))

    def payment(self) -> Payment:
        (payment,) = self.payments()
        return payment

    def count(self, model: type[Model], **values: object) -> int:
        """How many rows of `model` have these values."""
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(model).filter_by(**values)) or 0

    def mails(self, kind: str = "") -> list[KeptMail]:
        """Mails that arrived; `kind` as it stands in the Message-ID, like order-confirmation."""
        db.session.rollback()
        mails = db.session.scalars(select(KeptMail).order_by(KeptMail.id))
        return [mail for mail in mails if mail.message_id.startswith(f"<{kind}")]

    def webhooks(self) -> list[int]:
        """Has Stripe post what it has to say, and returns how the shop answered."""

        def post(body: bytes, headers: dict[str, str]) -> int:
            return self.app.test_client().post("/webhooks/stripe", data=body, headers=headers).status_code

        return self.twin.deliver(post)

    def work(self) -> None:
        """Does all that waits in the outbox and is due, as the worker would."""
        todo: list[tuple[str, int]] = []
        while relay(lambda name, delivery_id: todo.append((name, delivery_id))):
            while todo:
                name, delivery_id = todo.pop(0)
                deliver(delivery_id, name)

    def settle(self) -> None:
        """Stripe speaks, the worker works, until nothing is left to do."""
        for _round in range(10):
            said = self.webhooks()
            self.work()
            if not said:
                return

    def waiting(self) -> list[str]:
        """What is left undone in the outbox, with why."""
        db.session.rollback()
        rows = db.session.scalars(select(outbox.OutboxDelivery).where(outbox.OutboxDelivery.done_at.is_(None)))
        return [f"{row.subscriber}: {row.last_error}" for row in rows]

    def prove(self) -> None:
        """The shop's books agree with themselves, with the shelf and with Stripe's."""
        db.session.rollback()
        findings = audit.run(ask_stripe=True).findings
        assert not findings, "\n".join(map(str, findings))

    def _method(
        self, zone_name: str, countries: list[str], name: str, price: int, *, free_from: int = 0, kind: str = "parcel"
    ) -> int:
        zone = db.session.scalar(select(Zone).where(Zone.name == zone_name))
        if zone is None:
            zone = Zone(name=zone_name, countries=[ZoneCountry(country=country) for country in countries])
            db.session.add(zone)
            db.session.flush()
        rates = [Rate(currency="GBP", from_value_minor=0, from_weight_g=0, price_minor=price)]
        if free_from:
            rates.append(Rate(currency="GBP", from_value_minor=free_from, from_weight_g=0, price_minor=0))
        method = Method(zone_id=zone.id, name=name, kind=kind, least_days=2, most_days=3, rates=rates)
        db.session.add(method)
        db.session.flush()
        return method.id


class Shopper:
    """Somebody at a browser of their own. Alice, unless said otherwise."""

    def __init__(self, world: World, network: str) -> None:
        self.world = world
        self.browser: FlaskClient = world.app.test_client()
        self.browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        self.browser.environ_base["REMOTE_ADDR"] = network

    def get(self, url: str) -> str:
        """The page, which must be there."""
        response = self.browser.get(url)
        assert response.status_code == 200, (url, response.status_code, response.location)
        return response.text

    def add(self, variant_id: int, quantity: int | str = 1) -> TestResponse:
        return self.browser.post("/cart/lines", data={"variant_id": variant_id, "quantity": quantity})

    def fill_in(self, typed: Typed | None = None, *, delivery: int | None = None) -> TestResponse:
        """The checkout's first step."""
        page = self.get("/checkout")
        data = vars(typed or Typed()) | {
            "delivery": str(delivery or self.world.parcel_id),
            "csrf_token": hidden(page, "csrf_token"),
            "go": "on",
        }
        return self.browser.post("/checkout", data=data)

    def last_step(self) -> dict[str, str]:
        """The payment form as it stands on the page."""
        page = self.get("/checkout/payment")
        return {name: hidden(page, name) for name in SEEN}

    def press_pay(self, form: dict[str, str] | None = None) -> TestResponse:
        return self.browser.post("/checkout/payment", data=form or self.last_step())

    def check_out(self, *goods: int, typed: Typed | None = None, delivery: int | None = None) -> TestResponse:
        """From an empty bag to Stripe's page, with one of each of `goods`; the answer to pressing Pay."""
        for variant_id in goods:
            assert self.add(variant_id).location == "/cart"
        assert self.fill_in(typed, delivery=delivery).location == "/checkout/payment"
        return self.press_pay()

    def pay_at_stripe(self, outcome: str = "success") -> str:
        """On Stripe's page of the newest payment; returns the session's id."""
        session_id = self.world.payments()[-1].session_id
        assert session_id is not None
        self.world.twin.pay(session_id, outcome)
        return session_id

    def come_back(self, session_id: str) -> TestResponse:
        return self.browser.get(f"/checkout/return?session_id={session_id}")

    def buy(self, *goods: int) -> Order:
        """A whole purchase; returns the order, paid."""
        response = self.check_out(*goods)
        assert response.status_code == 303, response.text
        self.pay_at_stripe()
        self.world.settle()
        return self.world.orders()[-1]


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no hidden {name}"
    return unescape(found[1])


def change(model: type[Model], *where: ColumnElement[bool], **values: object) -> None:
    """Every row of `model` that is so gets these values."""
    with transaction():
        for row in db.session.scalars(select(model).where(*where)):
            for name, value in values.items():
                setattr(row, name, value)


def make_variant(
    category_id: int, name: str, *, price: int, stock: int, weight_g: int = 300, status: str = "live", **more: object
) -> int:
    """A product with one variant; returns the variant's id."""
    with transaction():
        product = _product(category_id, name, status)
        return _variant(
            product, "", name.upper().replace(" ", "-"), price=price, stock=stock, weight_g=weight_g, **more
        )


def make_print(category_id: int) -> tuple[int, int]:
    """A product with the sizes A4 and A3; returns the variants' ids."""
    with transaction():
        product = _product(category_id, "Print", "live")
        option = Option(product_id=product.id, slug="size", name="Size", position=0)
        db.session.add(option)
        db.session.flush()
        ids = []
        for place, (label, price) in enumerate([("A4", 2400), ("A3", 3400)]):
            value = OptionValue(option_id=option.id, slug=label.lower(), label=label, position=place)
            db.session.add(value)
            db.session.flush()
            variant_id = _variant(product, label, f"PRINT-{label}", price=price, stock=5, weight_g=100)
            db.session.add(VariantChoice(variant_id=variant_id, option_id=option.id, value_id=value.id))
            ids.append(variant_id)
        db.session.add(Picture(product_id=product.id, asset=make_asset("print"), alt="A print on a wall"))
        return ids[0], ids[1]


def make_asset(name: str, widths: tuple[int, ...] = (400, 800)) -> Asset:
    """A picture whose smaller ones are made, as far as the database knows."""
    return Asset(name=name, original=f"{name}.jpg", width=800, height=1000, widths=list(widths), state="ready")


def _product(category_id: int, name: str, status: str) -> Product:
    product = Product(
        category_id=category_id,
        slug=f"{name.lower().replace(' ', '-')}",
        name=name,
        summary=f"A fine {name.lower()}.",
        description="First paragraph.\n\nSecond paragraph.",
        status=status,
        published_at=LONG_AGO,
        created_at=now(),
        updated_at=now(),
    )
    db.session.add(product)
    db.session.flush()
    return product


def _variant(product: Product, name: str, sku: str, *, price: int, stock: int, weight_g: int, **more: object) -> int:
    variant = Variant(product_id=product.id, sku=sku, name=name, on_hand=stock, weight_g=weight_g, **more)
    db.session.add(variant)
    db.session.flush()
    db.session.add(Price(variant_id=variant.id, currency="GBP", amount_minor=price, valid_from=LONG_AGO))
    if stock:
        db.session.add(StockMovement(variant_id=variant.id, quantity=stock, reason="received", by="test", at=now()))
    return variant.id


def new_token() -> str:
    return secrets.token_urlsafe(24)


@contextmanager
def carried_by(transport: Callable[[Message], None]) -> Iterator[None]:
    """Mails go this way."""
    kept = current_app.extensions["mail_transport"]
    current_app.extensions["mail_transport"] = transport
    try:
        yield
    finally:
        current_app.extensions["mail_transport"] = kept


def away(_message: Message) -> None:
    """The mail server is."""
    raise ConnectionRefusedError("nobody there")
