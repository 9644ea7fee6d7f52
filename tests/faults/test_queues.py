"""Real workers with ten thousand slow tasks waiting: a paid order's mail goes out at once all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shop.settings import ROOT
from tests.conftest import fresh_postgres
from tests.faults.test_jobs_killed import ask, kill
from tests.processes import Running, eventually, own_redis, shop_in

WORKER = ("-m", "tests.worker.slow_bulk")
MANY = 10_000
QUICK = 200
FEW = 60  # of the slow tasks; two at a time, 0.3 s each
DONE = "SELECT COUNT(*) FROM outbox_deliveries WHERE done_at IS NOT NULL AND subscriber = '{}'"
CLAIMED = "SELECT COUNT(*) FROM outbox_deliveries WHERE done_at IS NULL AND claimed_until IS NOT NULL"
SAY = """
from shop.app import create_app
from shop.core import outbox
from shop.core.db import transaction
with create_app().app_context(), transaction():
    for number in range({many}):
        outbox.emit("{topic}", {key}=number)
"""


def say(running: Running, topic: str, key: str, many: int = 1) -> None:
    code = SAY.format(topic=topic, key=key, many=many)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=running.env, check=True, timeout=60)


def done(running: Running, task: str) -> int:
    return int(ask(running, DONE.format(task))[0])  # type: ignore[call-overload]


def overtakes(running: Running) -> None:
    before = done(running, "pictures.derive")
    mails = done(running, "email.order_confirmation")
    say(running, "order.paid", "order_id")
    eventually(lambda: done(running, "email.order_confirmation") > mails, what="the mail")
    after = done(running, "pictures.derive")
    assert after - before < FEW
    assert after < MANY // 2


def test_a_mail_overtakes_bulk_in_the_worker_inside(tmp_path: Path) -> None:
    with shop_in(tmp_path) as running:
        assert running.manage("migrate").returncode == 0
        say(running, "asset.received", "asset_id", MANY)
        running.start(*WORKER)
        eventually(lambda: done(running, "pictures.derive") > 4, what="pictures are being made")
        overtakes(running)


@pytest.mark.postgres
@pytest.mark.redis
def test_with_redis_the_next_task_begins_as_soon_as_a_thread_is_free(tmp_path: Path) -> None:
    """Celery's own loop would begin about one a second."""
    with (
        own_redis(tmp_path) as redis,
        fresh_postgres(f"vitrine_quick_{os.getpid()}") as url,
        shop_in(tmp_path / "shop", DATABASE_URL=url, REDIS_URL=redis.url) as running,
    ):
        assert running.manage("migrate").returncode == 0
        say(running, "variant.restocked", "variant_id", QUICK)
        running.start("manage.py", "worker")
        eventually(lambda: done(running, "restock.call"), what="the first")
        eventually(lambda: done(running, "restock.call") == QUICK, within=QUICK / 4, what="all that is quickly done")


@pytest.mark.postgres
@pytest.mark.redis
def test_a_mail_overtakes_bulk_with_redis_and_a_worker_apart(tmp_path: Path) -> None:
    with (
        own_redis(tmp_path) as redis,
        fresh_postgres(f"vitrine_queues_{os.getpid()}") as url,
        shop_in(tmp_path / "shop", DATABASE_URL=url, REDIS_URL=redis.url) as running,
    ):
        assert running.manage("migrate").returncode == 0
        say(running, "asset.received", "asset_id", MANY)
        worker = running.start(*WORKER, "worker", "--beat")
        eventually(lambda: done(running, "pictures.derive") > 4, what="pictures are being made")
        overtakes(running)
        kill(worker)
        redis.stop()
        redis.start()
        worker = running.start(*WORKER, "worker", "--beat")
        overtakes(running)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
