"""What staff see of orders, and how they mark them as sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.accounts.models import Role
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.orders import fulfilment
from shop.orders import services as orders
from shop.orders.models import Order, OrderEvent
from shop.orders.states import Status
from shop.payments import refunds
from shop.payments.models import Dispute
from tests.admin.conftest import Desk
from tests.conftest import browser
from tests.guards.test_budgets import statements
from tests.world import Typed, World, hidden

pytestmark = pytest.mark.both


def numbers(page: str) -> list[str]:
    return re.findall(r'href="/admin/orders/([0-9A-Z-]+)"', page)


def tabs(page: str) -> dict[str, int]:
    found = re.findall(r'>\s*([A-Za-z ]+?) <span class="tab-count">(\d+)</span>', page)
    return {name: int(count) for name, count in found}


def test_orders_are_listed_newest_first_with_a_tab_for_every_state(world: World, desk: Desk) -> None:
    sent = world.shopper().buy(world.mug).number
    fulfilment.ship(world.order().id, by="test", form_token="test")
    paid = world.shopper().buy(world.a4).number
    world.shopper().check_out(world.a3, typed=Typed(email="bob@example.com", name="Bob Baker"))
    unpaid = world.orders()[-1].number
    page = desk.get("/admin/orders")
    assert numbers(page) == [unpaid, paid, sent]
    none = dict.fromkeys(("On hold", "In review", "Disputed", "Returns", "Cancelled"), 0)
    assert tabs(page) == {"To pack": 1, "Unpaid": 1, "Posted": 1, "All": 3} | none
    assert numbers(desk.get("/admin/orders?tab=to-pack")) == [paid]
    assert numbers(desk.get("/admin/orders?tab=unpaid")) == [unpaid]
    assert "Nothing to look into." in desk.get("/admin/orders?tab=review")
    assert numbers(desk.get("/admin/orders?tab=nonsense&sort=oldest")) == [sent, paid, unpaid]


@pytest.mark.parametrize("typed", ["bob baker", "Baker b", "BOB@", " bob@example.com "])
def test_an_order_is_found_by_name_and_by_e_mail(world: World, desk: Desk, typed: str) -> None:
    world.shopper().check_out(world.mug)
    world.shopper().check_out(world.a3, typed=Typed(email="bob@example.com", name="Bob Baker"))
    bobs = world.orders()[-1].number
    response = desk.browser.get("/admin/orders", query_string={"q": typed})
    assert numbers(response.text) == [bobs]
    assert "1 order<" in response.text


def test_an_order_is_found_by_its_number_however_it_is_typed(world: World, desk: Desk) -> None:
    number = world.shopper().buy(world.mug).number
    for typed in (number, number.lower(), number.replace("-", ""), number.replace("-", " "), number[:6]):
        assert numbers(desk.browser.get("/admin/orders", query_string={"q": typed}).text) == [number]
    assert f"/admin/orders/{number}" in desk.get(f"/admin/orders/{number.lower()}")


@pytest.mark.parametrize("typed", ["%", "_", "\\", "zzz", "<script>", "x" * 5000])
def test_what_matches_nothing_says_so(world: World, desk: Desk, typed: str) -> None:
    world.shopper().check_out(world.mug)
    page = desk.browser.get("/admin/orders", query_string={"q": typed}).text
    assert "No order matches this here." in page
    assert "<script>" not in page


def copies(order: Order, count: int) -> None:
    """More orders like this one, each a second older than the one before."""
    with transaction():
        row = {column.key: getattr(order, column.key) for column in Order.__table__.columns if column.key != "id"}
        (address,) = [{c.key: getattr(a, c.key) for c in a.__table__.columns if c.key != "id"} for a in order.addresses]
        for n in range(count):
            stamp = order.placed_at - timedelta(seconds=n + 1)
            fresh = {"number": f"COPY-{n:04}", "token": f"copy-{n}", "cart_id": None, "placed_at": stamp}
            copy = Order(**row | fresh)
            copy.addresses = [type(order.addresses[0])(**address | {"order_id": None})]
            db.session.add(copy)


def whole(world: World) -> Order:
    from shop.orders import queries

    db.session.rollback()
    found = queries.whole(world.orders()[0].id)
    assert found is not None
    return found


def test_a_long_list_comes_in_pages_and_costs_the_same(world: World, desk: Desk) -> None:
    world.shopper().check_out(world.mug)
    with statements() as few:
        desk.get("/admin/orders")
    original = whole(world)
    db.session.expunge_all()
    copies(original, 60)
    with statements() as many:
        first = desk.get("/admin/orders")
    assert len(few) == len(many), many
    assert len(many) <= 10, many
    assert len(numbers(first)) == 50
    after = re.search(r'href="(/admin/orders\?after=[0-9]+)"', first)
    assert after
    second = desk.get(after[1])
    assert len(numbers(second)) == 11
    assert not set(numbers(first)) & set(numbers(second))
    before = re.search(r'href="(/admin/orders\?before=[0-9]+)"', second)
    assert before
    assert numbers(desk.get(before[1])) == numbers(first)
    assert desk.browser.get("/admin/orders?after=99999999&sort=oldest").location == "/admin/orders?sort=oldest"
    assert numbers(desk.get("/admin/orders?after=nonsense")) == numbers(first)


def test_an_orders_page_has_all_there_is_to_know(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug, world.a4)
    payment, number = world.payment(), world.order().number
    with statements() as asked:
        page = desk.get(f"/admin/orders/{number}")
    assert len(asked) <= 10, asked
    for words in (
        "Mug",
        "PRINT-A4",
        "£16.00",
        "£24.00",
        "£43.90",
        "£7.32",  # the VAT in it
        "20%",
        "Alice Archer\n1 High Street\nBRISTOL\nBS1 4DJ",
        "alice@example.com",
        payment.session_id,
        payment.payment_intent_id,
        payment.charge_id,
        "Order placed",
        "the shopper",
        f"/orders/{order.token}",
        "To pack",
    ):
        assert words, "nothing to look for"
        assert words in page, words


def test_an_order_with_ten_lines_costs_no_more_than_one_with_one(world: World, desk: Desk) -> None:
    one = world.shopper().buy(world.mug).number
    many = world.shopper().buy(world.mug, world.a4, world.a3).number
    found = []
    for number in (one, many):
        with statements() as asked:
            desk.get(f"/admin/orders/{number}")
        found.append(len(asked))
    assert found[0] == found[1]


def test_a_packer_marks_an_order_as_sent(world: World, desk_of: Callable[[Role], Desk]) -> None:
    order = world.shopper().buy(world.mug)
    packer = desk_of(Role.PACKER)
    page = packer.after(packer.post(f"/admin/orders/{order.number}/shipment", note="RM 1234 5678 9GB"))
    assert "1 item is posted." in page
    assert "RM 1234 5678 9GB" in page
    assert "Sam the packer" in page
    assert "Fulfil 1 item" not in page
    assert world.order().status == Status.SHIPPED
    world.prove()


def test_the_same_form_sent_twice_is_one_parcel(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    url = f"/admin/orders/{order.number}/shipment"
    token = hidden(desk.get(url), "form_token")
    for note in ("first", "second"):
        assert "1 item is posted." in desk.after(desk.post(url, note=note, form_token=token))
    db.session.rollback()
    shipped = db.session.scalars(select(OrderEvent).where(OrderEvent.kind == "shipped")).all()
    assert [event.note for event in shipped] == ["first"]


def test_an_unpaid_order_cannot_be_sent(world: World, desk: Desk) -> None:
    world.shopper().check_out(world.mug)
    number = world.order().number
    assert "Fulfil 1 item" not in desk.get(f"/admin/orders/{number}")
    response = desk.post(f"/admin/orders/{number}/shipment")
    assert response.status_code == 409
    assert "Only a paid order can be sent" in response.text
    assert world.order().status == Status.PENDING


def test_an_order_on_hold_says_why_and_cannot_be_sent(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    with transaction():
        db.session.add(
            Dispute(
                payment_id=world.payments()[0].id,
                gateway_id="dp_123",
                status="needs_response",
                reason="product_not_received",
                currency="GBP",
                amount_minor=1990,
                due_at=now() + timedelta(days=7),
                opened_at=now(),
            )
        )
        orders.hold_back(order.id, by="stripe", reason="dispute: product_not_received")
    page = desk.get(f"/admin/orders/{order.number}")
    assert "On hold since" in page
    assert "Fulfil 1 item" not in page
    assert "Dispute of £19.90" in page
    assert "needs response" in page
    assert "dp_123" in page
    assert "This order is on hold" in desk.post(f"/admin/orders/{order.number}/shipment").text
    assert "On hold" in desk.get("/admin/orders")


def test_a_note_that_is_too_long_is_kept_and_nothing_is_sent(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    response = desk.post(f"/admin/orders/{order.number}/shipment", note="x" * 201)
    assert response.status_code == 422
    assert "x" * 201 in response.text
    assert "Keep it to 200 characters." in response.text
    assert world.order().status == Status.PAID


def test_refunds_are_noted_in_money_as_people_write_it(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    orders.note(order.id, "refund_requested", by="staff:1 Carol", note="500 GBP: scratched")
    page = desk.get(f"/admin/orders/{order.number}")
    assert "£5.00: scratched" in page
    assert "500 GBP" not in page


def test_an_order_that_is_not_there_is_a_404(world: World, desk: Desk) -> None:
    assert desk.browser.get("/admin/orders/AAAA-BBBB").status_code == 404
    assert desk.post("/admin/orders/AAAA-BBBB/shipment").status_code == 404


def test_a_viewer_sees_orders_and_changes_nothing(world: World, desk_of: Callable[[Role], Desk]) -> None:
    order = world.shopper().buy(world.mug)
    viewer = desk_of(Role.VIEWER)
    assert "Fulfil 1 item" not in viewer.get(f"/admin/orders/{order.number}")
    assert viewer.post(f"/admin/orders/{order.number}/shipment").status_code == 403
    assert world.order().status == Status.PAID


def test_strangers_are_sent_to_the_sign_in_and_change_nothing(world: World) -> None:
    order = world.shopper().buy(world.mug)
    stranger = browser(world.app)
    for url in ("/admin/orders", f"/admin/orders/{order.number}"):
        response = stranger.get(url)
        assert response.status_code == 302
        assert response.location.startswith("/admin/sign-in?next=")
    assert stranger.post(f"/admin/orders/{order.number}/shipment").status_code == 403
    assert world.order().status == Status.PAID


def test_a_form_without_its_token_changes_nothing(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    response = desk.browser.post(f"/admin/orders/{order.number}/shipment", data={"note": "RM 1"})
    assert response.status_code == 400
    assert world.order().status == Status.PAID


def test_a_refunded_order_is_not_sent(desk: Desk, world: World) -> None:
    order = world.shopper().buy(world.mug)
    number = order.number
    refunds.refund(
        order.id, refunds.Asked(amount=order.total), reason="changed their mind", by="test", form_token="once"
    )
    world.settle()
    assert "refunded in full" in desk.post(f"/admin/orders/{number}/shipment", note="").text
    assert world.order().status == "paid"
