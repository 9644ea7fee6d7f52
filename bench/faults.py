"""Hundreds of checkouts while all around the shop breaks: `python -m bench.faults [--checkouts 300] [--seed N]`.

Real processes on ports and in folders of their own: PostgreSQL, Redis, two servers of two processes, two workers, the
Stripe twin, a mail server, and people who reload and press again. Meanwhile processes are killed, Redis is stopped and
flushed, PostgreSQL is stopped, mails are refused, kept waiting and taken without an answer, and Stripe fails, hangs and
forgets to call. Then all of it runs, nobody helps, and within two minutes the books must agree and no order and no mail
be missing. Prints a report; exits with 1 when it did not hold. The load ends after --minutes whatever happens.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import psycopg
import redis
import requests

from bench.parts import Cluster, NoCluster, PostOffice
from shop.settings import DEMO_STRIPE_KEY, ROOT
from tests.conftest import fresh_postgres
from tests.processes import RedisServer, Running, Visitor, children, eventually, free_port, hidden, own_redis, shop_in

CALM_S = 120
GOODS = ("seven-ridges", "tidewater", "crosswind", "seigaiha")
STOCKED = """
from sqlalchemy import select
from shop.app import create_app
from shop.catalog import stock
from shop.catalog.models import Variant
from shop.core.db import db
with create_app().app_context():
    for variant_id in db.session.scalars(select(Variant.id).where(Variant.requires_shipping)).all():
        stock.receive(variant_id, 1000, by="bench")
