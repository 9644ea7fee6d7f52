"""Prices and stock of many products changed at once."""

from __future__ import annotations

import re
from decimal import Decimal
from unittest.mock import patch

import pytest
from sqlalchemy import select

from shop.catalog import repricing, sales
from shop.catalog.models import StockMovement
from shop.catalog.repricing import Rule
from shop.core.db import db
from shop.core.money import Money
from shop.jobs import services as jobs
from shop.jobs.models import Job, State
from tests.admin.conftest import Desk
from tests.admin.goods.test_editor import error, price_of, value
from tests.admin.goods.test_listing import ids
from tests.world import World
from worker.jobs import KINDS

pytestmark = pytest.mark.both


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (Rule(percent=Decimal(10)), 2400, 2640),
        (Rule(percent=Decimal(-10)), 2499, 2249),
        (Rule(minor=150), 2400, 2550),
        (Rule(minor=-5000), 2400, 0),
        (Rule(percent=Decimal(10), ending="90"), 2400, 2590),
        (Rule(percent=Decimal(10), ending="00"), 2400, 2600),
        (Rule(percent=Decimal(10), ending="50"), 2400, 2650),
        (Rule(percent=Decimal(-99), ending="00"), 2400, 100),
        (Rule(minor=0, ending="90"), 2390, 2390),
    ],
)
def test_a_price_changes_by_a_share_or_an_amount_and_ends_as_asked(rule: Rule, before: int, after: int) -> None:
    assert rule.of(Money(before, "GBP")) == Money(after, "GBP")
    assert repricing.rule_from(rule.kept()) == rule


def test_a_currency_without_cents_is_not_rounded_to_them() -> None:
    assert Rule(percent=Decimal(10), ending="90").of(Money(500, "JPY")) == Money(550, "JPY")


def test_prices_are_looked_at_changed_and_taken_back(world: World, desk: Desk) -> None:
    chosen = ids("Mug", "Print")
    page = desk.after(desk.post("/admin/products/states", to="prices", product=chosen))
    assert "Change the prices of 2 products" in page
    asked = {"product": chosen, "way": "up", "off": "10", "kind": "percent", "ending": "90"}
    page = desk.browser.get("/admin/products/prices", query_string=asked).text
    assert re.search(r"£34\.00</td>\s*<td[^>]*><b>£36\.90", page)
    assert price_of(world.a3) == (Money(3400, "GBP"), None)
    page = desk.after(desk.post("/admin/products/prices", **asked))
    assert "3 prices are changed." in page
    found = [price_of(each)[0].minor for each in (world.mug, world.a4, world.a3)]
    assert found == [1790, 2590, 3690]
    undo = re.search(r'action="([^"]*/undo)"', page)
    assert undo
    desk.post("/admin/products/prices", **(asked | {"product": ids("Mug")}))  # dearer once more, so that it stays
    assert "The prices before hold again" in desk.after(desk.post(undo[1]))
    assert [price_of(each)[0].minor for each in (world.a4, world.a3)] == [2400, 3400]
    assert price_of(world.mug)[0].minor == 1990
    assert "taken back already" in desk.after(desk.post(undo[1]))


def test_what_is_on_sale_stays_as_it_is(world: World, desk: Desk) -> None:
    sales.put_on_sale([world.mug], Decimal("0.5"), ends=None, by="test")
    asked = {"product": ids("Mug"), "way": "up", "off": "10", "kind": "percent"}
    assert "on sale, stays" in desk.browser.get("/admin/products/prices", query_string=asked).text
    assert "0 prices are changed." in desk.after(desk.post("/admin/products/prices", **asked))
    assert price_of(world.mug)[0] == Money(800, "GBP")


def test_many_are_changed_and_taken_back_by_a_job(world: World, desk: Desk) -> None:
    asked = {"scope": "list", "tab": "live", "way": "down", "off": "1", "kind": "amount"}
    with patch.object(repricing, "AT_ONCE", 1):
        page = desk.after(desk.post("/admin/products/prices", **asked))
        assert "goes on in the background" in page
        job_id = db.session.scalars(select(Job.id)).one()
        jobs.run(job_id, KINDS)
        undo = f"/admin/products/price-changes/{db.session.scalars(select(repricing.PriceChange.id)).one()}"
        assert price_of(world.a3)[0] == Money(3300, "GBP")
        assert price_of(world.cap)[0] == Money(1100, "GBP")
        assert desk.get(undo).count("<b>£") == 4
        desk.after(desk.post(f"{undo}/undo"))
        for each in db.session.scalars(select(Job.id).where(Job.state == State.QUEUED)).all():
            jobs.run(each, KINDS)
    assert [price_of(each)[0].minor for each in (world.mug, world.cap, world.a4, world.a3)] == [1600, 1200, 2400, 3400]


