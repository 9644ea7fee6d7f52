"""The audit is silent while all agrees, and names what does not."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event

from shop.books import audit
from shop.core.db import db
from shop.core.money import Money
from shop.documents import services as documents
from shop.ledger.models import Account
from shop.ledger.services import Entry, post
from shop.orders import services as orders
from shop.orders.bookings import of_sale
from shop.orders.models import Order
from shop.payments import refunds
from shop.payments import services as payments
from shop.payments.models import Refund
from shop.payments.refunds import Asked
from tests.conftest import past_triggers
from tests.demo.twin_world import wanted
from tests.guards.test_budgets import statements
from tests.stripe_wire import client
from tests.world import Typed, World, new_token

pytestmark = pytest.mark.both


def break_it(*sql: str) -> None:
    db.session.remove()
    past_triggers(*sql)


def findings(*, ask_stripe: bool = True) -> list[str]:
    db.session.rollback()
    return [str(finding) for finding in audit.run(ask_stripe=ask_stripe).findings]


def found(world: World, wrong: str, *what: str) -> None:
    """The audit says `wrong` about `what`: the order's number unless said otherwise."""
    said = findings()
    for name in what or (world.orders()[0].number,):
        assert any(line.startswith(f"{name}: ") and wrong in line for line in said), said


@pytest.fixture
def paid(world: World) -> Order:
    return world.shopper().buy(world.mug)


@pytest.fixture
def unpaid(world: World) -> Order:
    world.shopper().check_out(world.mug)
    return world.order()


def test_a_shop_with_orders_of_every_kind_agrees_with_itself(world: World) -> None:
    def at_stripe(n: int) -> None:
        world.shopper().check_out(world.mug, typed=Typed(email=f"buyer{n}@example.com"))

    at_stripe(1)
    payments.cancel_unpaid(world.orders()[-1].id, by="shopper")
    at_stripe(2)
    world.twin.tamper(world.payments()[-1].session_id, amount_total=100)
    world.twin.pay(world.payments()[-1].session_id)
    at_stripe(3)
    world.twin.pay(world.payments()[-1].session_id, "later")
    for n in (4, 5, 6):
        at_stripe(n)
        world.twin.pay(world.payments()[-1].session_id)
    world.settle()
    for amount in (None, Money(200, "GBP")):
        order_id = world.orders()[-1 if amount is None else -2].id
        refunds.refund(
            order_id,
            Asked(amount=amount, everything=amount is None),
            reason="late",
            by="staff:1",
            form_token=new_token(),
        )
    world.settle()
    at_stripe(7)

    report = audit.run(ask_stripe=True)

    assert report.findings == ()
    assert (report.orders, report.sessions) == (7, 7)
    statuses = [order.status for order in world.orders()]
    assert statuses == ["cancelled", "review", "pending", "paid", "paid", "cancelled", "pending"]


LIES_ABOUT_A_PAID_ORDER = [
    ("UPDATE order_lines SET amount_minor = amount_minor + 1", "line MUG is 1601"),
    ("UPDATE order_lines SET unit_price_minor = unit_price_minor - 1", "line MUG is 1600"),
    ("UPDATE order_lines SET quantity = 2", "line MUG is 1600"),
    ("UPDATE order_lines SET tax_minor = tax_minor + 1", "line MUG bears tax of 268"),
    ("UPDATE order_lines SET tax_rate = 0.19", "line MUG bears tax of 267"),
    (
        "UPDATE orders SET subtotal_minor = subtotal_minor + 1, total_minor = total_minor + 1",
        "the lines do not add up to the subtotal of 1601",
    ),
    (
        "UPDATE orders SET subtotal_minor = subtotal_minor + 1, total_minor = total_minor + 1",
        "it counts as paid, but no payment of its total was captured",
    ),
    (
        "UPDATE orders SET subtotal_minor = subtotal_minor + 1, total_minor = total_minor + 1",
        "INV-00001 says 1990 with 332 of tax, it should be 1991 with 332",
    ),
    (
        "UPDATE orders SET adjustment_minor = -1, total_minor = total_minor - 1",
        "the adjustments do not add up to -1",
    ),
    ("UPDATE orders SET tax_minor = tax_minor + 1", "the taxes do not add up to"),
    ("UPDATE orders SET delivery_tax_minor = 0", "the taxes do not add up to"),
    ("UPDATE payments SET captured_minor = captured_minor + 1", "Stripe captured 1990 and refunded 0, the shop says"),
    ("UPDATE payments SET refunded_minor = 1", "Stripe captured 1990 and refunded 0, the shop says 1990 and 1"),
    ("UPDATE payments SET session_id = 'cs_made_up'", "Stripe does not know the session of order-"),
    ("DELETE FROM payments", "it counts as paid, but no payment of its total was captured"),
    ("UPDATE orders SET paid_at = NULL, status = 'pending'", "it is pending, yet 1990 of order-"),
    ("UPDATE orders SET status = 'cancelled', stock = 'none'", "it is cancelled, but its stock is none"),
    ("UPDATE orders SET stock = 'none'", "it is paid, but its stock is none"),
    ("UPDATE orders SET stock = 'none'", "the stock ledger sold"),
    ("DELETE FROM stock_movements WHERE order_id IS NOT NULL", "{} were sold for it"),
    ("UPDATE stock_movements SET quantity = -2 WHERE order_id IS NOT NULL", " were sold for it"),
]


