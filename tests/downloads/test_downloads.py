"""Goods without a parcel: bought without an address, downloaded by a secret link so often and no longer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from shop.catalog import stock
from shop.catalog.models import Hold, StockMovement, Variant
from shop.catalog.stock import Availability
from shop.catalog.stocked import Stock, Stocked
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.errors import Conflict
from shop.core.outbox import OutboxMessage
from shop.downloads import queries, services
from shop.downloads.models import DigitalFile, DownloadGrant
from shop.media import storage
from shop.orders import services as orders
from shop.orders.models import Order
from shop.payments import refunds
from shop.payments.refunds import EVERYTHING
from shop.restock import services as restock
from shop.restock.services import BackAlready
from tests.faults.test_races import at_once
from tests.world import Shopper, World, change, hidden, make_variant

pytestmark = pytest.mark.both

PAGES = b"%PDF-1.7 twelve months"


@pytest.fixture
def calendar(world: World) -> int:
    variant_id = make_variant(world.shelf_id, "Calendar", price=600, stock=0, weight_g=0, requires_shipping=False)
    services.keep(variant_id, "calendar.pdf", PAGES)
    return variant_id


def buy(world: World, *goods: int) -> tuple[Shopper, Order]:
    """Without a word of where to send it."""
    shopper = world.shopper()
    for each in goods:
        shopper.add(each)
    page = shopper.get("/checkout")
    typed = {"email": "alice@example.com", "name": "Alice Archer", "country": "GB", "go": "on"}
    answer = shopper.browser.post("/checkout", data={**typed, "csrf_token": hidden(page, "csrf_token")})
    assert answer.location == "/checkout/payment", answer.text
    assert shopper.press_pay().status_code == 303
    shopper.pay_at_stripe()
    world.settle()
    return shopper, world.order()


def grant(order: Order) -> DownloadGrant:
    (found,) = queries.of_order(order.id)
    return found


def fetch(shopper: Shopper, token: str) -> bytes | str:
    """The file, or what is said instead."""
    page = shopper.get(f"/downloads/{token}")
    data = {"csrf_token": hidden(page, "csrf_token")} if "csrf_token" in page else {}
    answer = shopper.browser.post(f"/downloads/{token}", data=data)
    return answer.data if answer.status_code == 200 else shopper.get(answer.location or f"/downloads/{token}")


def test_a_file_is_bought_without_an_address_and_is_there_at_once(world: World, calendar: int) -> None:
    shopper = world.shopper()
    shopper.add(calendar)
    page = shopper.get("/checkout")
    assert 'name="street"' not in page
    assert 'name="delivery"' not in page
    assert "Nothing is posted." in page
    shopper, order = buy(world, calendar)
    assert (order.status, order.delivery_name, order.arrives_from) == ("shipped", "", None)
    page = shopper.get(f"/orders/{order.token}")
    assert "calendar.pdf, 1 kB. 5 more times, until" in page
    token = grant(order).token
    assert f"/downloads/{token}" in page
    assert fetch(shopper, token) == PAGES
    assert world.count(DownloadGrant, used=1) == 1
    world.prove()


def test_the_link_comes_by_mail_once(world: World, calendar: int) -> None:
    _shopper, order = buy(world, calendar)
    services.give(order.id)
    world.work()
    (mail,) = world.mails("download-ready")
    assert f"http://localhost/downloads/{grant(order).token}" in mail.text
    assert f"http://localhost/downloads/{grant(order).token}" in mail.html
    assert world.count(DownloadGrant) == 1


def test_what_is_sent_and_what_is_downloaded_are_told_apart_in_one_order(world: World, calendar: int) -> None:
    shopper = world.shopper()
    shopper.add(calendar)
    shopper.add(world.mug)
    assert "To download, not posted: Calendar." in shopper.get("/checkout")
    shopper.fill_in()
    page = shopper.get("/checkout/payment")
    assert "Deliver to" in page
    assert "Nothing of it is posted. The link comes by email." in page
    shopper.press_pay()
    shopper.pay_at_stripe()
    world.settle()
    order = world.order()
    assert order.status == "paid"
    assert (order.delivery_name, order.arrives_from is None) == ("Parcel", False)
    (mail,) = world.mails("order-confirmation")
    for said in (mail.text, mail.html):
        assert "we are getting it ready" in said
        assert "To download, by a link in a mail of its own: Calendar." in said
    assert "To download" in shopper.get(f"/orders/{order.token}")
    assert grant(order).file.name == "calendar.pdf"


def test_a_tax_that_hangs_on_the_state_asks_for_the_state(world: World, calendar: int) -> None:
    shopper = world.shopper()
    shopper.add(calendar)
    token = hidden(shopper.get("/checkout"), "csrf_token")
    typed = {"email": "alice@example.com", "name": "Alice", "country": "US", "csrf_token": token}
    asked = shopper.browser.post("/checkout", data={**typed, "go": "country"}).text
    assert 'name="region"' in asked
    assert 'name="postal_code"' not in asked
    assert "Enter the state." in shopper.browser.post("/checkout", data={**typed, "go": "on"}).text
    sent = shopper.browser.post("/checkout", data={**typed, "region": "CA", "go": "on"})
    assert sent.location == "/checkout/payment"


def test_it_can_be_downloaded_so_often_and_no_oftener(world: World, calendar: int) -> None:
    world.store_with(download_limit=2)
    shopper, order = buy(world, calendar)
    token = grant(order).token
    for _time in range(3):
        shopper.get(f"/downloads/{token}")  # looking at it counts nothing, for mail programs look first
    assert [fetch(shopper, token) for _time in range(2)] == [PAGES, PAGES]
    assert "downloaded as often as it may be" in str(fetch(shopper, token))
    assert world.count(DownloadGrant, used=2) == 1


def test_two_at_once_do_not_pass_the_limit(world: World, calendar: int, app: Flask) -> None:
    world.store_with(download_limit=3)
    _shopper, order = buy(world, calendar)
    token = grant(order).token
    results = at_once(app, *(lambda: services.fetch(token).content for _ in range(8)))
    assert results.count(PAGES) == 3
    assert sum(isinstance(each, services.NotForDownload) for each in results) == 5
    assert world.count(DownloadGrant, used=3) == 1


def test_two_workers_at_once_give_one_right(world: World, calendar: int, app: Flask) -> None:
    _shopper, order = buy(world, calendar)
    order_id = order.id
    assert at_once(app, *(lambda: services.give(order_id) for _ in range(4))) == [None] * 4
    assert world.count(DownloadGrant) == 1


def test_its_time_ends(world: World, calendar: int) -> None:
    shopper, order = buy(world, calendar)
    token = grant(order).token
    change(DownloadGrant, ends_at=now() - timedelta(seconds=1))
    assert "The time for this download is over." in str(fetch(shopper, token))
    assert "To download" not in shopper.get(f"/orders/{order.token}")


def test_a_refund_of_the_line_takes_it_back(world: World, calendar: int) -> None:
    shopper, order = buy(world, calendar)
    token = grant(order).token
    refunds.refund(order.id, EVERYTHING, reason="changed my mind", by="staff:1", form_token="form")
    world.settle()
    assert "This was cancelled or refunded" in str(fetch(shopper, token))
    assert queries.of_order(order.id) == []
    world.prove()


def test_it_rests_while_the_order_is_held(world: World, calendar: int) -> None:
    shopper, order = buy(world, calendar)
    token = grant(order).token
    orders.hold_back(order.id, by="stripe", reason="dispute")
    with pytest.raises(services.NotForDownload):
        services.fetch(token)
    orders.release(order.id, by="stripe", reason="won")
    assert fetch(shopper, token) == PAGES


def test_a_new_edition_reaches_those_who_bought_the_old_one(world: World, calendar: int) -> None:
    shopper, order = buy(world, calendar)
    services.keep(calendar, "calendar-2.pdf", b"%PDF-1.7 corrected")
    assert fetch(shopper, grant(order).token) == b"%PDF-1.7 corrected"


def test_the_file_has_no_public_address(world: World, calendar: int) -> None:
    _shopper, order = buy(world, calendar)
    stored = grant(order).file.stored
    assert storage.get(stored) == PAGES
    shopper = world.shopper()
    for address in (f"/media/{stored}", f"/media/{stored.removeprefix('.')}", f"/media/x/../{stored}"):
        assert shopper.browser.get(address).status_code == 404
    assert storage.kept_by(stored) == "private, no-store"


def test_an_unknown_link_leads_nowhere(world: World) -> None:
    shopper = world.shopper()
    assert shopper.browser.get("/downloads/nothing").status_code == 404
    assert "There is no such download." not in shopper.browser.get("/downloads/nothing").text


def test_a_file_that_the_storage_has_lost_counts_nothing(world: World, calendar: int) -> None:
    _shopper, order = buy(world, calendar)
    token = grant(order).token
    change(DigitalFile, stored=".private/gone")
    with pytest.raises(services.NotForDownload, match="our fault"):
        services.fetch(token)
    assert world.count(DownloadGrant, used=0) == 1


def test_the_owner_adds_a_file_from_the_terminal(world: World, app: Flask, tmp_path: Path) -> None:
    make_variant(world.shelf_id, "Voucher", price=600, stock=0, weight_g=0, requires_shipping=False)
    file = tmp_path / "voucher.pdf"
    file.write_bytes(PAGES)
    run = app.test_cli_runner()
    assert run.invoke(args=["add-file", "VOUCHER", str(file)]).exit_code == 0
    assert world.count(DigitalFile, name="voucher.pdf", size=len(PAGES)) == 1
    refused = run.invoke(args=["add-file", "MUG", str(file)])
    assert refused.exit_code == 1
    assert "MUG is sent in a parcel" in refused.output
    assert "There is no variant NONE." in run.invoke(args=["add-file", "NONE", str(file)]).output


def test_a_file_never_runs_out_and_is_not_counted(world: World, calendar: int) -> None:
    asked = stock.availabilities([db.session.get_one(Variant, calendar)])
    assert asked == {calendar: Availability.IN_STOCK}
    buy(world, calendar, calendar, calendar)
    assert world.stock(calendar) == (0, 0)
    assert world.count(StockMovement, variant_id=calendar) == world.count(Hold, variant_id=calendar) == 0
    assert [topic for topic in ("stock.low", "stock.sold_out") if world.count(OutboxMessage, topic=topic)] == []
    world.prove()


def test_no_list_and_no_page_says_that_a_file_is_scarce(world: World, calendar: int) -> None:
    page, shelf = (world.shopper().get(url) for url in ("/products/calendar", "/categories/things?stock=1"))
    assert "In stock, to download as soon as it’s paid" in page
    assert "A file, nothing is posted" in page
    assert "schema.org/InStock" in page
    assert "Calendar" in shelf
    bought = page.partition('id="buy"')[2].partition("</section>")[0]
    for said in ("left</p>", "Sold out", "ready to post", "Delivery"):
        assert said not in bought, said
    stocked = db.session.get_one(Stocked, db.session.get_one(Variant, calendar).product_id)
    assert stocked.stock == Stock.ENOUGH
    with pytest.raises(BackAlready):
        restock.ask(calendar, "alice@example.com", language="en")


def test_a_file_that_is_withdrawn_while_it_is_in_a_bag_is_not_sold(world: World, calendar: int) -> None:
    shopper = world.shopper()
    shopper.add(calendar)
    change(Variant, Variant.id == calendar, withdrawn_at=now())
    assert "is not sold any more" in shopper.get("/cart")
    with pytest.raises(stock.OutOfStock, match="is not sold any more"):
        stock.hold({calendar: 1}, order_id=1, cart_id=None)


def test_there_is_no_stock_of_a_file_to_be_counted(world: World, calendar: int) -> None:
    for act in (stock.receive, stock.correct):
        with pytest.raises(Conflict, match="CALENDAR needs no parcel"):
            act(calendar, 3, by="carol")
    with pytest.raises(Conflict):
        stock.write_off(calendar, 1, by="carol")
    with pytest.raises(IntegrityError), transaction():
        change(Variant, Variant.id == calendar, on_hand=1)
    with pytest.raises(IntegrityError), transaction():
        change(Variant, Variant.id == world.mug, requires_shipping=False)


def test_what_became_a_file_after_it_was_sent_goes_back_on_no_shelf(world: World) -> None:
    order = world.shopper().buy(world.a3)
    stock.correct(world.a3, 0, by="carol")
    change(Variant, Variant.id == world.a3, requires_shipping=False)
    refunds.refund(order.id, EVERYTHING, reason="changed my mind", by="staff:1", form_token="form", restock=True)
    world.settle()
    assert world.stock(world.a3) == (0, 0)
    world.prove()


def test_money_that_comes_too_late_still_buys_a_file(world: World, calendar: int) -> None:
    shopper = world.shopper()
    shopper.add(calendar)
    page = shopper.get("/checkout")
    typed = {"email": "alice@example.com", "name": "Alice Archer", "country": "GB", "go": "on"}
    shopper.browser.post("/checkout", data={**typed, "csrf_token": hidden(page, "csrf_token")})
    shopper.press_pay()
    order = world.order()
    orders.cancel(order.id, by="shop", reason="expired")
    assert orders.mark_paid(order.id, by="stripe")
    world.work()
    assert grant(world.order()).file.name == "calendar.pdf"