"""
NOTED_WITHIN_S = 20  # from the mail server's answer to our row that says so, on a machine that is very busy
Oops = (requests.RequestException, AssertionError, KeyError, IndexError)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description="Checkouts while all around breaks.")
    parser.add_argument("--checkouts", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=8, help="at most, of the load")
    asked = parser.parse_args()
    with started(asked.seed) as place:
        load(place, asked.checkouts, asked.minutes * 60)
        sys.exit(judge(place))


@dataclass
class Place:
    """All that runs, and what has happened to it."""

    shop: Running
    office: PostOffice
    redis: RedisServer
    cluster: Cluster | None
    dice: random.Random
    servers: list[subprocess.Popen[str]] = field(default_factory=list)
    workers: list[subprocess.Popen[str]] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    killed_at: list[float] = field(default_factory=list)  # workers, and the database under them
    people: list[Person] = field(default_factory=list)

    def serve(self, number: int) -> None:
        self.servers[number : number + 1] = [
            self.shop.start("manage.py", "serve", "--processes", "2", "--port", str(self.ports[number]))
        ]

    def work(self, number: int) -> None:
        beat = ["--beat"] if number == 0 else []
        self.workers[number : number + 1] = [self.shop.start("manage.py", "worker", *beat)]

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.shop.env["DATABASE_URL"], connect_timeout=5) as connection:
            return connection.execute(question).fetchall()  # type: ignore[arg-type]


@contextmanager
def started(seed: int) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="vitrine-faults-"))
    folder.chmod(0o711)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        cluster = None
        try:
            cluster = Cluster(folder / "postgres")
            stack.callback(cluster.stop, "immediate")
            url = cluster.url
        except NoCluster as error:
            print(f"PostgreSQL is not restarted in this run. {error}")
            url = stack.enter_context(fresh_postgres(f"vitrine_faults_{os.getpid()}"))
        (folder / "redis").mkdir()
        broker = stack.enter_context(own_redis(folder / "redis"))
        office = PostOffice()
        stack.callback(office.close)
        shop = stack.enter_context(
            shop_in(
                folder / "shop",
                DATABASE_URL=url,
                REDIS_URL=broker.url,
                MAIL_URL=f"smtp://127.0.0.1:{office.port}",
                SWEEP_SECONDS="60",
                TRUSTED_PROXIES="1",
            )
        )
        place = Place(shop, office, broker, cluster, random.Random(seed), ports=[shop.port, free_port()])
        assert shop.start("manage.py", "seed", "--goods-only").wait(600) == 0
        subprocess.run([sys.executable, "-c", STOCKED], cwd=ROOT, env=shop.env, check=True)
        shop.start_twin()
        for number in range(2):
            place.serve(number)
            place.work(number)
        for port in place.ports:
            eventually(lambda port=port: requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).ok, within=120)
        print("The shop runs.", flush=True)
        yield place


class Person(threading.Thread):
    """Somebody who wants one thing, is in no hurry, and tries again when a page does not come."""

    def __init__(self, place: Place, number: int, *, seed: int, starts_at: float, until: float) -> None:
        super().__init__(daemon=True)
        self.place, self.number, self.until = place, number, until
        self.dice = random.Random(f"{seed}-{number}")
        self.starts_at = starts_at
        self.visitor = Visitor(f"http://127.0.0.1:{self.dice.choice(place.ports)}", f"person{number}@example.com")
        self.visitor.session.headers["X-Forwarded-For"] = f"10.{number // 200}.{number % 200}.7"
        self.retries = 0
        self.errors: Counter[str] = Counter()
        self.session_id = ""
        self.became = "gave up"

    def run(self) -> None:
        time.sleep(max(0.0, self.starts_at - time.monotonic()))
        with suppress(TimeoutError):
            self.again(lambda: self.visitor.fill_bag(self.dice.choice(GOODS)))
            self.again(self.visitor.fill_in)
            page = self.again(self.to_stripe)
            if self.dice.random() < 0.05:
                self.became = "left without paying"
                return
            self.again(lambda: self.pay(page))
            self.became = "paid"
            if self.dice.random() < 0.1:
                self.became = "paid, never came back"
                return
            self.again(lambda: self.come_back(page))

    def again(self, step: Callable[[], Any]) -> Any:
        """The step's answer, however often it takes; TimeoutError when there is no time left."""
        while True:
            time.sleep(self.dice.uniform(2, 20))
            try:
                return step()
            except Oops as error:
                self.retries += 1
                status = re.search(r"\b5\d\d\b", str(error)[:200])
                self.errors[status[0] if status else type(error).__name__] += 1
            if time.monotonic() > self.until:
                raise TimeoutError
            time.sleep(self.dice.uniform(1, 6))

    def to_stripe(self) -> str:
        """Presses Pay; the same form again when there was no answer, as a reload does."""
        form = self.visitor.payment_form()
        for _press in range(3):
            with suppress(requests.RequestException):
                answer = self.visitor.press_pay(form)
                where = answer.headers.get("Location", "")
                if "/pay/" in where:
                    return where
                if "/orders/" in where:
                    return self.from_order_page(where)
                raise AssertionError(f"{answer.status_code} {where}")
            self.retries += 1
            time.sleep(self.dice.uniform(1, 4))
        raise AssertionError("no answer")

    def from_order_page(self, path: str) -> str:
        token = hidden(self.visitor.get(path), "csrf_token")
        pay = re.sub(r"\?.*", "", path) + "/payment"
        answer = self.visitor.session.post(
            self.visitor.url + pay, data={"csrf_token": token}, timeout=30, allow_redirects=False
        )
        assert "/pay/" in answer.headers.get("Location", ""), answer.status_code
        return answer.headers["Location"]

    def pay(self, page: str) -> None:
        self.session_id = page.rstrip("/").rpartition("/")[2]
        if self.dice.random() < 0.1:
            requests.post(page, data={"outcome": "decline"}, timeout=20, allow_redirects=False)
        outcome = "later" if self.dice.random() < 0.1 else "success"
        paid = requests.post(page, data={"outcome": outcome}, timeout=20, allow_redirects=False)
        assert paid.status_code == 303, paid.status_code

    def come_back(self, page: str) -> None:
        at = f"{self.place.shop.url}/checkout/return?session_id={self.session_id}"
        answer = self.visitor.session.get(at, timeout=30)
        assert answer.ok, answer.status_code


