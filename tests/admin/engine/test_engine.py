"""The engine room's first page says what runs, what waits, what has failed, and who should look where."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import insert, text

from shop.accounts.models import MAY, Role
from shop.admin.engine import queries
from shop.backups import services as backups
from shop.backups.models import Backup
from shop.books.models import BookCheck
from shop.core import mail, pulse
from shop.core.clock import now
from shop.core.db import db, transaction
from shop.core.mail import MailLog
from shop.core.outbox import OutboxDelivery, OutboxMessage, Queue
from shop.jobs.models import Job
from shop.payments import inbox
from shop.payments.models import WebhookEvent
from shop.settings import VERSION
from tests.admin.conftest import Desk
from tests.guards.test_budgets import statements
from tests.guards.test_plans import asked, scans
from tests.world import World
from worker.pulse import Heart
from worker.tasks import upkeep

pytestmark = pytest.mark.both

EVERYTHING = ("pages", "orders", "mails", "rest-bulk", "clock")
PAGES = {
    "/admin/engine": 10,
    "/admin/jobs": 5,
    "/admin/mails": 6,
    "/admin/mails?status=sent": 6,
    "/admin/mails?q=alice@example.com": 6,
    "/admin/webhooks": 6,
    "/admin/webhooks?tab=failed": 6,
    "/admin/deliveries?tab=bulk": 5,
    "/admin/deliveries?tab=dead": 5,
    "/admin/books": 6,
}
GROWING = frozenset(["mails", "webhook_events", "outbox_deliveries", "outbox_messages", "orders", "payments", "jobs"])


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def with_backups(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = world.app.extensions["settings"]
    monkeypatch.setitem(world.app.extensions, "settings", replace(settings, backups=folder))


@pytest.fixture
def well(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A shop where all runs, and was checked and backed up a moment ago."""
    with_backups(world, tmp_path, monkeypatch)
    pulse.beat("one:1", does=EVERYTHING, version=VERSION)
    with transaction():
        for kind in ("audit", "reconcile"):
            about = {"since": now().isoformat(), "until": now().isoformat()}
            db.session.add(BookCheck(kind=kind, about=about, started_at=now(), finished_at=now()))
        db.session.add(Backup(path="/mnt/backups/last", by="shop", started_at=now(), finished_at=now()))
    return world


def much(rows: int) -> None:
    """So much of everything, in every state."""
    moment = now()
    ids = range(1, rows + 1)
    with transaction():
        for of, state in ((1, "sent"), (2, "dead"), (3, "queued")):
            sent = moment if state == "sent" else None
            db.session.execute(
                insert(MailLog),
                [
                    {
                        "kind": "low_stock",
                        "ref": f"{state}:{n}",
                        "about": {},
                        "to_address": "alice@example.com",
                        "message_id": f"<{of}.{n}>",
                        "status": state,
                        "created_at": moment,
                        "sent_at": sent,
                    }
                    for n in ids
                ],
            )
        for handled in (None, moment):
            db.session.execute(
                insert(WebhookEvent),
                [
                    {
                        "gateway_id": f"evt_{n}_{handled}",
                        "type": "charge.refunded",
                        "payload": {},
                        "received_at": moment,
                        "handled_at": handled,
                        "error": "" if handled else "No.",
                    }
                    for n in ids
                ],
            )
        for n in ids:
            for dead in (None, moment):
                message = OutboxMessage(topic="t", payload={"order_id": n}, created_at=moment, expanded_at=moment)
                db.session.add(message)
                db.session.flush()
                db.session.add(
                    OutboxDelivery(
                        message_id=message.id, subscriber="a.b", queue=Queue.BULK, due_at=moment, dead_at=dead
                    )
                )
        db.session.add_all(Job(kind="reindex", params={}, by="shop", created_at=moment) for _ in ids)
        db.session.add_all(BookCheck(kind="audit", about={}, started_at=moment, finished_at=moment) for _ in ids)