@pytest.mark.usefixtures("paid")
@pytest.mark.parametrize(("lie", "wrong"), LIES_ABOUT_A_PAID_ORDER)
def test_a_lie_about_a_paid_order_is_named(world: World, lie: str, wrong: str) -> None:
    assert findings() == []
    break_it(lie)
    found(world, wrong)


def test_a_credit_note_that_does_not_fit_its_refund_is_named(world: World, paid: Order) -> None:
    refunds.refund(paid.id, Asked(amount=Money(500, "GBP")), reason="late", by="staff:1", form_token=new_token())
    world.settle()
    assert findings() == []
    break_it("UPDATE refund_parts SET amount_minor = 400")
    found(world, "CN-00001 says 500 with 83 of tax, it should be 400 with 83")


def test_a_credit_note_of_a_refund_that_failed_is_named_until_it_is_taken_back(world: World, paid: Order) -> None:
    asked = Asked(amount=Money(500, "GBP"))
    refund_id = refunds.refund(paid.id, asked, reason="late", by="staff:1", form_token=new_token())
    world.settle()
    world.twin.settle_refund(db.session.get_one(Refund, refund_id).gateway_id, "failed")
    world.settle()
    assert findings() == []
    break_it("DELETE FROM documents WHERE kind = 'correction'", "DELETE FROM document_series WHERE code = 'CC'")
    found(world, "CN-00001 credits a refund that has failed, and nothing takes it back")
    documents.correction(refund_id)
    assert findings() == []
    break_it("UPDATE refunds SET status = 'succeeded'")
    found(world, "CC-00001 takes back what is true")


@pytest.mark.usefixtures("paid")
def test_a_number_that_no_invoice_has_is_named(world: World) -> None:
    break_it("UPDATE document_series SET next_number = 3")
    found(world, "1 papers are written, the last is number 1 and the next would be 3", "INV")


@pytest.mark.usefixtures("unpaid")
@pytest.mark.parametrize(
    ("lie", "wrong"),
    [
        ("DELETE FROM stock_holds", "it holds {}"),
        ("UPDATE stock_holds SET quantity = 2", "it holds"),
        ("UPDATE orders SET stock = 'none'", "it is pending, but its stock is none"),
        ("UPDATE orders SET status = 'cancelled'", "it is cancelled, but its stock is held"),
        ("UPDATE orders SET status = 'paid'", "it is paid, but its stock is held"),
    ],
)
def test_a_lie_about_an_unpaid_order_is_named(world: World, lie: str, wrong: str) -> None:
    assert findings() == []
    break_it(lie)
    found(world, wrong)


@pytest.mark.usefixtures("unpaid")
@pytest.mark.parametrize(
    ("lie", "wrong"),
    [
        ("UPDATE variants SET reserved = reserved + 1 WHERE sku = 'MUG'", "2 are reserved, the orders hold 1"),
        ("DELETE FROM stock_holds", "1 are reserved, the orders hold 0"),
        ("UPDATE variants SET on_hand = on_hand + 1 WHERE sku = 'MUG'", "11 are on hand, the movements come to 10"),
        ("UPDATE stock_movements SET quantity = 9 WHERE quantity = 10", "10 are on hand, the movements come to 9"),
        ("DELETE FROM stock_movements", "10 are on hand, the movements come to 0"),
    ],
)
def test_a_lie_about_the_shelf_is_named(world: World, lie: str, wrong: str) -> None:
    break_it(lie)
    found(world, wrong, "MUG")


