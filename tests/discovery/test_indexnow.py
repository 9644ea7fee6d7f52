"""Search engines that want to be told of changed pages are told, when the owner says whom to tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import update

from shop.app import create_app
from shop.catalog import pictures, sales, services
from shop.catalog.models import Product, Status, Variant
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from shop.core.outbox import OutboxDelivery, OutboxMessage
from shop.discovery import indexnow
from shop.settings import IndexNow
from tests.conftest import settings_for
from tests.world import World, change, make_asset, make_variant

KEY = "0123456789abcdef"


class Engine(ThreadingHTTPServer):
    """A search engine that takes part."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Listener)
        self.told: list[dict[str, Any]] = []
        self.answers: list[int] = []  # 200 when there are no more
        self.elsewhere: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/indexnow"


class _Listener(BaseHTTPRequestHandler):
    server: Engine

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/json; charset=utf-8"
        if self.path != "/indexnow":
            self.server.elsewhere.append(self.path)
        self.server.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    thread = Thread(target=engine.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield engine
    engine.shutdown()
    engine.server_close()


@pytest.fixture
def told(world: World, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world, whose owner wants the engine to be told from now on."""
    world.work()
    settings = replace(world.app.extensions["settings"], indexnow=IndexNow(endpoint=engine.url, key=KEY))
    monkeypatch.setitem(world.app.extensions, "settings", settings)
    return world


def product_id(variant_id: int) -> int:
    found = db.session.scalar(db.select(Variant.product_id).where(Variant.id == variant_id))
    assert found is not None
    return found


def addresses(engine: Engine) -> list[list[str]]:
    """What it was told of, each time."""
    return [each["urlList"] for each in engine.told]


@pytest.mark.both
def test_a_new_price_is_told(told: World, engine: Engine) -> None:
    services.set_price(told.mug, Money(1700, "GBP"))
    told.work()
    assert engine.told == [
        {
            "host": "localhost",
            "key": KEY,
            "keyLocation": f"http://localhost/{KEY}.txt",
            "urlList": ["http://localhost/products/mug"],
        }
    ]


@pytest.mark.both
def test_words_pictures_and_sales_are_told(told: World, engine: Engine) -> None:
    product = db.session.get_one(Product, product_id(told.mug))
    change(Product, Product.id == product.id, summary="Another.")
    with transaction():
        asset = make_asset("mug")
        db.session.add(asset)
    pictures.add(product_id(told.mug), asset.id, alt="A mug")
    sales.put_on_sale([told.mug], Money(100, "GBP"), ends=None, by="carol")
    told.work()
    assert addresses(engine) == [["http://localhost/products/mug"]] * 3


@pytest.mark.both
def test_what_changes_together_is_told_together(told: World, engine: Engine) -> None:
    sales.put_on_sale([told.mug, told.a4, told.a3, told.cap], Money(100, "GBP"), ends=None, by="carol")
    told.work()
    assert [sorted(each) for each in addresses(engine)] == [
        [f"http://localhost/products/{slug}" for slug in ("cap", "mug", "print")]
    ]


@pytest.mark.both
def test_a_piece_that_is_sold_is_not_told(told: World, engine: Engine) -> None:
    told.shopper().buy(told.mug)
    assert engine.told == []


@pytest.mark.both
def test_what_nobody_has_seen_is_not_told_and_what_is_gone_is(told: World, engine: Engine) -> None:
    draft = make_variant(told.shelf_id, "Draft", price=100, stock=1, status="draft")
    with transaction():
        later = now() + timedelta(days=1)
        db.session.execute(update(Product).where(Product.slug == "cap").values(published_at=later))
        db.session.execute(update(Product).where(Product.slug == "mug").values(status=Status.DISCONTINUED))
    for variant_id in (draft, told.cap, told.mug):
        services.set_price(variant_id, Money(200, "GBP"))
    told.work()
    assert addresses(engine) == [["http://localhost/products/mug"]]


@pytest.mark.both
def test_many_are_told_in_so_many_at_once(told: World, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexnow, "MOST", 2)
    sales.put_on_sale([told.mug, told.a4, told.cap], Money(100, "GBP"), ends=None, by="carol")
    told.work()
    assert [len(each) for each in addresses(engine)] == [2, 1]


@pytest.mark.both
@pytest.mark.parametrize("status", [429, 503])
def test_an_engine_that_is_busy_is_told_again_later(told: World, engine: Engine, status: int) -> None:
    engine.answers = [status]
    services.set_price(told.mug, Money(1700, "GBP"))
    told.work()
    assert told.waiting() == [f"discovery.announce: EngineAway: answered {status}"]
    with transaction():
        db.session.execute(update(OutboxDelivery).values(due_at=now()))
    told.work()
    assert told.waiting() == []
    assert len(engine.told) == 2


@pytest.mark.both
@pytest.mark.parametrize("status", [302, 307, 400, 403, 422])
def test_what_an_engine_refuses_is_not_told_again_nor_anywhere_else(told: World, engine: Engine, status: int) -> None:
    engine.answers = [status]
    services.set_price(told.mug, Money(1700, "GBP"))
    told.work()
    assert told.waiting() == []
    assert len(engine.told) == 1
    assert engine.elsewhere == []


@pytest.mark.both
def test_an_engine_that_is_not_there_holds_nothing_up(told: World, engine: Engine) -> None:
    engine.shutdown()
    engine.server_close()
    services.set_price(told.mug, Money(1700, "GBP"))
    told.work()
    assert "ConnectionRefusedError" in told.waiting()[0]


@pytest.mark.both
def test_without_the_setting_nobody_is_told(world: World, engine: Engine) -> None:
    services.set_price(world.mug, Money(1700, "GBP"))
    assert world.count(OutboxMessage, topic="products.changed") > 0
    world.work()
    assert (world.waiting(), engine.told) == ([], [])


def test_the_key_is_shown_where_the_engine_looks_for_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    setting = f"https://engine.example/indexnow?key={KEY}"
    app = create_app(settings_for(url, tmp_path, INDEXNOW_URL=setting))
    assert app.test_client().get(f"/{KEY}.txt").text == KEY
    assert create_app(settings_for(url, tmp_path)).test_client().get(f"/{KEY}.txt").status_code == 404