def test_when_all_runs_it_says_so(well: World, desk: Desk) -> None:
    page = words_of(desk.get("/admin/engine"))
    assert "Everything runs. Nothing waits for you." in page
    assert "one:1 serves pages, orders, mails, everything else, keeps the clock Running" in page
    assert f"Vitrine {VERSION}" in page
    assert "/mnt/backups/last" in page


def a_dead_mail() -> None:
    mail.queue("low_stock", ref="x")
    db.session.execute(text("UPDATE mails SET status = 'dead'"))


def a_delivery(*, dead: bool) -> None:
    message = OutboxMessage(topic="t", payload={}, created_at=now(), expanded_at=now())
    db.session.add(message)
    db.session.flush()
    due, died = now() - timedelta(minutes=20), now() if dead else None
    db.session.add(
        OutboxDelivery(message_id=message.id, subscriber="a.b", queue=Queue.ORDERS, due_at=due, dead_at=died)
    )


def an_event(*, error: str, ago: timedelta) -> None:
    db.session.add(WebhookEvent(gateway_id="evt", type="t", payload={}, received_at=now() - ago, error=error))


def a_failed_job() -> None:
    job = Job(kind="reindex", params={}, by="shop", state="failed", created_at=now(), finished_at=now())
    db.session.add(job)


def a_finding() -> None:
    found = [{"what": "a", "wrong": "b", "mended": False}]
    db.session.add(BookCheck(kind="audit", about={}, findings=found, started_at=now(), finished_at=now()))


def no_comparison() -> None:
    db.session.execute(text("DELETE FROM book_checks WHERE kind = 'reconcile'"))


def no_backup() -> None:
    db.session.execute(text("DELETE FROM backups"))


def only(*does: str) -> None:
    pulse.beat("one:1", does=does, version=VERSION)