class Monkey(threading.Thread):
    """Breaks one thing after the other, each kind as often as any, and puts it together again."""

    def __init__(self, place: Place) -> None:
        super().__init__(daemon=True)
        self.place, self.over = place, threading.Event()
        arm = place.shop.control
        down = place.dice.uniform
        self.deck: dict[str, Callable[[], object]] = {
            "a web process killed": self.kill_child,
            "a whole server killed": lambda: self.kill(place.servers, place.serve),
            "a worker killed": lambda: self.kill(place.workers, place.work),
            "the clock's worker killed": lambda: self.kill(place.workers, place.work, number=0),
            "Redis restarted, empty": self.restart_redis,
            "Redis flushed": lambda: redis.Redis(port=place.redis.port).flushall(),
            "Stripe answers 500": lambda: arm("arm", kind="error", path="/v1/", times=6),
            "Stripe answers 503": lambda: arm("arm", kind="error", path="/v1/", times=6, status=503),
            "Stripe hangs": lambda: arm("arm", kind="hang", path="/v1/", times=3, seconds=12),
            "Stripe's answers lost": lambda: arm("arm", kind="lost_answer", path="/v1/", times=6),
            "webhooks dropped": lambda: arm("arm", kind="drop", times=12),
            "webhooks doubled": lambda: arm("arm", kind="duplicate", times=6),
        }
        for mood in PostOffice.MOODS:
            self.deck[f"the mail server {mood}"] = lambda mood=mood: place.office.turn(mood, down(5, 15))
        if place.cluster is not None:
            for mode in ("fast", "immediate"):
                self.deck[f"PostgreSQL restarted ({mode})"] = lambda mode=mode: self.restart_postgres(mode)

    def run(self) -> None:
        while True:
            for name in self.place.dice.sample(sorted(self.deck), len(self.deck)):
                if self.over.wait(self.place.dice.uniform(2, 6)):
                    return
                try:
                    self.deck[name]()
                    self.place.faults[name] += 1
                except (OSError, requests.RequestException, redis.RedisError) as error:
                    print(f"  not done: {name}: {type(error).__name__}")

    def kill(
        self,
        those: list[subprocess.Popen[str]],
        start: Callable[[int], None],
        *,
        number: int | None = None,
    ) -> None:
        number = self.place.dice.randrange(len(those)) if number is None else number
        self.place.killed_at.append(time.time())
        with suppress(ProcessLookupError):
            os.killpg(those[number].pid, signal.SIGKILL)
        those[number].wait(10)
        self.over.wait(self.place.dice.uniform(0.5, 4))
        start(number)

    def kill_child(self) -> None:
        running = children(self.place.dice.choice(self.place.servers).pid)
        if running:
            os.kill(self.place.dice.choice(running), signal.SIGKILL)

    def restart_redis(self) -> None:
        self.place.redis.stop()
        self.over.wait(self.place.dice.uniform(1, 6))
        self.place.redis.start()

    def restart_postgres(self, mode: str) -> None:
        cluster = cast(Cluster, self.place.cluster)
        self.place.killed_at.append(time.time())
        cluster.stop(mode)
        self.over.wait(self.place.dice.uniform(0.5, 4))
        cluster.start()


def load(place: Place, checkouts: int, most_s: float) -> None:
    begun, seed = time.monotonic(), place.dice.randrange(10**9)
    arrive = min(most_s / 4, checkouts / 4)
    for number in range(checkouts):
        starts_at = begun + place.dice.uniform(0, arrive)
        place.people.append(Person(place, number, seed=seed, starts_at=starts_at, until=begun + most_s))
    monkey = Monkey(place)
    for thread in (*place.people, monkey):
        thread.start()
    for person in place.people:
        person.join(max(1.0, begun + most_s + 90 - time.monotonic()))
    monkey.over.set()
    monkey.join(120)
    place.office.turn("", 0)
    place.shop.control("clear")
    print(f"{checkouts} checkouts in {time.monotonic() - begun:.0f} s of faults")
    for name, many in sorted(place.faults.items()):
        print(f"  {many:4} × {name}")
    report("people", Counter(person.became for person in place.people))
    errors: Counter[str] = sum((person.errors for person in place.people), Counter())
    report(f"{sum(person.retries for person in place.people)} times they tried again, after", errors)


def judge(place: Place) -> int:
    """Waits for calm, two minutes at most, and says what is not as it should be."""
    begun = time.monotonic()
    left = unsettled(place)
    while left and time.monotonic() - begun < CALM_S:
        time.sleep(2)
        left = unsettled(place)
    print(f"calm after {time.monotonic() - begun:.0f} s")
    wrong = [f"after {CALM_S} s: {each}" for each in left]
    wrong += [*orders_missing(place), *mails_missing(place), *mails_doubled(place)]
    if crashed := sum(person.errors["500"] for person in place.people):
        wrong.append(f"{crashed} pages were answered 500")
    audit = place.shop.manage("audit")
    print(audit.stdout.strip())
    if audit.returncode:
        wrong += ["the audit does not hold", *audit.stderr.splitlines()]
    report("orders", Counter(dict(place.ask("SELECT status, COUNT(*) FROM orders GROUP BY 1"))))
    later = place.ask(
        "SELECT subscriber, due_at, last_error FROM outbox_deliveries"
        " WHERE done_at IS NULL AND dead_at IS NULL AND due_at > now()"
    )
    for subscriber, due_at, why in later:
        print(f"waits: {subscriber} until {due_at:%H:%M:%S}, {why}")
    print("\n".join(["It does not hold:", *wrong]) if wrong else "It holds: nothing lost, nothing doubled for nothing.")
    return 1 if wrong else 0