def test_a_job_stops_changing_prices_that_were_taken_back_meanwhile(world: World, desk: Desk) -> None:
    asked = {"scope": "list", "tab": "live", "way": "down", "off": "1", "kind": "amount"}
    with patch.object(repricing, "AT_ONCE", 1):
        desk.after(desk.post("/admin/products/prices", **asked))
        change = db.session.scalars(select(repricing.PriceChange.id)).one()
        job_id = db.session.scalars(select(Job.id)).one()
        desk.after(desk.post(f"/admin/products/price-changes/{change}/undo"))
        jobs.run(job_id, KINDS)
    assert [price_of(each)[0].minor for each in (world.mug, world.cap, world.a4, world.a3)] == [1600, 1200, 2400, 3400]
    assert db.session.get_one(Job, job_id).state == State.DONE


@pytest.mark.parametrize(
    "typed", [{"off": ""}, {"off": "0"}, {"off": "501"}, {"off": "100", "way": "down"}, {"off": "x", "kind": "amount"}]
)
def test_what_is_no_change_is_kept_and_said(world: World, desk: Desk, typed: dict[str, str]) -> None:
    asked = {"product": str(ids("Mug")[0]), "way": "up", "kind": "percent"} | typed
    response = desk.browser.get("/admin/products/prices", query_string=asked)
    assert response.status_code == 422
    assert error(response.text, "off")
    assert value(response.text, "off") == typed["off"]
    assert desk.post("/admin/products/prices", **asked).status_code == 422
    assert price_of(world.mug)[0] == Money(1600, "GBP")


def test_a_change_of_prices_that_never_was_is_a_404(desk: Desk) -> None:
    assert desk.browser.get("/admin/products/price-changes/99").status_code == 404
    assert desk.post("/admin/products/price-changes/99/undo").status_code == 404


# Stock


def test_deliveries_and_losses_of_many_variants_are_written_down(world: World, desk: Desk) -> None:
    page = desk.after(desk.post("/admin/products/states", to="stock", product=ids("Mug", "Print")))
    assert page.count('name="pieces-') == 3
    sent: dict[str, object] = {f"pieces-{world.mug}": "5", f"pieces-{world.a4}": "2", f"pieces-{world.a3}": ""}
    sent |= {"product": ids("Mug", "Print"), "note": "monday"}
    assert "The stock of 2 variants is changed." in desk.after(
        desk.post("/admin/products/stock", kind="received", **sent)
    )
    assert (world.stock(world.mug), world.stock(world.a4)) == ((15, 0), (7, 0))
    desk.after(desk.post("/admin/products/stock", kind="damaged", **sent))
    assert (world.stock(world.mug), world.stock(world.a4)) == ((10, 0), (5, 0))
    last = db.session.scalars(select(StockMovement).order_by(StockMovement.id.desc())).first()
    assert last is not None
    assert (last.reason, last.note) == ("damaged", "monday")
    world.prove()


def test_very_many_variants_have_room_in_one_form(world: World, desk: Desk) -> None:
    left_empty = {f"pieces-{n}": "" for n in range(1000, 1500)}
    sent = left_empty | {f"pieces-{world.mug}": "5", "product": ids("Mug"), "note": "monday", "kind": "received"}
    assert "The stock of 1 variant is changed." in desk.after(desk.post("/admin/products/stock", **sent))


def test_a_loss_of_more_than_there_is_changes_nothing(world: World, desk: Desk) -> None:
    sent = {f"pieces-{world.mug}": "5", f"pieces-{world.a4}": "6", "product": ids("Mug", "Print"), "note": "fire"}
    response = desk.post("/admin/products/stock", kind="damaged", **sent)
    assert response.status_code == 409
    assert "There are not so many of PRINT-A4" in response.text
    assert f'name="pieces-{world.a4}" value="6"' in response.text
    assert world.stock(world.mug) == (10, 0)


@pytest.mark.parametrize(("pieces", "note"), [("x", "why"), ("-1", "why"), ("1.5", "why"), ("5", " ")])
def test_wrong_numbers_and_no_reason_are_kept_and_said(world: World, desk: Desk, pieces: str, note: str) -> None:
    response = desk.post("/admin/products/stock", product=ids("Mug"), note=note, **{f"pieces-{world.mug}": pieces})
    assert response.status_code == 422
    assert f'value="{pieces}"' in response.text
    assert "field-error" in response.text
    assert world.stock(world.mug) == (10, 0)
