"""The page staff start from: what was taken, and what waits for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete

from shop.accounts.models import Role
from shop.books.models import BookCheck
from shop.catalog import search
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.figures import services as figures
from shop.figures.models import FiguresState
from shop.jobs.models import Job, State
from shop.orders import fulfilment
from shop.payments import refunds
from shop.payments.models import WebhookEvent
from tests.admin.conftest import Desk
from tests.guards.test_budgets import statements
from tests.world import World, make_variant

pytestmark = pytest.mark.both


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def needs(page: str) -> dict[str, str]:
    """What waits, and how many of it there are."""
    found = re.findall(r'class="badge badge-\w+">([^<]+)</span>\s*<span class="want">(?:<a[^>]+>|<b>)([^<]+)<', page)
    return {what: count for count, what in found}


def test_what_was_taken_stands_against_the_time_before(world: World, desk: Desk) -> None:
    with time_machine.travel(now() - timedelta(days=8)):
        world.shopper().buy(world.mug)
    world.shopper().buy(world.mug)
    order = world.shopper().buy(world.a3)
    world.settle()
    figures.catch_up()
    page = words(desk.get("/admin?days=7"))
    assert "Orders 2 ▲ 100% more" in page
    assert "Compared with the 7 days before, up to this hour." in page
    assert "Refund rate 0% the same" in page
    refunds.refund(order.id, refunds.EVERYTHING, reason="so", by="staff:1", form_token="one")
    world.settle()
    figures.catch_up()
    assert "points more" in words(desk.get("/admin?days=7"))
    assert "Revenue per hour" in desk.get("/admin?days=1")


def test_more_refunds_are_bad_and_more_orders_are_good(world: World, desk: Desk) -> None:
    with time_machine.travel(now() - timedelta(days=8)):
        world.shopper().buy(world.mug)
    order = world.shopper().buy(world.mug)
    world.shopper().buy(world.a4)
    refunds.refund(order.id, refunds.EVERYTHING, reason="so", by="staff:1", form_token="one")
    world.settle()
    figures.catch_up()
    page = desk.get("/admin?days=7")
    tones = re.findall(r"tile-(ok|bad|plain)", page)
    assert tones[1] == "ok"  # orders
    assert tones[3] == "bad"  # the refund rate


def test_every_value_of_the_drawing_stands_in_a_table(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    world.settle()
    figures.catch_up()
    page = desk.get("/admin?days=7")
    table = page.partition("Show as table")[2].partition("</table>")[0]
    assert table.count("<tr>") == 8
    assert str(order.total.decimal) in table
    assert page.count('<svg class="chart-') == 2
    assert "style=" not in page


def test_a_time_that_is_none_of_the_four_is_the_usual_one(world: World, desk: Desk) -> None:
    world.shopper().buy(world.mug)
    for odd in ("", "?days=30", "?days=31", "?days=-1", "?days=x"):
        assert re.search(r'days=30" aria-current="true"', desk.get(f"/admin{odd}")), odd


def test_figures_that_nobody_has_counted_lately_say_so(world: World, desk: Desk) -> None:
    world.shopper().buy(world.mug)
    figures.catch_up()
    assert "Start a worker." not in desk.get("/admin")
    with time_machine.travel(now() + timedelta(minutes=20)):
        page = words(desk.get("/admin"))
        assert "These figures are as of" in page
        assert "Start a worker." in page
    with transaction():
        db.session.execute(delete(FiguresState))
    assert "The figures are being counted." in desk.get("/admin")


def test_what_waits_for_somebody_is_named_with_how_many(world: World, desk: Desk) -> None:
    world.shopper().buy(world.mug)
    world.settle()
    sent = world.shopper().buy(world.a4)
    world.settle()
    fulfilment.ship(sent.id, by="staff:1", form_token="one")
    search.note_miss("lampshade")
    page = desk.get("/admin")
    assert needs(page)["Order to pack"] == "1"
    assert "Order in review" not in needs(page)
    assert "lampshade" in page


def test_what_runs_behind_the_counter_is_told_to_those_who_may_mend_it(
    world: World, desk_of: Callable[[Role], Desk]
) -> None:
    moment = now() - timedelta(hours=1)
    with transaction():
        db.session.add(
            Job(
                kind="reindex",
                params={},
                state=State.FAILED,
                by="shop",
                created_at=moment,
                started_at=moment,
                finished_at=moment,
            )
        )
        db.session.add(WebhookEvent(gateway_id="evt_1", type="charge.refunded", payload={}, received_at=moment))
        wrong = [{"what": "K7MC-4WRX", "wrong": "the lines do not add up", "mended": False}]
        db.session.add(BookCheck(kind="audit", about={}, findings=wrong, started_at=moment, finished_at=moment))
    told = {"Job has failed", "Message of Stripe’s is stuck", "The books do not agree"}
    assert told <= needs(desk_of(Role.OWNER).get("/admin")).keys()
    assert not told & needs(desk_of(Role.PACKER).get("/admin")).keys()


def test_books_that_nobody_checks_are_named(world: World, desk: Desk) -> None:
    moment = now() - timedelta(days=3)
    with transaction():
        db.session.add(BookCheck(kind="audit", about={}, findings=[], started_at=moment, finished_at=moment))
    assert "The books were not checked last night" in needs(desk.get("/admin"))


def test_who_may_not_see_figures_sees_none(world: World, desk_of: Callable[[Role], Desk]) -> None:
    world.shopper().buy(world.mug)
    figures.catch_up()
    packers, viewers = desk_of(Role.PACKER).get("/admin"), desk_of(Role.VIEWER).get("/admin")
    assert "Average order" not in packers
    assert "Best products" not in packers
    assert "Order to pack" in packers
    assert "Average order" in viewers
    assert "Best products" in viewers


def test_a_shop_without_an_order_says_what_to_do_first(world: World, desk: Desk) -> None:
    page = words(desk.get("/admin"))
    assert "What to do first" in page
    assert "Done Add a product" in page
    assert "Average order" not in page


def test_the_start_page_costs_the_same_however_much_there_is(world: World, desk: Desk) -> None:
    world.shopper().buy(world.mug)
    figures.catch_up()
    with statements() as few:
        desk.get("/admin")
    for n in range(12):
        make_variant(world.shelf_id, f"Thing {n}", price=500, stock=2)
    for _order in range(3):
        world.shopper().buy(world.a4, world.a3)
    figures.catch_up()
    with statements() as many:
        desk.get("/admin")
    assert len(few) == len(many), many
    assert len(many) <= 10, many
