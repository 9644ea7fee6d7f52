"""Many people at once, with real threads on a real database."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from shop.catalog import queries, repricing, stock, stockroom
from shop.catalog import services as catalog
from shop.catalog.models import Category, Variant
from shop.catalog.repricing import Rule
from shop.catalog.stock import Counted
from shop.core import outbox
from shop.core.db import db, transaction
from shop.core.errors import Conflict, ShopError
from shop.core.money import Money
from shop.orders import services as orders
from shop.payments import refunds
from shop.payments import services as payments
from shop.payments.models import Refund, WebhookEvent
from shop.payments.refunds import Asked
from shop.payments.sync import sync
from shop.restock import services as restock
from shop.restock.models import RestockRequest
from tests.world import Shopper, Typed, World, make_variant
from worker.relay import deliver, relay

pytestmark = pytest.mark.both


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Runs all acts at the same moment, each in a thread and app context of its own; an error is a result."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def one(index: int, act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[index] = act()
            except Exception as error:  # the test looks at it
                results[index] = error

    threads = [threading.Thread(target=one, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "somebody waits for ever"
    return results


def buyer(world: World, number: int, *goods: int) -> Shopper:
    """Somebody with a full bag and their finger on Pay."""
    shopper = world.shopper(network=f"198.51.{number}.7")
    for variant_id in goods:
        shopper.add(variant_id)
    shopper.fill_in(Typed(email=f"buyer{number}@example.com"))
    return shopper


def test_25_buyers_of_5_pieces_make_5_orders_and_20_clear_refusals(world: World, app: Flask) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=4000, stock=5)
    buyers = [buyer(world, number, vase) for number in range(25)]
    forms = [shopper.last_step() for shopper in buyers]

    answers = at_once(
        app, *(lambda s=shopper, f=form: s.press_pay(f) for shopper, form in zip(buyers, forms, strict=True))
    )

    sent_to = Counter("Stripe" if "twin.test" in answer.location else answer.location for answer in answers)
    assert sent_to == {"Stripe": 5, "/cart": 20}
    refused = [s for s, answer in zip(buyers, answers, strict=True) if answer.location == "/cart"]
    assert all("Vase has sold out, so it is not counted." in shopper.get("/cart") for shopper in refused)
    assert world.stock(vase) == (5, 5)
    assert len(world.orders()) == 5
    for payment in world.payments():
        world.twin.pay(payment.session_id)
    world.settle()
    assert world.stock(vase) == (0, 0)
    assert {order.status for order in world.orders()} == {"paid"}
    world.prove()


def test_carts_in_opposite_order_do_not_lock_each_other_out(world: World, app: Flask) -> None:
    one = make_variant(world.shelf_id, "One", price=1000, stock=100)
    two = make_variant(world.shelf_id, "Two", price=1000, stock=100)
    buyers = [buyer(world, n, *((one, two) if n % 2 else (two, one))) for n in range(16)]
    forms = [shopper.last_step() for shopper in buyers]

    answers = at_once(
        app, *(lambda s=shopper, f=form: s.press_pay(f) for shopper, form in zip(buyers, forms, strict=True))
    )

    assert [answer.status_code for answer in answers] == [303] * 16
    assert world.stock(one) == (100, 16)
    assert world.stock(two) == (100, 16)
    world.prove()


def test_ten_equal_posts_make_one_order_and_all_are_sent_to_it(world: World, app: Flask) -> None:
    alice = buyer(world, 1, world.mug)
    form = alice.last_step()
    cookie = {name: alice.browser.get_cookie(name).value for name in ("cart", "session")}

    def press() -> object:
        again = world.shopper()
        for name, value in cookie.items():
            again.browser.set_cookie(name, value)
        return again.press_pay(form)

    answers = at_once(app, *(press for _ in range(10)))

    order = world.order()
    assert [answer.status_code for answer in answers] == [303] * 10
    page = f"/orders/{order.token}"
    own = {world.payment().session_url, page, f"{page}?said=away"}  # while one asks Stripe, others may try again
    assert {answer.location for answer in answers} <= own
    assert world.payment().session_url in {answer.location for answer in answers}
    assert world.stock(world.mug) == (10, 1)
    assert len(world.twin.totals()) == 0
    world.prove()


def test_two_windows_of_one_bag_make_one_order(world: World, app: Flask) -> None:
    alice = buyer(world, 1, world.mug)
    forms = [alice.last_step() for _ in range(4)]
    cookie = {name: alice.browser.get_cookie(name).value for name in ("cart", "session")}

    def press(form: dict[str, str]) -> object:
        again = world.shopper()
        for name, value in cookie.items():
            again.browser.set_cookie(name, value)
        return again.press_pay(form)

    answers = at_once(app, *(lambda f=form: press(f) for form in forms))

    assert {answer.status_code for answer in answers} <= {303, 409}
    assert len(world.orders()) == 1
    assert world.stock(world.mug) == (10, 1)
    world.prove()


def test_ten_equal_webhooks_at_once_have_one_effect(world: World, app: Flask) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.pay_at_stripe()
    letters = world.twin.outgoing()

    answers = at_once(
        app,
        *(
            lambda h=headers, b=body: app.test_client().post("/webhooks/stripe", data=b, headers=h).status_code
            for headers, body in letters
            for _ in range(10)
        ),
    )
    assert set(answers) == {202}
    assert world.count(WebhookEvent) == len(letters)

    todo: list[tuple[str, int]] = []
    relay(lambda name, delivery_id: todo.append((name, delivery_id)))
    at_once(app, *(lambda d=delivery_id, n=name: deliver(d, n) for name, delivery_id in todo for _ in range(3)))
    world.settle()

    assert world.order().status == "paid"
    assert world.count(outbox.OutboxMessage, topic="order.paid") == 1
    assert len(world.mails("order-confirmation")) == 1
    assert world.stock(world.mug) == (9, 0)
    world.prove()


def test_webhook_return_page_and_sweeper_together_have_one_effect(world: World, app: Flask) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    session_id = alice.pay_at_stripe()
    payment_id = world.payment().id

    at_once(
        app,
        *(lambda: alice.come_back(session_id) for _ in range(3)),
        *(lambda: sync(payment_id) for _ in range(3)),
        *(world.webhooks for _ in range(3)),
    )
    world.settle()

    assert world.order().status == "paid"
    assert world.count(outbox.OutboxMessage, topic="order.paid") == 1
    assert len(world.mails("order-confirmation")) == 1
    world.prove()


def test_ten_times_paid_is_once(world: World, app: Flask) -> None:
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.pay_at_stripe()
    order_id = world.order().id
    done = at_once(app, *(lambda: orders.mark_paid(order_id, by="test") for _ in range(10)))
    assert sorted(map(str, done)) == ["False"] * 9 + ["True"]
    assert world.stock(world.mug) == (9, 0)


def test_two_clerks_cannot_refund_more_than_was_paid(world: World, app: Flask) -> None:
    order = world.shopper().buy(world.mug)
    order_id, most = order.id, order.total

    def refund(clerk: int) -> object:
        return refunds.refund(
            order_id, Asked(amount=most), reason="broken", by=f"staff:{clerk}", form_token=f"clerk-{clerk}"
        )

    results = at_once(app, *(lambda c=clerk: refund(c) for clerk in range(5)))

    assert sum(isinstance(result, int) for result in results) == 1
    assert all(isinstance(result, int | ShopError) for result in results), results
    world.settle()
    assert world.count(Refund) == 1
    assert world.payment().refunded == most
    world.prove()


def test_orders_of_the_same_goods_end_at_once_whichever_comes_first_in_them(world: World, app: Flask) -> None:
    """Nobody waits for goods that somebody holds who waits for theirs."""
    for _round in range(5):
        ids = []
        for goods in ((world.mug, world.a4), (world.a4, world.mug)):
            ids.append(world.shopper().buy(*goods).id)
        ended = at_once(
            app,
            *(lambda o=each: payments.cancel_paid(o, by="test", reason="", form_token=f"cancel-{o}") for each in ids),
        )
        assert ended == [None, None]
    world.settle()
    assert (world.stock(world.mug), world.stock(world.a4)) == ((10, 0), (5, 0))
    world.prove()


def test_shopper_cancels_while_paying(world: World, app: Flask) -> None:
    """Whatever comes first at Stripe counts; the shop agrees with it and keeps no money for nothing."""
    for _round in range(5):
        alice = world.shopper()
        alice.check_out(world.mug)
        order = world.orders()[-1]
        payment = world.payments()[-1]
        order_id, session_id = order.id, payment.session_id

        at_once(
            app,
            lambda s=session_id: world.twin.pay(s),
            lambda o=order_id: payments.cancel_unpaid(o, by="shopper"),
        )
        world.settle()
        sync(payment.id)
        world.settle()
        assert world.orders()[-1].status in ("paid", "cancelled")
    world.prove()


def test_whoever_asks_while_stock_returns_is_told_now_or_by_mail(world: World, app: Flask) -> None:
    for _round in range(5):
        stock.correct(world.cap, 0, by="carol")
        before = len(world.mails("back-in-stock"))
        results = at_once(
            app,
            *(
                lambda number=number: restock.ask(world.cap, f"{number}@example.com", language="en_GB")
                for number in range(6)
            ),
            lambda: stock.correct(world.cap, 1, by="carol"),
        )
        assert {type(result) for result in results} <= {type(None), restock.BackAlready}
        world.work()
        asked = [result for result in results[:6] if result is None]
        assert len(world.mails("back-in-stock")) == before + len(asked)


def test_tasks_that_run_several_times_at_once_write_once_to_each(world: World, app: Flask) -> None:
    for number in range(8):
        restock.ask(world.cap, f"{number}@example.com", language="en_GB")
    stock.correct(world.cap, 1, by="carol")
    at_once(app, *[lambda: restock.call(world.cap)] * 4)
    assert world.count(outbox.OutboxMessage, topic="restock.due") == 8
    ids = db.session.scalars(select(RestockRequest.id)).all()
    for request_id in ids:
        at_once(app, *[lambda request_id=request_id: restock.notify(request_id)] * 3)
    world.work()
    assert len({mail.recipients for mail in world.mails("back-in-stock")}) == 8
    assert len(world.mails("back-in-stock")) == 8
    assert world.count(RestockRequest, notified_at=None) == 0


def test_two_shelves_that_are_put_on_each_other_at_once_make_no_circle(world: World, app: Flask) -> None:
    with transaction():
        shelves = [Category(slug=slug, name=slug) for slug in ("pots", "lids")]
        db.session.add_all(shelves)
        db.session.flush()
        pots, lids = (shelf.id for shelf in shelves)
    for _round in range(5):
        results = at_once(app, lambda: catalog.move_category(pots, lids), lambda: catalog.move_category(lids, pots))
        assert sorted(type(result).__name__ for result in results) == ["BelowItself", "NoneType"]
        catalog.move_category(pots, None)
        catalog.move_category(lids, None)


def test_prices_that_several_change_at_once_change_by_all_of_them(world: World, app: Flask) -> None:
    product_id = db.session.scalars(select(Variant.product_id).where(Variant.id == world.a4)).one()
    changes = [repricing.begin(by="staff:1") for _ in range(4)]

    counts = at_once(
        app, *(lambda c=change: repricing.apply(c, [product_id], Rule(minor=100), "GBP") for change in changes)
    )

    assert counts == [2] * 4
    tags = queries.price_tags([world.a4, world.a3], "GBP")
    assert [tags[each].amount for each in (world.a4, world.a3)] == [Money(2800, "GBP"), Money(3800, "GBP")]


def test_a_count_that_arrives_several_times_at_once_corrects_once(world: World, app: Flask) -> None:
    counted, since = {world.mug: Counted(10, 7), world.a4: Counted(5, 6)}, stockroom.last_movement()

    results = at_once(app, *[lambda: stock.count(counted, since=since, by="staff:1")] * 4)

    assert Counter(type(each) for each in results) == {dict: 1, Conflict: 3}
    assert (world.stock(world.mug), world.stock(world.a4)) == ((7, 0), (6, 0))
    world.prove()


def test_the_last_piece_goes_to_one_and_the_others_are_told_when_more_come(world: World, app: Flask) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=4000, stock=1, back_order_limit=3)
    buyers = [buyer(world, number, vase) for number in range(8)]
    forms = [shopper.last_step() for shopper in buyers]

    answers = at_once(
        app, *(lambda s=shopper, f=form: s.press_pay(f) for shopper, form in zip(buyers, forms, strict=True))
    )

    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 7}
    told = [(s, a) for s, a in zip(buyers, answers, strict=True) if a.status_code == 409]
    assert all("Ordered ahead: sent as soon as it is here" in answer.text for _shopper, answer in told)
    assert world.stock(vase) == (1, 1)
    forms = [shopper.last_step() for shopper, _answer in told]

    answers = at_once(
        app, *(lambda s=shopper, f=form: s.press_pay(f) for (shopper, _a), form in zip(told, forms, strict=True))
    )

    assert Counter(answer.status_code for answer in answers if "twin.test" in (answer.location or "")) == {303: 3}
    assert world.stock(vase) == (1, 4)
    in_time, *ahead = world.orders()
    for payment in reversed(world.payments()):  # whoever was told that it is there pays last
        world.twin.pay(payment.session_id)
        world.settle()
    assert world.stock(vase) == (0, 3)
    assert stock.owed(in_time.id) == {}
    assert [stock.owed(order.id) for order in ahead] == [{vase: 1}] * 3
    world.prove()


def test_goods_that_come_in_while_orders_are_paid_and_cancelled_reach_all_who_wait(world: World, app: Flask) -> None:
    vase = make_variant(world.shelf_id, "Vase", price=4000, stock=0, back_order_limit=6)
    buyers = [buyer(world, number, vase) for number in range(6)]
    for shopper in buyers:
        assert shopper.press_pay().status_code == 303
    paid, given_up = world.orders()[:4], world.orders()[4:]

    results = at_once(
        app,
        *(lambda order=order: orders.mark_paid(order.id, by="test") for order in paid),
        *(lambda order=order: orders.cancel(order.id, by="test", reason="test") for order in given_up),
        *(lambda: stock.receive(vase, 2, by="test") for _ in range(2)),
    )

    assert results == [True] * 6 + [None] * 2
    assert world.stock(vase) == (0, 0)
    assert [stock.owed(order.id) for order in paid] == [{}] * 4