def unsettled(place: Place) -> list[str]:
    """What still waits to be done: at a mail server and a Stripe that are well, nothing has a reason to wait."""
    try:
        found = place.ask(
            "SELECT 'message ' || topic FROM outbox_messages WHERE expanded_at IS NULL"
            " UNION ALL SELECT subscriber || ', ' || tries || ' tries, ' || COALESCE(last_error, '-')"
            " FROM outbox_deliveries WHERE done_at IS NULL AND dead_at IS NULL"
            " UNION ALL SELECT 'dead: ' || subscriber FROM outbox_deliveries WHERE dead_at IS NOT NULL"
            " UNION ALL SELECT 'mail ' || kind || ' ' || ref || ' is ' || status FROM mails WHERE status <> 'sent'"
        )
        return [row[0] for row in found] + list(orders_missing(place))
    except (psycopg.Error, requests.RequestException) as error:
        return [f"{type(error).__name__}: {error}"]


def paid_at_stripe(place: Place) -> set[str]:
    paid: set[str] = set()
    after: dict[str, str] = {}
    while True:
        answer = requests.get(
            f"{place.shop.twin_url}/v1/checkout/sessions",
            params={"limit": "100", **after},
            headers={"Authorization": f"Bearer {DEMO_STRIPE_KEY}"},
            timeout=20,
        )
        answer.raise_for_status()
        page = answer.json()
        paid |= {session["id"] for session in page["data"] if session["payment_status"] == "paid"}
        if not page["has_more"]:
            return paid
        after = {"starting_after": page["data"][-1]["id"]}


def orders_missing(place: Place) -> Iterator[str]:
    """What was paid at Stripe is a paid order here, or went back whole; and what is paid here was paid there."""
    ours = {
        session_id: (number, is_paid, went_back)
        for session_id, number, is_paid, went_back in place.ask(
            "SELECT session_id, number, orders.paid_at IS NOT NULL AND payments.paid_at IS NOT NULL,"
            " captured_minor > 0 AND refunded_minor = captured_minor"
            " FROM payments JOIN orders ON orders.id = order_id WHERE session_id IS NOT NULL"
        )
    }
    paid = paid_at_stripe(place)
    for session_id in sorted(paid):
        number, is_paid, went_back = ours.get(session_id, ("", False, False))
        if not is_paid and not went_back:
            yield f"{session_id} was paid, {number or 'no order'} is not"
    for session_id, (number, is_paid, _went_back) in ours.items():
        if is_paid and session_id not in paid:
            yield f"{number} is paid here, {session_id} is not at Stripe"
    for person in place.people:
        if person.became.startswith("paid") and person.session_id not in ours:
            yield f"person {person.number} paid {person.session_id}, which is not known here"


def mails_missing(place: Place) -> Iterator[str]:
    received = {each.message_id for each in place.office.received}
    confirmed = dict(place.ask("SELECT order_id, message_id FROM mails WHERE kind = 'order_confirmation'"))
    for order_id, number in place.ask("SELECT id, number FROM orders WHERE paid_at IS NOT NULL"):
        if confirmed.get(order_id) not in received:
            yield f"{number} is paid, and its confirmation never came"
    known = {row[0] for row in place.ask("SELECT message_id FROM mails WHERE status = 'sent'")}
    yield from (f"{message_id} is said to be sent, and never came" for message_id in sorted(known - received))
    yield from (f"{message_id} came, and is not known here" for message_id in sorted(received - known))


def mails_doubled(place: Place) -> Iterator[str]:
    """A mail may come again when its answer was lost, or when who sent it was killed before it could note that."""
    explained: Counter[str] = Counter()
    last = {each.message_id: each for each in place.office.received}
    for each in place.office.received:
        if each is last[each.message_id]:
            continue
        if not each.answered:
            explained["after a lost answer"] += 1
        elif any(-1 <= moment - each.at <= NOTED_WITHIN_S for moment in place.killed_at):
            explained["after a kill"] += 1
        else:
            yield f"{each.message_id} came again, and nothing explains it"
    print(f"{len(last)} mails arrived, {place.office.refused} were refused for a while")
    report("came again under the same Message-ID", explained)


def report(what: str, counts: Counter[str]) -> None:
    print(f"{what}: " + (", ".join(f"{many} {name}" for name, many in counts.most_common()) or "none"))


if __name__ == "__main__":
    main()
