"""`make run`, as a newcomer has it: SQLite, the worker inside, the twin beside."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.processes import Running, Visitor, children, eventually, shop_in


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with shop_in(tmp_path_factory.mktemp("shop")) as running:
        running.start("manage.py", "run")
        running.wait_until_ready()
        yield running


def test_a_purchase_ends_with_one_mail_and_a_clean_audit(shop: Running) -> None:
    Visitor(shop.url).buy()
    mails = eventually(shop.mails, what="a mail")
    assert len(mails) == 1
    assert mails[0][0].startswith("order-confirmation.")
    audit = shop.manage("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_no_read_is_left_open_that_would_keep_the_log_from_being_emptied(shop: Running) -> None:
    """SQLite copies its write-ahead log back only up to the oldest read that is still open."""
    Visitor(shop.url).fill_bag("tidewater")
    with sqlite3.connect(shop.folder / "shop.db") as connection:

        def emptied() -> bool:
            _busy, written, copied = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return bool(written == copied)

        assert eventually(emptied, within=10, what="the whole log is copied back")


def test_killed_between_order_and_session_the_order_goes_on(shop: Running) -> None:
    """kill -9 while Stripe is being asked; the same form again, and the sweeper without anybody, find the order."""
    alice, bob = Visitor(shop.url, "alice2@example.com"), Visitor(shop.url, "bob@example.com")
    before = len(shop.mails())
    forms = []
    for visitor in (alice, bob):
        visitor.fill_bag("tidewater")
        visitor.fill_in()
        forms.append(visitor.payment_form())
    shop.control("arm", kind="hang", path="/v1/checkout/sessions", method="POST", seconds=4, times=2)
    pressing = [
        threading.Thread(target=in_vain, args=(visitor, form))
        for visitor, form in zip((alice, bob), forms, strict=True)
    ]
    for thread in pressing:
        thread.start()
    time.sleep(1.5)
    kill_server(shop)
    for thread in pressing:
        thread.join(30)
    shop.control("clear")
    shop.wait_until_ready()

    to_stripe = eventually(lambda: open_page(alice, forms[0]), what="the same form leads on to Stripe")
    assert "Thank you" in alice.pay_at_stripe(to_stripe).text
    mails = eventually(lambda: shop.mails()[before:], what="alice's mail")
    assert len(mails) == 1
    to_stripe = eventually(lambda: open_page(bob, forms[1]), what="the sweeper has found bob's session")
    assert "Thank you" in bob.pay_at_stripe(to_stripe).text
    eventually(lambda: len(shop.mails()) == before + 2, what="bob's mail")
    audit = shop.manage("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_what_happened_survives_a_restart_and_ctrl_c_ends_everything(shop: Running) -> None:
    before = shop.mails()
    (process,) = [each for each in shop.processes if each.poll() is None]
    started = children(process.pid)
    assert len(started) >= 2  # the server's child and the twin
    process.send_signal(signal.SIGINT)
    assert process.wait(10) in (0, 1, 130, -signal.SIGINT)
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started), what="all have ended")
    begun = time.monotonic()
    shop.start("manage.py", "run")
    shop.wait_until_ready()
    assert time.monotonic() - begun < 15  # far above what it takes; a hang is what this would catch
    assert shop.mails() == before


def test_a_taken_port_is_one_clear_line(shop: Running) -> None:
    second = shop.manage("run")
    assert second.returncode == 1
    assert second.stderr.strip().splitlines()[-1].startswith(f"Error: Port {shop.port}, for the shop, is taken.")
    assert "Traceback" not in second.stderr


def open_page(visitor: Visitor, form: dict[str, str]) -> str | None:
    answer = visitor.press_pay(form)
    location = answer.headers.get("Location", "")
    return location if "/pay/" in location else None


def in_vain(visitor: Visitor, form: dict[str, str]) -> None:
    with pytest.raises(requests.RequestException):
        visitor.press_pay(form)


def kill_server(shop: Running) -> None:
    (master,) = [each for each in shop.processes if each.poll() is None]
    serving = [pid for pid in children(master.pid) if b"stripe_twin" not in cmdline(pid)]
    assert serving
    for pid in serving:
        os.kill(pid, signal.SIGKILL)


def cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
