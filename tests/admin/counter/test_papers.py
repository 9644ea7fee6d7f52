"""Papers that staff print: invoices, and packing slips without prices."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from shop.accounts.models import Role
from shop.core.db import db
from shop.core.errors import Invalid
from shop.documents import bulk
from shop.orders import fulfilment
from shop.orders.models import OrderLine
from shop.payments import refunds
from shop.payments.models import Refund
from shop.payments.refunds import EVERYTHING
from tests.admin.conftest import Desk
from tests.conftest import browser
from tests.documents.papers import read, sheets
from tests.world import World, new_token

pytestmark = pytest.mark.both


def slip(desk: Desk, number: str, **asked: object) -> str:
    response = desk.browser.get(f"/admin/orders/{number}/packing-slip.pdf", query_string=asked)
    assert response.status_code == 200, response.text
    return read(response.data)


def result_of(world: World, desk: Desk, answer: TestResponse) -> bytes:
    world.work()
    page = desk.get(answer.location)
    found = re.search(r'href="(/admin/jobs/\d+/result)"', page)
    assert found, page
    return desk.browser.get(found[1], buffered=True).data


def test_staff_print_an_orders_invoice(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    response = desk.browser.get(f"/admin/orders/{order.number}/invoice.pdf")
    assert response.headers["Content-Disposition"] == "attachment; filename=INV-00001.pdf"
    assert f"Order {order.number}" in read(response.data)
    page = desk.get(f"/admin/orders/{order.number}")
    assert f"/admin/orders/{order.number}/invoice.pdf" in page


def test_an_orders_page_has_the_papers_of_its_refunds_too(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    number, token = order.number, order.token
    refund_id = refunds.refund(order.id, EVERYTHING, reason="broken", by="staff:1", form_token=new_token())
    world.settle()
    world.twin.settle_refund(db.session.get_one(Refund, refund_id).gateway_id, "failed")
    world.settle()
    page = desk.get(f"/admin/orders/{number}")
    for paper in ("credit-notes/CN-00001", "corrections/CC-00001"):
        assert f'href="/orders/{token}/{paper}.pdf"' in page


def test_a_packing_slip_has_goods_and_address_and_no_price(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug, world.a4)
    said = slip(desk, order.number)
    assert f"Packing slip {order.number}" in said
    assert "Deliver to Alice Archer 1 High Street Bristol BS1 4DJ" in said.replace("BRISTOL", "Bristol")
    assert "Mug MUG" in said
    assert "Print A4, PRINT-A4" in said
    assert "£" not in said
    assert "To follow" not in said


def test_what_was_sent_is_on_its_shipments_slip_and_the_rest_on_the_next(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug, world.a4)
    lines = {line.product_name: line.id for line in OrderLine.query.all()}
    shipment_id = fulfilment.ship(
        order.id, {lines["Mug"]: 1}, by="staff:1", form_token=new_token(), carrier="Royal Mail", tracking_number="RM1"
    )
    sent = slip(desk, order.number, shipment=shipment_id)
    assert "Royal Mail, RM1" in sent
    assert sent.index("Mug") < sent.index("To follow") < sent.index("Print")
    rest = slip(desk, order.number)
    assert "Print" in rest
    assert "Mug" not in rest


def test_an_order_with_nothing_to_pack_has_no_slip(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    other = world.shopper().buy(world.a4)
    shipment_id = fulfilment.ship(order.id, by="staff:1", form_token=new_token())
    address = f"/admin/orders/{order.number}/packing-slip.pdf"
    assert desk.browser.get(address).status_code == 404
    assert desk.browser.get(f"{address}?shipment={shipment_id}").status_code == 200
    assert desk.browser.get(f"{address}?shipment=nonsense").status_code == 404
    assert desk.browser.get(f"/admin/orders/{other.number}/packing-slip.pdf?shipment={shipment_id}").status_code == 404
    fulfilment.undo(shipment_id, by="staff:1")
    assert desk.browser.get(f"{address}?shipment={shipment_id}").status_code == 404


def test_nobody_else_prints_anything(world: World, desk_of: Callable[[Role], Desk]) -> None:
    order = world.shopper().buy(world.mug)
    stranger, viewer = browser(world.app), desk_of(Role.VIEWER)
    for paper in ("invoice", "packing-slip"):
        assert stranger.get(f"/admin/orders/{order.number}/{paper}.pdf").status_code == 302
        assert viewer.browser.get(f"/admin/orders/0000-0000/{paper}.pdf").status_code == 404


def test_papers_of_many_orders_are_one_file(world: World, desk_of: Callable[[Role], Desk]) -> None:
    packer = desk_of(Role.PACKER)
    bought = [world.shopper().buy(world.mug).number for _order in range(7)]
    page = packer.get("/admin/orders")
    assert re.findall(r'name="order" value="([^"]+)"', page) == bought[::-1]
    for kind, title in (("packing-slips", "Packing slip"), ("invoices", "Invoice INV")):
        pdf = result_of(world, packer, packer.post("/admin/documents", kind=kind, order=bought))
        assert sheets(pdf) == 7
        said = read(pdf)
        assert said.count(title) == 7
        assert sorted(bought, key=said.index) == bought


def test_an_order_without_the_paper_is_named_and_the_others_are_printed(world: World, desk: Desk) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    unpaid, paid = world.order(), world.shopper().buy(world.a4)
    answer = desk.post("/admin/documents", kind="invoices", order=[unpaid.number, paid.number])
    assert sheets(result_of(world, desk, answer)) == 1
    assert f"Order {unpaid.number} was never paid" in desk.get(answer.location)


def test_nonsense_prints_nothing(world: World, desk: Desk) -> None:
    order = world.shopper().buy(world.mug)
    assert desk.post("/admin/documents", kind="novels", order=[order.number]).status_code == 422
    assert desk.post("/admin/documents", kind="invoices").status_code == 422
    with pytest.raises(Invalid):
        bulk.start("invoices", range(bulk.MOST + 1), by="test")


def test_who_may_only_look_starts_no_printing(world: World, desk_of: Callable[[Role], Desk]) -> None:
    order = world.shopper().buy(world.mug)
    viewer = desk_of(Role.VIEWER)
    assert viewer.post("/admin/documents", kind="invoices", order=[order.number]).status_code == 403
    assert 'name="order"' not in viewer.get("/admin/orders")