@pytest.mark.usefixtures("paid")
@pytest.mark.parametrize(("of_line", "wrong"), [(True, "line MUG is 1600"), (False, "the adjustments do not add up")])
def test_an_adjustment_nobody_reckoned_with_is_named(world: World, of_line: bool, wrong: str) -> None:
    line_id = "id" if of_line else "NULL"
    break_it(
        "INSERT INTO order_adjustments (order_id, line_id, kind, label, code, currency, amount_minor) "
        f"SELECT order_id, {line_id}, 'discount', 'Ten pence off', '', 'GBP', -10 FROM order_lines"
    )
    found(world, wrong)


def test_money_for_an_order_that_was_never_paid_is_named(world: World, unpaid: Order) -> None:
    world.twin.pay(world.payment().session_id)
    found(world, "Stripe captured 1990 and refunded 0, the shop says 0 and 0", unpaid.number)


def test_a_refund_that_only_stripe_knows_of_is_named(world: World, paid: Order) -> None:
    world.twin.refund_in_dashboard(world.payment().charge_id, 300)
    found(world, "Stripe captured 1990 and refunded 300, the shop says 1990 and 0", paid.number)


def test_a_paid_session_that_bears_our_mark_and_is_not_ours_is_named(world: World) -> None:
    stray = client(world.twin).v1.checkout.sessions.create(wanted(metadata={"attempt": "order-X-attempt-1"}))
    assert findings() == []  # nobody paid it
    world.twin.pay(stray.id)
    found(world, "Stripe captured 1600 for order-X-attempt-1, unknown here", stray.id)
    assert findings(ask_stripe=False) == []


def test_an_order_that_was_paid_twice_and_not_paid_back_is_named(world: World, paid: Order) -> None:
    break_it(
        "INSERT INTO payments (order_id, attempt, status, idempotency_key, params, currency, amount_minor, "
        "captured_minor, refunded_minor, surplus, sync_version, created_at, expires_at) "
        "SELECT order_id, 2, status, 'another', params, currency, amount_minor, "
        "captured_minor, 0, FALSE, 0, created_at, expires_at FROM payments"
    )
    found(world, "it was paid 2 times", paid.number)


def test_late_money_that_was_kept_is_named(world: World, unpaid: Order) -> None:
    payments.cancel_unpaid(unpaid.id, by="shopper")
    break_it("UPDATE payments SET captured_minor = 1990")
    found(world, "it is cancelled, yet 1990 of order-", world.order().number)


@pytest.mark.usefixtures("paid")
@pytest.mark.parametrize(
    ("lie", "wrong"),
    [
        (
            "UPDATE order_lines SET amount_minor = 1700",
            "sale: sales at 0.20000 was posted with -1333 GBP",
        ),
        ("UPDATE order_lines SET tax_rate = 0.19", "sale: tax at 0.19000 was posted with 0 GBP, it should be -267"),
        ("UPDATE orders SET delivery_tax_minor = 0", "sale: delivery at 0.20000 was posted with -325 GBP"),
        ("UPDATE orders SET paid_at = NULL", "sale: receivable was posted with 1990 GBP, it should be 0"),
        ("UPDATE payments SET captured_minor = 1991", "capture: stripe was posted with 1990 GBP, it should be 1991"),
        ("UPDATE payments SET currency = 'EUR'", "capture: receivable was posted with 0 EUR, it should be -1990"),
    ],
)
def test_what_is_otherwise_than_it_was_posted_is_named(world: World, lie: str, wrong: str) -> None:
    break_it(lie)
    found(world, wrong)


@pytest.mark.parametrize(
    ("lie", "wrong"),
    [
        ("UPDATE refunds SET amount_minor = 501", "refund: stripe was posted with -500 GBP, it should be -501"),
        ("UPDATE refund_parts SET tax_minor = tax_minor + 1", "refund: tax at 0.20000 was posted with 83 GBP"),
        ("DELETE FROM refund_parts", "refund: refunds at 0.20000 was posted with 417 GBP, it should be 0"),
        ("UPDATE refunds SET status = 'failed'", "refund: stripe was posted with -500 GBP, it should be 0"),
        ("UPDATE refunds SET status = 'requested'", "refund: stripe was posted with -500 GBP, it should be 0"),
    ],
)
def test_a_refund_that_is_otherwise_than_it_was_posted_is_named(
    world: World, paid: Order, lie: str, wrong: str
) -> None:
    refunds.refund(paid.id, Asked(amount=Money(500, "GBP")), reason="late", by="staff:1", form_token=new_token())
    world.settle()
    assert findings() == []
    break_it(lie)
    found(world, wrong)


