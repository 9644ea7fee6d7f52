"""Who buys here, as staff see them: guests too, by the address of their orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import delete

from shop.accounts.models import Consent, Role
from shop.books import audit
from shop.core import lists
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.money import Money
from shop.customers import queries, services
from shop.customers.models import Buyer, BuyerNote, BuyerSum
from shop.orders import services as orders
from shop.orders.models import Order
from shop.orders.services import Address
from shop.payments import refunds
from shop.payments.refunds import EVERYTHING
from shop.restock import services as restock
from tests.admin.conftest import Desk
from tests.guards.test_budgets import statements
from tests.reviews.writers import write
from tests.world import Typed, World, change

pytestmark = pytest.mark.both


def buy(world: World, email: str, *goods: int, name: str = "Alice Archer") -> Order:
    shopper = world.shopper(f"198.51.{len(world.orders())}.7")
    assert shopper.check_out(*goods, typed=Typed(email=email, name=name)).status_code == 303
    shopper.pay_at_stripe()
    world.settle()
    return world.orders()[-1]


def kept() -> dict[str, tuple[int, list[Money]]]:
    db.session.rollback()
    return {buyer.email: (buyer.orders, [each.spent for each in buyer.sums]) for buyer in queries.latest().rows}


def url_of(email: str) -> str:
    db.session.rollback()
    return f"/admin/customers/{queries.id_of(email)}"


def notes(email: str) -> Sequence[BuyerNote]:
    db.session.rollback()
    return queries.notes(email)


def names(page: str) -> list[str]:
    return re.findall(r'class="row-link" href="/admin/customers/\d+">([^<]*)<', page)


def test_whoever_has_paid_is_a_customer_and_whoever_has_not_is_none(world: World, desk: Desk) -> None:
    assert "Nobody has bought yet." in desk.get("/admin/customers")
    buy(world, "kim@example.com", world.mug, name="Kim Kerr")
    buy(world, "kim@example.com", world.a3, name="Kim Kerr-Lowe")
    assert world.shopper("203.0.113.9").check_out(world.mug, typed=Typed(email="not@example.com")).status_code == 303
    page = desk.get("/admin/customers")
    assert names(page) == ["Kim Kerr-Lowe"]
    assert "£57.80" in page  # two orders, each with its parcel
    assert "not@example.com" not in page


def test_who_spent_most_stands_first_when_asked_for(world: World, desk: Desk) -> None:
    buy(world, "much@example.com", world.a3, name="Much")
    buy(world, "late@example.com", world.mug, name="Late")
    assert names(desk.get("/admin/customers")) == ["Late", "Much"]
    assert names(desk.get("/admin/customers?sort=spent")) == ["Much", "Late"]


@pytest.mark.parametrize("typed", ["zoe", "ARAUJO", "zoe@exam", "ara zo"])
def test_a_customer_is_found_by_how_their_names_and_their_address_begin(world: World, desk: Desk, typed: str) -> None:
    buy(world, "zoe@example.com", world.mug, name="Zoë Araújo")
    buy(world, "bob@example.com", world.mug, name="Bob")
    assert names(desk.browser.get("/admin/customers", query_string={"q": typed}).text) == ["Zoë Araújo"]


@pytest.mark.parametrize("typed", ["nobody", "%", "_", "%@"])
def test_a_search_for_nobody_leads_back_to_all(world: World, desk: Desk, typed: str) -> None:
    buy(world, "zoe@example.com", world.mug)
    page = desk.browser.get("/admin/customers", query_string={"q": typed}).text
    assert "begins with" in page
    assert 'href="/admin/customers">Show all customers' in page


def test_a_long_list_is_read_piece_by_piece_to_its_end_and_back(world: World, desk: Desk) -> None:
    for name in "abcde":
        buy(world, f"{name}@example.com", world.mug, name=name)
    for sort in ("", "&sort=spent"):
        with patch.object(lists.piece, "__kwdefaults__", {**lists.piece.__kwdefaults__, "size": 2}):
            url, seen = f"/admin/customers?{sort}", []
            while url:
                page = desk.get(url)
                seen += names(page)
                found = re.search(r'rel="next" href="([^"]+)"', page)
                url = found[1].replace("&amp;", "&") if found else ""
            assert seen == list("edcba")
            back = re.search(r'rel="prev" href="([^"]+)"', page)
            assert back
            assert names(desk.get(back[1].replace("&amp;", "&"))) == ["c", "b"]
    assert desk.browser.get("/admin/customers?after=999999").location == "/admin/customers"


def test_a_customers_page_has_all_that_is_known_of_them(world: World, desk: Desk) -> None:
    order = buy(world, "kim@example.com", world.mug, name="Kim Kerr")
    with transaction():
        given = Consent(email="kim@example.com", purpose="newsletter", text_version="1", given_at=now())
        back = Consent(email="kim@example.com", purpose="survey", text_version="1", given_at=now(), withdrawn_at=now())
        db.session.add_all([given, back])
    with transaction():
        line_id = orders.lock(order.id).lines[0].id
    write("mug", 2, order_line_id=line_id)
    restock.ask(world.cap, "kim@example.com", language="en_GB")
    page = " ".join(re.sub(r"<[^>]+>", " ", desk.get(url_of("kim@example.com"))).split())
    for said in (order.number, "1 High Street", "Newsletter", "Survey", "Withdrawn", "Given", "2 stars", "Cap"):
        assert said in page


def test_an_order_leads_to_whose_it_is(world: World, desk: Desk) -> None:
    order = buy(world, "kim@example.com", world.mug)
    url = f"/admin/orders/{order.number}/customer"
    assert url in desk.get(f"/admin/orders/{order.number}")
    assert desk.browser.get(url).location == url_of("kim@example.com")
    assert world.shopper("203.0.113.9").check_out(world.mug, typed=Typed(email="not@example.com")).status_code == 303
    unpaid = world.orders()[-1].number
    assert desk.browser.get(f"/admin/orders/{unpaid}/customer").location == "/admin/customers?q=not@example.com"
    assert desk.browser.get("/admin/orders/NONE/customer").status_code == 404


def test_a_note_is_read_by_the_staff_and_comes_back_when_its_removal_is_undone(world: World, desk: Desk) -> None:
    buy(world, "kim@example.com", world.mug)
    url = url_of("kim@example.com")
    assert "Likes the blue ones." in desk.after(desk.post(f"{url}/notes", text="Likes the blue ones."))
    (note,) = notes("kim@example.com")
    assert "Sam the owner" in desk.get(url)
    gone = desk.after(desk.post(f"{url}/notes/{note.id}/removal"))
    assert "Likes the blue ones." not in gone
    assert "The note is removed." in gone
    assert "Likes the blue ones." in desk.after(desk.post(f"{url}/notes/{note.id}/restoration"))


def test_an_empty_note_and_one_that_is_too_long_are_refused_with_what_was_typed(world: World, desk: Desk) -> None:
    buy(world, "kim@example.com", world.mug)
    url = url_of("kim@example.com")
    assert "Write what the others should know." in desk.post(f"{url}/notes", text=" ").text
    long = desk.post(f"{url}/notes", text="x" * 2001)
    assert (long.status_code, "x" * 2001 in long.text) == (422, True)


def test_a_note_of_somebody_else_is_not_theirs_to_remove(world: World, desk: Desk) -> None:
    buy(world, "kim@example.com", world.mug)
    services.write_note("bob@example.com", "Pays late.", by="test")
    (note,) = notes("bob@example.com")
    assert desk.post(f"{url_of('kim@example.com')}/notes/{note.id}/removal").status_code == 404
    assert notes("bob@example.com")


@pytest.mark.parametrize("role", [Role.PACKER, Role.VIEWER])
def test_whoever_may_not_know_customers_is_not_led_to_them(
    world: World, desk_of: Callable[[Role], Desk], role: Role
) -> None:
    buy(world, "kim@example.com", world.mug)
    desk = desk_of(role)
    assert 'href="/admin/customers"' not in desk.get("/admin")
    assert desk.browser.get("/admin/customers").status_code == 403
    assert desk.browser.get(url_of("kim@example.com")).status_code == 403
    assert desk.post(f"{url_of('kim@example.com')}/notes", text="x").status_code == 403


def test_it_costs_the_same_for_one_and_for_ten(world: World, desk: Desk) -> None:
    found = []
    for count in (1, 9):
        for n in range(count):
            buy(world, f"{count}-{n}@example.com", world.a4 if n % 2 else world.mug)
            change(Buyer, Buyer.orders > 0, last_at=now() - timedelta(days=1))
        with statements() as asked:
            desk.get("/admin/customers")
            desk.get("/admin/customers?sort=spent")
            desk.get("/admin/customers?q=al")
            desk.get(url_of(f"{count}-0@example.com"))
        found.append(len(asked))
        services.recount_all()
    assert found[0] == found[1]


# What is kept is what the orders say


def test_what_goes_back_is_taken_off_what_was_spent(world: World) -> None:
    order = buy(world, "kim@example.com", world.mug)
    assert kept() == {"kim@example.com": (1, [Money(1990, "GBP")])}
    refunds.refund(order.id, EVERYTHING, reason="test", by="test", form_token="one")
    world.settle()
    assert kept() == {"kim@example.com": (1, [Money(0, "GBP")])}


def test_addresses_are_written_as_their_countries_write_them(world: World, desk: Desk) -> None:
    in_new_york = Typed(country="US", region="NY", city="New York", postal_code="10001")
    shopper = world.shopper()
    shopper.check_out(world.mug, typed=in_new_york, delivery=world.parcel_abroad_id)
    shopper.pay_at_stripe()
    world.settle()
    assert "NEW YORK, NY 10001\nUNITED STATES" in desk.get(url_of(in_new_york.email))


def test_an_order_whose_address_changes_changes_hands(world: World) -> None:
    order = buy(world, "kmi@example.com", world.mug, name="Kim")
    address = Address(name="Kim", street="1 High Street", city="Bristol", postal_code="BS1 4DJ", country="GB")
    orders.edit(order.id, email="kim@example.com", address=address, by="test")
    assert kept() == {"kim@example.com": (1, [Money(1990, "GBP")])}
    world.prove()


@pytest.mark.parametrize("lie", ["orders", "name", "money", "gone"])
def test_a_customer_who_is_not_what_their_orders_are_is_named_and_mended(world: World, lie: str) -> None:
    buy(world, "kim@example.com", world.mug)
    if lie == "money":
        change(BuyerSum, BuyerSum.id > 0, spent_minor=1)
    elif lie == "gone":
        with transaction():
            db.session.execute(delete(Buyer))
    else:
        change(Buyer, Buyer.id > 0, **{lie: 7 if lie == "orders" else "Tim"})
    (finding,) = audit.run(ask_stripe=False).findings
    assert "buyer" in finding.what
    assert "kim" not in str(finding)
    services.recount_all()
    world.prove()
