"""PostgreSQL, Redis, two server processes of eight threads and a worker apart: the same shop, and what it survives."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.conftest import fresh_postgres
from tests.processes import RedisServer, Running, Visitor, eventually, free_port, own_redis, shop_in

pytestmark = [pytest.mark.postgres, pytest.mark.redis]


class PostOffice:
    """A mail server that remembers what it was given, and can be slow to say so."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.asleep_s = 0.0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        import asyncio

        head = (envelope.content or b"").decode("utf-8", "replace")  # type: ignore[union-attr]
        self.received.append(next(line for line in head.splitlines() if line.lower().startswith("message-id:")))
        if self.asleep_s:
            await asyncio.sleep(self.asleep_s)
        return "250 taken"


@pytest.fixture(scope="module")
def post_office() -> Iterator[tuple[PostOffice, int]]:
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield office, controller.port
    controller.stop()


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with own_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer, post_office: tuple[PostOffice, int]
) -> Iterator[Running]:
    with (
        fresh_postgres(f"vitrine_processes_{os.getpid()}") as url,
        shop_in(
            tmp_path_factory.mktemp("shop"),
            DATABASE_URL=url,
            REDIS_URL=redis_server.url,
            MAIL_URL=f"smtp://127.0.0.1:{post_office[1]}",
        ) as running,
    ):
        assert running.manage("seed", "--goods-only").returncode == 0
        running.start_twin()
        running.start("manage.py", "serve", "--processes", "2", "--threads", "8")
        running.worker = running.start("manage.py", "worker", "--beat")  # type: ignore[attr-defined]
        running.wait_until_ready()
        yield running


def agreed(shop: Running) -> None:
    audit = shop.manage("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_the_same_purchase_with_one_mail(shop: Running, post_office: tuple[PostOffice, int]) -> None:
    office, _port = post_office
    Visitor(shop.url).buy()
    eventually(lambda: office.received, what="a mail")
    time.sleep(1)
    assert len(office.received) == 1
    agreed(shop)


def test_redis_stopped_and_flushed_during_a_purchase(
    shop: Running, redis_server: RedisServer, post_office: tuple[PostOffice, int]
) -> None:
    """The shop goes on, the outbox waits; when Redis is back, empty, the mail goes out, once."""
    office, _port = post_office
    before = len(office.received)
    visitor = Visitor(shop.url, "redis@example.com")
    visitor.fill_bag("tidewater")
    visitor.fill_in()
    redis_server.stop()
    to_stripe = visitor.press_pay(visitor.payment_form())
    assert to_stripe.status_code == 303
    assert "Thank you" in visitor.pay_at_stripe(to_stripe.headers["Location"]).text
    time.sleep(3)
    assert len(office.received) == before
    assert "email.order_confirmation" in shop.manage("outbox", "status").stdout

    redis_server.start()

    eventually(lambda: len(office.received) > before, within=120, what="the mail")
    time.sleep(2)
    assert len(set(office.received[before:])) == 1
    agreed(shop)


def test_worker_killed_in_the_middle_of_a_mail(shop: Running, post_office: tuple[PostOffice, int]) -> None:
    """The mail server has it, the worker dies before it hears so: it goes again under the same Message-ID."""
    office, _port = post_office
    before = len(office.received)
    office.asleep_s = 10
    Visitor(shop.url, "killed@example.com").buy("crosswind")
    eventually(lambda: len(office.received) > before, within=60, what="the mail has begun")
    os.killpg(shop.worker.pid, signal.SIGKILL)  # type: ignore[attr-defined]
    office.asleep_s = 0

    shop.worker = shop.start("manage.py", "worker", "--beat")  # type: ignore[attr-defined]

    eventually(lambda: len(office.received) > before + 1, within=120, what="the mail again")
    time.sleep(2)
    assert len(set(office.received[before:])) == 1
    assert eventually(lambda: "email" not in shop.manage("outbox", "status").stdout, what="nothing waits")
    agreed(shop)


def test_24_purchases_through_both_processes_at_once(shop: Running, post_office: tuple[PostOffice, int]) -> None:
    office, _port = post_office
    before = len(office.received)
    pages: list[str] = []

    def buy(number: int) -> None:
        for turn in range(4):
            pages.append(Visitor(shop.url, f"many{number}-{turn}@example.com").buy("seigaiha"))

    threads = [threading.Thread(target=buy, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(pages) == 24
    eventually(lambda: len(office.received) >= before + 24, within=60, what="all the mails")
    time.sleep(1)
    assert len(office.received) == before + 24
    assert len(set(office.received[before:])) == 24
    agreed(shop)
