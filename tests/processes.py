"""The shop as it really runs: processes, ports, a broker, killed and started again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import requests

from shop.settings import DEMO_STRIPE_KEY, ROOT

SEEN = ("csrf_token", "form_token", "seen_total", "seen_delivery", "seen_waits")
SOON_S = 30
START_S = 120  # a demo fills itself first, beside others that do


def free_port() -> int:
    """A port P with P + 1 free too, for the twin."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


def eventually(check: Callable[[], Any], *, within: float = SOON_S, what: str = "") -> Any:
    """The first true answer of `check`, which may fail as long as it is early."""
    until = time.monotonic() + within
    while True:
        try:
            answer = check()
        except (requests.RequestException, AssertionError):
            answer = None
        if answer:
            return answer
        assert time.monotonic() < until, f"not within {within} s: {what or check}"
        time.sleep(0.1)


@dataclass
class Running:
    """A shop of several processes in a folder of its own."""

    folder: Path
    env: dict[str, str]
    port: int
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def twin_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    def start(self, *command: str, more: dict[str, str] | None = None) -> subprocess.Popen[str]:
        name = "-".join(command[:2]).replace("/", "_")
        with (self.folder / f"{len(self.processes)}-{name}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env={**self.env, **(more or {})},
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start_twin(self) -> subprocess.Popen[str]:
        return self.start(
            *("-m", "shop.demo.stripe_twin", "--port", str(self.port + 1)),
            *("--books", str(self.folder / "twin.db"), "--public-url", self.twin_url),
            *("--webhook-url", f"{self.url}/webhooks/stripe"),
            more={"STRIPE_SECRET_KEY": DEMO_STRIPE_KEY, "STRIPE_WEBHOOK_SECRET": self.env["STRIPE_WEBHOOK_SECRET"]},
        )

    def wait_until_ready(self, within: float = START_S) -> None:
        eventually(lambda: requests.get(f"{self.url}/readyz", timeout=2).ok, within=within, what="the shop is ready")

    def control(self, verb: str, **arguments: object) -> Any:
        """Tells the twin what to do, or how to misbehave."""
        answer = requests.post(
            f"{self.twin_url}/_control/{verb}",
            json=arguments,
            headers={"Authorization": f"Bearer {DEMO_STRIPE_KEY}"},
            timeout=5,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def mails(self) -> list[tuple[str, str]]:
        """(Message-ID, subject) of every kept mail, oldest first."""
        page = requests.get(f"{self.url}/dev/mail", timeout=5).text
        found = []
        for path in reversed(list(dict.fromkeys(re.findall(r'href="(/dev/mail/\d+)"', page)))):
            mail = requests.get(self.url + path, timeout=5).text
            message_id = re.search(r"Message-ID</dt>\s*<dd[^>]*>(?:<[^>]+>)?&lt;([^&]+)&gt;", mail)
            subject = re.search(r"<h1[^>]*>(.*?)</h1>", mail, re.DOTALL)
            assert message_id
            assert subject
            found.append((message_id[1], unescape(subject[1].strip())))
        return found

    def stop(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)


class Visitor:
    """A shopper with a real browser's cookies, and no JavaScript."""

    def __init__(self, url: str, email: str = "alice@example.com") -> None:
        self.url, self.email = url, email
        self.session = requests.Session()
        self.session.headers["Sec-Fetch-Site"] = "same-origin"

    def get(self, path: str) -> str:
        answer = self.session.get(self.url + path, timeout=20)
        assert answer.ok, (path, answer.status_code, answer.text[:300])
        return answer.text

    def fill_bag(self, product: str = "seven-ridges") -> None:
        page = self.get(f"/products/{product}")
        variant = hidden(page, "variant_id")
        answer = self.session.post(f"{self.url}/cart/lines", data={"variant_id": variant, "quantity": 1}, timeout=20)
        assert "is in your bag" in answer.text

    def fill_in(self) -> None:
        page = self.get("/checkout")
        data = {
            "csrf_token": hidden(page, "csrf_token"),
            "email": self.email,
            "name": "Alice Archer",
            "country": "GB",
            "street": "1 High Street",
            "city": "Bristol",
            "postal_code": "BS1 4DJ",
            "delivery": re.findall(r'name="delivery"[^>]*value="(\d+)"', page)[0],
            "go": "on",
        }
        answer = self.session.post(f"{self.url}/checkout", data=data, timeout=20)
        assert answer.url.endswith("/checkout/payment"), answer.text[-3000:]

    def payment_form(self) -> dict[str, str]:
        page = self.get("/checkout/payment")
        return {name: hidden(page, name) for name in SEEN}

    def press_pay(self, form: dict[str, str]) -> requests.Response:
        return self.session.post(f"{self.url}/checkout/payment", data=form, timeout=30, allow_redirects=False)

    def pay_at_stripe(self, pay_page: str) -> requests.Response:
        """Presses Pay on Stripe's page, and follows back to the shop."""
        assert "no money moves" in requests.get(pay_page, timeout=10).text.lower()
        paid = requests.post(pay_page, data={"outcome": "success"}, timeout=10, allow_redirects=False)
        assert paid.status_code == 303, paid.text
        return self.session.get(paid.headers["Location"], timeout=30)

    def buy(self, product: str = "seven-ridges") -> str:
        """A whole purchase; returns the page of the order."""
        self.fill_bag(product)
        self.fill_in()
        to_stripe = self.press_pay(self.payment_form())
        assert to_stripe.status_code == 303, to_stripe.text
        back = self.pay_at_stripe(to_stripe.headers["Location"])
        assert "Thank you" in back.text, back.text[:2000]
        return back.text


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no hidden {name} in {page[:500]}"
    return unescape(found[1])


@contextmanager
def shop_in(folder: Path, **more: str) -> Iterator[Running]:
    """The demo's settings with everything in `folder`, on ports of its own; what is started is stopped."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR")}
    env = {
        **kept,
        "SHOP_ENV": "demo",
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{folder}/shop.db",
        "MEDIA_URL": f"file:{folder}/media",
        "STRIPE_WEBHOOK_SECRET": "whsec_of_a_test",
        "SWEEP_SECONDS": "2",
        **more,
    }
    running = Running(folder, env, port)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def own_redis(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class RedisServer:
    """A redis-server of the test's own, to stop and to flush."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program
        self.process = subprocess.Popen(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
        )
        eventually(self._answers, what="Redis answers")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def children(pid: int) -> list[int]:
    """The processes that `pid` has started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(each) for each in found.stdout.split()]
