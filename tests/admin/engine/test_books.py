"""The audit and the comparison with Stripe from the back office: first without changing anything."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from shop.accounts.models import Role
from shop.books import audit, proof, queries
from shop.books.models import BookCheck
from shop.core.clock import now
from shop.core.db import db, transaction
from tests.admin.conftest import Desk
from tests.admin.engine.test_engine import words_of
from tests.books.test_reconcile import break_it
from tests.conftest import past_triggers
from tests.world import World

pytestmark = pytest.mark.both


def test_the_audit_runs_as_a_job_and_says_what_the_audit_says(
    world: World, desk: Desk, desk_of: Callable[[Role], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "AT_ONCE", 2)
    for n in range(3):
        world.shopper(f"198.51.100.{n}").buy(world.mug)
    world.settle()
    assert "The books have not been checked yet." in desk.get("/admin/books")
    job = desk.post("/admin/books/audits").location
    world.work()
    assert "3 of 3 rows" in words_of(desk.get(job))
    kept = queries.newest("audit")
    assert kept
    assert (kept.findings, kept.about["orders"], kept.about["variants"]) == ([], 3, 4)
    assert "All agrees" in desk.get("/admin/books")

    number = world.orders()[1].number
    order_id = world.orders()[1].id
    past_triggers(f"UPDATE payments SET captured_minor = captured_minor + 100 WHERE order_id = {order_id}")
    past_triggers(f"UPDATE variants SET on_hand = on_hand + 1 WHERE id = {world.cap}")
    db.session.rollback()
    plain = [str(found) for found in audit.run(ask_stripe=False).findings]
    job = desk.post("/admin/books/audits").location
    world.work()
    kept = queries.newest("audit")
    assert kept
    assert [f"{found['what']}: {found['wrong']}" for found in kept.findings] == plain
    assert len(plain) > 1
    page = desk.get(job)
    assert f"What was found: {len(plain)} things" in page
    assert f"/admin/books/checks/{kept.id}" in page
    found = desk.get(f"/admin/books/checks/{kept.id}")
    assert number in found
    assert "Compare again and mend" not in found

    viewer = desk_of(Role.VIEWER)
    assert "/admin/books/checks/" not in viewer.get(job), "what leads to a page that is closed to them"


def test_a_time_is_compared_first_and_mended_afterwards(world: World, desk: Desk) -> None:
    world.shopper().buy(world.mug)
    world.settle()
    break_it("UPDATE payments SET refunded_minor = 100")
    today = now().date()
    job = desk.post("/admin/books/comparisons", since=today, until=today).location
    world.work()
    link = re.search(r'href="(/admin/books/checks/\d+)"', desk.get(job))
    assert link
    page = desk.get(link[1])
    assert "Stripe captured" in page
    assert "changing nothing" in page
    assert world.payment().refunded_minor == 100
    mended = desk.post(f"{link[1]}/mending").location
    world.work()
    assert world.payment().refunded_minor == 0
    after = re.search(r'href="(/admin/books/checks/\d+)"', desk.get(mended))
    assert after
    assert "Mended" in desk.get(after[1])
    assert desk.post(f"{after[1]}/mending").status_code == 409
    assert desk.browser.get("/admin/books/checks/999").status_code == 404


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-11-05", "2026-11-01", "The last day comes before the first."),
        ("2024-01-01", "2026-01-01", "Compare a year at a time."),
        ("", "2026-01-01", "Enter the first day."),
        ("yesterday", "2026-01-01", "is not a day"),
    ],
)
def test_days_that_make_no_sense_are_named_beside_the_field(
    world: World, desk: Desk, since: str, until: str, said: str
) -> None:
    answer = desk.post("/admin/books/comparisons", since=since, until=until)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{since}"' in answer.text
    assert "<title>Error: " in answer.text


def test_many_findings_come_in_pages(world: World, desk: Desk) -> None:
    found = [{"what": f"order {n}", "wrong": "it is wrong", "mended": n % 2 == 0} for n in range(60)]
    check = BookCheck(
        kind="reconcile",
        about={"since": now().isoformat(), "until": now().isoformat(), "dry_run": False},
        findings=found,
        mended=30,
        started_at=now(),
        finished_at=now(),
    )
    with transaction():
        db.session.add(check)
        db.session.flush()
        check_id = check.id
    page = desk.get(f"/admin/books/checks/{check_id}")
    assert "1 to 50 of 60" in page
    assert "30 things to look at" in page
    assert "order 59" in desk.get(f"/admin/books/checks/{check_id}?page=2")
