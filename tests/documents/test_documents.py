"""Invoices and credit notes: once each, frozen, to those whom they concern."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from shop.core import store
from shop.core.db import db, transaction
from shop.core.money import Money
from shop.documents import drawing, queries, services
from shop.documents.contents import thaw
from shop.documents.models import Document
from shop.orders import services as orders
from shop.orders.models import Order, OrderAddress, OrderLine
from shop.payments import refunds
from shop.payments.models import Refund, RefundPart
from shop.payments.refunds import EVERYTHING, Asked
from tests.documents.papers import read
from tests.world import Shopper, World, change, make_variant, new_token

pytestmark = pytest.mark.both


def written(world: World) -> list[Document]:
    db.session.rollback()
    return list(db.session.scalars(select(Document).order_by(Document.id)))


def give_back(world: World, order: Order, asked: Asked) -> int:
    refund_id = refunds.refund(order.id, asked, reason="scratched", by="staff:1", form_token=new_token())
    world.settle()
    return refund_id


def fetch(shopper: Shopper, url: str) -> str:
    response = shopper.browser.get(url)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "private, no-store"
    return read(response.data)


def test_a_paid_order_gets_its_invoice_by_itself(world: World) -> None:
    order = world.shopper().buy(world.mug)
    (invoice,) = written(world)
    assert (invoice.name, invoice.order_id) == ("INV-00001", order.id)
    said = thaw(invoice.data)
    assert (said.total_minor, said.tax_minor) == (order.total_minor, order.tax_minor)
    assert sum(each.net_minor + each.tax_minor for each in said.taxes) == order.total_minor
    world.prove()


def test_an_invoice_that_is_looked_at_first_is_written_then(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.come_back(alice.pay_at_stripe())
    order = world.order()
    assert written(world) == []

    said = fetch(alice, f"/orders/{order.token}/invoice.pdf")
    world.settle()

    assert "Invoice INV-00001" in said
    assert [each.name for each in written(world)] == ["INV-00001"]


def test_the_file_is_called_by_its_number(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    response = alice.browser.get(f"/orders/{order.token}/invoice.pdf")
    assert response.headers["Content-Disposition"] == "attachment; filename=INV-00001.pdf"


def test_an_order_that_was_never_a_sale_has_no_invoice(world: World) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    order = world.order()
    assert alice.browser.get(f"/orders/{order.token}/invoice.pdf").status_code == 404
    assert services.invoice(order.id) is None
    assert written(world) == []


def test_who_does_not_know_the_orders_address_gets_nothing(world: World) -> None:
    alice, bob = world.shopper(), world.shopper()
    order = alice.buy(world.mug)
    other = bob.buy(world.a4)
    give_back(world, order, EVERYTHING)
    assert bob.browser.get(f"/orders/{new_token()}/invoice.pdf").status_code == 404
    assert bob.browser.get(f"/orders/{other.token}/credit-notes/CN-00001.pdf").status_code == 404
    assert alice.browser.get(f"/orders/{order.token}/credit-notes/INV-00001.pdf").status_code == 404
    assert alice.browser.get(f"/orders/{order.token}/credit-notes/CN-00002.pdf").status_code == 404
    assert "Credit note CN-00001" in fetch(alice, f"/orders/{order.token}/credit-notes/CN-00001.pdf")


def test_what_was_written_stays_whatever_changes(world: World) -> None:
    order = world.shopper().buy(world.mug)
    before = drawing.draw(written(world)[0])
    store.save(replace(world.store, name="Another name", address="Elsewhere", vat_id="GB 1", timezone="Asia/Tokyo"))
    change(OrderAddress, street="2 Low Street")
    change(OrderLine, product_name="Cup")
    assert services.invoice(order.id) is not None
    assert drawing.draw(written(world)[0]) == before


def test_the_database_lets_nobody_change_or_delete_one(world: World) -> None:
    world.shopper().buy(world.mug)
    for statement in (update(Document).values(number=7), delete(Document)):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(statement)
    assert [each.number for each in written(world)] == [1]


def test_a_refund_that_has_succeeded_gets_its_credit_note(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug, world.a4)
    mug = db.session.scalars(select(OrderLine.id).where(OrderLine.product_name == "Mug")).one()
    give_back(world, order, Asked(lines={mug: 1}, amount=Money(500, "GBP")))
    invoice, credit = written(world)
    said = thaw(credit.data)
    assert said.credited is not None
    assert (credit.name, said.credited.name) == ("CN-00001", invoice.name)
    assert said.total_minor == 2100
    assert [(item.name, item.amount_minor) for item in said.items] == [("Mug", 1600), ("", 500)]
    assert list(queries.of_order(order.id)) == [invoice, credit]
    world.prove()


def test_credit_notes_of_a_whole_order_come_to_its_invoice(world: World) -> None:
    order = world.shopper().buy(world.mug, world.a3)
    give_back(world, order, Asked(amount=Money(777, "GBP")))
    give_back(world, order, EVERYTHING)
    invoice, *credits = [thaw(each.data) for each in written(world)]
    assert sum(each.total_minor for each in credits) == invoice.total_minor
    assert len(credits) == 2
    world.prove()


def test_a_refund_on_its_way_has_no_credit_note_yet(world: World) -> None:
    order = world.shopper().buy(world.mug)
    refund_id = refunds.refund(order.id, EVERYTHING, reason="broken", by="staff:1", form_token=new_token())
    assert services.credit_note(refund_id) is None
    world.settle()
    note = services.credit_note(refund_id)
    assert note is not None
    assert services.credit_note(refund_id) == note
    assert len(written(world)) == 2


def test_a_credit_note_whose_refund_fails_after_all_is_taken_back_once(world: World) -> None:
    alice = world.shopper()
    order = alice.buy(world.mug)
    refund_id = give_back(world, order, Asked(amount=Money(600, "GBP")))
    world.twin.faults.arm("duplicate", times=4)
    world.twin.settle_refund(db.session.get_one(Refund, refund_id).gateway_id, "failed")
    world.settle()

    _invoice, note, correction = written(world)
    assert (correction.name, correction.kind, correction.refund_id) == ("CC-00001", "correction", refund_id)
    said, credited = thaw(correction.data), thaw(note.data)
    assert said.corrected is not None
    assert said.corrected.name == note.name
    assert (said.items, said.taxes, said.total_minor) == (credited.items, credited.taxes, credited.total_minor)
    assert services.correction(refund_id) == correction
    address = f"/orders/{order.token}/corrections/CC-00001.pdf"
    assert address in alice.get(f"/orders/{order.token}")
    assert "Correction CC-00001 of credit note CN-00001" in fetch(alice, address)
    assert alice.browser.get(f"/orders/{order.token}/credit-notes/CC-00001.pdf").status_code == 404
    assert drawing.draw(correction) == drawing.draw(written(world)[-1])
    world.prove()


def test_a_credit_note_that_is_true_is_not_taken_back(world: World) -> None:
    order = world.shopper().buy(world.mug)
    refund_id = give_back(world, order, Asked(amount=Money(600, "GBP")))
    assert services.correction(refund_id) is None
    assert len(written(world)) == 2


def test_a_refund_that_failed_before_its_credit_note_has_neither(world: World) -> None:
    order = world.shopper().buy(world.mug)
    world.twin.faults.arm("pending_refund")
    refund_id = give_back(world, order, Asked(amount=Money(600, "GBP")))
    world.twin.settle_refund(db.session.get_one(Refund, refund_id).gateway_id, "failed")
    world.settle()
    assert services.credit_note(refund_id) is services.correction(refund_id) is None
    assert [each.name for each in written(world)] == ["INV-00001"]
    world.prove()


def test_a_refund_from_before_its_parts_were_kept_is_spread_over_the_rates(world: World) -> None:
    order = world.shopper().buy(world.mug)
    refund_id = refunds.refund(order.id, Asked(amount=Money(600, "GBP")), reason="x", by="t", form_token=new_token())
    with transaction():
        db.session.execute(delete(RefundPart))
    world.settle()
    note = services.credit_note(refund_id)
    assert note is not None
    said = thaw(note.data)
    assert (said.total_minor, said.tax_minor) == (600, 100)


def test_money_that_came_too_late_is_no_sale_and_has_no_papers(world: World) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=4000, stock=1)
    alice = world.shopper()
    alice.check_out(vase)
    late = world.order()
    orders.cancel(late.id, by="staff:1", reason="changed their mind on the phone")
    bought = world.shopper("203.0.113.9").buy(vase)
    world.twin.pay(world.payments()[0].session_id)
    world.settle()
    assert world.payments()[0].refunded == late.total
    assert [each.order_id for each in written(world)] == [bought.id]
    world.prove()


def test_the_confirmation_leads_to_the_invoice(world: World) -> None:
    order = world.shopper().buy(world.mug)
    (mail,) = world.mails("order-confirmation")
    assert f"/orders/{order.token}/invoice.pdf" in mail.text
    assert f"/orders/{order.token}/invoice.pdf" in mail.html