WRONG: dict[str, Callable[[], None]] = {
    "1 mail was given up": a_dead_mail,
    "1 delivery was given up": lambda: a_delivery(dead=True),
    "“Orders and money” has waited since": lambda: a_delivery(dead=False),
    "1 webhook failed": lambda: an_event(error="No.", ago=timedelta(0)),
    "1 webhook has waited for more than an hour": lambda: an_event(error="", ago=timedelta(hours=2)),
    "1 job failed": a_failed_job,
    "Audit: 1 thing to look at": a_finding,
    "Comparison with Stripe: not done for two days": no_comparison,
    "There is no backup of the last two days.": no_backup,
    "Nobody keeps the clock": lambda: only("pages", "orders", "mails", "rest-bulk"),
    "Nothing works on the queue “Mails”": lambda: only("pages", "orders", "rest-bulk", "clock"),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_is_wrong_is_said_and_leads_to_where_it_is(well: World, desk: Desk, said: str) -> None:
    assert "Everything runs." in desk.get("/admin/engine")
    with transaction():
        WRONG[said]()
    page = desk.get("/admin/engine")
    assert "Everything runs." not in page
    (link,) = re.findall(rf'href="([^"]+)">{said}', page)
    assert link.startswith("#") or desk.get(link)


def test_a_database_behind_the_code_is_said_to_be_so(well: World, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_wanted", lambda: "9999")
    assert "this version wants 9999: run “manage.py migrate”" in desk.get("/admin/engine")


def test_a_process_that_falls_silent_is_named_and_forgotten_after_hours(world: World, desk: Desk) -> None:
    pulse.beat("gone:1", does=["clock"], version="1")
    with time_machine.travel(now() + timedelta(minutes=5)):
        pulse.beat("here:2", does=EVERYTHING, version="1")
        assert [(each.name, each.alive) for each in pulse.all_of_them()] == [("here:2", True), ("gone:1", False)]
        assert "gone:1 keeps the clock Silent" in words_of(desk.get("/admin/engine"))
    with time_machine.travel(now() + timedelta(days=2)):
        pulse.beat("here:2", does=EVERYTHING, version="1")
        assert [each.name for each in pulse.all_of_them()] == ["here:2"]


def test_a_process_says_what_it_does_and_that_it_stops(world: World) -> None:
    heart = Heart(world.app, lambda: ["mails"])
    pulse.beat(heart._name, does=["mails"], version=VERSION)
    assert world.count(pulse.Pulse, does="mails") == 1
    heart._over.set()
    heart.start()
    heart.join()
    heart.stop()
    assert world.count(pulse.Pulse) == 0


def test_a_backup_is_made_by_a_button(
    world: World, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Back up now" not in desk.get("/admin/engine")
    assert desk.post("/admin/engine/backups").status_code == 422
    with_backups(world, tmp_path, monkeypatch)
    assert "A backup is being made." in desk.after(desk.post("/admin/engine/backups"))
    with backups._alone_in(tmp_path):
        world.work()
    assert "Another backup is being made there" in world.waiting()[0]
    with time_machine.travel(now() + timedelta(minutes=1)):
        world.work()
    assert world.waiting() == []
    assert len(list(tmp_path.glob("vitrine-*"))) == 1


def test_whoever_may_enter_the_engine_room_may_see_its_amounts_and_addresses() -> None:
    assert all(rights >= {"figures", "customers"} for rights in MAY.values() if "engine" in rights)


def test_the_engine_room_is_for_those_who_have_its_right(desk_of: Callable[[Role], Desk]) -> None:
    for role in Role:
        somebody = desk_of(role)
        allowed = role in (Role.OWNER, Role.MANAGER)
        for page in PAGES:
            status = somebody.browser.get(page).status_code
            assert status == (200 if allowed or page == "/admin/jobs" else 403), (role, page)
        assert ('href="/admin/engine"' in somebody.get("/admin/jobs")) == allowed


def test_every_list_costs_the_same_however_long_it_is_and_reads_none_from_end_to_end(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.guards.test_plans.GROWING", GROWING)
    world.shopper().buy(world.mug)
    world.settle()
    much(3)
    desk.get("/admin")
    few = {page: _cost(desk, page) for page in PAGES}
    much_more(60)
    bad: dict[str, object] = {}
    for page, most in PAGES.items():
        with asked() as seen:
            many = _cost(desk, page)
            follow = re.search(r'rel="next" href="([^"]+)"', desk.get(page))
        if len(many) > max(most, len(few[page])) or len(many) > 10:
            bad[page] = many
        if follow:
            with asked() as further:
                desk.get(follow[1].replace("&amp;", "&"))
            seen += further
        for statement, parameters in seen:
            in_order = "LIMIT" in statement and "WHERE" not in statement  # by the key, and left when there is enough
            if not in_order and (read := scans(statement, parameters)):
                bad[f"{page}: {statement[:900]}"] = read
    assert not bad, "\n\n".join(f"{page}\n{wrong}" for page, wrong in bad.items())


def _cost(desk: Desk, page: str) -> list[str]:
    with statements() as made:
        desk.get(page)
    return made


def much_more(rows: int) -> None:
    with transaction():
        for table in ("mails", "webhook_events", "outbox_messages", "jobs", "book_checks"):
            db.session.execute(text(f"DELETE FROM {table}"))
    much(rows)


def test_what_no_one_asks_for_any_more_is_forgotten(world: World) -> None:
    world.shopper().buy(world.mug)
    world.settle()
    with transaction():
        gone = MailLog(kind="low_stock", ref="night:1", about={}, message_id="<1>", created_at=now())
        gone.status, gone.sent_at = mail.Status.SENT, now()
        db.session.add(gone)
    events, mails = world.count(WebhookEvent), world.count(MailLog)
    upkeep.forget_events()
    upkeep.forget_mails()
    assert (world.count(WebhookEvent), world.count(MailLog)) == (events, mails)
    with transaction():
        db.session.execute(
            text("UPDATE webhook_events SET handled_at = NULL WHERE id = (SELECT min(id) FROM webhook_events)")
        )
    with time_machine.travel(now() + timedelta(days=400)):
        upkeep.forget_events()
        upkeep.forget_mails()
    assert world.count(WebhookEvent) == 1  # what was never acted upon
    assert world.count(MailLog) == world.count(MailLog, kind="order_confirmation") == 1
    assert inbox.forget(before=now()) == 0
