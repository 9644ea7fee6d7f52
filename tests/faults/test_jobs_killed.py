"""Long work in real processes that are killed with signal 9: what was done stays done, and the rest is done once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from shop.settings import ROOT
from tests.conftest import fresh_postgres
from tests.processes import Running, eventually, own_redis, shop_in

SHOP = ("-m", "tests.jobs.slow_manage")
START = """
from shop.app import create_app
from tests.jobs.kinds import begin
with create_app().app_context():
    print(begin({upto}))
"""
STATE = "SELECT state, done FROM jobs"
FILED = "SELECT COUNT(*), COUNT(DISTINCT CAST(payload AS TEXT)) FROM outbox_messages WHERE topic = 'filed'"


def begin(running: Running, upto: int) -> int:
    code = START.format(upto=upto)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=running.env, capture_output=True, text=True, check=True, timeout=60
    )
    return int(done.stdout)


def ask(running: Running, question: str) -> tuple[object, ...]:
    url = running.env["DATABASE_URL"]
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10) as connection:
            return tuple(connection.execute(question).fetchone())
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return tuple(connection.execute(question).fetchone() or ())


def end_lease(running: Running) -> None:
    """Half a minute later, without the wait."""
    with sqlite3.connect(running.env["DATABASE_URL"].removeprefix("sqlite:///"), timeout=10) as connection:
        connection.execute("UPDATE jobs SET leased_until = created_at")


def kill(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)


def test_without_any_worker_a_killed_terminal_is_followed_by_another(tmp_path: Path) -> None:
    with shop_in(tmp_path) as running:
        assert running.manage("seed", "--goods-only").returncode == 0
        job_id = begin(running, 100)
        first = running.start(*SHOP, "jobs", "run", str(job_id))
        eventually(lambda: ask(running, STATE)[1] >= 30, what="three steps")  # type: ignore[operator]
        kill(first)
        assert ask(running, STATE)[0] == "running"
        end_lease(running)

        second = running.start(*SHOP, "jobs", "run", str(job_id))

        assert second.wait(60) == 0
        assert ask(running, STATE) == ("done", 100)
        assert ask(running, FILED) == (100, 100)


@pytest.mark.postgres
@pytest.mark.redis
def test_a_killed_worker_is_followed_by_another_within_about_a_minute(tmp_path: Path) -> None:
    with (
        own_redis(tmp_path) as redis,
        fresh_postgres(f"vitrine_jobs_{os.getpid()}") as url,
        shop_in(tmp_path / "shop", DATABASE_URL=url, REDIS_URL=redis.url) as running,
    ):
        assert running.manage("seed", "--goods-only").returncode == 0
        workers = [running.start(*SHOP, "worker", *beat) for beat in (["--beat"], [])]
        begin(running, 600)
        eventually(lambda: ask(running, STATE)[1] >= 30, within=60, what="three steps")  # type: ignore[operator]
        for worker in workers:
            kill(worker)
        so_far = ask(running, STATE)
        assert so_far[0] == "running"

        running.start(*SHOP, "worker", "--beat")
        running.start(*SHOP, "worker")

        eventually(lambda: ask(running, STATE)[1] > so_far[1], within=70, what="another step")  # type: ignore[operator]
        eventually(lambda: ask(running, STATE)[0] == "done", within=90, what="the end")
        assert ask(running, STATE) == ("done", 600)
        assert ask(running, FILED) == (600, 600)
        assert "jobs.run" not in running.manage("outbox", "status").stdout
