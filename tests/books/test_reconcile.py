"""A time is compared with Stripe: what is missing or otherwise is named, and mended where one mend is right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from shop.books import queries, reconcile, services
from shop.books.models import BookCheck
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.jobs.models import Job
from shop.jobs.services import run
from shop.payments.models import Payment, Refund, WebhookEvent
from tests.conftest import wipe
from tests.demo.twin_world import wanted
from tests.payments.steps import CREATE, TRIES, later
from tests.stripe_wire import client
from tests.world import World
from worker.job_commands import reconcile as command
from worker.jobs import KINDS
from worker.tasks import books as nightly

pytestmark = pytest.mark.both

HOUR = timedelta(hours=1)


def compare(*, dry_run: bool = False) -> list[tuple[str, bool]]:
    """What is found of the last hour, and whether it was mended."""
    job_id = reconcile.start(now() - HOUR, now() + HOUR, dry_run=dry_run, by="test")
    run(job_id, KINDS)
    db.session.rollback()
    found = check().findings
    job = db.session.get_one(Job, job_id)
    assert job.state == ("done" if all(each["mended"] for each in found) else "done_with_errors"), job.message
    return [(each["wrong"], each["mended"]) for each in found]


def check() -> BookCheck:
    found = queries.newest("reconcile")
    assert found is not None
    return found


def break_it(sql: str) -> None:
    with transaction():
        db.session.execute(text(sql))


def nobody_tells(world: World) -> None:
    """What Stripe has to say by now never arrives, nor is it known as undelivered."""
    for event_id in [row[0] for row in world.twin.books._rows("SELECT event_id FROM deliveries")]:
        world.twin.books.delivered(event_id)


@pytest.fixture
def paid_unheard(world: World) -> World:
    """Alice has paid, and the shop was never told."""
    alice = world.shopper()
    alice.check_out(world.mug)
    alice.pay_at_stripe()
    nobody_tells(world)
    return world


def test_where_all_agrees_nothing_is_found(world: World) -> None:
    world.shopper().buy(world.mug)
    world.shopper("203.0.113.9").check_out(world.mug)
    dispute = world.twin.dispute(world.payments()[0].charge_id)
    world.settle()
    world.twin.close_dispute(dispute["id"], won=True)
    refund = world.twin.refund_in_dashboard(world.payments()[0].charge_id, 300)
    world.twin.settle_refund(refund["id"], "failed")
    world.settle()
    assert compare() == []
    assert check().mended == 0


def test_what_was_paid_and_never_told_is_marked_as_paid(paid_unheard: World) -> None:
    key = paid_unheard.payment().idempotency_key
    assert compare(dry_run=True)[0] == (f"{key} is paid at Stripe, here it is open", False)
    assert paid_unheard.order().status == "pending"
    assert compare() == [(f"{key} is paid at Stripe, here it is open", True)]
    assert paid_unheard.order().status == "paid"
    assert compare() == []
    paid_unheard.prove()


def test_a_dry_run_changes_nothing_and_says_so(paid_unheard: World) -> None:
    found = compare(dry_run=True)
    assert len(found) > 1  # of the session, the intent, the charge and the balance alike
    assert not any(mended for _wrong, mended in found)
    assert (check().mended, check().about["dry_run"]) == (0, True)
    assert paid_unheard.order().status == "pending"


def test_a_session_whose_answer_was_lost_is_found_by_its_charge(world: World) -> None:
    world.twin.faults.arm("lost_answer", times=TRIES, **CREATE)
    world.shopper().check_out(world.mug)
    session = client(world.twin).v1.checkout.sessions.list().data[0]
    world.twin.pay(session.id)
    nobody_tells(world)
    assert world.payment().session_id is None
    found = compare()
    assert (found[0][1], world.order().status, world.payment().session_id) == (True, "paid", session.id)
    world.prove()


def test_a_charge_of_which_no_order_knows_is_named_and_left_to_people(world: World) -> None:
    stray = client(world.twin).v1.checkout.sessions.create(
        wanted(payment_intent_data={"metadata": {"attempt": "order-X-attempt-1"}})
    )
    foreign = client(world.twin).v1.checkout.sessions.create(wanted(payment_intent_data={"metadata": {}}))
    world.twin.pay(stray.id)
    world.twin.pay(foreign.id)
    nobody_tells(world)
    assert compare() == [("Stripe charged 16.00 GBP for order-X-attempt-1, and no order here knows of it", False)]


@pytest.mark.parametrize(
    ("lie", "wrong"),
    [
        (
            "UPDATE payments SET captured_minor = 1989",
            "refunded 3.00 GBP, here it is 19.89 GBP",
        ),
        ("UPDATE payments SET refunded_minor = 0", "refunded 3.00 GBP, here it is 19.90 GBP"),
        ("UPDATE payments SET status = 'open', paid_at = NULL", "is paid at Stripe, here it is open"),
        ("UPDATE refunds SET status = 'pending'", "Stripe says 3.00 GBP succeeded, here it is 3.00 GBP pending"),
        ("UPDATE disputes SET status = 'won'", "the dispute is needs_response at Stripe, here it is won"),
        ("DELETE FROM disputes", "the dispute is needs_response at Stripe, here it is not known"),
    ],
)
def test_what_drifted_is_read_again(world: World, lie: str, wrong: str) -> None:
    world.shopper().buy(world.mug)
    world.twin.refund_in_dashboard(world.payment().charge_id, 300)
    world.settle()
    world.twin.dispute(world.payment().charge_id, 500)
    world.settle()
    break_it(lie)
    assert any(wrong in said for said, _mended in compare(dry_run=True))
    found = compare()
    assert all(mended for _wrong, mended in found)
    assert found
    assert compare() == []


def test_what_was_not_posted_is(world: World) -> None:
    world.shopper().buy(world.mug)
    world.twin.refund_in_dashboard(world.payment().charge_id, 300)
    world.settle()
    wipe(["ledger_entries", "ledger_transactions"])
    of_refund, of_charge = (wrong for wrong, _mended in compare(dry_run=True))
    refund_id = db.session.scalars(select(Refund.id)).one()
    assert of_refund == f"it moved our balance by -3.00 GBP, and refund:{refund_id} is not posted"
    assert f"capture:{world.payment().id} is not posted" in of_charge
    assert [mended for _wrong, mended in compare()] == [True]  # one reading of the payment mends all
    assert compare() == []


def test_a_refund_and_a_dispute_of_which_nobody_told_are_taken_in(world: World) -> None:
    world.shopper().buy(world.mug)
    world.twin.refund_in_dashboard(world.payment().charge_id, 300)
    world.twin.dispute(world.payment().charge_id, 500)
    nobody_tells(world)
    found = compare()
    assert all(mended for _wrong, mended in found)
    assert world.count(Refund, status="succeeded") == 1
    assert world.order().held_at is not None
    assert compare() == []
    world.prove()


def test_an_amount_that_no_reading_mends_is_left_to_people(world: World) -> None:
    world.shopper().buy(world.mug)
    world.twin.refund_in_dashboard(world.payment().charge_id, 300)
    world.settle()
    break_it("UPDATE refunds SET amount_minor = 299")
    ((wrong, mended),) = compare()
    assert ("Stripe says 3.00 GBP succeeded, here it is 2.99 GBP" in wrong, mended) == (True, False)


def test_an_event_that_never_arrived_is_received(world: World) -> None:
    world.shopper().buy(world.mug)
    known = world.count(WebhookEvent)
    world.twin.refund_in_dashboard(world.payment().charge_id, 300)
    world.twin.faults.arm("drop", times=10)
    world.webhooks()
    assert ("charge.refunded never arrived", False) in compare(dry_run=True)
    assert world.count(WebhookEvent) == known
    assert ("charge.refunded never arrived", True) in compare()
    assert world.count(WebhookEvent) == known + 2
    assert compare() == []
    world.settle()
    assert world.waiting() == []
    world.prove()


def test_an_event_that_nobody_acted_upon_is_named(world: World) -> None:
    world.shopper().check_out(world.mug)
    world.twin.expire(world.payment().session_id)
    world.webhooks()
    assert ("checkout.session.expired arrived and was never acted upon", False) not in compare()
    with later(hours=2):
        job_id = reconcile.start(now() - 4 * HOUR, now(), dry_run=True, by="test")
        run(job_id, KINDS)
    db.session.rollback()
    assert "checkout.session.expired arrived and was never acted upon" in [each["wrong"] for each in check().findings]


def test_another_time_is_not_looked_at(paid_unheard: World) -> None:
    run(reconcile.start(now() - 5 * HOUR, now() - HOUR, dry_run=False, by="test"), KINDS)
    assert check().findings == []
    assert paid_unheard.order().status == "pending"


def test_many_are_looked_at_page_by_page_and_the_job_counts_them(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "AT_ONCE", 2)
    for n in range(3):
        world.shopper(f"198.51.{n}.7").buy(world.mug)
    job_id = reconcile.start(now() - HOUR, now() + HOUR, dry_run=False, by="test")
    run(job_id, KINDS, seconds=0)
    assert db.session.get_one(Job, job_id).cursor["stage"] == 0
    run(job_id, KINDS)
    db.session.rollback()
    job = db.session.get_one(Job, job_id)
    assert (job.state, job.done) == ("done", 12)  # sessions, intents, charges and what moved the balance
    assert world.count(BookCheck, kind="reconcile") == 1


def test_a_stripe_that_is_away_is_asked_again_later(world: World) -> None:
    world.shopper().buy(world.mug)
    world.twin.faults.arm("down", times=3, path="/v1/")
    job_id = reconcile.start(now() - HOUR, now() + HOUR, dry_run=False, by="test")
    run(job_id, KINDS)
    db.session.rollback()
    assert db.session.get_one(Job, job_id).unfinished
    with later(minutes=1):
        run(job_id, KINDS)
    db.session.rollback()
    assert db.session.get_one(Job, job_id).state == "done"


def test_every_night_the_newest_days_are_compared_and_the_books_audited(paid_unheard: World) -> None:
    with later(hours=1):
        nightly.reconcile()
        paid_unheard.work()
        nightly.audit()
    db.session.rollback()
    assert check().mended == 1
    audited = queries.newest("audit")
    assert audited is not None
    assert (audited.findings, audited.about["orders"], audited.about["sessions"]) == ([], 1, 1)


def test_an_audit_that_finds_something_says_what(world: World) -> None:
    world.shopper().buy(world.mug)
    break_it("UPDATE variants SET on_hand = on_hand + 1 WHERE sku = 'MUG'")
    world.twin.faults.arm("down", times=3, path="/v1/")
    services.audit_and_keep()
    audited = queries.newest("audit")
    assert audited is not None
    assert [each["what"] for each in audited.findings] == ["Stripe", "MUG"]
    assert audited.about["sessions"] is None


def test_old_results_are_forgotten(world: World) -> None:
    services.audit_and_keep()
    with later(days=91):
        services.audit_and_keep()
    assert world.count(BookCheck) == 1


def test_the_command_says_what_it_found_and_ends_badly_until_all_agrees(paid_unheard: World, app: Flask) -> None:

    app.cli.add_command(command)
    key = paid_unheard.payment().idempotency_key
    dry = app.test_cli_runner().invoke(command, ["--dry-run"])
    assert (dry.exit_code, f"{key} is paid at Stripe, here it is open\n" in dry.output) == (1, True)
    done = app.test_cli_runner().invoke(command, [])
    assert (done.exit_code, f"{key} is paid at Stripe, here it is open (mended)" in done.output) == (0, True), (
        done.output
    )
    assert done.output.splitlines()[-1] == "All agrees."
    wrong = app.test_cli_runner().invoke(command, ["--from", "2026-11-02", "--to", "2026-11-01"])
    assert (wrong.exit_code, "comes before the first" in wrong.output) == (1, True)
    assert paid_unheard.count(Payment, status="paid") == 1