def test_a_posting_of_which_nobody_knows_is_named(world: World, paid: Order) -> None:
    pence = Money(5, "GBP")
    post("fee:made up", "fee", [Entry(Account.FEES, pence), Entry(Account.STRIPE, -pence)], order_id=paid.id)
    found(world, "it moved our balance at Stripe by 1940 GBP, the ledger says by 1935")
    assert findings(ask_stripe=False) == []
    post("sale:again", "sale", of_sale(orders.lock(paid.id)), order_id=paid.id)
    found(world, "sale: receivable was posted with 3980 GBP, it should be 1990")


def test_a_fee_that_only_stripe_knows_of_is_named(world: World) -> None:
    world.twin.faults.arm("late_fee")
    order = world.shopper().buy(world.mug)
    found(world, "it moved our balance at Stripe by 0 GBP, the ledger says by 1990")
    world.twin.settle_fee(world.payment().charge_id)
    found(world, "it moved our balance at Stripe by 1940 GBP, the ledger says by 1990", order.number)
    world.settle()
    assert findings() == []


def test_a_posting_that_was_never_sealed_is_named(world: World) -> None:
    break_it(
        "INSERT INTO ledger_transactions (key, kind, at, note) VALUES ('sale:7', 'sale', '2026-11-26 12:00:00', '')"
    )
    found(world, "it was never sealed", "sale:7")


def test_the_command_ends_well_when_all_agrees(world: World, app: Flask, paid: Order) -> None:
    done = app.test_cli_runner().invoke(args=["audit"])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "All agrees.")
    assert "1 Stripe sessions: captured and refunded agree" in done.output


def test_the_command_fails_and_names_what_does_not_agree(world: World, app: Flask, paid: Order) -> None:
    break_it("UPDATE payments SET captured_minor = captured_minor + 1")
    break_it("UPDATE variants SET on_hand = on_hand + 1 WHERE sku = 'MUG'")
    done = app.test_cli_runner().invoke(args=["audit"])
    assert done.exit_code == 1
    assert f"  {paid.number}: " in done.output
    assert "  MUG: " in done.output
    # it counts as paid without its total, was posted otherwise, and is not what its buyer is said to have spent
    assert "6 things do not agree:" in done.output


def test_the_command_says_so_when_stripe_does_not_answer(world: World, app: Flask, paid: Order) -> None:
    world.twin.faults.arm("down", times=3, path="/v1/")
    done = app.test_cli_runner().invoke(args=["audit"])
    assert (done.exit_code, "All agrees" in done.output) == (1, False)
    offline = app.test_cli_runner().invoke(args=["audit", "--offline"])
    assert (offline.exit_code, "Stripe was not asked" in offline.output) == (0, True)


def test_it_asks_no_more_of_many_orders_than_of_one(world: World) -> None:
    world.shopper().buy(world.mug)
    with statements() as of_one:
        findings(ask_stripe=False)
    for n in range(4):
        world.shopper(f"198.51.{n}.7").buy(world.mug, world.a4)
    with statements() as of_five:
        findings(ask_stripe=False)
    assert len(of_five) == len(of_one)


def test_a_piece_of_it_reads_no_more_orders_than_it_looks_at(world: World) -> None:
    first, *_others = [world.shopper(f"198.51.{n}.7").buy(world.mug).id for n in range(3)]
    db.session.remove()
    read: list[int] = []

    def note(order: Order, _context: object) -> None:
        read.append(order.id)

    event.listen(Order, "load", note)
    try:
        assert audit.of_orders(0, 1) == ([], 1, first)
    finally:
        event.remove(Order, "load", note)
    assert read == [first]


def test_it_reads_on_where_a_batch_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "BATCH", 2)
    orders = [world.shopper(f"198.51.{n}.7").buy(world.mug).number for n in range(5)]
    assert findings(ask_stripe=False) == []
    break_it("DELETE FROM stock_movements WHERE order_id IS NOT NULL")
    assert [line.split(":")[0] for line in findings(ask_stripe=False)] == [*orders, "MUG"]
